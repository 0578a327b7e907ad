import memoizee from "memoizee";
import type { Candidate } from "../candidate.ts";

export const candidate: Candidate = {
  name: "memoizee",
  packages: ["memoizee"],
  functions: [
    {
      label: "memoizee",
      keying: "JSON text",
      setUp: (origin) =>
        memoizee(origin, {
          promise: true,
          length: false,
          maxAge: 3_600_000,
          normalizer: (args: ArrayLike<unknown>) => JSON.stringify(Array.from(args)),
        }),
    },
  ],
  bundles: [{ label: "memoizee", code: 'export { default } from "memoizee";' }],
};
