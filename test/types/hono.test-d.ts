import { type Context, Hono } from "hono";
import { hc } from "hono/client";
import { validator } from "hono/validator";
import { describe, expectTypeOf, it } from "vitest";
import {
  routeCache,
  type RouteCache,
  type RouteCacheInfo,
  type RouteCacheOptions,
  type RouteCacheVariables,
} from "../../adapters/hono.ts";

interface AppEnv {
  readonly Bindings: { readonly REGION: string };
  readonly Variables: { readonly user: { readonly id: string } };
}

describe('c.get("cache")', () => {
  it("is known behind app.use()", () => {
    new Hono().use(routeCache()).get("/", (c) => {
      expectTypeOf(c.get("cache")).toEqualTypeOf<RouteCacheInfo>();
      expectTypeOf(c.var.cache).toEqualTypeOf<RouteCacheInfo>();
      return c.text("");
    });
    new Hono().use("/shop/*", routeCache({ ttl: "1m" })).get("/shop/:id", (c) => {
      expectTypeOf(c.get("cache").tag).parameters.toEqualTypeOf<string[]>();
      expectTypeOf(c.get("cache").isBackground).toEqualTypeOf<boolean>();
      return c.text("");
    });
  });

  it("is known to a handler of the same route, beside its parameters and what was validated", () => {
    const page = validator("query", () => ({ page: 1 }));
    new Hono<AppEnv>().get("/products/:id", routeCache({ ttl: "1m" }), page, (c) => {
      expectTypeOf(c.get("cache")).toEqualTypeOf<RouteCacheInfo>();
      expectTypeOf(c.req.param("id")).toEqualTypeOf<string>();
      expectTypeOf(c.req.valid("query")).toEqualTypeOf<{ page: number }>();
      expectTypeOf(c.var.user.id).toEqualTypeOf<string>();
      expectTypeOf(c.env.REGION).toEqualTypeOf<string>();
      return c.text("");
    });
  });

  it("is known to a middleware before, of an application that says so", () => {
    new Hono<{ Variables: RouteCacheVariables }>().use(async (c, next) => {
      await next();
      expectTypeOf(c.get("cache").verdict).toEqualTypeOf<
        "hit" | "stale" | "validated" | "miss" | "bypass" | undefined
      >();
      expectTypeOf(c.get("cache").ageMs).toEqualTypeOf<number | undefined>();
    });
  });
});

describe("the options of a route", () => {
  it("know the response and the context, which may be asked for anything", () => {
    new Hono<AppEnv>().get(
      "/",
      routeCache({
        ttl: (response, c) => {
          expectTypeOf(response).toEqualTypeOf<Response>();
          expectTypeOf(c).toEqualTypeOf<Context>();
          return response.ok ? "1m" : 0;
        },
        tags: (_, c) => [`user:${c.get("user").id}`],
        key: (c) => [c.req.path, c.get("user")],
        bypass: (c) => c.req.header("x-preview") !== undefined,
      }),
      (c) => c.text(c.var.user.id),
    );
  });

  it("know the context's own types, where the application's are given", () => {
    const caching = routeCache<AppEnv>({
      ttl: (_, c) => {
        expectTypeOf(c.var.user).toEqualTypeOf<{ readonly id: string }>();
        return "1m";
      },
      key: (c) => {
        expectTypeOf(c.env.REGION).toEqualTypeOf<string>();
        return [c.env.REGION, c.req.path];
      },
      // @ts-expect-error the application has no such variable
      bypass: (c) => c.get("admin") === true,
    });
    expectTypeOf(caching).toEqualTypeOf<RouteCache>();
    new Hono<AppEnv>().get("/", caching, (c) => {
      expectTypeOf(c.get("cache")).toEqualTypeOf<RouteCacheInfo>();
      return c.text(c.var.user.id);
    });
  });

  it("are no others", () => {
    // @ts-expect-error no such option
    routeCache({ maxAge: 60 });
    // @ts-expect-error no such unit
    routeCache({ ttl: "1 fortnight" });
    // @ts-expect-error a list of names
    routeCache({ tags: "all" });
    // @ts-expect-error no promise: what is cached is decided at once
    routeCache({ bypass: async () => true });
    // @ts-expect-error what the build adds is its own
    routeCache({}, { fp: "one" });
    expectTypeOf<RouteCacheOptions>().toExtend<{ readonly swr?: unknown }>();
  });
});

describe("a client", () => {
  it("knows cached routes as if they were not", () => {
    const plain = new Hono().get("/items/:id", (c) => c.json({ id: c.req.param("id"), price: 1 }));
    const cached = new Hono().get("/items/:id", routeCache({ ttl: "1m" }), (c) =>
      c.json({ id: c.req.param("id"), price: 1 }),
    );
    const behind = new Hono().use(routeCache()).get("/items/:id", (c) => c.json({ id: c.req.param("id"), price: 1 }));
    const client = hc<typeof plain>("http://localhost");
    expectTypeOf(hc<typeof cached>("http://localhost")).toEqualTypeOf(client);
    expectTypeOf(hc<typeof behind>("http://localhost")).toEqualTypeOf(client);
  });
});
