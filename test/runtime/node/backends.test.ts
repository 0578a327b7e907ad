import { isAutocacheError, memory } from "@autocache/edge";
import { cacheApi } from "@autocache/edge/cache-api";
import { testBackend } from "@autocache/edge/testing";
import { upstash } from "@autocache/edge/upstash";
import { Redis } from "@upstash/redis";
import assert from "node:assert/strict";
import { test } from "node:test";

function required(name: string): string {
  const value = process.env[name];
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
  assert.deepEqual(registered, { memory: 38, upstash: 31, client: 31 });
});

test("cacheApi() says that Node has no Cache API", async () => {
  await assert.rejects(cacheApi().get("key"), (error) => isAutocacheError(error, "missing-binding"));
});
