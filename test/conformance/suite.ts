import type { Backend, Envelope } from "../../src/backend.ts";
import { equal } from "./assert.ts";

/** Options of `testBackend()`. */
export interface BackendTestOptions {
  /** What the titles begin with. */
  readonly name: string;
  /** The runner's function that registers a test: `test` of vitest, bun:test or node:test, or `Deno.test`. */
  readonly test: (title: string, run: () => Promise<void>) => unknown;
  /** Makes the backend; called once, at once, and outside of any request: nothing may be touched by it. */
  readonly create: () => Backend;
  /**
   * How long a write on a backend with `consistency: "eventual"` may take to be seen, in milliseconds. A strong one
   * gets no time.
   *
   * @default 2_000
   */
  readonly settleMs?: number;
  /**
   * How many keys are written, then listed or removed in one call. The default is more than a page or a command of most
   * storages takes; a slow one may be given less.
   *
   * @default 1_050
   */
  readonly manyKeys?: number;
}

/** What each case works with. */
export interface Suite {
  readonly backend: Backend;
  /** How long the entries of a test are kept: long enough for it, and gone by themselves on a shared storage. */
  readonly ttlMs: number;
  readonly manyKeys: number;
  test(fact: string, run: () => Promise<void>): void;
  /** A key of this run and of no other, the label at its end. */
  key(label: string): string;
  keys(count: number, label: string): string[];
  /** Repeats a check until it holds, where the backend is eventually consistent; else runs it once. */
  settled(verify: () => Promise<void>): Promise<void>;
  /** Writes one text under each key, in bulk or a few at a time. */
  fill(keys: readonly string[], text: (key: string) => string): Promise<void>;
  expectText(key: string, text: string | undefined): Promise<void>;
}

const KEEP_MS = 60_000;
const POLL_MS = 50;
const MANY_KEYS = 1_050;
const FILL_AT_ONCE = 50;

export function createSuite(options: BackendTestOptions, count: () => void): Suite {
  const backend = options.create();
  const settleMs = backend.capabilities.consistency === "eventual" ? (options.settleMs ?? 2_000) : 0;
  const ttlMs = Math.max(KEEP_MS, backend.capabilities.minTtlMs);
  let run: string | undefined;
  let made = 0;
  const suite: Suite = {
    backend,
    ttlMs,
    manyKeys: options.manyKeys ?? MANY_KEYS,
    test(fact, body) {
      count();
      options.test(`${options.name} ${fact}`, body);
    },
    key(label) {
      // Made by the first test that runs: at module scope, a Worker has no random numbers.
      run ??= crypto.randomUUID().slice(0, 13);
      made += 1;
      return `conformance-${run}:${made}:${label}`;
    },
    keys(number, label) {
      const prefix = suite.key(label);
      return Array.from({ length: number }, (_, index) => `${prefix}:${index}`);
    },
    async settled(verify) {
      const deadline = Date.now() + settleMs;
      for (;;) {
        try {
          return await verify();
        } catch (error) {
          if (Date.now() >= deadline) throw error;
        }
        await sleep(POLL_MS);
      }
    },
    async fill(keys, text) {
      if (backend.setMany !== undefined) {
        return await backend.setMany(new Map(keys.map((key) => [key, { text: text(key) }])), { ttlMs });
      }
      for (let i = 0; i < keys.length; i += FILL_AT_ONCE) {
        const some = keys.slice(i, i + FILL_AT_ONCE);
        await Promise.all(some.map((key) => backend.set(key, { text: text(key) }, { ttlMs })));
      }
    },
    async expectText(key, text) {
      await suite.settled(async () => equal((await backend.get(key))?.text, text, `the text of "${key}"`));
    },
  };
  return suite;
}

export function textsOf(envelopes: ReadonlyMap<string, Envelope>): string[] {
  return [...envelopes].map(([key, { text }]) => `${key}=${text}`);
}

export async function sleep(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
