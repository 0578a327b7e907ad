import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { open, seal } from "../src/entry.ts";
import { fromFrame, fromFrameOrText, toFrame } from "../src/frame.ts";

const wellFormed = fc.string({ unit: "binary", maxLength: 40 }).filter((text) => text.isWellFormed());
const envelope = fc.record({ text: wellFormed, bytes: fc.uint8Array({ maxLength: 40 }) });
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("toFrame()", () => {
  it("writes a zero byte, both lengths big-endian, the text and the bytes", () => {
    const frame = toFrame({ text: "é", bytes: new Uint8Array([0, 255]) });
    expect([...frame]).toEqual([0, 0, 0, 0, 2, 0, 0, 0, 2, 0xc3, 0xa9, 0, 255]);
  });

  it("fills its buffer, so that this can be written in its place", () => {
    const frame = toFrame({ text: "text", bytes: new Uint8Array(300).subarray(100, 200) });
    expect([frame.byteOffset, frame.buffer.byteLength]).toEqual([0, 9 + 4 + 100]);
  });

  it("begins as the text of no entry does", () => {
    const { text } = seal({ a: 1 }, { createdAt: 1, expiresAt: 2, tookMs: 0 }, "name");
    const frame = toFrame({ text, bytes: new Uint8Array(3) });
    expect(open({ text: new TextDecoder().decode(frame) })).toBeUndefined();
  });
});

describe("fromFrame()", () => {
  it("reads what toFrame() wrote, also where it is a part of a larger buffer", () => {
    fc.assert(
      fc.property(envelope, fc.nat(20), (written, before) => {
        const frame = toFrame(written);
        expect(fromFrame(frame)).toEqual(written);
        const larger = new Uint8Array(frame.length + before + 5).fill(7);
        larger.set(frame, before);
        expect(fromFrame(larger.subarray(before, before + frame.length))).toEqual(written);
      }),
    );
  });

  it("keeps a byte order mark at the start of the text", () => {
    expect(fromFrame(toFrame({ text: "\ufeffa", bytes: new Uint8Array(1) }))?.text).toBe("\ufeffa");
  });

  it("copies no bytes", () => {
    const frame = toFrame({ text: "text", bytes: new Uint8Array(5) });
    expect(fromFrame(frame)?.bytes.buffer).toBe(frame.buffer);
  });

  it("makes nothing of a frame that was cut off anywhere, or goes on", () => {
    fc.assert(
      fc.property(envelope, (written) => {
        const frame = toFrame(written);
        for (let length = 0; length < frame.length; length++) {
          expect(fromFrame(frame.subarray(0, length))).toBeUndefined();
        }
        expect(fromFrame(new Uint8Array([...frame, 0]))).toBeUndefined();
      }),
      { numRuns: 30 },
    );
  });

  it.each<[attack: string, bytes: Uint8Array]>([
    ["nothing", new Uint8Array(0)],
    ["a zero byte", new Uint8Array(1)],
    ["a text", utf8('{"autocache":1}')],
    ["another mark", Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0)],
    ["a length past the end", Uint8Array.of(0, 255, 255, 255, 255, 0, 0, 0, 0)],
    ["lengths that overflow 32 bits together", Uint8Array.of(0, 255, 255, 255, 255, 0, 0, 0, 1)],
    ["bytes past the end", Uint8Array.of(0, 0, 0, 0, 0, 127, 255, 255, 255)],
    ["a text that is no UTF-8", Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 0, 0, 0xff)],
    ["a text cut within a character", Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 0, 1, 0xc3, 0xa9)],
  ])("makes nothing of %s", (_, bytes) => {
    expect(fromFrame(bytes)).toBeUndefined();
  });

  it("makes nothing of any bytes but a frame, and throws for none", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30 }), (bytes) => {
        const read = fromFrame(bytes);
        if (read !== undefined) expect([...toFrame(read)]).toEqual([...bytes]);
      }),
    );
  });
});

describe("fromFrameOrText()", () => {
  it("reads a text that is no frame, a byte order mark and a zero byte with it", () => {
    for (const text of ["", "a", '{"autocache":1}', "\u0000", "\ufeffa", "日本語 𝒳"]) {
      expect(fromFrameOrText(utf8(text))).toEqual({ text });
    }
  });

  it("makes no entry of a frame that was cut off", () => {
    const sealed = seal("value", { createdAt: 1, expiresAt: Infinity, tookMs: 0 }, "name", new Uint8Array([1, 2, 3]));
    const frame = toFrame({ text: sealed.text, bytes: new Uint8Array([1, 2, 3]) });
    expect(open(fromFrameOrText(frame))).toBeDefined();
    for (let length = 0; length < frame.length; length++) {
      expect(open(fromFrameOrText(frame.subarray(0, length)))).toBeUndefined();
    }
  });
});
