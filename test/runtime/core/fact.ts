import { canonical } from "@autocache/edge/keys";

/** Registers one test with whatever runs it. */
export type Register = (title: string, run: () => Promise<void>) => void;

/** Compares by value, as keys do: an array's holes, -0 and the like count. */
export function same(actual: unknown, expected: unknown, what: string): void {
  const [received, wanted] = [canonical([actual]), canonical([expected])];
  if (received !== wanted) throw new Error(`${what}: expected ${wanted}: received ${received}`);
}

/** What a promise is rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  const nothing = Symbol("nothing");
  const error = await promise.then(
    () => nothing,
    (thrown: unknown) => thrown,
  );
  if (error === nothing) throw new Error("Expected an error: received a result");
  return error;
}

export async function sleep(ms: number): Promise<void> {
  await new Promise((done) => setTimeout(done, ms));
}
