import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { base64Length, fromBase64, fromBase64Url, isSameBytes, toBase64, toBase64Url } from "../src/bytes.ts";

const anyBytes = fc.uint8Array({ maxLength: 100 });
/** More than is written at once, and no multiple of three. */
const many = Uint8Array.from({ length: 20_000 }, (_, i) => (i * 7919) >> 3);

describe("base64", () => {
  it("is written as Node writes it, and read back", () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
        expect(toBase64Url(bytes)).toBe(Buffer.from(bytes).toString("base64url"));
        expect(fromBase64(toBase64(bytes))).toEqual(bytes);
        expect(fromBase64Url(toBase64Url(bytes))).toEqual(bytes);
        expect(base64Length(bytes.length)).toBe(toBase64(bytes).length);
      }),
    );
  });

  it("is of the part of a buffer that a view shows, however long", () => {
    expect(toBase64(many)).toBe(Buffer.from(many).toString("base64"));
    expect(fromBase64(toBase64(many.subarray(5, 19_000)))).toEqual(many.slice(5, 19_000));
  });

  it.each(["A", "A*==", "A=", "AQ==AQ==", "====", "_-_-"])("is not %s", (text) => {
    expect(() => fromBase64(text)).toThrow();
  });
});

describe("isSameBytes()", () => {
  it("compares each byte, and tells none from no bytes", () => {
    fc.assert(
      fc.property(anyBytes, anyBytes, (one, other) => {
        expect(isSameBytes(one, one.slice())).toBe(true);
        expect(isSameBytes(one, other)).toBe(one.join() === other.join());
      }),
    );
    expect(isSameBytes(undefined, undefined)).toBe(true);
    expect(isSameBytes(undefined, new Uint8Array(0))).toBe(false);
    expect(isSameBytes(new Uint8Array(0), undefined)).toBe(false);
  });
});
