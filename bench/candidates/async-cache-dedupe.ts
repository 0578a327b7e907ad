import { createCache } from "async-cache-dedupe";
import { type AsyncFunction, type Candidate, CAPACITY } from "../candidate.ts";

export const candidate: Candidate = {
  name: "async-cache-dedupe",
  packages: ["async-cache-dedupe"],
  functions: [
    {
      label: "async-cache-dedupe",
      keying: "own",
      // It takes one argument: several are a list.
      setUp(origin) {
        const cache = createCache({ ttl: 3_600, storage: { type: "memory", options: { size: CAPACITY } } });
        const call = (argument: unknown): Promise<unknown> =>
          Array.isArray(argument) ? origin(...(argument as unknown[])) : origin(argument);
        const { measured } = cache.define("measured", call) as unknown as { readonly measured: AsyncFunction };
        return (...args) => measured(args.length === 1 ? args[0] : args);
      },
    },
  ],
  bundles: [{ label: "async-cache-dedupe", code: 'export { createCache } from "async-cache-dedupe";' }],
};
