import { memory } from "@autocache/edge";
import { cacheApi } from "@autocache/edge/cache-api";
import { testBackend } from "@autocache/edge/testing";
import { upstash } from "@autocache/edge/upstash";
import { Redis } from "@upstash/redis";

function required(name: string): string {
  const value = Deno.env.get(name);
  if (value === undefined || value === "") throw new Error(`Cannot test upstash(): "${name}" is not set`);
  return value;
}

function equal(actual: unknown, expected: unknown): void {
  if (!Object.is(actual, expected)) throw new Error(`Expected ${String(expected)}: received ${String(actual)}`);
}

const credentials = { url: required("UPSTASH_REDIS_REST_URL"), token: required("UPSTASH_REDIS_REST_TOKEN") };
const { test } = Deno;

const registered = {
  memory: testBackend({ name: "memory()", test, create: () => memory() }),
  cacheApi: testBackend({ name: "cacheApi()", test, create: () => cacheApi() }),
  upstash: testBackend({ name: "upstash({ url, token })", test, create: () => upstash(credentials) }),
  client: testBackend({ name: "upstash(redis)", test, create: () => upstash(new Redis(credentials)) }),
};

test("each backend has the cases of its optional methods", () => {
  equal(JSON.stringify(registered), JSON.stringify({ memory: 38, cacheApi: 24, upstash: 31, client: 31 }));
});

test("cacheApi() keeps entries in the cache named autocache, which is open to others", async () => {
  const backend = cacheApi();
  await backend.set("named", { text: "a" }, { ttlMs: 60_000 });
  const cache = await caches.open("autocache");
  const response = await cache.match("https://autocache.invalid/key:named");
  equal(await response?.text(), "a");
  equal((await cacheApi(() => caches.open("autocache")).get("named"))?.text, "a");
});

test("cacheApi() answers nothing past its time, though Deno keeps the response", async () => {
  await cacheApi().set("past", { text: "a" }, { ttlMs: 1 });
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  const response = await (await caches.open("autocache")).match("https://autocache.invalid/key:past");
  equal(await response?.text(), "a");
  equal(await cacheApi().get("past"), undefined);
});
