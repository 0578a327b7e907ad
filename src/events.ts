import type { Operation } from "./backend.ts";

interface CallFact {
  /** The function's name, or the name under which a value was stored by hand. */
  readonly name: string;
  /** The cache key. */
  readonly key: string;
}

/** The stored entry was fresh and is the answer. */
export interface HitEvent extends CallFact {
  readonly type: "hit";
  /** Which backend answered: of a stack, the tier; `flight` where the entry was still being written. */
  readonly backend: string;
  readonly ageMs: number;
}

/** The stored entry had expired, and was the answer all the same, as `swr`, `staleIfError` and `softTimeout` allow. */
export interface StaleEvent extends CallFact {
  readonly type: "stale";
  readonly backend: string;
  readonly ageMs: number;
  readonly reason: StaleReason;
}

/**
 * `refreshing`: a refresh runs in the background. `error`: the function failed. `slow`: it took longer than
 * `softTimeout`, and goes on. `retry-later`: it failed less than `retryAfter` ago, and was not asked. `rollover`: the
 * entry is of the code before, and the new code runs in the background.
 */
export type StaleReason = "refreshing" | "error" | "slow" | "retry-later" | "rollover";

/** A refresh failed; the expired entry stays. */
export interface RefreshFailedEvent extends CallFact {
  readonly type: "refresh-failed";
  readonly error: unknown;
}

/** There was no entry to answer with. */
export interface MissEvent extends CallFact {
  readonly type: "miss";
  readonly reason: MissReason;
}

/**
 * `unreadable`: cut off, of another format, or not ours at all. `invalidated`: by a tag or a purge. `invalid`: refused by
 * the schema. `refresh`: asked for. Of a response: `variant`, there are others for the URL, selected by other headers;
 * `version`, those that are there were made by other code.
 */
export type MissReason =
  | "absent"
  | "expired"
  | "invalidated"
  | "unreadable"
  | "invalid"
  | "backend-failed"
  | "refresh"
  | "variant"
  | "version";

/** The call shares a computation that was already running. */
export interface JoinedEvent {
  readonly type: "joined";
  readonly name: string;
}

/**
 * The computation that the call had joined did not end in time, and the call went on without it: its leader's request
 * has ended, or the function is slower than `flightTimeout`.
 */
export interface AbandonedEvent {
  readonly type: "abandoned";
  readonly name: string;
  readonly waitedMs: number;
}

/** The function ran. */
export interface ComputedEvent extends CallFact {
  readonly type: "computed";
  readonly durationMs: number;
}

/** The backend accepted the entry. */
export interface StoredEvent extends CallFact {
  readonly type: "stored";
  /** The size of the envelope in UTF-8. */
  readonly bytes: number;
  readonly ttlMs: number;
}

/**
 * `tags`: what the option makes of it is no list of tags, so that it could not be invalidated. `superseded`: it was
 * invalidated, set or refreshed while it was computed. `captured`: a variable that the function captures has changed
 * since the call.
 */
export type NotStoredReason =
  | "ttl"
  | "should-cache"
  | "tags"
  | "too-large"
  | "superseded"
  | "captured"
  | ResponseNotStoredReason;

/**
 * Why a response is not stored. By RFC 9111 §3: `method`, `status`, `no-store`, `private`, `authorization`, `vary` (it is
 * `*`), `range` (a part), `no-freshness` (it says nothing of it). To be safe: `set-cookie`, `cache-deception` (its type does
 * not fit its path). `failed`: the handler threw, or a function among the options. `incomplete`: the body broke off, or the client left before its end.
 */
export type ResponseNotStoredReason =
  | "method"
  | "status"
  | "no-store"
  | "private"
  | "authorization"
  | "set-cookie"
  | "vary"
  | "range"
  | "no-freshness"
  | "cache-deception"
  | "failed"
  | "incomplete";

/** The value was answered and not stored. */
export interface NotStoredEvent extends CallFact {
  readonly type: "not-stored";
  readonly reason: NotStoredReason;
  /** The size of the envelope in UTF-8, where it was too large. */
  readonly bytes?: number;
}

/** The function ran without the cache. */
export interface BypassEvent {
  readonly type: "bypass";
  readonly name: string;
  readonly reason: BypassReason;
  readonly error?: unknown;
}

/**
 * `key-too-large`: the arguments are past the limits of a key. `ttl`: the `ttl` is 0. Of a request: `method`, none whose
 * responses are cached; `request`, it asks for it, by what it says or by the option `bypass`; `shared`, it waited for
 * another's response, which then was not to be shared.
 */
export type BypassReason = "key-too-large" | "ttl" | "method" | "request" | "shared";

/**
 * Something about a function that may make its entries wrong, told once for each function.
 *
 * `unversioned`: its version is its own text, which does not show what it calls. `same-text`: another function of the
 * same name has the same text, so that they share entries whatever they capture. `bound`: it is bound or built in, and
 * what it is bound to is not in the key.
 */
export interface WarningEvent {
  readonly type: "warning";
  readonly name: string;
  readonly code: "unversioned" | "same-text" | "bound";
  readonly message: string;
}

/** A backend failed; the call went on without it. */
export interface BackendFailedEvent {
  readonly type: "backend-failed";
  readonly name: string;
  readonly key?: string;
  readonly operation: Operation;
  readonly backend: string;
  readonly error: unknown;
}

/** A backend has failed too often and is not asked for a while (`open`), or has answered again (`closed`). */
export interface BreakerEvent {
  readonly type: "breaker";
  readonly backend: string;
  readonly state: "open" | "closed";
}

interface StampFact {
  /** The tags, the function's name, or the namespace: of the entries that were begun until now. */
  readonly names: readonly string[];
}

/** Entries were made invalid by their tags. */
export interface TagsInvalidatedEvent extends StampFact {
  readonly type: "tags-invalidated";
}

/** Entries were marked as expired by their tags. */
export interface TagsExpiredEvent extends StampFact {
  readonly type: "tags-expired";
}

/** All entries of a function or the namespace were made invalid. */
export interface PurgedEvent extends StampFact {
  readonly type: "purged";
}

/** The entry was removed. */
export interface InvalidatedEvent extends CallFact {
  readonly type: "invalidated";
}

/** The entry was marked as expired. */
export interface ExpiredEvent extends CallFact {
  readonly type: "expired";
}

/** A fact about one call, emitted once. */
export type CacheEvent =
  | HitEvent
  | StaleEvent
  | MissEvent
  | JoinedEvent
  | AbandonedEvent
  | ComputedEvent
  | RefreshFailedEvent
  | StoredEvent
  | NotStoredEvent
  | BypassEvent
  | WarningEvent
  | BackendFailedEvent
  | BreakerEvent
  | TagsInvalidatedEvent
  | TagsExpiredEvent
  | PurgedEvent
  | InvalidatedEvent
  | ExpiredEvent;

/** Where the facts of one call go. */
export type Report = (event: CacheEvent) => void;
