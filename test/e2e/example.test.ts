import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call, computations, ExampleCopy, largestSource } from "./example-copy.ts";

interface PackageAnswer {
  readonly name: string;
  readonly call: { readonly verdict: string; readonly backend?: string };
}

async function packageVerdicts(url: string): Promise<Map<string, string>> {
  const answers = JSON.parse((await call(url, "/packages")).body) as PackageAnswer[];
  return new Map(answers.map(({ name, call: { verdict } }) => [name, verdict]));
}

const copy = new ExampleCopy();
let url = "";
let path = "";

beforeAll(async () => {
  url = await copy.serve();
  path = `/documents/${await largestSource(url)}`;
});
afterAll(() => copy.remove());

describe("the example Worker", () => {
  it("computes a document once and serves the same bytes again as a hit", async () => {
    const miss = await call(url, path);
    const hits = [];
    for (let i = 0; i < 20; i++) hits.push(await call(url, path));
    expect(miss).toMatchObject({ status: 200, verdict: "miss", backend: undefined });
    for (const hit of hits) {
      expect(hit).toMatchObject({ status: 200, verdict: "hit", backend: "memory", body: miss.body, key: miss.key });
    }
    expect(await computations(url)).toEqual({ renderDocument: 1 });
    const hitMs = hits.map(({ timeMs }) => timeMs).toSorted((a, b) => a - b)[10] ?? Number.NaN;
    const ratio = (miss.timeMs / hitMs).toFixed(0);
    console.log(`${path}: miss ${miss.timeMs.toFixed(0)} ms, hit ${hitMs.toFixed(1)} ms (median of 20), ${ratio}×`);
  });

  it("highlights code and leaves no inline style in it", async () => {
    const { body } = await call(url, path);
    expect(body).toMatch(/<span class="t-keyword">/);
    expect(body).not.toMatch(/style=/);
  });

  it("answers 404 for a document or package that it does not have", async () => {
    for (const unknown of ["/documents/src/nothing.ts", "/documents/../package.json", "/packages/left-pad"]) {
      for (const method of ["GET", "DELETE"])
        expect(await call(url, unknown, { method })).toMatchObject({ status: 404 });
    }
  });

  it("asks the upstream once for callers at the same time", async () => {
    const before = (await computations(url))["packageFacts"] ?? 0;
    const calls = await Promise.all(Array.from({ length: 8 }, () => call(url, "/packages/hono")));
    expect(new Set(calls.map(({ body }) => body)).size).toBe(1);
    expect((await computations(url))["packageFacts"]).toBe(before + 1);
  });

  it("caches each package of the dashboard by itself", async () => {
    await call(url, "/cache", { method: "DELETE" });
    const first = await packageVerdicts(url);
    expect(first.size).toBeGreaterThanOrEqual(10);
    expect(new Set(first.values())).toEqual(new Set(["miss"]));
    expect(new Set((await packageVerdicts(url)).values())).toEqual(new Set(["hit"]));

    await call(url, "/packages/@upstash/redis", { method: "DELETE" });
    const third = await packageVerdicts(url);
    expect([...third].filter(([, verdict]) => verdict === "miss")).toEqual([["@upstash/redis", "miss"]]);
  });

  it("invalidates one document and leaves the others", async () => {
    await call(url, path);
    await call(url, "/documents/wrangler.toml");
    expect(await call(url, path, { method: "DELETE" })).toMatchObject({ status: 204 });
    expect(await call(url, path)).toMatchObject({ verdict: "miss" });
    expect(await call(url, "/documents/wrangler.toml")).toMatchObject({ verdict: "hit" });
  });

  it("clears everything at once", async () => {
    await call(url, path);
    await packageVerdicts(url);
    expect(await call(url, "/cache", { method: "DELETE" })).toMatchObject({ status: 204 });
    expect(await call(url, path)).toMatchObject({ verdict: "miss" });
    expect(new Set((await packageVerdicts(url)).values())).toEqual(new Set(["miss"]));
  });
});

describe("the example Worker after a restart with its state kept", () => {
  const seen = { document: "", facts: "" };

  beforeAll(async () => {
    seen.document = (await call(url, path)).body;
    seen.facts = (await call(url, "/packages/hono")).body;
  });

  it("answers from Workers KV and the Cache API, and computes nothing", async () => {
    url = await copy.serve();
    expect(await call(url, path)).toMatchObject({ verdict: "hit", backend: "workers-kv", body: seen.document });
    expect(await call(url, "/packages/hono")).toMatchObject({ verdict: "hit", backend: "cache-api", body: seen.facts });
    expect(await computations(url)).toEqual({});
  });

  it("copies what it found into memory", async () => {
    expect(await call(url, path)).toMatchObject({ verdict: "hit", backend: "memory" });
    expect(await call(url, "/packages/hono")).toMatchObject({ verdict: "hit", backend: "memory" });
  });

  it("does not reach entries of a function whose body changed, and still reaches those of the other", async () => {
    copy.edit("worker-example/documents.ts", ".text();\n", '.text();\n    if (source === "") return "";\n');
    url = await copy.serve();
    expect(await call(url, path)).toMatchObject({ verdict: "miss", body: seen.document });
    expect(await call(url, "/packages/hono")).toMatchObject({ verdict: "hit", backend: "cache-api" });
    expect(await computations(url)).toEqual({ renderDocument: 1 });
  });

  it("does not reach entries of a function whose dependency changed", async () => {
    copy.edit("worker-example/highlight.ts", "source.trimEnd()", "source.trimEnd().normalize()");
    url = await copy.serve();
    expect(await call(url, path)).toMatchObject({ verdict: "miss" });
    expect(await call(url, "/packages/hono")).toMatchObject({ verdict: "hit", backend: "cache-api" });
  });

  it("reaches the first entries again when the changes are taken back", async () => {
    copy.edit("worker-example/documents.ts", '    if (source === "") return "";\n', "");
    copy.edit("worker-example/highlight.ts", ".normalize()", "");
    url = await copy.serve();
    expect(await call(url, path)).toMatchObject({ verdict: "hit", backend: "workers-kv", body: seen.document });
    expect(await computations(url)).toEqual({});
  });
});

describe("the example Worker without its KV binding", () => {
  const incomplete = new ExampleCopy();
  afterAll(() => incomplete.remove());

  it("says which binding is missing and how to add it", async () => {
    incomplete.edit("wrangler.toml", /\[\[kv_namespaces]]\n(?:.+\n)+/, "");
    const address = await incomplete.serve();
    const { status, body } = await call(address, "/documents/wrangler.toml");
    expect(status).toBe(500);
    expect(body).toMatch(/CACHE/);
    expect(body).toMatch(/wrangler\.toml/);
    expect(await call(address, "/packages/hono")).toMatchObject({ status: 200, verdict: "miss" });
  });
});
