/** The application under test on Node, as a program: its argument is a JSON text of the `Bindings`. */
import { createCache } from "@autocache/edge";
import { serve } from "@hono/node-server";
import { makeApp } from "./app.ts";
import type { Bindings } from "./bindings.ts";

const { ORIGIN, OPTIONS } = JSON.parse(process.argv[2] ?? "") as Bindings;
const app = makeApp({ origin: ORIGIN, cache: createCache(), options: JSON.parse(OPTIONS) });
serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, ({ address, port }) => {
  console.log(`Listening on http://${address}:${port}`);
});
