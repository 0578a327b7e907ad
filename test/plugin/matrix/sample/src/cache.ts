import { createCache } from "@autocache/edge";

export const cache = createCache({ namespace: "shop", ttl: "10m" });
