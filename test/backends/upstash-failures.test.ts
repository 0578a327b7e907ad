import { describe, expect, inject, it } from "vitest";
import { upstash, type UpstashCredentials } from "../../adapters/upstash.ts";
import type { Backend } from "../../src/backend.ts";
import { bothWays, listen, minute, noRetry, rejects, ways, WRONG } from "./upstash-ways.ts";

const { url, token } = inject("upstash");

describe("upstash() with a wrong token", () => {
  it.each(ways)("rejects with unauthorized, and says no token: by %s", async (_, make) => {
    const backend = upstash(make({ url, token: WRONG }));
    const message =
      /^Cannot run "\w+" on Upstash: the token has to be this database's REST token, .*: received .*WRONGPASS/;
    for (const work of everyOperation(backend)) await rejects(work(), "unauthorized", message);
  });

  it.each(ways)("understands a refusal in plain text: by %s", async (_, make) => {
    const server = await listen((__, response) => response.writeHead(401).end("Unauthorized"));
    const backend = upstash(make({ url: server.url, token: WRONG }));
    for (const work of everyOperation(backend)) await rejects(work(), "unauthorized", /received .*Unauthorized$/);
  });

  it.each(ways)("understands that a token may only read: by %s", async (_, make) => {
    const error = "NOPERM this user has no permissions to run the 'set' command";
    const server = await listen((__, response) => response.writeHead(400).end(JSON.stringify({ error })));
    const backend = upstash(make({ url: server.url, token: WRONG }));
    await rejects(backend.set("key", { text: "a" }, minute), "unauthorized", /one that may write: received .*NOPERM/);
  });
});

