export { type CachedFetch, cachedFetch, type FetchFunction, type FetchOptions } from "./fetch.ts";
export { type CachedHandler, cachedHandler, type Handler } from "./handler.ts";
export type { HeaderOptions, SendOptions } from "./header-options.ts";
export type { HostCache, HostPurge, HostPurgeResult } from "./host-cache.ts";
export type { HttpOptions } from "./options.ts";
export type { QueryOptions } from "./request-key.ts";
