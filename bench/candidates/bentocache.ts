import { BentoCache, bentostore } from "bentocache";
import { memoryDriver } from "bentocache/drivers/memory";
import { type AsyncFunction, type Candidate, CAPACITY } from "../candidate.ts";

function setUp(origin: AsyncFunction, options: { readonly serialize?: false }): AsyncFunction {
  const store = bentostore().useL1Layer(memoryDriver({ maxItems: CAPACITY, ...options }));
  const cache = new BentoCache({ default: "memory", stores: { memory: store } });
  return (...args) => cache.getOrSet({ key: JSON.stringify(args), ttl: "1h", factory: () => origin(...args) });
}

export const candidate: Candidate = {
  name: "bentocache",
  packages: ["bentocache"],
  functions: [
    { label: "bentocache getOrSet()", keying: "JSON text", setUp: (origin) => setUp(origin, {}) },
    {
      label: "bentocache getOrSet(), unserialized",
      keying: "JSON text",
      setUp: (origin) => setUp(origin, { serialize: false }),
    },
  ],
  bundles: [
    {
      label: "bentocache with its memory",
      code: `export { BentoCache, bentostore } from "bentocache";
export { memoryDriver } from "bentocache/drivers/memory";`,
    },
  ],
};
