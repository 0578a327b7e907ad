import type { Backend, Care } from "./backend.ts";
import { batchReads } from "./batch.ts";
import { foldBytes } from "./folding.ts";
import { guard } from "./guard.ts";

/**
 * Makes the backend that a cache works with of one that is reached over a network: with a time limit and a breaker, reads
 * of one turn made in bulk, and bytes written into the text where it keeps none. Of a stack, each tier is; one in this
 * process needs the last alone.
 *
 * An adapter calls it in its method `prepare`, so that `cached()` alone need not bring what memory has no use for.
 *
 * @example
 * ```ts
 * import { type Backend, type Care, memory, prepareRemote } from "@autocache/edge";
 *
 * const inMemory = memory();
 * export const mine: Backend = {
 *   name: "mine",
 *   capabilities: { ...inMemory.capabilities, local: false },
 *   get: (key) => inMemory.get(key),
 *   set: (key, envelope, options) => inMemory.set(key, envelope, options),
 *   delete: (key) => inMemory.delete(key),
 *   prepare(care: Care): Backend {
 *     return prepareRemote(this, care);
 *   },
 * };
 * ```
 */
export function prepareRemote(backend: Backend, care: Care): Backend {
  if (backend.withTiers !== undefined) return backend.withTiers((tier) => prepareRemote(tier, care));
  const folded = foldBytes(backend);
  return backend.capabilities.local === true ? folded : guard(batchReads(folded, care.timeoutMs), care);
}
