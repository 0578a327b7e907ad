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

interface Answer {
  readonly status: number;
  readonly body: string;
  /** What the response cache says, without the key: `autocache;hit;ttl=59`. */
  readonly cacheStatus: string;
  readonly headers: Headers;
}

/** Asks a route whose response is cached as a whole. */
async function ask(route: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const response = await fetch(url + route, { headers });
  const cacheStatus = (response.headers.get("cache-status") ?? "").replace(/;key="[^"]*"/, "");
  return { status: response.status, body: await response.text(), cacheStatus, headers: response.headers };
}

const HIT = /^autocache;hit;ttl=\d+$/;
/** As a browser asks that opens a page. */
const PAGE = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

const copy = new ExampleCopy();
let url = "";
let path = "";

beforeAll(async () => {
  // Longer than these tests take.
  copy.edit("worker-example/responses.ts", /max-age=60"/g, 'max-age=3600"');
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

describe("the example Worker's cached responses", () => {
  beforeAll(async () => {
    await call(url, "/cache", { method: "DELETE" });
  });

  it("are stored for who opens a document, and go by the cache for who asks about its function", async () => {
    expect(await ask(path)).toMatchObject({ status: 200, cacheStatus: "autocache;fwd=bypass;detail=request" });
    const first = await ask(path, PAGE);
    expect(first.cacheStatus).toMatch(/^autocache;fwd=(?:uri-)?miss;stored;ttl=\d+$/);
    expect(first.headers.has("x-autocache")).toBe(false);
    const second = await ask(path, { accept: "text/html" });
    expect(second).toMatchObject({ status: 200, body: first.body, cacheStatus: expect.stringMatching(HIT) });
    expect(second.headers.get("cache-control")).toBe("no-cache");
    expect(second.headers.get("content-security-policy")).toBe("default-src 'self'");
  });

  it("of a document are invalidated with what its function made", async () => {
    await Promise.all([ask(path, PAGE), ask("/documents/wrangler.toml", PAGE)]);
    await call(url, path, { method: "DELETE" });
    expect((await ask(path, PAGE)).cacheStatus).toMatch(/^autocache;fwd=miss;stored/);
    expect((await ask("/documents/wrangler.toml", PAGE)).cacheStatus).toMatch(HIT);
    expect(await call(url, path)).toMatchObject({ verdict: "hit" });
  });

  it("do not hold what there is not", async () => {
    for (let i = 0; i < 2; i++) {
      expect(await ask("/documents/src/nothing.ts", PAGE)).toMatchObject({
        status: 404,
        cacheStatus: "autocache;fwd=uri-miss;detail=no-freshness",
      });
    }
  });

  it("are one for each language, however it is asked for", async () => {
    const [english, german] = [
      await ask("/overview"),
      await ask("/overview", { "accept-language": "de-AT, de;q=0.9" }),
    ];
    expect(english.body).toMatch(/^\d+ documents of [\d,]+ lines\n$/);
    expect(german.body).toMatch(/^\d+ Dokumente mit [\d.]+ Zeilen\n$/);
    expect(german.cacheStatus).toMatch(/^autocache;fwd=vary-miss;stored/);
    expect(await ask("/overview", { "accept-language": "de" })).toMatchObject({
      body: german.body,
      cacheStatus: expect.stringMatching(HIT),
    });
    expect(await ask("/overview", { "accept-language": "en-GB" })).toMatchObject({
      body: english.body,
      cacheStatus: expect.stringMatching(HIT),
    });
  });

  it("stream to who has asked first, and are whole for who asks next", async () => {
    const response = await fetch(`${url}/packages.ndjson`);
    const chunks = await Array.fromAsync(response.body?.pipeThrough(new TextDecoderStream()) ?? []);
    expect(chunks.length).toBeGreaterThan(1);
    const next = await ask("/packages.ndjson");
    expect(next).toMatchObject({ body: chunks.join(""), cacheStatus: expect.stringMatching(HIT) });
    expect(
      next.body
        .trim()
        .split("\n")
        .map((line) => (JSON.parse(line) as PackageAnswer).name),
    ).toContain("hono");
  });

  it("answer when they are stale, while a refresh runs behind them", async () => {
    const old = await ask("/badges/hono");
    let answer = old;
    const status = async (): Promise<string> => (answer = await ask("/badges/hono")).cacheStatus;
    await expect.poll(status, { interval: 500, timeout: 30_000 }).toMatch(/^autocache;hit;ttl=-\d+;detail=refreshing$/);
    expect(answer.body).toBe(old.body);
    await expect.poll(status, { timeout: 30_000 }).toMatch(HIT);
    expect(answer.body).not.toBe(old.body);
  });

  it("are a 304 for a browser that has them", async () => {
    const etag = (await ask("/")).headers.get("etag") ?? "";
    expect(etag).toMatch(/^"/);
    expect(await ask("/", { "cache-control": "max-age=60", "if-none-match": etag })).toMatchObject({
      status: 304,
      body: "",
      cacheStatus: expect.stringMatching(HIT),
    });
  });
});

describe("the example Worker's cached responses while it is edited", () => {
  const REBUILT = { timeout: 30_000 };

  it("are made anew by the routes that an edit reaches, and found again when it is taken back", async () => {
    const [overview, page] = [await ask("/overview"), await ask(path, PAGE)];
    let answer = overview;
    const body = async (): Promise<string> => (answer = await ask("/overview")).body;

    copy.edit("worker-example/overview.ts", "documents of", "documents with");
    await expect.poll(body, REBUILT).toBe(overview.body.replace(" of ", " with "));
    expect(answer.cacheStatus).toMatch(/^autocache;fwd=miss;stored;ttl=\d+$/);
    expect(await ask(path, PAGE)).toMatchObject({ body: page.body, cacheStatus: expect.stringMatching(HIT) });

    copy.edit("worker-example/overview.ts", "documents with", "documents of");
    await expect.poll(body, REBUILT).toBe(overview.body);
    expect(answer.cacheStatus).toMatch(HIT);
    expect(await ask(path, PAGE)).toMatchObject({ body: page.body, cacheStatus: expect.stringMatching(HIT) });
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
