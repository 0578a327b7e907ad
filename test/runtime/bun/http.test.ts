import { expect, test } from "bun:test";
import { httpFacts } from "../http.ts";

const facts = httpFacts((handler) => {
  const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: handler });
  return { url: `http://127.0.0.1:${server.port}/`, stop: () => server.stop(true) };
});

for (const { title, run } of facts) test(`Bun.serve: ${title}`, run);

test("Bun.serve has all facts", () => {
  expect(facts).toHaveLength(12);
});
