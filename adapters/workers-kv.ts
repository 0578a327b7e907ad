import type { Backend, Capabilities, Care, Envelope, KeyPage, OperationContext, SetOptions } from "../src/backend.ts";
import { partsOf } from "../src/bulk.ts";
import { parseDuration, type Duration } from "../src/duration.ts";
import { AutocacheError } from "../src/errors.ts";
import { fromFrameOrText, toFrame } from "../src/frame.ts";
import { prepareRemote } from "../src/index.ts";
import { sleep } from "../src/wait.ts";

/** What this adapter uses of a Workers KV namespace, so that its types need no package of Cloudflare's. */
export interface WorkersKVNamespace {
  get(key: string, options: { type: "text"; cacheTtl?: number }): Promise<string | null>;
  get(key: string, options: { type: "arrayBuffer"; cacheTtl?: number }): Promise<ArrayBuffer | null>;
  get(keys: string[], options: { type: "text"; cacheTtl?: number }): Promise<Map<string, string | null>>;
  put(key: string, value: string | ArrayBuffer, options: { expirationTtl?: number }): Promise<void>;
  delete(key: string): Promise<void>;
  list(options: { prefix: string; cursor?: string }): Promise<WorkersKVPage>;
}

/** One page of names, as a Workers KV namespace lists them. */
export interface WorkersKVPage {
  readonly keys: readonly { readonly name: string }[];
  readonly list_complete: boolean;
  readonly cursor?: string;
}

/** Options of `workersKV()`. */
export interface WorkersKVOptions {
  /**
   * How long a data centre answers from its own copy before it asks the central store again, at least 30 s. A longer
   * time makes reads faster, and writes elsewhere are seen later. Absent keys are remembered this long too.
   *
   * @default Workers KV's own, 60 s
   */
  readonly cacheTtl?: Duration;
}

// https://developers.cloudflare.com/kv/platform/limits/
const MAX_KEY_BYTES = 512;
const MAX_VALUE_BYTES = 25 * 1024 * 1024;
const MIN_CACHE_TTL_MS = 30_000;
// https://developers.cloudflare.com/kv/api/read-key-value-pairs/
const MAX_BULK_KEYS = 100;
// https://developers.cloudflare.com/kv/api/write-key-value-pairs/
const MIN_TTL_SECONDS = 60;
// https://developers.cloudflare.com/kv/api/write-key-value-pairs/#limits-to-kv-writes-to-the-same-key
const WRITE_INTERVAL_MS = 1000;
const MAX_TRIES = 3;
// The binding refuses what does not fit into 32 bits with a sign; times past 68 years are as good as none.
const MAX_TTL_SECONDS = 2 ** 31 - 1;

const METHODS = ["get", "getWithMetadata", "put", "delete", "list"] as const;

/**
 * Makes a backend of a Workers KV namespace, given directly or as a function that returns it.
 *
 * It is eventually consistent: another data centre may answer with an older state, or with nothing, for a minute and
 * more. An entry is kept at least 60 s; a shorter `ttl` holds all the same, by the clock in the entry. It does nothing
 * atomically, so `add`, `incr` and `decr` are refused on it, and a key takes one write a second: one that comes sooner is tried again, twice.
 *
 * @example A cache in the namespace that wrangler.toml binds as CACHE
 * ```ts
 * import { createCache } from "@autocache/edge";
 * import { workersKV } from "@autocache/edge/workers-kv";
 * import { env } from "cloudflare:workers";
 *
 * const cache = createCache({ backend: workersKV(env.CACHE, { cacheTtl: "5m" }) });
 * ```
 *
 * @throws {AutocacheError} `missing-binding`, where the namespace is not there: at once if it was given directly, else
 * at first use
 * @throws {TypeError} where an option is unknown
 * @throws {RangeError} where `cacheTtl` is under 30 s
 */
