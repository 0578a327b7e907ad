// What the page about migrating uses of packages that are not installed here, as those of November 2026 declare it.

declare module "@epic-web/cachified" {
  export interface CacheMetadata {
    createdTime: number;
    ttl?: number | null;
    swr?: number | null;
  }
  export interface CacheEntry<Value = unknown> {
    metadata: CacheMetadata;
    value: Value;
  }
  export interface Cache {
    get(key: string): CacheEntry | null | undefined | Promise<CacheEntry | null | undefined>;
    set(key: string, value: CacheEntry): unknown;
    delete(key: string): unknown;
  }
  export interface CachifiedOptions<Value> {
    key: string;
    cache: Cache;
    getFreshValue(): Value | Promise<Value>;
    ttl?: number;
    swr?: number;
    forceFresh?: boolean;
  }
  export function cachified<Value>(options: CachifiedOptions<Value>): Promise<Value>;
  export function totalTtl(metadata?: CacheMetadata): number;
}

declare module "lru-cache" {
  export class LRUCache<Key extends {}, Value extends {}> {
    constructor(options: { max: number });
    get(key: Key): Value | undefined;
    set(key: Key, value: Value, options?: { ttl?: number; start?: number }): this;
    delete(key: Key): boolean;
  }
}

declare module "next/cache" {
  export function unstable_cache<Args extends readonly unknown[], Value>(
    callback: (...args: Args) => Promise<Value>,
    keyParts?: string[],
    options?: { revalidate?: number | false; tags?: string[] },
  ): (...args: Args) => Promise<Value>;
  export function revalidateTag(tag: string, profile: string | { expire?: number }): undefined;
}
