export { cacheKey, canonical, type CanonicalLimits } from "./key/canonical.ts";
export { keyFor, type KeyParts } from "./key/key.ts";
