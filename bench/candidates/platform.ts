/** What Workers have themselves. */
import type { Candidate } from "../candidate.ts";

interface CacheApi {
  match(request: Request): Promise<Response | undefined>;
  put(request: Request, response: Response): Promise<void>;
}

export const candidate: Candidate = {
  name: "Workers",
  packages: [],
  routes: [
    {
      label: "Cache API",
      create:
        ({ text, headers }) =>
        async (request) => {
          // Node's types have it only in a browser.
          const { default: cache } = (globalThis as unknown as { caches: { default: CacheApi } }).caches;
          const known = await cache.match(request);
          if (known !== undefined) return known;
          const response = new Response(text(), { headers });
          await cache.put(request, response.clone());
          return response;
        },
    },
    {
      label: "Workers KV",
      create:
        ({ text, headers }) =>
        async (request, { kv }) => {
          let body = await kv.get(request.url);
          if (body === null) await kv.put(request.url, (body = text()));
          return new Response(body, { headers });
        },
    },
  ],
};
