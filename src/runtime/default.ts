/** Keeps the host alive until background work is done: nothing to do where a process outlives its requests. */
export function waitUntil(_work: Promise<unknown>): void {}
