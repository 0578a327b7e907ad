import { type CacheEvent, createCache, memory } from "@autocache/edge";
import { routeCache } from "@autocache/edge/hono";
import { cachedHandler, type Handler, type HttpOptions } from "@autocache/edge/http";
import { workersKV, type WorkersKVNamespace } from "@autocache/edge/workers-kv";
import { Hono } from "hono";
import {
  type End,
  END_HEADER,
  type Facts,
  FLIGHT_TIMEOUT_MS,
  LEAVE_MS,
  MAX_BODY_BYTES,
  type Route,
} from "./protocol.ts";

interface Env {
  readonly CACHE: WorkersKVNamespace;
  readonly ORIGIN: string;
}

interface Context {
  readonly abort?: (reason: Error) => void;
}

interface Site {
  readonly handler: Handler<[Env]>;
  readonly events: CacheEvent["type"][];
}

const sites = new Map<string, Site>();

/** The cache of one path, so that what it tells is of that path alone. */
function siteOf(path: string, env: Env): Site {
  const known = sites.get(path);
  if (known !== undefined) return known;
  const route = path.split("/")[1] as Route;
  const events: CacheEvent["type"][] = [];
  const backend = route === "kv" || route === "hono" ? workersKV(env.CACHE) : memory();
  const options: HttpOptions = {
    cache: createCache({ backend, namespace: route, onEvent: ({ type }) => void events.push(type) }),
    name: "upstream",
    maxBodyBytes: route === "large" ? Infinity : MAX_BODY_BYTES,
    flightTimeout: route === "patient" ? "1h" : FLIGHT_TIMEOUT_MS,
  };
  const handler = route === "hono" ? application(options) : cachedHandler(upstream, options);
  const site = { handler, events };
  sites.set(path, site);
  return site;
}

function application({ cache, name }: HttpOptions): Handler<[Env]> {
  const app = new Hono<{ Bindings: Env }>();
  app.use(routeCache({ cache, name }));
  app.get("/*", (c) => upstream(c.req.raw, c.env));
  return (request, env) => app.fetch(request, env);
}

/** Answers with what the origin says, streamed through; `lies` says in advance how long it is, and is wrong. */
async function upstream(request: Request, env: Env): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const response = await fetch(env.ORIGIN + pathname);
  const length = searchParams.get("lies");
  if (length === null) return response;
  const headers = new Headers(response.headers);
  headers.set("content-length", length);
  return new Response(response.body, { headers });
}

async function aborted(context: Context): Promise<void> {
  context.abort?.(new Error("aborted on purpose"));
  // Where an abort does not end the request at once, it is over at the next turn.
  await sleep(1);
}

async function answer(request: Request, env: Env, context: Context): Promise<Response> {
  const { handler } = siteOf(new URL(request.url).pathname, env);
  const end = (request.headers.get(END_HEADER) ?? "response") as End;
  const response = handler(request, env);
  if (end === "response") return response;
  await sleep(LEAVE_MS);
  if (end === "throw") throw new Error("thrown on purpose");
  if (end === "abort") await aborted(context);
  return new Response("left");
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export default {
  async fetch(request: Request, env: Env, context: Context): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname !== "/facts") return answer(request, env, context);
    const { events } = siteOf(searchParams.get("path") ?? "", env);
    const facts: Facts = { events: events.splice(0), canAbort: typeof context.abort === "function" };
    return Response.json(facts);
  },
};
