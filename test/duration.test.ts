import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Duration, parseDuration } from "../src/index.ts";

describe("parseDuration()", () => {
  it.each<[Duration, number]>([
    [0, 0],
    [0.5, 0.5],
    [300_000, 300_000],
    [Infinity, Infinity],
    ["forever", Infinity],
    ["0s", 0],
    ["500ms", 500],
    ["30s", 30_000],
    ["5m", 300_000],
    ["1.5h", 5_400_000],
    ["7d", 604_800_000],
    ["2w", 1_209_600_000],
    ["007s", 7_000],
  ])("reads %o as %d ms", (duration, ms) => {
    expect(parseDuration(duration, "ttl")).toBe(ms);
  });

  it.each<[number, string]>([
    [-1, "-1"],
    [Number.NaN, "NaN"],
    [-Infinity, "-Infinity"],
  ])("refuses the number %d", (duration, received) => {
    expect(() => parseDuration(duration, 'ttl of "product"')).toThrow(
      new RangeError(`Cannot use the ttl of "product": a duration is 0 or more: received ${received}`),
    );
  });

  it.each([
    "",
    "5",
    "m",
    "-5m",
    "+5m",
    "5 m",
    " 5m",
    "5m\n",
    "5M",
    "5min",
    "5 minutes",
    ".5h",
    "5.h",
    "1e3s",
    "0x10s",
    "1_000s",
    "1,5h",
    "1h30m",
    "Infinity",
    "NaNs",
    "forever ",
    "5µs",
    "٥m",
    "5y",
    "__proto__",
    "5constructor",
  ])("refuses the text %o", (text) => {
    expect(() => parseDuration(text as Duration, "ttl of a cache")).toThrow(
      new RangeError(
        `Cannot use the ttl of a cache: a duration is a number of milliseconds, or a text of a number and one of ms, s, m, h, d, w, or "forever": received ${JSON.stringify(text)}`,
      ),
    );
  });

  it.each<[unknown, string]>([
    [undefined, "undefined"],
    [null, "null"],
    [5n, "bigint"],
    [true, "boolean"],
    [{ minutes: 5 }, "object"],
    [[5], "object"],
    [new Date(0), "object"],
    [Object("5m"), "object"],
    [() => 5, "function"],
  ])("refuses %o", (duration, received) => {
    expect(() => parseDuration(duration as Duration, "ttl")).toThrow(
      new TypeError(
        `Cannot use the ttl: a duration is a number of milliseconds or a text such as "5m": received ${received}`,
      ),
    );
  });

  it("reads a text as its number times its unit, and never gives NaN or less than 0", () => {
    const units = { ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5, w: 6048e5 } as const;
    const unit = fc.constantFrom(...(Object.keys(units) as (keyof typeof units)[]));
    fc.assert(
      fc.property(fc.nat(), unit, (count, name) => parseDuration(`${count}${name}`, "ttl") === count * units[name]),
    );
    fc.assert(
      fc.property(
        fc.oneof(fc.double(), fc.string(), fc.stringMatching(/^[\d.e-]{0,6}(ms|s|m|h|d|w)?$/)),
        (duration) => {
          let ms = 0;
          try {
            ms = parseDuration(duration as Duration, "ttl");
          } catch (error) {
            expect(error).toBeInstanceOf(RangeError);
          }
          expect(ms).toBeGreaterThanOrEqual(0);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
