import { describe, expect, inject, it } from "vitest";
import { upstash } from "../../adapters/upstash.ts";
import type { Backend } from "../../src/backend.ts";
import { memory } from "../../src/memory.ts";
import { tiered } from "../../src/tiers.ts";
import { counted } from "../support/backends.ts";
import { TextBackend } from "../support/text-backend.ts";
import { CASES, expectedOf, expectedOfUnstored, MEBIBYTE, play } from "./answer-table.ts";
import { type Counted, testOperations } from "./response-operations.ts";

const credentials = (): { url: string; token: string } => {
  const { url, token } = inject("upstash");
  return { url, token };
};

const BACKENDS: Readonly<Record<string, () => Backend>> = {
  "memory()": () => memory(),
  "upstash()": () => upstash(credentials()),
  "a backend that keeps only text": () => new TextBackend(),
  "tiered([memory(), upstash()])": () => tiered([memory(), upstash(credentials())]),
  "tiered([memory(), a backend that keeps only text])": () => tiered([memory(), new TextBackend()]),
  "tiered([a backend that keeps only text, memory()])": () => tiered([new TextBackend(), memory()]),
};

describe.each(Object.entries(BACKENDS))("responses from %s", (_, create) => {
  it.each(CASES)("are the same, byte for byte: $title", async (one) => {
    expect(await play(create(), one)).toEqual(expectedOf(one));
  });
});

describe("a response that a backend does not take", () => {
  it("is a mebibyte for none but Upstash", async () => {
    const others = Object.entries(BACKENDS).filter(([name]) => name !== "upstash()");
    for (const [, create] of others) expect(await play(create(), MEBIBYTE)).toEqual(expectedOf(MEBIBYTE));
  });

  it("comes from the handler each time, the same byte for byte", async () => {
    const gets = { ...MEBIBYTE, asks: MEBIBYTE.asks.filter(({ method }) => method !== "HEAD") };
    expect(await play(upstash(credentials()), gets)).toEqual(expectedOfUnstored(MEBIBYTE));
  });
});

function countedAs(create: () => Backend): () => Counted {
  return () => {
    const backend = counted(create());
    const count = (made: readonly string[], name: string): number => made.filter((each) => each === name).length;
    return {
      backend,
      take: () => {
        const made = backend.operations.splice(0);
        expect(made).not.toContain("delete");
        return { reads: count(made, "get"), writes: count(made, "set") };
      },
    };
  };
}

testOperations(
  "a backend that keeps only text",
  countedAs(() => new TextBackend()),
);
testOperations(
  "a stack",
  countedAs(() => tiered([memory(), new TextBackend()])),
);
