// Past 32 bits signed, timers run at once: https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html#timers
const MAX_DELAY_MS = 2 ** 31 - 1;

/** How much longer than a read a write is given, for which nobody waits. */
export const WRITE_FACTOR = 5;
// Work in the background lasts 30 s on Workers: https://developers.cloudflare.com/workers/runtime-apis/context/#waituntil
const LONGEST_WRITE_MS = 30_000;

/** How long a write can take at most that is not dead. */
export function longestWriteMs(timeoutMs: number): number {
  return Math.min(timeoutMs * WRITE_FACTOR, LONGEST_WRITE_MS);
}

/** Lets time pass. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/**
 * Waits until work has settled, however it does, and no longer than a time of one's own; tells whether it has settled.
 *
 * The timer is the waiter's: on Workers, the work and its timers may have died with the request that made them.
 */
export function waitFor(work: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  if (timeoutMs === Infinity) return work.then(isDone, isDone);
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), Math.min(Math.max(timeoutMs, 0), MAX_DELAY_MS));
    const done = (): void => {
      clearTimeout(timer);
      resolve(true);
    };
    work.then(done, done);
  });
}

function isDone(): true {
  return true;
}
