import { cachedFunction } from "ocache";
import type { Candidate } from "../candidate.ts";

export const candidate: Candidate = {
  name: "ocache",
  packages: ["ocache"],
  functions: [
    {
      label: "ocache cachedFunction()",
      keying: "own",
      setUp: (origin) => cachedFunction(origin, { maxAge: 3_600, name: uniqueName() }),
    },
    {
      label: "ocache cachedFunction(), JSON key",
      keying: "JSON text",
      setUp: (origin) =>
        cachedFunction(origin, { maxAge: 3_600, name: uniqueName(), getKey: (...args) => JSON.stringify(args) }),
    },
  ],
  bundles: [
    { label: "ocache, functions", code: 'export { cachedFunction } from "ocache";' },
    { label: "ocache, with handlers", code: 'export { cachedFunction, defineCachedHandler } from "ocache";' },
  ],
};

let names = 0;

/** All of its functions share one storage, by their names. */
function uniqueName(): string {
  return `measured${names++}`;
}
