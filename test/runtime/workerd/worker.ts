/** The tests as a Worker: tells their titles, and runs one for each request, in a request of its own as a user's code is. */
import { memory, tiered } from "@autocache/edge";
import { cacheApi } from "@autocache/edge/cache-api";
import { testBackend } from "@autocache/edge/testing";
import { upstash } from "@autocache/edge/upstash";
import { workersKV } from "@autocache/edge/workers-kv";
import { env } from "cloudflare:workers";
import { testDecorators } from "../core/decorators.ts";
import { testCore } from "../core/suite.ts";

declare global {
  namespace Cloudflare {
    interface Env {
      readonly CACHE: KVNamespace;
      readonly UPSTASH_REDIS_REST_URL: string;
      readonly UPSTASH_REDIS_REST_TOKEN: string;
    }
  }
}

const tests = new Map<string, () => Promise<void>>();

function test(title: string, run: () => Promise<void>): void {
  if (tests.has(title)) throw new Error(`Two tests are called "${title}"`);
  tests.set(title, run);
}

const { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token } = env;
/** A write on disk for each key takes its time. */
const manyKeys = 100;

testCore(test);
testDecorators((title, run) => test(`decorators: ${title}`, run));
testBackend({ name: "memory()", test, create: () => memory() });
testBackend({ name: "cacheApi()", test, create: () => cacheApi() });
testBackend({ name: "workersKV()", test, manyKeys, create: () => workersKV(() => env.CACHE) });
testBackend({ name: "upstash({ url, token })", test, create: () => upstash({ url, token }) });
testBackend({
  name: "tiered([memory(), workersKV()])",
  test,
  manyKeys,
  create: () => tiered([memory(), workersKV(() => env.CACHE)]),
});

const worker: ExportedHandler = {
  async fetch(request) {
    const title = new URL(request.url).searchParams.get("test");
    if (title === null) return Response.json([...tests.keys()]);
    const run = tests.get(title);
    if (run === undefined) return new Response(`There is no test "${title}"`, { status: 404 });
    try {
      await run();
      return new Response(null, { status: 204 });
    } catch (error) {
      return new Response(error instanceof Error ? (error.stack ?? error.message) : String(error), { status: 500 });
    }
  },
};

export default worker;
