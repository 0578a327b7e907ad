/** What runs in the isolate: an application's handler as such a host calls it, and the tests. */
import { createCache, isAutocacheError, memory } from "@autocache/edge";
import { cacheApi } from "@autocache/edge/cache-api";
import { cachedHandler } from "@autocache/edge/http";
import { testBackend } from "@autocache/edge/testing";
import { upstash } from "@autocache/edge/upstash";
import { testDecorators } from "../core/decorators.ts";
import { rejection, same } from "../core/fact.ts";
import { testCore } from "../core/suite.ts";

// Put in the place of these by the bundler, as such hosts do with the environment.
declare const UPSTASH_REDIS_REST_URL: string;
declare const UPSTASH_REDIS_REST_TOKEN: string;

export const tests: Map<string, () => Promise<void>> = new Map();

function test(title: string, run: () => Promise<void>): void {
  if (tests.has(title)) throw new Error(`Two tests are called "${title}"`);
  tests.set(title, run);
}

const credentials = { url: UPSTASH_REDIS_REST_URL, token: UPSTASH_REDIS_REST_TOKEN };
const remote = (): ReturnType<typeof upstash> => upstash(credentials);

testCore(test);
testDecorators((title, run) => test(`decorators: ${title}`, run));
testBackend({ name: "memory()", test, create: () => memory() });
testBackend({ name: "upstash({ url, token })", test, create: remote });

let madeResponses = 0;
const cache = createCache({ backend: remote(), namespace: `edge-light-${crypto.randomUUID().slice(0, 8)}` });

/** The application. */
export const handler: (request: Request) => Promise<Response> = cachedHandler(
  async (request) => Response.json({ path: new URL(request.url).pathname, made: (madeResponses += 1) }),
  { cache, name: "application", version: 1, ttl: "1m" },
);

test("the isolate has web standards, and nothing of a runtime's own", async () => {
  const own = ["process", "Buffer", "require", "global", "caches", "Deno", "Bun", "WebSocketPair", "setImmediate"];
  same(
    own.filter((name) => name in globalThis),
    [],
    "what is there",
  );
  same((await rejection(cacheApi().get("key"))) instanceof Error, true, "whether the Cache API is missed");
  same(isAutocacheError(await rejection(cacheApi().get("key")), "missing-binding"), true, "how");
});

test("a write in the background ends without waitUntil, where the isolate lives on", async () => {
  const { backend, begin, isWritten } = slowBackend();
  const fn = createCache({ backend }).cached(async () => "value", { name: "fn", version: 1 });
  same([await fn(), isWritten()], ["value", false], "the answer, and whether it waited for the write");
  begin();
  same(await untilHit(backend), "value", "what another isolate finds");
});

test("a waitUntil of the host's is given the write, and settles after it", async () => {
  const { backend, begin, isWritten } = slowBackend();
  const given: Promise<unknown>[] = [];
  const options = { backend, waitUntil: (work: Promise<unknown>) => void given.push(work) };
  const fn = createCache(options).cached(async () => "value", { name: "fn", version: 1 });
  same([await fn(), given.length > 0, isWritten()], ["value", true, false], "the answer, and what is left to do");
  begin();
  await Promise.all(given);
  same(isWritten(), true, "whether it is written");
});

/** A memory whose writes wait to be told to begin. */
function slowBackend(): { backend: ReturnType<typeof memory>; begin: () => void; isWritten: () => boolean } {
  const backend = memory();
  const write = backend.set.bind(backend);
  const told = Promise.withResolvers<void>();
  let isWritten = false;
  backend.set = async (...args) => {
    await told.promise;
    await write(...args);
    isWritten = true;
  };
  return { backend, begin: told.resolve, isWritten: () => isWritten };
}

async function untilHit(backend: ReturnType<typeof memory>): Promise<string | undefined> {
  const { peek } = createCache({ backend }).cached(async () => "computed", { name: "fn", version: 1 });
  for (let turn = 0; turn < 100; turn++) {
    const found = await peek();
    if (found !== undefined) return found;
    await new Promise((done) => setTimeout(done, 5));
  }
  return undefined;
}
