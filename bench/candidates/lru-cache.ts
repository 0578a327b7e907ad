import { LRUCache } from "lru-cache";
import { type Candidate, CAPACITY } from "../candidate.ts";

export const candidate: Candidate = {
  name: "lru-cache",
  packages: ["lru-cache"],
  functions: [
    {
      label: "lru-cache fetch()",
      keying: "JSON text",
      setUp(origin) {
        const cache = new LRUCache<string, object, unknown[]>({
          max: CAPACITY,
          ttl: 3_600_000,
          fetchMethod: async (_key, _stale, { context }) => (await origin(...context)) as object,
        });
        return (...args) => cache.fetch(JSON.stringify(args), { context: args });
      },
    },
  ],
  bundles: [{ label: "lru-cache", code: 'export { LRUCache } from "lru-cache";' }],
};
