import { type Cache, type CacheEntry, cachified } from "@epic-web/cachified";
import type { Candidate } from "../candidate.ts";

export const candidate: Candidate = {
  name: "@epic-web/cachified",
  packages: ["@epic-web/cachified"],
  functions: [
    {
      label: "cachified, in a Map",
      keying: "JSON text",
      setUp(origin) {
        const entries = new Map<string, CacheEntry<unknown>>();
        const cache: Cache = {
          get: (key) => entries.get(key),
          set: (key, entry) => entries.set(key, entry),
          delete: (key) => entries.delete(key),
        };
        return (...args) =>
          cachified({ key: JSON.stringify(args), cache, ttl: 3_600_000, getFreshValue: () => origin(...args) });
      },
    },
  ],
  bundles: [{ label: "cachified", code: 'export { cachified } from "@epic-web/cachified";' }],
};