export function workersKV(
  namespace: WorkersKVNamespace | (() => WorkersKVNamespace),
  options: WorkersKVOptions = {},
): Backend {
  for (const name of Object.keys(options)) {
    if (name !== "cacheTtl") {
      throw new TypeError(`Cannot make a Workers KV backend: its only option is cacheTtl: received "${name}"`);
    }
  }
  const cacheTtlSeconds = options.cacheTtl === undefined ? undefined : readCacheTtl(options.cacheTtl);
  if (typeof namespace === "function") {
    const binding = bindingName(namespace);
    return new WorkersKVBackend(() => requireNamespace(call(namespace, binding), binding), cacheTtlSeconds);
  }
  requireNamespace(namespace, undefined);
  return new WorkersKVBackend(() => namespace, cacheTtlSeconds);
}

class WorkersKVBackend implements Backend {
  readonly name = "workers-kv";
  readonly capabilities: Capabilities = {
    minTtlMs: MIN_TTL_SECONDS * 1000,
    ttlStepMs: 1000,
    maxKeyBytes: MAX_KEY_BYTES,
    maxValueBytes: MAX_VALUE_BYTES,
    consistency: "eventual",
    binary: true,
  };
  readonly #namespace: () => WorkersKVNamespace;
  readonly #caching: { cacheTtl?: number };

  constructor(namespace: () => WorkersKVNamespace, cacheTtlSeconds: number | undefined) {
    this.#namespace = namespace;
    this.#caching = cacheTtlSeconds === undefined ? {} : { cacheTtl: cacheTtlSeconds };
  }

  prepare(care: Care): Backend {
    return prepareRemote(this, care);
  }

