import pMemoize from "p-memoize";
import type { Candidate } from "../candidate.ts";

export const candidate: Candidate = {
  name: "p-memoize",
  packages: ["p-memoize"],
  functions: [
    {
      label: "p-memoize",
      keying: "JSON text",
      setUp: (origin) => pMemoize(origin, { cacheKey: (args) => JSON.stringify(args) }),
    },
    { label: "p-memoize, its own key", keying: "first argument", setUp: (origin) => pMemoize(origin) },
  ],
  bundles: [{ label: "p-memoize", code: 'export { default } from "p-memoize";' }],
};
