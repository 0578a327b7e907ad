import { cached, type CachedFunction, type CacheEvent, memory } from "@autocache/edge";
import { workersKV, type WorkersKVNamespace } from "@autocache/edge/workers-kv";
import { type Ask, COMPUTATION_MS, type Facts, LEAVE_MS, SLOW_WRITE_MS } from "./protocol.ts";

interface Env {
  readonly CACHE: WorkersKVNamespace;
  readonly ORIGIN: string;
}

interface Context {
  readonly abort?: (reason: Error) => void;
}

type Shared = ((key: string) => Promise<string>) & Partial<CachedFunction<[key: string], string>>;

const functions = new Map<string, Shared>();
const computations = new Map<string, number>();
const events = new Map<string, CacheEvent["type"][]>();
const inMemory = memory();

function naive(compute: Shared): Shared {
  const promises = new Map<string, Promise<string>>();
  return (key) => {
    const known = promises.get(key);
    if (known !== undefined) return known;
    const promise = compute(key);
    promises.set(key, promise);
    return promise;
  };
}

function caching({ way, id, backend, options }: Ask, env: Env, compute: Shared): Shared {
  const story = events.get(id) ?? [];
  events.set(id, story);
  return cached(compute, {
    name: id,
    backend: backend === "memory" ? inMemory : workersKV(backend === "kv" ? env.CACHE : slowToWrite(env.CACHE)),
    ...options,
    onEvent: ({ type }) => void story.push(type),
    waitUntil: way === "forgetful" ? () => {} : undefined,
  });
}

function slowToWrite(namespace: WorkersKVNamespace): WorkersKVNamespace {
  const slow: WorkersKVNamespace & { readonly getWithMetadata: () => void } = {
    get: ((key: string, options: { type: "text" }) => namespace.get(key, options)) as WorkersKVNamespace["get"],
    put: async (...args) => {
      await sleep(SLOW_WRITE_MS);
      await namespace.put(...args);
    },
    delete: (key) => namespace.delete(key),
    list: (options) => namespace.list(options),
    getWithMetadata: () => {},
  };
  return slow;
}

function functionOf(ask: Ask, env: Env): Shared {
  const { way, id, work, elsewhere = false } = ask;
  const known = functions.get(`${id}${elsewhere}`);
  if (known !== undefined) return known;
  const compute = async (key: string): Promise<string> => {
    computations.set(id, (computations.get(id) ?? 0) + 1);
    if (work === "timer") await sleep(COMPUTATION_MS);
    else await (await fetch(env.ORIGIN)).text();
    return `right ${key}`;
  };
  const made = way === "naive" ? naive(compute) : caching(ask, env, compute);
  functions.set(`${id}${elsewhere}`, made);
  return made;
}

async function answer(ask: Ask, env: Env, context: Context): Promise<Response> {
  const { id, end = "value", keys = [id] } = ask;
  const call = functionOf(ask, env);
  const values = Promise.all(keys.map((key) => call(key)));
  if (end === "value") return Response.json(await values);
  if (end === "abort-after-value") await values;
  else if (end === "throw") await Promise.all([values, thrownLater()]);
  else if (!end.endsWith("at-once")) await sleep(LEAVE_MS);
  if (end.startsWith("abort")) await aborted(context);
  return Response.json("left");
}

async function thrownLater(): Promise<never> {
  await sleep(LEAVE_MS);
  throw new Error("thrown on purpose");
}

async function aborted(context: Context): Promise<void> {
  context.abort?.(new Error("aborted on purpose"));
  // Where an abort does not end the request at once, it is over at the next turn.
  await sleep(1);
}

async function factsOf(id: string, env: Env, context: Context): Promise<Facts> {
  const { keys } = await env.CACHE.list({ prefix: `autocache:${id}@` });
  return {
    computations: computations.get(id) ?? 0,
    events: events.get(id) ?? [],
    inKV: keys.length,
    canAbort: typeof context.abort === "function",
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export default {
  async fetch(request: Request, env: Env, context: Context): Promise<Response> {
    const ask = (await request.json()) as Ask;
    switch (new URL(request.url).pathname) {
      case "/ask":
        return answer(ask, env, context);
      case "/trace":
        return Response.json(await functionOf(ask, env).trace?.(ask.id));
      case "/invalidate":
        await functionOf(ask, env).invalidate?.(ask.id);
        return Response.json("invalidated");
      default:
        return Response.json(await factsOf(ask.id, env, context));
    }
  },
};
