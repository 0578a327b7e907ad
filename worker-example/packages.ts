import { exports } from "cloudflare:workers";
import type { CachedFunction } from "@autocache/edge";
import { packageCache } from "./cache.ts";
import type { PackageFacts } from "./data.ts";

/** Asks the slow upstream about one package. */
export async function askUpstream(name: string): Promise<PackageFacts> {
  const response = await exports.Upstream.fetch(`https://upstream.invalid/${encodeURIComponent(name)}`);
  if (!response.ok) throw new Error(`Cannot read facts about "${name}": received status ${response.status}`);
  return response.json();
}

/** The same, cached: the I/O-bound function of this example. */
export const packageFacts: CachedFunction<[name: string], PackageFacts> = packageCache.cached(
  (name: string): Promise<PackageFacts> => askUpstream(name),
  // No tag is needed to be purged as a whole; facts that are a day old are better than none while the upstream is down.
  { name: "packageFacts", tags: [], staleIfError: "1d" },
);
