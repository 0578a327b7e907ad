import type { Backend, Envelope, OperationContext, SetOptions } from "./backend.ts";

/** Cuts a list into parts of a length, but for the last. */
export function partsOf<Item>(items: readonly Item[], length: number): Item[][] {
  const parts: Item[][] = [];
  for (let i = 0; i < items.length; i += length) parts.push(items.slice(i, i + length));
  return parts;
}

/** Several keys in one call, on any backend: by its own bulk method, or one key at a time. */
export const bulk: {
  getMany(
    backend: Backend,
    keys: readonly string[],
    context?: OperationContext,
  ): Promise<ReadonlyMap<string, Envelope>>;
  setMany(
    backend: Backend,
    envelopes: ReadonlyMap<string, Envelope>,
    options: SetOptions,
    context?: OperationContext,
  ): Promise<void>;
  deleteMany(backend: Backend, keys: readonly string[], context?: OperationContext): Promise<void>;
} = {
  async getMany(backend, keys, context) {
    if (keys.length > 1 && backend.getMany !== undefined) return backend.getMany(keys, context);
    const found = new Map<string, Envelope>();
    await Promise.all(
      keys.map(async (key) => {
        const envelope = await backend.get(key, context);
        if (envelope !== undefined) found.set(key, envelope);
      }),
    );
    return found;
  },

  async setMany(backend, envelopes, options, context) {
    if (envelopes.size > 1 && backend.setMany !== undefined) return backend.setMany(envelopes, options, context);
    await Promise.all([...envelopes].map(([key, envelope]) => backend.set(key, envelope, options, context)));
  },

  async deleteMany(backend, keys, context) {
    if (keys.length > 1 && backend.deleteMany !== undefined) return backend.deleteMany(keys, context);
    await Promise.all(keys.map((key) => backend.delete(key, context)));
  },
};
