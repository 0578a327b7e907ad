import { cachedFunction, defineCachedHandler } from "ocache";
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
  routes: [
    {
      label: "ocache defineCachedHandler()",
      create({ text, headers }) {
        const handler = defineCachedHandler(async () => new Response(text(), { headers }), {
          maxAge: 3_600,
          swr: false,
        });
        return async (req) => (await handler({ req, url: new URL(req.url) })) as Response;
      },
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
