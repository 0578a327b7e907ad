import { serve } from "@hono/node-server";
import assert from "node:assert/strict";
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { httpFacts } from "../http.ts";

const facts = httpFacts(async (fetch) => {
  const server = serve({ fetch, hostname: "127.0.0.1", port: 0 }) as Server;
  await once(server, "listening");
  const stop = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, stop };
});

for (const { title, run } of facts) test(`@hono/node-server: ${title}`, run);

test("@hono/node-server has all facts", () => {
  assert.equal(facts.length, 12);
});
