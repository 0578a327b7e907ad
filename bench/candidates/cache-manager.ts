import { createCache } from "cache-manager";
import type { Candidate } from "../candidate.ts";

export const candidate: Candidate = {
  name: "cache-manager",
  packages: ["cache-manager"],
  functions: [
    {
      label: "cache-manager wrap()",
      keying: "JSON text",
      setUp(origin) {
        const cache = createCache({ ttl: 3_600_000 });
        return (...args) => cache.wrap(JSON.stringify(args), () => origin(...args));
      },
    },
  ],
  bundles: [{ label: "cache-manager", code: 'export { createCache } from "cache-manager";' }],
};
