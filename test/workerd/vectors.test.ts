import * as keys from "@autocache/edge/keys";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { check } from "../vectors/check.ts";
import vectors from "../vectors/keys.json" with { type: "json" };

describe("keys in workerd", () => {
  it("are those of the vectors", async () => {
    const { vectors: checked, failures } = await check(keys, vectors);
    expect(failures).toEqual([]);
    expect(checked).toBe(vectors.canonical.length + vectors.keys.length);
  });

  it("are not made of what a handler is given", () => {
    const { canonical } = keys;
    expect(() => canonical([env])).toThrow("Cannot build a cache key from args[0]");
    expect(() => canonical([{ cache: env.CACHE }])).toThrow(
      "Cannot build a cache key from args[0].cache: an instance of KvNamespace has no plain form",
    );
    // A service binding has a method of every name, each a call to another Worker.
    expect(() => canonical([env.ASSETS])).toThrow("args[0]: an instance of Fetcher has no plain form");
    expect(() => canonical([new Request("https://example.com")])).toThrow("args[0]: a Request is a stream");
    expect(() => canonical([new Response("a").body])).toThrow("args[0]: a stream can be read only once");
  });
});
