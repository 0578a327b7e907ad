import { Batcher } from "./batch.ts";
import { bind, type CachedFunction } from "./cached-function.ts";
import { Calls } from "./calls.ts";
import type { Callable } from "./key/version.ts";
import { partsOf } from "./bulk.ts";
import { requireKnown } from "./checks.ts";
import { actionOf, type AnyFunctionOptions, FUNCTION_OPTIONS, type FunctionOptions } from "./function-options.ts";
import type { Store } from "./store.ts";

/** What a batch function is cached with: the options are those of one item. */
export interface BatchOptions<Id = unknown, Value = unknown> extends FunctionOptions<[id: Id], Value> {
  /** How many items one run gets at most. @default no limit */
  readonly maxBatch?: number | undefined;
}

/** A function of several items whose results are cached one by one. */
export interface CachedBatch<Id, Value> {
  /**
   * Answers in the order of the ids; one run of the function computes all that are missing.
   *
   * @throws the error of the first item that has one
   */
  (ids: readonly Id[]): Promise<Value[]>;
  /** The same, with the error of each item in its place. */
  settled(ids: readonly Id[]): Promise<PromiseSettledResult<Value>[]>;
  /** One item, with `invalidate`, `trace` and the rest; concurrent ones share a run. */
  readonly one: CachedFunction<[id: Id], Value>;
}

/** A function that gets several items in one go: results in the order of the ids, an `Error` in the place of one that failed. */
export type BatchFunction<Id, Value> = (ids: readonly Id[]) => Promise<readonly (Value | Error)[]>;

/** Wraps a batch function. */
export function wrapBatch(
  store: Store,
  fn: BatchFunction<unknown, unknown>,
  { maxBatch = Infinity, ...options }: AnyFunctionOptions & { readonly maxBatch?: number | undefined },
  fingerprint: unknown,
): CachedBatch<unknown, unknown> {
  requireKnown(options, [...Object.keys(FUNCTION_OPTIONS), "maxBatch"], actionOf(fn.name));
  const name = options.name ?? fn.name;
  if (!(maxBatch >= 1) || (maxBatch !== Infinity && !Number.isInteger(maxBatch))) {
    throw new RangeError(`Cannot cache "${name}": maxBatch is a whole number from 1: received ${String(maxBatch)}`);
  }
  const batcher = new Batcher(
    (ids: readonly unknown[]) => runInParts(fn, ids, maxBatch, name),
    () => calls.flightTimeoutMs(),
  );
  const loadOne = async (id: unknown): Promise<unknown> => {
    const [result] = await batcher.load([id]);
    if (result instanceof Error) throw result;
    return result;
  };
  const calls = new Calls(store, loadOne, options, { source: fn as Callable, fingerprint });
  const one = bind(calls, undefined);
  return Object.assign(async (ids: readonly unknown[]) => one.many(ids.map((id): [unknown] => [id])), {
    settled: (ids: readonly unknown[]) =>
      calls.settled(
        undefined,
        ids.map((id) => [id]),
      ),
    one,
  });
}

async function runInParts(
  fn: BatchFunction<unknown, unknown>,
  ids: readonly unknown[],
  maxBatch: number,
  name: string,
): Promise<readonly unknown[]> {
  const results = await Promise.all(partsOf(ids, maxBatch).map((part) => runPart(fn, part, name)));
  return results.flat();
}

async function runPart(
  fn: BatchFunction<unknown, unknown>,
  ids: readonly unknown[],
  name: string,
): Promise<readonly unknown[]> {
  const results = await fn(ids);
  if (Array.isArray(results) && results.length === ids.length) return Array.from(results);
  const received = Array.isArray(results) ? `${results.length} for ${ids.length}` : typeof results;
  throw new TypeError(
    `Cannot match the results of "${name}": there is one for each id, in their order: received ${received}`,
  );
}
