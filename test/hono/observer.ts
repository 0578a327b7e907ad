import type { Context, Hono, MiddlewareHandler } from "hono";
import { basePath, baseRoutePath, matchedRoutes, routePath } from "hono/route";
import { LinearRouter } from "hono/router/linear-router";
import { PatternRouter } from "hono/router/pattern-router";
import { RegExpRouter } from "hono/router/reg-exp-router";
import { TrieRouter } from "hono/router/trie-router";
import {
  type Downstream,
  downstreamOf,
  handlersBehind,
  routeBehind,
  type RunDownstream,
} from "../../adapters/hono/downstream.ts";

/** A middleware that answers with what a run of the handlers behind gave, and keeps what it takes to run them again. */
export class Observer {
  run: RunDownstream | undefined;
  first: Downstream | undefined;
  route: string | undefined;
  handlers: readonly unknown[] = [];
  variables: Record<string, unknown> = {};
  readonly middleware: MiddlewareHandler = async (c, _next) => {
    this.run = downstreamOf(c);
    this.route = routeBehind(c);
    this.handlers = handlersBehind(c);
    this.variables = { ...c.var };
    this.first = await this.run(c.req.raw, this.variables);
    for (const [name, value] of Object.entries(this.first.variables)) c.set(name, value);
    return this.first.response;
  };

  /** Runs the handlers again, when the response is long sent. */
  async again(request: Request | string = "http://localhost/"): Promise<Downstream> {
    if (this.run === undefined) throw new Error("The middleware has not run");
    return await this.run(typeof request === "string" ? new Request(request) : request, this.variables);
  }
}

export const through: MiddlewareHandler = (_, next) => next();

export async function read(
  response: Response,
): Promise<{ status: number; headers: Record<string, string>; body: string }> {
  return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
}

/** Asks the app three times: with `next()` for the middleware, with a run, and again after the response. */
export async function ask(build: (middleware: MiddlewareHandler) => Hono, path: string, init: RequestInit = {}) {
  const observer = new Observer();
  const url = `http://localhost${path}`;
  const real = await read(await build(through).request(url, init));
  const foreground = await read(await build(observer.middleware).request(url, init));
  const background = await read((await observer.again(new Request(url, init))).response);
  return { real, foreground, background, observer };
}

/** Writes down all that a handler can learn of its place. */
export function report(c: Context): Response {
  return c.json({
    param: c.req.param(),
    id: c.req.param("id"),
    path: c.req.path,
    method: c.req.method,
    routeIndex: c.req.routeIndex,
    routePath: routePath(c),
    routes: matchedRoutes(c).map((route) => `${route.method} ${route.path}`),
    baseRoutePath: baseRoutePath(c),
    basePath: basePath(c),
    query: c.req.queries(),
  });
}

export const NAMES = "different names for one segment";
export const TAIL = "a middleware of all routes";
export const SUB = "a sub-application";

/** The routers of Hono, and which of the places below they refuse with an UnsupportedPathError of their own. */
export const routers: Record<string, [make: () => object, ...refused: string[]]> = {
  SmartRouter: [() => ({})],
  RegExpRouter: [() => ({ router: new RegExpRouter<never>() }), NAMES],
  TrieRouter: [() => ({ router: new TrieRouter<never>() })],
  LinearRouter: [() => ({ router: new LinearRouter<never>() }), NAMES, TAIL, SUB],
  PatternRouter: [() => ({ router: new PatternRouter<never>() })],
};
