import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answerRange } from "../../src/http/rfc/range.ts";

const MODIFIED = "Wed, 01 Jan 2020 00:00:00 GMT";
const DATE = "Wed, 01 Jan 2020 00:00:10 GMT";
const SIZE = 11;

interface Asked {
  readonly method?: string;
  readonly status?: number;
  readonly ifRange?: string;
  readonly stored?: Record<string, string>;
  readonly size?: number;
}

function answer(range: string | null, asked: Asked = {}): ReturnType<typeof answerRange> {
  const { method = "GET", status = 200, ifRange, stored = {}, size = SIZE } = asked;
  const headers = { ...(range !== null && { range }), ...(ifRange !== undefined && { "if-range": ifRange }) };
  return answerRange(new Request("https://example.com/", { method, headers }), status, new Headers(stored), size);
}

/** What is answered with, as text. */
function told(range: string | null, asked?: Asked): string {
  const found = answer(range, asked);
  return found === undefined ? "whole" : `${found.status} ${found.contentRange}`;
}

describe("answerRange()", () => {
  it("cuts out what is asked for, with an exclusive end", () => {
    expect(answer("bytes=2-4")).toEqual({ status: 206, start: 2, end: 5, contentRange: "bytes 2-4/11" });
  });

  it.each([
    ["bytes=0-1", "206 bytes 0-1/11"],
    ["bytes=0-0", "206 bytes 0-0/11"],
    ["bytes=1-", "206 bytes 1-10/11"],
    ["bytes=0-", "206 bytes 0-10/11"],
    ["bytes=-1", "206 bytes 10-10/11"],
    ["bytes=-11", "206 bytes 0-10/11"],
    ["bytes=-12", "206 bytes 0-10/11"],
    ["bytes=10-10", "206 bytes 10-10/11"],
    ["bytes=5-99", "206 bytes 5-10/11"],
    ["bytes=007-008", "206 bytes 7-8/11"],
    ["Bytes=0-1", "206 bytes 0-1/11"],
    ["bytes=,0-1 ,\t", "206 bytes 0-1/11"],
  ])("reads %o", (range, expected) => {
    expect(told(range)).toBe(expected);
  });

  it.each(["bytes=11-", "bytes=11-12", "bytes=99-", "bytes=-0", "bytes=-00"])(
    "refuses %o, which is past the end",
    (range) => {
      expect(answer(range)).toEqual({ status: 416, contentRange: "bytes */11" });
    },
  );

  it.each([
    "",
    "bytes",
    "bytes=",
    "bytes=-",
    "bytes=,",
    "bytes=1",
    "bytes=a-b",
    "bytes=1-a",
    "bytes=2-1",
    "bytes=+1-2",
    "bytes=0x1-2",
    "bytes=1.0-2",
    "bytes=1e1-",
    "bytes=1--2",
    "bytes=--1",
    "bytes=1 - 2",
    "bytes = 0-1",
    "bytes:0-1",
    "bytes=0-1;x",
    "bytes=\u00b2-",
    "items=0-1",
    "0-1",
  ])("ignores the malformed %o", (range) => {
    expect(told(range)).toBe("whole");
  });

  it("answers with the whole where several ranges are asked for", () => {
    expect(told("bytes=0-1,3-4")).toBe("whole");
    expect(told("bytes=0-1, bytes=3-4")).toBe("whole");
    expect(told("bytes=99-,100-")).toBe("whole");
  });

  it("answers with the whole where thousands of overlapping ranges are asked for (range amplification)", () => {
    expect(told(`bytes=0-${",0-".repeat(5000)}`)).toBe("whole");
  });

  it("is for GET alone, and for a stored 200", () => {
    expect(told(null)).toBe("whole");
    expect(told("bytes=0-1", { method: "HEAD" })).toBe("whole");
    expect(told("bytes=0-1", { method: "QUERY" })).toBe("whole");
    for (const status of [203, 206, 301, 404, 416, 500]) expect(told("bytes=0-1", { status })).toBe("whole");
  });

  it("knows an empty body", () => {
    expect(told("bytes=0-", { size: 0 })).toBe("416 bytes */0");
    expect(told("bytes=-0", { size: 0 })).toBe("416 bytes */0");
    expect(told("bytes=-5", { size: 0 })).toBe("whole");
  });

  it("survives numbers of any length (integer overflow)", () => {
    const huge = "9".repeat(5000);
    expect(told(`bytes=0-${huge}`)).toBe("206 bytes 0-10/11");
    expect(told(`bytes=-${huge}`)).toBe("206 bytes 0-10/11");
    expect(told(`bytes=${huge}-`)).toBe("416 bytes */11");
    expect(told(`bytes=${huge}-${huge}`)).toBe("416 bytes */11");
    expect(told("bytes=0-18446744073709551615")).toBe("206 bytes 0-10/11");
    expect(told("bytes=18446744073709551616-")).toBe("416 bytes */11");
    expect(told("bytes=-9007199254740993")).toBe("206 bytes 0-10/11");
  });

  it("stays within the body, whatever is asked for", () => {
    const number = fc.oneof(fc.nat(20).map(String), fc.bigInt({ min: 0n }).map(String), fc.constant(""));
    fc.assert(
      fc.property(number, number, fc.nat(20), (first, last, size) => {
        const found = answer(`bytes=${first}-${last}`, { size });
        if (found?.status !== 206) return;
        const isWithin = 0 <= found.start && found.start < found.end && found.end <= size;
        expect([isWithin, found.contentRange]).toEqual([true, `bytes ${found.start}-${found.end - 1}/${size}`]);
      }),
    );
  });

  it("finds the bytes that slicing finds", () => {
    const bytes = Array.from({ length: SIZE }, (_, i) => i);
    fc.assert(
      fc.property(fc.nat(SIZE - 1), fc.nat(30), fc.nat(30), (first, more, length) => {
        const slice = (range: string): number[] => {
          const found = answer(range);
          return found?.status === 206 ? bytes.slice(found.start, found.end) : [];
        };
        expect(slice(`bytes=${first}-${first + more}`)).toEqual(bytes.slice(first, first + more + 1));
        expect(slice(`bytes=${first}-`)).toEqual(bytes.slice(first));
        expect(slice(`bytes=-${length + 1}`)).toEqual(bytes.slice(-(length + 1)));
      }),
    );
  });
});