describe("upstash() with a server that fails", () => {
  it.each(bothWays)("rejects with backend-failed and a cause when nobody answers: by %s", async (_, make) => {
    const server = await listen(() => {});
    await server.close();
    const backend = upstash(make({ url: server.url, token }));
    for (const work of everyOperation(backend)) {
      const error = await rejects(
        work(),
        "backend-failed",
        /the server has to answer: received fetch failed \(.*ECONN/,
      );
      expect(error.cause).toBeInstanceOf(TypeError);
    }
  });

  it.each(bothWays)("rejects when the connection ends before the answer does: by %s", async (_, make) => {
    const server = await listen((request, response) => {
      response.writeHead(200, { "content-length": "1000" }).write('{"result":"~');
      setTimeout(() => request.socket.destroy(), 20);
    });
    await rejects(
      upstash(make({ url: server.url, token })).get("key"),
      "backend-failed",
      /^Cannot run "GET" on Upstash/,
    );
  });

  it.each([
    ["a page of HTML", 200, "<!doctype html><title>Login</title>"],
    ["nothing", 200, ""],
    ["half a JSON", 200, '{"result":"~secr'],
    ["JSON null", 200, "null"],
    ["a number", 200, "5"],
    ["an object without a result", 200, "{}"],
    ["an error as text", 500, "upstream connect error"],
    ["an error without a text", 503, ""],
    ["an error of Redis", 400, '{"error":"ERR max daily request limit exceeded. Limit: 500000"}'],
    ["an error with status 200", 200, '{"error":"ERR DB capacity quota exceeded"}'],
    ["an array for an object", 200, '[{"result":1}]'],
  ])("rejects every operation when it answers with %s", async (_, status, body) => {
    const server = await listen((__, response) => response.writeHead(status).end(body));
    for (const [, make] of bothWays) {
      const backend = upstash(make({ url: server.url, token }));
      for (const work of everyOperation(backend)) {
        const error = await rejects(work(), "backend-failed", /^Cannot run "\w+" on Upstash: .+: received .+/s);
        expect(error.message).not.toContain("secr");
      }
    }
  });

  it("tells the status and what the server said, in part if it is long", async () => {
    const server = await listen((_, response) => response.writeHead(500).end(`{"error":"ERR ${"x".repeat(500)}"}`));
    const error = await rejects(
      upstash({ url: server.url, token }).get("key"),
      "backend-failed",
      /received 500 ERR x+…$/,
    );
    expect(error.message.length).toBeLessThan(300);
  });

  it.each([
    ["too few answers", "[]"],
    ["an answer that failed", '[{"result":"OK"},{"error":"ERR OOM"}]'],
    ["an answer that is null", '[{"result":"OK"},null]'],
    ["an answer that is not OK", '[{"result":"OK"},{"result":null}]'],
  ])("rejects setMany when it answers a pipeline with %s", async (_, body) => {
    const server = await listen((__, response) => response.end(body));
    const two = new Map(["a", "b"].map((key) => [key, { text: "a" }]));
    await rejects(upstash({ url: server.url, token }).setMany?.(two, minute), "backend-failed", /^Cannot run "SET"/);
  });

  it.each([
    ["get of a list", '{"result":["~a"]}', (backend: Backend) => backend.get("key"), undefined],
    [
      "getMany of texts",
      '{"result":["~a","~b"]}',
      (backend: Backend) => backend.getMany?.(["key"]),
      new Map([["key", { text: "a" }]]),
    ],
  ])("makes no entry of %s", async (_, body, work, expected) => {
    const server = await listen((__, response) => response.end(body));
    expect(await work(upstash({ url: server.url, token }))).toEqual(expected);
  });

  it("shows no token that the server sends back", async () => {
    const server = await listen((request, response) => response.writeHead(502).end(JSON.stringify(request.headers)));
    const error = await rejects(upstash({ url: server.url, token: WRONG }).get("key"), "backend-failed", /\(token\)/);
    expect(error.message).not.toContain(WRONG);
  });

  it("shows no cached value that a client quotes in its error", async () => {
    const server = await listen((_, response) => response.writeHead(400).end('{"error":"ERR no"}'));
    const backend = upstash(noRetry({ url: server.url, token }));
    const error = await rejects(backend.set("key", { text: "secret" }, minute), "backend-failed", /received ERR no$/);
    expect(JSON.stringify([error.message, error.stack, String(error.cause)])).not.toContain("secret");
  });
});

describe("upstash() refuses when it is made", () => {
  it.each([
    [
      { url: undefined, token },
      'Cannot make an Upstash backend without its "url": it is a text, UPSTASH_REDIS_REST_URL in the Upstash console: received undefined',
    ],
    [
      { url, token: undefined },
      'Cannot make an Upstash backend without its "token": it is a text, UPSTASH_REDIS_REST_TOKEN in the Upstash console: received undefined',
    ],
    [
      { url, token: "" },
      'Cannot make an Upstash backend without its "token": it is a text, UPSTASH_REDIS_REST_TOKEN in the Upstash console: received an empty text',
    ],
  ])("missing credentials", (credentials, message) => {
    expect(() => upstash(credentials)).toThrow(expect.objectContaining({ code: "missing-binding", message }));
  });

  it.each([
    [{ url, token, retries: 3 }, 'Cannot make an Upstash backend: its options are url and token: received "retries"'],
    [
      undefined,
      "Cannot make an Upstash backend: it takes { url, token } or a Redis of @upstash/redis: received undefined",
    ],
    [
      { pipeline() {} },
      "Cannot make an Upstash backend of this client: it needs exec and pipeline, as in @upstash/redis 1.35 and later: received an object without them",
    ],
    [
      { url: "rediss://default:secret@name.upstash.io:6379", token },
      'Cannot make an Upstash backend of this "url": it is the REST URL, like "https://name.upstash.io", not the Redis one: received rediss:',
    ],
    [
      { url: "https://default:secret@name.upstash.io", token },
      'Cannot make an Upstash backend of this "url": it is the REST URL, like "https://name.upstash.io", not the Redis one: received https:',
    ],
    [
      { url, token: `${WRONG}\n` },
      'Cannot make an Upstash backend of this "token": it has no blanks: received one with blanks or control characters',
    ],
  ])("misuse %#", (database, message) => {
    expect(() => upstash(database as unknown as UpstashCredentials)).toThrow(new TypeError(message));
  });
});

function everyOperation(backend: Backend): (() => Promise<unknown> | undefined)[] {
  const one = new Map([["key", { text: "a" }]]);
  return [
    () => backend.get("key"),
    () => backend.set("key", { text: "a" }, minute),
    () => backend.getMany?.(["key"]),
    () => backend.setMany?.(one, minute),
    () => backend.list?.("key"),
  ];
}
