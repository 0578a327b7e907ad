import type { Context, MiddlewareHandler, ValidationTargets } from "hono";
import { Hono } from "hono";
import { matchedRoutes } from "hono/route";
import type { Params, Result, Router } from "hono/router";
import type { H, RouterRoute } from "hono/types";
import { findTargetHandler, isMiddleware } from "hono/utils/handler";
import { speakFor, speakWhile } from "./speaking.ts";

/** A handler or middleware as it was registered. */
export type HandlerBehind = (...args: never[]) => unknown;

/** What the handlers behind a middleware made of one request. */
export interface Downstream {
  /** Unread. Its headers may be immutable, where a handler returns what `fetch()` gave it: copy before you change them. */
  readonly response: Response;
  /** What a handler threw, where `onError` of a sub-application, or a middleware behind, answered for it. */
  readonly error?: unknown;
  /** All of the variables (`c.var`) as they were in the end: those given, and those that the handlers set. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * Runs the handlers behind once. The request may differ from the visitor's in everything but its path. For a `HEAD`
 * request the response has no body, while Hono takes the routes of `GET`.
 *
 * @param leave is told all variables in the end, also where a handler threw
 * @throws what a handler threw, the same value, where nothing behind answered for it
 */
export type RunDownstream = (
  request: Request,
  variables: Readonly<Record<string, unknown>>,
  leave?: (variables: Readonly<Record<string, unknown>>) => void,
) => Promise<Downstream>;

/** What a run needs of the context that the middleware was called with, and that may be another later. */
interface Snapshot {
  readonly outer: Context;
  readonly index: number;
  readonly path: string;
  readonly env: unknown;
  readonly raw: Request;
  readonly bodyCache: Context["req"]["bodyCache"];
  readonly validated: readonly (readonly [target: Target, data: object])[];
  readonly layout: ReturnType<Context["getLayout"]>;
  readonly render: Context["render"];
  readonly notFound: Context["notFound"];
  /** What called the middleware in Hono's place, such as `every()`: it is to call it again. */
  readonly wrapper: H | undefined;
}

type Target = keyof ValidationTargets;

const TARGETS: readonly Target[] = ["json", "form", "query", "param", "header", "cookie"];
// What decodeURI() leaves encoded in a path, and decodeURIComponent() does not (ECMA-262 §19.2.6.2).
const RESERVED = /[%;/?:@&=+$,#]/g;
// Hono's middleware of that name is run again, so that getContext() finds the new context. Hono's build adds digits.
const CONTEXT_STORAGE = /^contextStorage\d*$/;
// Survives middlewares that copy the response or add headers, and not those that answer with a response of their own.
const THROWN = "autocache: thrown";

/**
 * Lists the functions behind the running middleware, in order. What `app.route()` composes with `onError` is unwrapped;
 * `onError` and `notFound` handlers are not among them, nor what is inside of `app.mount()` and `every()`.
 * Call it before `next()`, which moves the context on.
 */
export function handlersBehind(c: Context): readonly HandlerBehind[] {
  return routesBehind(c).map((route) => findTargetHandler(route.handler) as HandlerBehind);
}

/**
 * Gives the path pattern of the first function behind that takes no `next`, or else of the last one: "/products/:id".
 * With nothing behind it is the middleware's own. Call it before `next()`.
 */
export function routeBehind(c: Context): string {
  const behind = routesBehind(c);
  const route = behind.find(({ handler }) => !isMiddleware(findTargetHandler(handler))) ?? behind.at(-1);
  return (route ?? matchedRoutes(c)[c.req.routeIndex])?.path ?? "";
}

function routesBehind(c: Context): readonly RouterRoute[] {
  return matchedRoutes(c).slice(c.req.routeIndex + 1);
}

/**
 * Takes what is needed of `c` at once, and gives a function that runs the handlers behind in a context of their own: any
 * number of times, also after the response is sent. Call it before `next()`. Headers and a status that were prepared
 * on `c` do not reach the responses, and nothing is written to `c`.
 *
 * Two handlers are of the application and bound to `c`: `notFound`, and what `setRenderer()` was given. They run with
 * `c` speaking for the new context until their first `await`. From there on they see `c` itself: headers of theirs that
 * `c` has too are taken away, and once the visitor has the response, Hono may refuse them `c.header()`.
 *
 * @param self the middleware, which then may be called by another one, such as `every()`, whose own rest is behind it too:
 *   that one is run again, and when it calls `self`, with the variables as given here, `self` is to call `next()`
 */
export function downstreamOf(c: Context, self?: MiddlewareHandler): RunDownstream {
  const snapshot = takeSnapshot(c, self);
  return (request, variables, leave) => run(snapshot, request, variables, leave);
}

/** Tells whether no other middleware has had the context before: none has prepared anything for the answer. */
export function isFirst(c: Context, self: MiddlewareHandler): boolean {
  return c.req.routeIndex === 0 && wrapperOf(c, self) === undefined;
}

function wrapperOf(c: Context, self: MiddlewareHandler | undefined): H | undefined {
  const handler = matchedRoutes(c)[c.req.routeIndex]?.handler;
  return self !== undefined && handler !== undefined && findTargetHandler(handler) !== self ? handler : undefined;
}

function takeSnapshot(c: Context, self: MiddlewareHandler | undefined): Snapshot {
  return {
    wrapper: wrapperOf(c, self),
    outer: c,
    index: c.req.routeIndex,
    path: c.req.path,
    env: c.env,
    raw: c.req.raw,
    bodyCache: c.req.bodyCache,
    validated: TARGETS.flatMap((target) => {
      const data: object | undefined = c.req.valid(target as never);
      return data === undefined ? [] : [[target, data] as const];
    }),
    layout: c.getLayout(),
    render: c.render,
    notFound: c.notFound,
  };
}

/** Reads the parameters of one matched route, encoded as they were, since the new context decodes them again. */
function readParams(c: Context, index: number, path: string): Params {
  const { routeIndex } = c.req;
  const params: Params = Object.create(null);
  c.req.routeIndex = index;
  const decoded: Readonly<Record<string, string>> = c.req.param();
  c.req.routeIndex = routeIndex;
  for (const [name, value] of Object.entries(decoded)) {
    const isPlain = !value.includes("%") && path.includes(value);
    params[name] = isPlain ? value : value.replace(RESERVED, encodeURIComponent);
  }
  return params;
}

function readExecutionContext(c: Context): Context["executionCtx"] | undefined {
  try {
    return c.executionCtx;
  } catch {
    return undefined; // Outside of Workers and the like there is none, and the getter throws.
  }
}

/** One run: what its context is, what that context made, and what was thrown in it. */
interface Run {
  inner?: Context;
  thrown?: { readonly error: unknown };
  readonly made: WeakSet<object>;
}

async function run(
  snapshot: Snapshot,
  request: Request,
  variables: Readonly<Record<string, unknown>>,
  leave: (variables: Readonly<Record<string, unknown>>) => void = () => {},
): Promise<Downstream> {
  const { outer } = snapshot;
  const state: Run = { made: new WeakSet() };
  const enter: MiddlewareHandler = (c, next) => {
    state.inner = c;
    prepare(c, snapshot, variables, state.made);
    return snapshot.wrapper === undefined ? next() : snapshot.wrapper(c, next);
  };
  const app = new Hono({ router: new FixedRouter(snapshot, enter), getPath: () => snapshot.path });
  app.notFound((c) => speakFor(outer, c, state.made, snapshot.notFound));
  // As with Hono's own, middlewares behind see `c.error` and a response, and go on after `next()`.
  app.onError((error) => {
    state.thrown ??= { error };
    return new Response(null, { status: 500, statusText: THROWN });
  });
  const response = await app.fetch(request, snapshot.env as object, readExecutionContext(outer));
  const { error, var: final = {} } = state.inner ?? {};
  leave(final);
  if (state.thrown !== undefined && response.statusText === THROWN) throw state.thrown.error;
  return error === undefined ? { response, variables: final } : { response, variables: final, error };
}

/** Gives the new context what the middlewares before have put into theirs, except for headers and status. */
function prepare(
  c: Context,
  snapshot: Snapshot,
  variables: Readonly<Record<string, unknown>>,
  made: WeakSet<object>,
): void {
  const { layout, outer, render } = snapshot;
  for (const [name, value] of Object.entries(variables)) c.set(name, value);
  for (const [target, data] of snapshot.validated) c.req.addValidatedData(target, data);
  // A body is read once: who has the visitor's request shares what was read of it.
  if (c.req.raw === snapshot.raw) c.req.bodyCache = snapshot.bodyCache;
  if (layout !== undefined) c.setLayout((props) => speakWhile(outer, c, made, () => layout(props)));
  c.setRenderer((...args: Parameters<Context["render"]>) => speakFor(outer, c, made, () => render(...args)));
}

/** Matches what was matched already: same routes, same order, same parameters, with `enter` for the middleware. */
class FixedRouter implements Router<[H, RouterRoute]> {
  readonly name = "FixedRouter";
  readonly #snapshot: Snapshot;
  readonly #enter: MiddlewareHandler;

  constructor(snapshot: Snapshot, enter: MiddlewareHandler) {
    this.#snapshot = snapshot;
    this.#enter = enter;
  }

  add(): void {
    // Nothing is registered: the routes are those of the snapshot.
  }

  match(): Result<[H, RouterRoute]> {
    const { index, outer, path } = this.#snapshot;
    const handlerAt = (route: RouterRoute, position: number): H => {
      if (position > index) return route.handler;
      if (position === index) return this.#enter;
      return CONTEXT_STORAGE.test(findTargetHandler(route.handler).name) ? route.handler : pass;
    };
    return [
      matchedRoutes(outer).map((route, position) => [
        [handlerAt(route, position), route],
        readParams(outer, position, path),
      ]),
    ];
  }
}

const pass: MiddlewareHandler = (_, next) => next();
