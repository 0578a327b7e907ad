/** The bindings of wrangler.toml, as `env` of `cloudflare:workers` and of a handler has them. */
declare namespace Cloudflare {
  interface Env {
    readonly CACHE: KVNamespace;
  }
}
