import { waitUntil as keepAlive } from "cloudflare:workers";

/**
 * Keeps the request's context alive until background work is done (30 s after the response at most).
 *
 * Outside a request (module scope) workerd throws: there is nothing to keep alive then, and the work goes on as it can.
 */
export function waitUntil(work: Promise<unknown>): void {
  try {
    keepAlive(work);
  } catch {
    // Module scope: see above.
  }
}
