import type { Backend, Capabilities, Care, Envelope, KeyPage, SetOptions } from "../src/backend.ts";
import { partsOf } from "../src/bulk.ts";
import { prepareRemote } from "../src/index.ts";
import {
  connectClient,
  connectFetch,
  expiry,
  unexpected,
  type Connection,
  type UpstashCredentials,
  type UpstashRedis,
} from "./upstash/connection.ts";

export type { UpstashCredentials, UpstashPipeline, UpstashRedis } from "./upstash/connection.ts";

// https://upstash.com/docs/redis/troubleshooting/max_key_size_exceeded
const MAX_KEY_BYTES = 32 * 1024;
// A request takes 10 MB, https://upstash.com/docs/redis/troubleshooting/max_request_size_exceeded. JSON may write a
// character of a text as six, so a tenth of that always fits, with the command around it.
const MAX_REQUEST_BYTES = 1_000_000;
const MAX_VALUE_BYTES = MAX_REQUEST_BYTES - MAX_KEY_BYTES - 1024;
const KEYS_PER_COMMAND = 1000;
const SCAN_COUNT = 1000;
/**
 * Stands before each text in Redis. No JSON and no base64 begins with it, so an `@upstash/redis` client hands every
 * text back as it was, whether or not its automatic deserialisation is on (it turns `"1"` into `1`, and rounds long ids).
 */
const MARK = "~";

const COMPARE_AND_SET = `if redis.call("GET", KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[3] then redis.call("SET", KEYS[1], ARGV[2], "PX", ARGV[3]) else redis.call("SET", KEYS[1], ARGV[2]) end
return 1`;

/**
 * Makes a backend of an Upstash Redis database, given by URL and token, or as a `Redis` of `@upstash/redis`. The first
 * needs nothing but `fetch`, and does not retry. On a database with read regions, what another client wrote is seen there
 * a little later.
 *
 * @example A cache that all Workers and servers share
 * ```ts
 * import { createCache } from "@autocache/edge";
 * import { upstash } from "@autocache/edge/upstash";
 *
 * const cache = createCache({
 *   backend: upstash({ url: process.env.UPSTASH_REDIS_REST_URL, token: process.env.UPSTASH_REDIS_REST_TOKEN }),
 * });
 * ```
 *
 * @throws {AutocacheError} `missing-binding`, where `url` or `token` is not there
 * @throws {TypeError} where an option is unknown, `url` is no http or https URL, or the client has no `exec`
 */
export function upstash(database: UpstashCredentials | UpstashRedis): Backend {
  if (typeof database !== "object" || database === null) {
    const received = database === null ? "null" : typeof database;
    throw new TypeError(
      `Cannot make an Upstash backend: it takes { url, token } or a Redis of @upstash/redis: received ${received}`,
    );
  }
  return new UpstashBackend("pipeline" in database ? connectClient(database) : connectFetch(database));
}

class UpstashBackend implements Backend {
  readonly name = "upstash";
  readonly capabilities: Capabilities = {
    minTtlMs: 1,
    ttlStepMs: 1,
    maxKeyBytes: MAX_KEY_BYTES,
    maxValueBytes: MAX_VALUE_BYTES,
    consistency: "strong",
  };
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  prepare(care: Care): Backend {
    return prepareRemote(this, care);
  }

  async get(key: string): Promise<Envelope | undefined> {
    return open(await this.#connection.run(["GET", key]));
  }

  async set(key: string, envelope: Envelope, { ttlMs }: SetOptions): Promise<void> {
    const done = await this.#connection.run(["SET", key, MARK + envelope.text, ...expiry(ttlMs)]);
    if (done !== "OK") unexpected("SET", done);
  }

  async delete(key: string): Promise<void> {
    await this.#connection.run(["DEL", key]);
  }

  async getMany(keys: readonly string[]): Promise<ReadonlyMap<string, Envelope>> {
    const found = new Map<string, Envelope>();
    for (const chunk of partsOf([...new Set(keys)], KEYS_PER_COMMAND)) {
      const texts = await this.#connection.run(["MGET", ...chunk]);
      if (!Array.isArray(texts)) return unexpected("MGET", texts);
      for (const [index, key] of chunk.entries()) {
        const envelope = open(texts[index]);
        if (envelope !== undefined) found.set(key, envelope);
      }
    }
    return found;
  }

  async setMany(envelopes: ReadonlyMap<string, Envelope>, { ttlMs }: SetOptions): Promise<void> {
    let batch: [string, string][] = [];
    let size = 0;
    for (const [key, { text }] of envelopes) {
      // Code units for bytes: near enough, since one text alone is bounded by maxValueBytes.
      const added = key.length + text.length;
      if (batch.length === KEYS_PER_COMMAND || (batch.length > 0 && size + added > MAX_REQUEST_BYTES)) {
        await this.#connection.setAll(batch, ttlMs);
        batch = [];
        size = 0;
      }
      batch.push([key, MARK + text]);
      size += added;
    }
    if (batch.length > 0) await this.#connection.setAll(batch, ttlMs);
  }

  async deleteMany(keys: readonly string[]): Promise<void> {
    for (const chunk of partsOf(keys, KEYS_PER_COMMAND)) await this.#connection.run(["DEL", ...chunk]);
  }

  async list(prefix: string, cursor = "0"): Promise<KeyPage> {
    const pattern = `${prefix.replace(/[\\*?[\]^]/g, "\\$&")}*`;
    const answer = await this.#connection.run(["SCAN", cursor, "MATCH", pattern, "COUNT", SCAN_COUNT]);
    if (!Array.isArray(answer) || !Array.isArray(answer[1])) return unexpected("SCAN", answer);
    const keys = answer[1].map(String);
    // A client with automatic deserialisation rewrites a key that is JSON of an array, an object or a text.
    if (!keys.every((key) => key.startsWith(prefix))) return unexpected("SCAN", keys);
    const next = String(answer[0]);
    return next === "0" ? { keys } : { keys, cursor: next };
  }

  async compareAndSet(
    key: string,
    expected: Envelope | undefined,
    next: Envelope,
    { ttlMs }: SetOptions,
  ): Promise<boolean> {
    const text = MARK + next.text;
    const px = expiry(ttlMs);
    if (expected === undefined) return (await this.#connection.run(["SET", key, text, "NX", ...px])) === "OK";
    const args = [MARK + expected.text, text, ...px.slice(1)];
    return (await this.#connection.run(["EVAL", COMPARE_AND_SET, 1, key, ...args])) === 1;
  }
}

/** What does not begin with the mark was not written by this adapter: a miss. */
function open(text: unknown): Envelope | undefined {
  return typeof text === "string" && text.startsWith(MARK) ? { text: text.slice(MARK.length) } : undefined;
}
