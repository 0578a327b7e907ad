import { testAtomic } from "./atomic.ts";
import { testBytes } from "./bytes.ts";
import { testMany } from "./many.ts";
import { testSingle } from "./single.ts";
import { createSuite, type BackendTestOptions } from "./suite.ts";
import { testTime } from "./time.ts";

export type { BackendTestOptions } from "./suite.ts";

/**
 * Registers the tests that every backend has to pass: those of the three methods it must have, those of each
 * optional method it does have, and those of bytes if it is `binary`.
 *
 * Keys are new with every run, so it runs on a shared storage too, and entries are gone from it within a minute, or
 * `minTtlMs` if that is longer. It does not try what the storage does when it fails: that is the adapter's own to test.
 *
 * @example A backend on a Map, tested with vitest
 * ```ts
 * import type { Backend, Envelope } from "@autocache/edge";
 * import { testBackend } from "@autocache/edge/testing";
 * import { test } from "vitest";
 *
 * function onMap(): Backend {
 *   const entries = new Map<string, { envelope: Envelope; expiresAt: number }>();
 *   return {
 *     name: "map",
 *     capabilities: { minTtlMs: 1, ttlStepMs: 1, maxKeyBytes: 1e6, maxValueBytes: 1e6, consistency: "strong" },
 *     async get(key) {
 *       const entry = entries.get(key);
 *       return entry !== undefined && entry.expiresAt > Date.now() ? entry.envelope : undefined;
 *     },
 *     async set(key, envelope, { ttlMs }) {
 *       entries.set(key, { envelope, expiresAt: Date.now() + ttlMs });
 *     },
 *     async delete(key) {
 *       entries.delete(key);
 *     },
 *   };
 * }
 *
 * testBackend({ name: "onMap()", test, create: onMap });
 * ```
 *
 * @returns how many tests were registered, so that a job can tell that all of them ran
 */
export function testBackend(options: BackendTestOptions): number {
  let registered = 0;
  const suite = createSuite(options, () => {
    registered += 1;
  });
  testSingle(suite);
  testMany(suite);
  testAtomic(suite);
  testBytes(suite);
  testTime(suite);
  return registered;
}
