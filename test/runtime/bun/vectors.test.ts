import * as keys from "@autocache/edge/keys";
import { expect, test } from "bun:test";
import { check } from "../../vectors/check.ts";
import vectors from "../../vectors/keys.json" with { type: "json" };

test("keys are those of the vectors", async () => {
  const { vectors: checked, failures } = await check(keys, vectors);
  expect(failures).toEqual([]);
  expect(checked).toBe(vectors.canonical.length + vectors.keys.length);
});
