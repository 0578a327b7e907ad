import type { WorkersKVNamespace } from "@autocache/edge/workers-kv";

export const BACKENDS = ["memory", "cache-api", "kv"] as const;

export type BackendName = (typeof BACKENDS)[number];

/** What the application under test is told from outside, on every host. */
export interface Bindings {
  /** Where the suite's own server listens. */
  readonly ORIGIN: string;
  /** The options of `routeCache()`, as JSON. */
  readonly OPTIONS: string;
  readonly BACKEND: BackendName;
}

/** The same on Workers. */
export interface WorkersBindings extends Bindings {
  readonly CACHE: WorkersKVNamespace;
}
