import { httpFacts } from "../http.ts";

const facts = httpFacts((handler) => {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {}, onError: broken }, handler);
  return { url: `http://127.0.0.1:${server.addr.port}/`, stop: () => server.shutdown() };
});

function broken(error: unknown): Response {
  return new Response(String(error), { status: 500 });
}

for (const { title, run } of facts) Deno.test(`Deno.serve: ${title}`, run);

Deno.test("Deno.serve has all facts", () => {
  if (facts.length !== 12) throw new Error(`There are ${facts.length} facts`);
});
