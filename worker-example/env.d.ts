import type { Upstream } from "./upstream.ts";

/** The bindings of wrangler.toml and the entrypoints of index.ts, for the types of `cloudflare:workers`. */
declare global {
  namespace Cloudflare {
    interface Env {
      readonly CACHE: KVNamespace;
      readonly ASSETS: Fetcher;
    }
    interface GlobalProps {
      mainModule: { Upstream: typeof Upstream };
    }
  }
}