  async get(key: string, context?: OperationContext): Promise<Envelope | undefined> {
    const namespace = this.#namespace();
    const stored = await attempt("read", key, (): Promise<string | ArrayBuffer | null> =>
      context?.binary?.has(key) === true
        ? namespace.get(key, { type: "arrayBuffer", ...this.#caching })
        : namespace.get(key, { type: "text", ...this.#caching }),
    );
    if (stored === null) return undefined;
    return typeof stored === "string" ? { text: stored } : fromFrameOrText(new Uint8Array(stored));
  }

  async set(key: string, envelope: Envelope, { ttlMs }: SetOptions): Promise<void> {
    const namespace = this.#namespace();
    const seconds = Math.max(MIN_TTL_SECONDS, Math.ceil(ttlMs / 1000));
    const options = seconds > MAX_TTL_SECONDS ? {} : { expirationTtl: seconds };
    const value = valueOf(key, envelope);
    await attempt("write", key, () => withRetries(() => namespace.put(key, value, options)));
  }

  async delete(key: string): Promise<void> {
    const namespace = this.#namespace();
    await attempt("delete", key, () => withRetries(() => namespace.delete(key)));
  }

  async getMany(keys: readonly string[], context?: OperationContext): Promise<ReadonlyMap<string, Envelope>> {
    const namespace = this.#namespace();
    // A bulk read carries text only.
    const binary = context?.binary ?? new Set();
    const distinct = [...new Set(keys)];
    const texts = distinct.filter((key) => !binary.has(key));
    const found = new Map<string, Envelope>();
    await Promise.all([
      ...partsOf(texts, MAX_BULK_KEYS).map(async (part) => {
        for (const [key, text] of await this.#getPart(namespace, part)) if (text !== null) found.set(key, { text });
      }),
      ...distinct.map(async (key) => {
        const envelope = binary.has(key) ? await this.get(key, context) : undefined;
        if (envelope !== undefined) found.set(key, envelope);
      }),
    ]);
    return found;
  }

  async list(prefix: string, cursor?: string): Promise<KeyPage> {
    const namespace = this.#namespace();
    const page = await attempt("list", prefix, () => namespace.list({ prefix, ...(cursor && { cursor }) }));
    const keys = page.keys.map((key) => key.name);
    return page.list_complete || page.cursor === undefined ? { keys } : { keys, cursor: page.cursor };
  }

  /** Reads a part in halves where its values together pass what one bulk read may answer with (25 MB: a 413). */
  async #getPart(namespace: WorkersKVNamespace, keys: string[]): Promise<Map<string, string | null>> {
    try {
      return await namespace.get(keys, { type: "text", ...this.#caching });
    } catch (error) {
      if (keys.length === 1 || !/\b413\b/.test(String(error))) throw failure("read", named(keys), error);
      const halves = partsOf(keys, Math.ceil(keys.length / 2));
      const answers = await Promise.all(halves.map((half) => this.#getPart(namespace, half)));
      return new Map(answers.flatMap((answer) => [...answer]));
    }
  }
}

/** What is put for an envelope: its text as it is, so that a bulk read can carry it, unless bytes follow. */
function valueOf(key: string, { text, bytes }: Envelope): string | ArrayBuffer {
  if (bytes === undefined) return text;
  const { buffer } = toFrame({ text, bytes });
  if (buffer.byteLength <= MAX_VALUE_BYTES) return buffer;
  throw new AutocacheError(
    "too-large",
    `Cannot write "${key}": Workers KV takes at most ${MAX_VALUE_BYTES} bytes: received ${buffer.byteLength}`,
  );
}

/** Tries again what Workers KV refuses for coming too soon after another write of the key, as it asks to. */
async function withRetries(write: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await write();
    } catch (error) {
      if (tries >= MAX_TRIES || !isTooSoon(error)) throw error;
    }
    await sleep(WRITE_INTERVAL_MS * (1 + Math.random()));
  }
}

function isTooSoon(error: unknown): boolean {
  return /\b429\b/.test(String(error));
}

async function attempt<Value>(action: string, key: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    throw failure(action, `"${key}"`, error);
  }
}

function named(keys: readonly string[]): string {
  return keys.length === 1 ? `"${keys[0]}"` : `"${keys[0]}" and ${keys.length - 1} more`;
}

function failure(action: string, what: string, error: unknown): AutocacheError {
  const message = error instanceof Error ? error.message : String(error);
  const rule = isTooSoon(message) ? "Workers KV takes one write a second for each key" : "Workers KV refused";
  return new AutocacheError("backend-failed", `Cannot ${action} ${what}: ${rule}: received ${message}`, {
    cause: error,
  });
}

function readCacheTtl(cacheTtl: Duration): number {
  const ms = parseDuration(cacheTtl, "cacheTtl of a Workers KV backend");
  if (ms >= MIN_CACHE_TTL_MS && ms !== Infinity) return Math.ceil(ms / 1000);
  throw new RangeError(
    `Cannot use the cacheTtl of a Workers KV backend: it is at least 30 s and finite: received ${String(cacheTtl)}`,
  );
}

/** Reads the binding's name off `() => env.CACHE`, also when minified or written `c.env["CACHE"]`: for messages only. */
function bindingName(thunk: () => unknown): string | undefined {
  const match = /(?:\.\s*([A-Za-z_$][\w$]*)|\[\s*["'`]([^"'`]+)["'`]\s*\])[\s;})]*$/.exec(thunk.toString());
  return match?.[1] ?? match?.[2];
}

function call(thunk: () => unknown, binding: string | undefined): unknown {
  try {
    return thunk();
  } catch (error) {
    throw missingBinding(binding, `the error ${String(error)}`, { cause: error });
  }
}

function requireNamespace(value: unknown, binding: string | undefined): WorkersKVNamespace {
  const candidate = value as Record<string, unknown> | null | undefined;
  const has = (name: string): boolean => typeof candidate?.[name] === "function";
  // A service binding seems to have every method (each would be an RPC), and fetch too, which a namespace has not.
  if (typeof value === "object" && METHODS.every(has) && !has("fetch")) return value as WorkersKVNamespace;
  throw missingBinding(binding, describe(value));
}

function missingBinding(binding: string | undefined, received: string, options?: ErrorOptions): AutocacheError {
  const name = binding ?? "CACHE";
  return new AutocacheError(
    "missing-binding",
    `Cannot use the KV namespace${binding === undefined ? "" : ` "${binding}"`}: a Worker's bindings are set in wrangler.toml, ` +
      `add [[kv_namespaces]] binding = "${name}", id = "<id from: wrangler kv namespace create ${name}>": received ${received}`,
    options,
  );
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value !== "object") return `a ${typeof value}`;
  return `an object of type ${value.constructor?.name ?? "Object"}`;
}
