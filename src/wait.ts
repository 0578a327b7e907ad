/**
 * Waits until work has settled, however it does, and no longer than a time of one's own; tells whether it has settled.
 *
 * The timer is the waiter's: on Workers, the work and its timers may have died with the request that made them.
 */
export function waitFor(work: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), timeoutMs);
    const done = (): void => {
      clearTimeout(timer);
      resolve(true);
    };
    work.then(done, done);
  });
}
