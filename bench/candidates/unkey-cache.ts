import { createCache, DefaultStatefulContext, Namespace } from "@unkey/cache";
import { MemoryStore } from "@unkey/cache/stores";
import type { Candidate } from "../candidate.ts";

export const candidate: Candidate = {
  name: "@unkey/cache",
  packages: ["@unkey/cache"],
  functions: [
    {
      label: "@unkey/cache swr()",
      keying: "JSON text",
      setUp(origin) {
        const stores = [new MemoryStore<string, unknown>({ persistentMap: new Map() })];
        const namespace = new Namespace<unknown>(new DefaultStatefulContext(), {
          stores,
          fresh: 3_600_000,
          stale: 7_200_000,
        });
        const cache = createCache({ values: namespace });
        return async (...args) => (await cache.values.swr(JSON.stringify(args), () => origin(...args))).val;
      },
    },
  ],
  bundles: [
    {
      label: "@unkey/cache with its memory",
      code: `export { createCache, DefaultStatefulContext, Namespace } from "@unkey/cache";
export { MemoryStore } from "@unkey/cache/stores";`,
    },
  ],
};