describe("answerRange() with If-Range", () => {
  const holds = (ifRange: string, stored: Record<string, string>): boolean =>
    answer("bytes=0-1", { ifRange, stored }) !== undefined;

  it("wants the same strong tag", () => {
    expect(holds('"a"', { etag: '"a"' })).toBe(true);
    expect(holds('"b"', { etag: '"a"' })).toBe(false);
    expect(holds('"a"', {})).toBe(false);
  });

  it.each(['W/"a"', "a", '"a", "b"', "*", ""])("does not hold with %o, even where it is what is stored", (tag) => {
    expect(holds(tag, { etag: tag, "last-modified": MODIFIED, date: DATE })).toBe(false);
    expect(holds(tag, { etag: '"a"' })).toBe(false);
  });

  it("wants the same date, and that one strong", () => {
    expect(holds(MODIFIED, { "last-modified": MODIFIED, date: DATE })).toBe(true);
    expect(holds(DATE, { "last-modified": MODIFIED, date: DATE })).toBe(false);
    expect(holds(MODIFIED, { "last-modified": MODIFIED, date: MODIFIED })).toBe(false);
    expect(holds(MODIFIED, { "last-modified": MODIFIED })).toBe(false);
    expect(holds("never", { "last-modified": "never", date: DATE })).toBe(false);
  });

  it("answers with the whole, not with 416, where it does not hold", () => {
    expect(told("bytes=99-", { ifRange: '"b"', stored: { etag: '"a"' } })).toBe("whole");
  });
});
