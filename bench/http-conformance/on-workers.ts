/** The application under test as a Worker. */
import { type Backend, createCache, memory } from "@autocache/edge";
import { cacheApi } from "@autocache/edge/cache-api";
import { workersKV } from "@autocache/edge/workers-kv";
import type { ExecutionContext, Hono } from "hono";
import { makeApp } from "./app.ts";
import type { BackendName, WorkersBindings } from "./bindings.ts";

const MAKERS: Readonly<Record<BackendName, (env: WorkersBindings) => Backend>> = {
  memory: () => memory(),
  "cache-api": () => cacheApi(),
  kv: (env) => workersKV(env.CACHE),
};

let app: Hono | undefined;

function makeAppOf(env: WorkersBindings): Hono {
  const cache = createCache({ backend: MAKERS[env.BACKEND](env) });
  return makeApp({ origin: env.ORIGIN, cache, options: JSON.parse(env.OPTIONS) });
}

export default {
  fetch(request: Request, env: WorkersBindings, context: ExecutionContext): Response | Promise<Response> {
    app ??= makeAppOf(env);
    return app.fetch(request, env, context);
  },
};
