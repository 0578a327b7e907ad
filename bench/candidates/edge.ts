/** This package, built, by its own name. */
import { type Backend, cached, createCache, memory, tiered } from "@autocache/edge";
import { routeCache } from "@autocache/edge/hono";
import { cachedHandler } from "@autocache/edge/http";
import { canonical, keyFor } from "@autocache/edge/keys";
import { Hono } from "hono";
import { decodeTagged, type EncodedValue, encodeValue } from "../../src/codec.ts";
import { type BundleEntry, type Candidate, CAPACITY, type CodecEntry, type FunctionEntry } from "../candidate.ts";

// The version is given, as the build plugin does.
const FUNCTION = { name: "measured", version: "1", ttl: "1h" } as const;

/** A backend that has nothing and keeps nothing: what is left is what the cache does to ask it. */
function emptyBackend(): Backend {
  return {
    name: "empty",
    capabilities: {
      minTtlMs: 1,
      ttlStepMs: 1,
      maxKeyBytes: 512,
      maxValueBytes: 1_000_000,
      consistency: "strong",
      local: false,
      binary: false,
    },
    get: async () => undefined,
    set: async () => {},
    delete: async () => {},
  };
}

const functions: readonly FunctionEntry[] = [
  {
    label: "@autocache/edge cached()",
    keying: "own",
    setUp: (origin) => cached(origin, { ...FUNCTION, backend: memory({ maxEntries: CAPACITY }) }),
  },
  {
    label: "@autocache/edge cached(), all policies and events",
    keying: "own",
    setUp(origin) {
      let events = 0;
      const cache = createCache({ backend: memory({ maxEntries: CAPACITY }), onEvent: () => events++ });
      return cache.cached(origin, { ...FUNCTION, swr: "1h", staleIfError: "1d" });
    },
  },
  {
    label: "@autocache/edge cached(), memory and a backend",
    keying: "own",
    setUp(origin) {
      const cache = createCache({ backend: tiered([memory({ maxEntries: CAPACITY }), emptyBackend()]) });
      return cache.cached(origin, FUNCTION);
    },
  },
];

// Not an entry point of the package: of the sources, which the build only joins.
const codec: CodecEntry<EncodedValue> = {
  label: "@autocache/edge values",
  encode: (value) => encodeValue(value, "value"),
  decode: ({ form, text }) => {
    const json: unknown = JSON.parse(text);
    return form === "plain" ? json : decodeTagged(json);
  },
};

const CACHED = 'export { cached } from "@autocache/edge";';

function onTop(label: string, subpath: string, name: string): BundleEntry {
  return {
    label: `@autocache/edge ${label}`,
    code: `export { ${name} } from "@autocache/edge/${subpath}";`,
    besides: CACHED,
    peers: ["hono", "@upstash/redis"],
  };
}

const bundles: readonly BundleEntry[] = [
  { label: "@autocache/edge cached()", code: CACHED },
  {
    label: "@autocache/edge createCache(), tiered()",
    code: 'export { createCache, memory, tiered } from "@autocache/edge";',
  },
  { label: "@autocache/edge canonical(), keyFor()", code: 'export { canonical, keyFor } from "@autocache/edge/keys";' },
  onTop("workersKV(), on top", "workers-kv", "workersKV"),
  onTop("cacheApi(), on top", "cache-api", "cacheApi"),
  onTop("upstash(), on top", "upstash", "upstash"),
  onTop("cachedHandler(), on top", "http", "cachedHandler"),
  onTop("routeCache(), on top", "hono", "routeCache"),
];

export const candidate: Candidate = {
  name: "@autocache/edge",
  packages: ["@autocache/edge"],
  functions,
  texts: [{ label: "@autocache/edge canonical()", encode: (args) => canonical(args) }],
  keys: [
    {
      label: "@autocache/edge keyFor()",
      keyOf: (args) => keyFor({ namespace: "bench", name: "measured", version: "1", args }),
    },
  ],
  codecs: [codec as CodecEntry],
  bundles,
  routes: [
    {
      label: "@autocache/edge cached(), bytes",
      create({ text, headers }) {
        const encoder = new TextEncoder();
        const bytes = cached(async (_url: string) => encoder.encode(text()), { ...FUNCTION, backend: memory() });
        return async (request) => new Response(await bytes(request.url), { headers });
      },
    },
    {
      label: "@autocache/edge cached(), a value",
      create({ value, headers }) {
        const values = cached(async (_url: string) => value(), { ...FUNCTION, backend: memory() });
        return async (request) => new Response(JSON.stringify(await values(request.url)), { headers });
      },
    },
    {
      label: "@autocache/edge cachedHandler()",
      create({ text, headers }) {
        const make = async (_request: Request): Promise<Response> => new Response(text(), { headers });
        return cachedHandler(make, { name: "handler", version: "1", cache: createCache() });
      },
    },
    {
      label: "@autocache/edge routeCache(), in Hono",
      create({ text, headers }) {
        const app = new Hono();
        app.use(routeCache({ name: "route", version: "1", cache: createCache() }));
        app.get("*", (c) => c.body(text(), 200, headers));
        return (request) => app.fetch(request);
      },
    },
  ],
};
