import { Hono } from "hono";
import { cache } from "hono/cache";
import type { Candidate } from "../candidate.ts";

export const candidate: Candidate = {
  name: "hono/cache",
  packages: ["hono"],
  routes: [
    {
      label: "Hono, a static response",
      create({ text, headers }) {
        const body = text();
        const app = new Hono();
        app.get("*", (c) => c.body(body, 200, headers));
        return (request) => app.fetch(request);
      },
    },
    {
      label: "hono/cache, on the Cache API",
      create({ text, headers }) {
        const app = new Hono();
        app.use(cache({ cacheName: "hono", wait: true }));
        app.get("*", (c) => c.body(text(), 200, headers));
        return (request) => app.fetch(request);
      },
    },
  ],
  bundles: [{ label: "hono/cache", code: 'export { cache } from "hono/cache";' }],
};
