import * as workers from "cloudflare:workers";

export { waitUntil } from "cloudflare:workers";

/** The cache that the host has before the Worker; not there in older runtimes, nor in local development. */
export function hostCache(): unknown {
  // By name, for a module that has no such export refuses to be imported from.
  return (workers as { readonly cache?: unknown }).cache;
}

/** What Workers decode when it is read, they encode again when it is sent with the same headers. */
export const fetchDecodes: boolean = false;
