import { AutocacheError } from "../../src/errors.ts";

/** Where an Upstash Redis database is, and the token that opens it. */
export interface UpstashCredentials {
  /** The REST URL, `UPSTASH_REDIS_REST_URL` in the console. */
  readonly url: string | undefined;
  /** The REST token, `UPSTASH_REDIS_REST_TOKEN` in the console; one that may write. */
  readonly token: string | undefined;
}

/** What this adapter uses of a `Redis` of the `@upstash/redis` package, version 1.35 and later. */
export interface UpstashRedis {
  exec<Result>(command: [command: string, ...args: (string | number | boolean)[]]): Promise<Result>;
  pipeline(): UpstashPipeline;
}

/** What this adapter uses of a pipeline of the `@upstash/redis` package. */
export interface UpstashPipeline {
  set(key: string, value: string, options?: { px: number }): unknown;
  exec(): Promise<unknown>;
}

export type Command = [command: string, ...args: (string | number)[]];

/** One way to the database: by `fetch`, or through the user's client. */
export interface Connection {
  run(command: Command): Promise<unknown>;
  setAll(envelopes: readonly (readonly [key: string, text: string])[], ttlMs: number): Promise<void>;
}

// Redis adds the time to the clock in 64 bits; past 100 years an entry is kept without an end.
const MAX_TTL_MS = 100 * 365 * 24 * 60 * 60 * 1000;

export function connectClient(redis: UpstashRedis): Connection {
  if (typeof redis.exec !== "function" || typeof redis.pipeline !== "function") {
    throw new TypeError(
      "Cannot make an Upstash backend of this client: it needs exec and pipeline, as in @upstash/redis 1.35 and later: received an object without them",
    );
  }
  return {
    async run(command) {
      try {
        return await redis.exec<unknown>(command);
      } catch (error) {
        return rethrow(command[0], error);
      }
    },
    async setAll(envelopes, ttlMs) {
      const [, px] = expiry(ttlMs);
      let results: unknown;
      try {
        const pipeline = redis.pipeline();
        for (const [key, text] of envelopes) pipeline.set(key, text, px === undefined ? undefined : { px });
        results = await pipeline.exec();
      } catch (error) {
        rethrow("SET", error);
      }
      requireOk(results, envelopes.length);
    },
  };
}

export function connectFetch(credentials: UpstashCredentials): Connection {
  for (const name of Object.keys(credentials)) {
    if (name !== "url" && name !== "token") {
      throw new TypeError(`Cannot make an Upstash backend: its options are url and token: received "${name}"`);
    }
  }
  const url = readUrl(credentials.url);
  const token = readToken(credentials.token);
  // Sent back with the next request, so that a read region answers it with this client's own writes in:
  // https://upstash.com/docs/redis/howto/readyourwrites
  let syncToken = "";

  async function post(name: string, path: string, body: unknown): Promise<unknown> {
    const headers = {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      "upstash-sync-token": syncToken,
    };
    let response: Response;
    let text: string;
    try {
      response = await fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) });
      text = await response.text();
    } catch (error) {
      return rethrow(name, error);
    }
    syncToken = response.headers.get("upstash-sync-token") ?? syncToken;
    const answer = parse(text) as { error?: unknown } | null | undefined;
    const said = typeof answer?.error === "string" ? answer.error : undefined;
    if (response.ok && said === undefined) return answer ?? unexpected(name, answer);
    // A proxy may send back what it was sent.
    const received = (said ?? (text || response.statusText)).replaceAll(token, "(token)");
    throw refused(name, `${response.status} ${received}`, response.status);
  }

  return {
    async run(command) {
      const answer = (await post(command[0], "", command)) as { result?: unknown };
      return answer.result === undefined ? unexpected(command[0], answer) : answer.result;
    },
    async setAll(envelopes, ttlMs) {
      const commands = envelopes.map(([key, text]) => ["SET", key, text, ...expiry(ttlMs)]);
      const answers = await post("SET", "/pipeline", commands);
      if (!Array.isArray(answers)) return unexpected("SET", answers);
      const results = answers.map((answer: { result?: unknown; error?: unknown } | null) => {
        if (typeof answer?.error === "string") throw refused("SET", answer.error);
        return answer?.result;
      });
      requireOk(results, commands.length);
    },
  };
}

