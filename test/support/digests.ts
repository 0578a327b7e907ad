import { vi } from "vitest";
import type { Cache } from "../../src/index.ts";

/** Calls until a shortcut answers. */
export async function warm(cache: Cache, call: () => Promise<unknown>): Promise<void> {
  await call();
  await cache.settled();
  await call();
}

/** How many digests some work makes: a shortcut makes none. */
export async function digestsOf(work: () => unknown): Promise<number> {
  const digest = vi.spyOn(crypto.subtle, "digest");
  try {
    await work();
    return digest.mock.calls.length;
  } finally {
    digest.mockRestore();
  }
}
