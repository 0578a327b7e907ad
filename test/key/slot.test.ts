import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { slotText } from "../../src/key/slot.ts";

const LONG = 16_384;

describe("slotText()", () => {
  it("leaves a text alone whose characters V8 hashes", () => {
    for (const text of ["", "|a", "a".repeat(LONG - 1)]) expect(slotText(text)).toBe(text);
  });

  it("gives different texts to different texts, and the same to the same", () => {
    const piece = fc.constantFrom(" ", "|", "a", " |", "| ");
    const near = fc.tuple(fc.array(piece, { maxLength: 3 }), fc.array(piece, { maxLength: 3 }), fc.nat(3));
    const long = near.map(([before, after, more]) => before.join("") + "a".repeat(LONG + more) + after.join(""));
    const text = fc.oneof(
      long,
      fc.array(piece, { maxLength: 3 }).map((pieces) => pieces.join("")),
    );
    fc.assert(
      fc.property(text, text, (a, b) => (slotText(a) === slotText(b)) === (a === b)),
      { numRuns: 2_000 },
    );
  });

  it("gives long texts of one length many lengths, wherever they differ", () => {
    const texts = Array.from({ length: 1_000 }, (_, i) => `${"a".repeat(i * 16)}b${"a".repeat(LONG - i * 16)}`);
    expect(new Set(texts.map((text) => text.length)).size).toBe(1);
    expect(new Set(texts.map((text) => slotText(text).length)).size).toBeGreaterThan(700);
  });
});