function readUrl(url: unknown): string {
  if (typeof url !== "string" || url === "") throw missing("url", url);
  // The URL itself stays out of the message: one of the Redis protocol has the password in it.
  if (!/^https?:\/\/[^\s@?#]+$/.test(url)) {
    throw new TypeError(
      `Cannot make an Upstash backend of this "url": it is the REST URL, like "https://name.upstash.io", not the Redis one: received ${/^\w+:/.exec(url)?.[0] ?? "no protocol"}`,
    );
  }
  return url.replace(/\/+$/, "");
}

function readToken(token: unknown): string {
  if (typeof token !== "string" || token === "") throw missing("token", token);
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new TypeError(
      'Cannot make an Upstash backend of this "token": it has no blanks: received one with blanks or control characters',
    );
  }
  return token;
}

function missing(name: "url" | "token", value: unknown): AutocacheError {
  const variable = name === "url" ? "UPSTASH_REDIS_REST_URL" : "UPSTASH_REDIS_REST_TOKEN";
  const received = value === "" ? "an empty text" : value === null ? "null" : typeof value;
  return new AutocacheError(
    "missing-binding",
    `Cannot make an Upstash backend without its "${name}": it is a text, ${variable} in the Upstash console: received ${received}`,
  );
}

export function expiry(ttlMs: number): ["PX", number] | [] {
  const px = Math.max(1, Math.ceil(ttlMs));
  return px > MAX_TTL_MS ? [] : ["PX", px];
}

function requireOk(results: unknown, length: number): void {
  const accepted = Array.isArray(results) && results.length === length && results.every((result) => result === "OK");
  if (!accepted) unexpected("SET", results);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const QUOTED = /(?:, command was: |(?<=body: )[[{]).*$/s;

/** Turns what `fetch` or a client threw into an error of ours. */
function rethrow(name: string, error: unknown): never {
  const thrown = error as { name?: unknown; message?: unknown; cause?: { message?: unknown } } | null;
  const message = String(thrown?.message ?? error);
  // A client quotes the command, or an answer cut short, with the cached value: neither message nor cause carry that on.
  if (String(thrown?.name).startsWith("Upstash")) throw refused(name, message.replace(QUOTED, ""));
  const detail = thrown?.cause?.message === undefined ? "" : ` (${String(thrown.cause.message)})`;
  throw new AutocacheError(
    "backend-failed",
    `Cannot run "${name}" on Upstash: the server has to answer: received ${message}${detail}`,
    {
      cause: error,
    },
  );
}

function refused(name: string, said: string, status?: number): AutocacheError {
  const received = said.length > 200 ? `${said.slice(0, 200)}…` : said;
  if (status === 401 || status === 403 || /\b(WRONGPASS|NOAUTH|NOPERM|Unauthorized)\b/i.test(received)) {
    return new AutocacheError(
      "unauthorized",
      `Cannot run "${name}" on Upstash: the token has to be this database's REST token, and one that may write: received ${received}`,
    );
  }
  return new AutocacheError(
    "backend-failed",
    `Cannot run "${name}" on Upstash: the server refused: received ${received}`,
  );
}

/** Refuses an answer without quoting it: it may hold cached values. */
export function unexpected(name: string, answer: unknown): never {
  const received =
    answer === undefined ? "no JSON" : Array.isArray(answer) ? "an array" : `JSON of type ${typeof answer}`;
  throw new AutocacheError(
    "backend-failed",
    `Cannot run "${name}" on Upstash: the server has to answer as the Upstash REST API does: received ${received}`,
  );
}
