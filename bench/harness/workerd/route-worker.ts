/** The Worker whose routes are compared: `/A/…` is the first one, `/B/…` the next. */
import type { KvNamespace, RouteHandler, RouteOrigin } from "../../candidate.ts";
import { records } from "../arguments.ts";
import type { Row } from "../question.ts";
import { messageOf } from "../survey.ts";
import type { Imports } from "./worker.ts";

/** A route that is there. */
export interface RoutePlace {
  readonly candidate: string;
  readonly label: string;
  /** Where it is. */
  readonly path: string;
  readonly isUncached: boolean;
  /** How often the body has been made so far. */
  readonly computations: number;
}

/** What the Worker tells of itself at `/routes`. */
export interface RouteList {
  readonly places: readonly RoutePlace[];
  readonly failed: readonly Row[];
  /** What every route answers. */
  readonly body: string;
}

interface Route extends Omit<RoutePlace, "path"> {
  readonly handler: RouteHandler;
  computations: number;
}

interface Context {
  waitUntil(work: Promise<unknown>): void;
}

const FIRST = "A".charCodeAt(0);
const HEADERS = { "content-type": "application/json", "cache-control": "public, max-age=3600" };
/** How often the body is made anew for one answer: some two milliseconds. */
const WORK = 18;

function makeBody(): string {
  return JSON.stringify(records(1));
}

/** Makes the Worker of all routes. */
export function routeWorkerOf(imports: Imports): {
  fetch(request: Request, bindings: { readonly KV: KvNamespace }, context: Context): Promise<Response> | Response;
} {
  const routes: Route[] = [];
  const failed: Row[] = [];
  let loading: Promise<void> | undefined;
  const load = async (): Promise<void> => {
    for (const [file, importCandidate] of Object.entries(imports)) {
      try {
        const { candidate } = await importCandidate();
        for (const entry of candidate.routes ?? []) {
          const route = {
            candidate: candidate.name,
            label: entry.label,
            isUncached: entry.isUncached ?? false,
            computations: 0,
          };
          routes.push(Object.assign(route, { handler: entry.create(originOf(route)) }));
        }
      } catch (error) {
        failed.push({ candidate: file, label: file, failure: messageOf(error) });
      }
    }
  };
  const list = async (): Promise<Response> => {
    await (loading ??= load());
    const places = routes.map(({ handler: _handler, ...route }, i): RoutePlace => {
      return { ...route, path: `/${String.fromCharCode(FIRST + i)}/products?page=1` };
    });
    return Response.json({ places, failed, body: makeBody() } satisfies RouteList);
  };
  return {
    fetch(request, { KV: kv }, context) {
      const { url } = request;
      const route = routes[url.charCodeAt(url.indexOf("/", "https://".length) + 1) - FIRST];
      if (route === undefined) return list();
      return route.handler(request, { kv, waitUntil: (work) => context.waitUntil(work) });
    },
  };
}

function originOf(route: { computations: number }): RouteOrigin {
  return {
    headers: HEADERS,
    value: () => {
      route.computations++;
      return records(1);
    },
    text: () => {
      route.computations++;
      let text = "";
      for (let i = 0; i < WORK; i++) text = JSON.stringify(JSON.parse(makeBody()));
      return text;
    },
  };
}
