/**
 * A process of its own that serves 50 MB through a cached handler, as its memory is nobody else's. It prints its port,
 * and tells at `/memory` the most that it held while it served; `--expose-gc` lets it look after a collection.
 */
import { serve } from "@hono/node-server";
import { createCache, memory } from "@autocache/edge";
import { cachedHandler } from "@autocache/edge/http";

const MIB = 1024 * 1024;
const CHUNK_BYTES = 50_000;
const TOTAL_BYTES = 50_000_000;

const cache = createCache({ backend: memory({ maxBytes: 400 * MIB }) });
let mostHeld = 0;
let mostResident = 0;

function look(): void {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  mostHeld = Math.max(mostHeld, heapUsed + arrayBuffers);
  mostResident = Math.max(mostResident, rss);
}

function fifty(): Response {
  let made = 0;
  const pull = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
    if (made === TOTAL_BYTES) return controller.close();
    made += CHUNK_BYTES;
    if (made % (100 * CHUNK_BYTES) === 0) look();
    controller.enqueue(new Uint8Array(CHUNK_BYTES).fill(7));
  };
  const body = new ReadableStream<Uint8Array>({ pull }, { highWaterMark: 0 });
  return new Response(body, { headers: { "cache-control": "max-age=600" } });
}

const handlers: Readonly<Record<string, (request: Request) => Promise<Response>>> = {
  "/above": cachedHandler(fifty, { cache, name: "above", version: 1 }),
  "/below": cachedHandler(fifty, { cache, name: "below", version: 1, maxBodyBytes: 64 * MIB }),
};

async function answer(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname !== "/memory") return (await handlers[pathname]?.(request)) ?? new Response(null, { status: 404 });
  await cache.settled();
  look();
  const most = { held: mostHeld, resident: mostResident };
  mostHeld = 0;
  mostResident = 0;
  return Response.json(most);
}

serve({ fetch: answer, hostname: "127.0.0.1", port: 0 }, ({ port }) => {
  process.stdout.write(`${port}\n`);
});
// Nothing is left behind however the process that started it goes.
process.stdin.once("close", () => process.exit(0)).resume();
