import { Cacheable } from "cacheable";
import type { Candidate } from "../candidate.ts";

export const candidate: Candidate = {
  name: "cacheable",
  packages: ["cacheable"],
  functions: [
    {
      label: "cacheable wrap()",
      keying: "own",
      setUp: (origin) => new Cacheable().wrap(origin, { ttl: "1h", keyPrefix: "measured" }),
    },
    {
      label: "cacheable getOrSet()",
      keying: "JSON text",
      setUp(origin) {
        const cache = new Cacheable();
        return (...args) => cache.getOrSet(JSON.stringify(args), () => origin(...args), { ttl: "1h" });
      },
    },
  ],
  bundles: [{ label: "cacheable", code: 'export { Cacheable } from "cacheable";' }],
};
