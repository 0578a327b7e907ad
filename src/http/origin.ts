import type { MissReason } from "../events.ts";

/** What stands behind the cache: a handler, the routes behind a middleware, or the network. */
export interface Origin {
  /** What its responses are called in events. */
  readonly name: string;
  /** Which code makes them. */
  readonly version: () => string | Promise<string>;
  /** Asks it, once for each call. */
  readonly fetch: (request: Request, run: RunContext) => Promise<OriginAnswer>;
  /** What functions among the options are given beside the request: the context of a framework. */
  readonly subject?: unknown;
}

/** What an origin answered. */
export interface OriginAnswer {
  readonly response: Response;
  /** What a handler threw where the response only says so: with it, the response counts as a failure. */
  readonly error?: unknown;
}

/** What a handler may ask about the run that it is, and say about the response that it makes. */
export interface RunContext {
  /** Whether no client waits for the response. */
  readonly isBackground: boolean;
  /** Why the handler runs. */
  readonly reason: MissReason | "stale" | "early" | "rollover" | "bypass";
  /** The key under which the response will be stored; `undefined` where it will not. */
  readonly key: string | undefined;
  /** Adds to what the response can be invalidated by. */
  tag(...tags: string[]): void;
  /** Keeps the response from being stored. */
  skip(): void;
}

/** What a handler has said about its response. */
export class RunNotes implements RunContext {
  readonly isBackground: boolean;
  readonly reason: RunContext["reason"];
  readonly key: string | undefined;
  readonly tags: string[] = [];
  isSkipped = false;

  constructor(isBackground: boolean, reason: RunContext["reason"], key: string | undefined) {
    this.isBackground = isBackground;
    this.reason = reason;
    this.key = key;
  }

  tag(...tags: string[]): void {
    this.tags.push(...tags);
  }

  skip(): void {
    this.isSkipped = true;
  }
}

/** An origin that failed, or said so by a 5xx, while something stored may be the answer instead. */
export class OriginFailure extends Error {
  override readonly name = "OriginFailure";
  readonly answer: OriginAnswer;

  constructor(answer: OriginAnswer) {
    super(`Cannot refresh a response: the handler answered with ${answer.response.status}`, { cause: answer.error });
    this.answer = answer;
  }
}

/** Whether it failed: by a throw, or as a 5xx says. */
export function isFailure({ response, error }: OriginAnswer): boolean {
  return error !== undefined || response.status >= 500;
}
