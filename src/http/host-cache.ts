import type { Report } from "../events.ts";
import type { StampChange, Store } from "../store.ts";
import { waitFor } from "../wait.ts";

/**
 * A cache of the host before the handler: Workers Cache, as `ctx.cache` and `import { cache } from "cloudflare:workers"`
 * give it (https://developers.cloudflare.com/workers/cache/purge/).
 */
export interface HostCache {
  /** Removes responses: the next request is a miss. */
  purge(what: HostPurge): Promise<HostPurgeResult>;
  /** Marks responses as stale; newer than `purge`, and not everywhere. */
  invalidate?(what: HostPurge): Promise<HostPurgeResult>;
}

/** Which responses: by what `Cache-Tag` said, by the path of the URL, or all. */
export interface HostPurge {
  readonly tags?: string[];
  readonly pathPrefixes?: string[];
  readonly purgeEverything?: boolean;
}

/** What became of a purge, as the host tells it. */
export interface HostPurgeResult {
  readonly success: boolean;
  readonly errors: readonly unknown[];
}

const following = new WeakMap<Store, Set<unknown>>();

/** Lets a cache of the host follow what is invalidated in a store; it may be asked for only when there is something to say. */
export function driveHostCache(store: Store, hostCache: () => HostCache | undefined): void {
  const followers = following.get(store) ?? new Set();
  following.set(store, followers);
  // A handler that is wrapped anew for each request adds nothing.
  if (followers.has(hostCache)) return;
  followers.add(hostCache);
  store.follow(async (change, report) => {
    const host = hostCache();
    // Several handlers may share the store and the host: one word is enough.
    if (host === undefined || typeof host.purge !== "function" || isTold(host, change)) return;
    await tell(host, change, report);
  });
}

// Whoever invalidates waits for it, but not for a host that is silent.
const LIMIT_MS = 10_000;

const told = new WeakMap<StampChange, Set<HostCache>>();

function isTold(host: HostCache, change: StampChange): boolean {
  const hosts = told.get(change) ?? new Set();
  told.set(change, hosts);
  if (hosts.has(host)) return true;
  hosts.add(host);
  return false;
}

async function tell(host: HostCache, { tags, url, isSoft }: StampChange, report: Report): Promise<void> {
  const what: HostPurge =
    tags !== undefined
      ? { tags: [...tags] }
      : url !== undefined
        ? { pathPrefixes: [new URL(url).pathname] }
        : { purgeEverything: true };
  try {
    const asked = isSoft && host.invalidate !== undefined ? host.invalidate(what) : host.purge(what);
    if (!(await waitFor(asked, LIMIT_MS)))
      throw new Error(`Cannot purge the cache of the host: received nothing for ${LIMIT_MS} ms`);
    const { success, errors } = await asked;
    if (!success) throw new Error("Cannot purge the cache of the host: it refused", { cause: errors });
  } catch (error) {
    report({ type: "backend-failed", name: "purge", operation: "delete", backend: "host-cache", error });
  }
}
