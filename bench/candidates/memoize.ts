import memoize from "memoize";
import type { Candidate } from "../candidate.ts";

export const candidate: Candidate = {
  name: "memoize",
  packages: ["memoize"],
  functions: [
    {
      label: "memoize",
      keying: "JSON text",
      setUp: (origin) => memoize(origin, { cacheKey: (args) => JSON.stringify(args), maxAge: 3_600_000 }),
    },
    { label: "memoize, its own key", keying: "first argument", setUp: (origin) => memoize(origin) },
  ],
  bundles: [{ label: "memoize", code: 'export { default } from "memoize";' }],
};
