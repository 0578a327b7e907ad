/** The bindings of wrangler.jsonc, for the types of `cloudflare:workers`. */
declare namespace Cloudflare {
  interface Env {
    readonly CACHE: KVNamespace;
  }
}
