import { cached, type CachedFunction, memory } from "@autocache/edge";
import { type Asked, COMPUTATION_MS, LONGEST_WAIT_MS } from "./protocol.ts";

interface Context {
  readonly abort?: (reason: Error) => void;
}

const backend = memory();
const functions = new Map<string, CachedFunction<[string], object>>();
const held = new Map<string, Promise<object>>();
const wakers = new Map<string, () => void>();

function functionOf(id: string): CachedFunction<[string], object> {
  const known = functions.get(id);
  if (known !== undefined) return known;
  const compute = async (of: string): Promise<object> => {
    await sleep(COMPUTATION_MS);
    return { right: of };
  };
  const made = cached(compute, { name: id, backend });
  functions.set(id, made);
  return made;
}

/** Waits no longer than an answer may take, by a timer of this request. */
async function within(work: Promise<unknown>): Promise<unknown> {
  return Promise.race([work, sleep(LONGEST_WAIT_MS).then(() => "hangs")]);
}

async function answer({ act, id }: Asked, context: Context): Promise<unknown> {
  const fn = functionOf(id);
  switch (act) {
    case "ask":
      return within(fn(id));
    case "hold":
      held.set(id, fn(id));
      return "held";
    case "hold and abort":
      held.set(id, fn(id));
      context.abort?.(new Error("aborted on purpose"));
      return sleep(1);
    case "await held":
      return {
        isSame: fn(id) === held.get(id),
        value: await within(held.get(id) ?? Promise.resolve("nothing is held")),
      };
    case "stop":
      for (let i = 0; i < 3; i++) void fn(id);
      throw new Error("thrown on purpose");
    case "abort in the turn":
      for (let i = 0; i < 3; i++) void fn(id);
      context.abort?.(new Error("aborted on purpose"));
      return sleep(1);
    case "sleep":
      // The timer keeps it from being taken for one that nothing will ever wake.
      await Promise.race([new Promise<void>((resolve) => wakers.set(id, resolve)), sleep(LONGEST_WAIT_MS)]);
      return within(fn(id));
    case "wake and abort":
      wakers.get(id)?.();
      for (let i = 0; i < 3; i++) void fn(id);
      context.abort?.(new Error("aborted on purpose"));
      return sleep(1);
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export default {
  async fetch(request: Request, _env: unknown, context: Context): Promise<Response> {
    return Response.json(await answer((await request.json()) as Asked, context));
  },
};
