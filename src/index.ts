export type {
  Backend,
  Capabilities,
  Care,
  Envelope,
  KeyPage,
  Operation,
  OperationContext,
  SetOptions,
} from "./backend.ts";
export { type Cache, createCache } from "./cache.ts";
export { type CallContext, callContext } from "./call-context.ts";
export type { BatchFunction, BatchOptions, CachedBatch } from "./cached-batch.ts";
export { cached, cachedMethod, type CachedOptions } from "./cached.ts";
export type { CachedDecorator, CachedFunction } from "./cached-function.ts";
export type { Trace } from "./trace.ts";
export { type Duration, parseDuration } from "./duration.ts";
export { AutocacheError, type ErrorCode, isAutocacheError } from "./errors.ts";
export type * from "./events.ts";
export type { FreshnessOptions } from "./freshness.ts";
export type { Share } from "./entry.ts";
export { cacheKey } from "./key/canonical.ts";
export { prepareRemote } from "./prepare.ts";
export { memory, type MemoryOptions } from "./memory.ts";
export type { BreakerOptions, CacheOptions, Unversioned, ValueOptions } from "./options.ts";
export type { FunctionOptions, RolloverOptions } from "./function-options.ts";
export { registerManifest } from "./key/fingerprint.ts";
export type { VersionSource } from "./key/version.ts";
export type { Manifest, ManifestEntry } from "./manifest.ts";
export type { Schema, SchemaResult } from "./schema.ts";
export { tiered } from "./tiers.ts";
