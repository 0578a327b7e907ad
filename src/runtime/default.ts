/** Keeps the host alive until background work is done: nothing to do where a process outlives its requests. */
export function waitUntil(_work: Promise<unknown>): void {}

/** The cache that the host has before the program: none. */
export function hostCache(): undefined {}

/** Whether a body that came encoded is decoded for good: its headers then still say that it is encoded. */
export const fetchDecodes: boolean = true;
