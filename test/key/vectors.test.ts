import canonicalize from "canonicalize";
import { createHash, createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createCache } from "../../src/index.ts";
import * as keys from "../../src/keys.ts";
import { TextBackend } from "../support/text-backend.ts";
import { CASES } from "../vectors/cases.ts";
import { check, type Vectors } from "../vectors/check.ts";
import json from "../vectors/keys.json" with { type: "json" };
import { makeVectors } from "../vectors/make.ts";
import { encode, frontOf, sha256 } from "./reference.ts";

const vectors: Vectors = json;

/** What `js` of a vector is the text of. */
function evaluate(js: string): readonly unknown[] {
  // oxlint-disable-next-line no-implied-eval, no-new-func
  return new Function(`return ${js}`)() as unknown[];
}

describe("the vectors", () => {
  it("are what this implementation makes", async () => {
    expect(await check(keys, vectors)).toEqual({
      vectors: vectors.canonical.length + vectors.keys.length,
      failures: [],
    });
    expect(await makeVectors()).toEqual({
      ...vectors,
      canonical: vectors.canonical.map((vector) => expect.objectContaining({ title: vector.title, text: vector.text })),
    });
  });

  it.each(vectors.canonical)("hold the canonical text of $js", ({ js, text }) => {
    expect(keys.canonical(evaluate(js))).toBe(text);
    expect(canonicalize(encode(evaluate(js)))).toBe(text);
  });

  it.each(vectors.versions)(
    "hold a version that can be computed otherwise: $title",
    async ({ source, fingerprint, deps, version }) => {
      const preimage = `[${[JSON.stringify(fingerprint ?? source), ...deps].join(",")}]`;
      expect(fingerprint !== undefined && deps.length === 0 ? fingerprint : sha256(preimage)).toBe(version);
    },
  );

  it.each(vectors.keys)(
    "hold a key that can be computed otherwise: $title",
    ({ namespace, name, version, args, captured, secret, key }) => {
      const values = [args, ...(captured === undefined ? [] : [captured])].map((text) => JSON.parse(text) as unknown);
      const preimage = canonicalize(["autocache", 1, name, String(version), ...values]) as string;
      const digest = secret === undefined ? createHash("sha256") : createHmac("sha256", secret);
      const front = frontOf(namespace, name, String(version));
      expect(`${front}:${digest.update(preimage).digest("base64url")}`).toBe(key);
      expect(Buffer.byteLength(key)).toBeLessThan(256);
    },
  );

  it.each(vectors.kept)(
    "hold the place of a value that is kept by hand: $stored",
    async ({ namespace, key, stored }) => {
      const backend = new TextBackend();
      await createCache({ backend, namespace }).set(key, 1);
      expect([...backend.texts.keys()]).toEqual([stored]);
    },
  );

  it("cover every row of the specification", () => {
    const text = vectors.canonical.map((vector) => vector.text).join("\n");
    const tags = [
      "undefined",
      "number",
      "bigint",
      "date",
      "url",
      "params",
      "headers",
      "regexp",
      "map",
      "set",
      "bytes",
      "key",
      "json",
      "utf16",
      "pairs",
    ];
    for (const tag of tags) expect(text).toContain(`{"$${tag}":`);
    expect(vectors.canonical.map(({ title }) => title)).toEqual(CASES.map(({ title }) => title));
    expect(new Set(vectors.keys.map(({ title }) => title)).size).toBe(vectors.keys.length);
  });
});

describe("check()", () => {
  it("finds an implementation that differs, or throws", async () => {
    const wrong = {
      canonical: (args: readonly unknown[]) => keys.canonical(args).replace("$date", "$time"),
      keyFor: async (parts: Parameters<typeof keys.keyFor>[0]) => {
        if (parts.secret !== undefined) throw new Error("mine");
        return `${await keys.keyFor(parts)}${parts.name === "products" ? "x" : ""}`;
      },
    };
    const { failures } = await check(wrong, vectors);
    const titles = failures.map((failure) => failure.split(":")[0]);
    expect(titles).toContain("an invalid date");
    expect(titles).toContain("another name");
    expect(failures).toContain("a secret: Error: mine");
    expect(failures.length).toBeLessThan(12);
  });

  it("finds vectors of another format, or too few of them", async () => {
    const { failures } = await check(keys, { ...vectors, format: 2, canonical: vectors.canonical.slice(1) });
    expect(failures).toContain("The format 2 is not 1");
    expect(failures).toContain("There are more cases, or fewer, than vectors");
    expect(failures).toContain('no arguments: Error: No argument list has the title "none"');
  });
});
