import { isAutocacheError, memory } from "@autocache/edge";
import { cacheApi } from "@autocache/edge/cache-api";
import { testBackend } from "@autocache/edge/testing";
import { upstash } from "@autocache/edge/upstash";
import { Redis } from "@upstash/redis";
import { expect, test } from "bun:test";

function required(name: string): string {
  const value = Bun.env[name];
  if (value === undefined || value === "") throw new Error(`Cannot test upstash(): "${name}" is not set`);
  return value;
}

const credentials = { url: required("UPSTASH_REDIS_REST_URL"), token: required("UPSTASH_REDIS_REST_TOKEN") };

const registered = {
  memory: testBackend({ name: "memory()", test, create: () => memory() }),
  upstash: testBackend({ name: "upstash({ url, token })", test, create: () => upstash(credentials) }),
  client: testBackend({ name: "upstash(redis)", test, create: () => upstash(new Redis(credentials)) }),
};

test("each backend has the cases of its optional methods", () => {
  expect(registered).toEqual({ memory: 38, upstash: 31, client: 31 });
});

test("cacheApi() says that Bun has no Cache API", async () => {
  const error = await cacheApi()
    .get("key")
    .catch((thrown: unknown) => thrown);
  expect(isAutocacheError(error, "missing-binding")).toBe(true);
  expect((error as Error).message).toBe(
    "Cannot use the Cache API: Cloudflare Workers and Deno have it, Node and Bun have not: received no global caches",
  );
});
