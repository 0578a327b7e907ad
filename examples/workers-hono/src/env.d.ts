/** The bindings of wrangler.jsonc, as `npx wrangler types` writes them. */
declare namespace Cloudflare {
  interface Env {
    CACHE: KVNamespace;
  }
}
