import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Imports } from "../scripts/size/entries.ts";
import { bundleWithEsbuild, bundleWithRollup } from "../scripts/size/modules.ts";

interface Case {
  readonly imports: Imports;
  /** A source that it cannot do without: the proof that sources are seen at all. */
  readonly brings: string;
  /** Files, and folders that end in "/", of which nothing may be in the bundle. */
  readonly leavesOut: readonly string[];
}

const ADAPTERS = ["adapters/cache-api.ts", "adapters/upstash", "adapters/workers-kv.ts"];
const NEVER = ["adapters/plugin/", "test/"];

/** What an import may not bring. Add a file as soon as the core does without it. */
const CASES: readonly Case[] = [
  {
    imports: { ".": "{ cached }" },
    brings: "src/read-path.ts",
    leavesOut: [
      "src/http/",
      "src/hand-kept.ts",
      "src/cached-batch.ts",
      "src/cache.ts",
      "src/store.ts",
      "src/tags.ts",
      "src/own-stamps.ts",
      "src/reader.ts",
      "src/size.ts",
      "src/prepare.ts",
      "src/around.ts",
      "src/frame.ts",
      "src/batch.ts",
      "src/bulk.ts",
      "src/folding.ts",
      "src/guard.ts",
      "src/tiers.ts",
      "adapters/",
      ...NEVER,
    ],
  },
  {
    imports: { ".": "{ createCache, memory }" },
    brings: "src/memory.ts",
    leavesOut: ["src/http/", "src/tiers.ts", "src/cached.ts", "adapters/", ...NEVER],
  },
  {
    imports: { "./keys": "{ canonical, keyFor }" },
    brings: "src/key/canonical.ts",
    leavesOut: [
      "src/http/",
      "src/cache.ts",
      "src/read-path.ts",
      "src/memory.ts",
      "src/codec.ts",
      "adapters/",
      ...NEVER,
    ],
  },
  {
    imports: { "./http": "{ cachedHandler }" },
    brings: "src/http/rfc/verdict.ts",
    leavesOut: ["src/tiers.ts", "src/http/fetch.ts", "src/http/redirects.ts", "adapters/", ...NEVER],
  },
  {
    imports: { "./hono": "{ routeCache }" },
    brings: "adapters/hono.ts",
    leavesOut: ["src/tiers.ts", "src/http/fetch.ts", ...ADAPTERS, ...NEVER],
  },
  {
    imports: { "./upstash": "{ upstash }" },
    brings: "adapters/upstash.ts",
    leavesOut: [
      "src/http/",
      "src/cache.ts",
      "src/read-path.ts",
      "adapters/cache-api.ts",
      "adapters/workers-kv.ts",
      ...NEVER,
    ],
  },
  {
    imports: { "./workers-kv": "{ workersKV }" },
    brings: "adapters/workers-kv.ts",
    leavesOut: ["src/http/", "src/cache.ts", "src/read-path.ts", "adapters/cache-api.ts", "adapters/upstash", ...NEVER],
  },
  {
    imports: { "./cache-api": "{ cacheApi }" },
    brings: "adapters/cache-api.ts",
    leavesOut: [
      "src/http/",
      "src/cache.ts",
      "src/read-path.ts",
      "adapters/upstash",
      "adapters/workers-kv.ts",
      ...NEVER,
    ],
  },
];

const bundlers = { esbuild: bundleWithEsbuild, rollup: bundleWithRollup };

describe.for(Object.entries(bundlers))("a bundle that %s makes", ([, bundle]) => {
  it.for(CASES)("of $imports leaves out what it does not need", async ({ imports, brings, leavesOut }) => {
    const sources = [...(await bundle(imports)).keys()];
    expect(sources).toContain(brings);
    expect(sources.filter((source) => leavesOut.some((left) => source.startsWith(left)))).toEqual([]);
  });

  it("has what it is said to leave out, where a program imports that", async () => {
    const shares = await bundle({ ".": "*", "./http": "*", "./upstash": "*" });
    expect([...shares.keys()]).toEqual(
      expect.arrayContaining(["src/tiers.ts", "src/http/fetch.ts", "adapters/upstash.ts"]),
    );
  });
});

describe("the list of what is left out", () => {
  it("names files that there are", () => {
    const named = CASES.flatMap(({ leavesOut }) => leavesOut);
    expect(named.filter((name) => !existsSync(name) && !existsSync(`${name}.ts`))).toEqual([]);
  });
});
