import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatHttpDate, parseHttpDate } from "../../src/http/rfc/dates.ts";

const NOW = Date.UTC(2026, 10, 22);
const INSTANT = Date.UTC(2050, 7, 18, 2, 1, 18);
const LAST_SECOND = 253_402_300_799;

const second = fc.oneof(
  fc.integer({ min: 0, max: LAST_SECOND }),
  fc.constantFrom(0, 951_782_400, 2 ** 31 - 1, 2 ** 31, 2 ** 32, LAST_SECOND),
);

const LONG_DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

function asRfc850(instant: number): string {
  const [, day, month, year, time] = new Date(instant).toUTCString().split(" ");
  return `${LONG_DAYS[new Date(instant).getUTCDay()]}, ${day}-${month}-${year?.slice(-2)} ${time} GMT`;
}

function asAsctime(instant: number): string {
  const [weekday, day, month, year, time] = new Date(instant).toUTCString().split(" ");
  return `${weekday?.slice(0, 3)} ${month} ${day?.replace(/^0/, " ")} ${time} ${year}`;
}

describe("parseHttpDate()", () => {
  it.each([
    ["IMF-fixdate", "Thu, 18 Aug 2050 02:01:18 GMT"],
    ["RFC 850", "Thursday, 18-Aug-50 02:01:18 GMT"],
    ["asctime with two digits", "Thu Aug 18 02:01:18 2050"],
    ["upper case", "THU, 18 AUG 2050 02:01:18 GMT"],
    ["lower case", "thursday, 18-aug-50 02:01:18 gmt"],
    ["mixed case", "tHu aUG 18 02:01:18 2050"],
    ["a weekday that is not the date's", "Mon, 18 Aug 2050 02:01:18 GMT"],
  ])("reads %s", (_, text) => {
    expect(parseHttpDate(text, NOW)).toBe(INSTANT);
  });

  it.each([
    ["Thu Aug  8 02:01:18 2050", Date.UTC(2050, 7, 8, 2, 1, 18)],
    ["Tue, 19 Jan 2038 03:14:08 GMT", 2_147_483_648_000],
    ["Sun, 21 Nov 2286 04:46:39 GMT", Date.UTC(2286, 10, 21, 4, 46, 39)],
    ["Fri, 31 Dec 9999 23:59:59 GMT", LAST_SECOND * 1_000],
    ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
    ["Sat, 01 Jan 0050 00:00:00 GMT", Date.parse("0050-01-01T00:00:00Z")],
    ["Tue, 29 Feb 2000 00:00:00 GMT", Date.UTC(2000, 1, 29)],
    ["Sat, 31 Dec 2016 23:59:60 GMT", Date.UTC(2017, 0, 1)],
  ])("reads %s", (text, instant) => {
    expect(parseHttpDate(text, NOW)).toBe(instant);
  });

  it.each([
    "",
    "0",
    "-1",
    "now",
    "1660788078",
    "2050-08-18",
    "2050-08-18T02:01:18Z",
    "Thu, 18 Aug 2050 02:01:18",
    "Thu, 18 Aug 2050 02:01:18 UTC",
    "Thu, 18 Aug 2050 02:01:18 Z",
    "Thu, 18 Aug 2050 02:01:18 AEST",
    "Thu, 18 Aug 2050 02:01:18 +0000",
    "Thu, 18 Aug 2050 02:01:18 GMT+1",
    "Thu, 18 Aug 50 02:01:18 GMT",
    "Thu, 18 Aug 12050 02:01:18 GMT",
    "Thu 18 Aug 2050 02:01:18 GMT",
    "Thu,18 Aug 2050 02:01:18 GMT",
    "18 Aug 2050 02:01:18 GMT",
    "Thu, 18  Aug  2050 02:01:18 GMT",
    "Thu,  18 Aug 2050 02:01:18 GMT",
    "Thu, 18\tAug 2050 02:01:18 GMT",
    "Thu, 18-Aug-2050 02:01:18 GMT",
    "Thu, 18-Aug-50 02:01:18 GMT",
    "Thursday, 18 Aug 2050 02:01:18 GMT",
    "Thursday, 18-Aug-2050 02:01:18 GMT",
    "Thu, 8 Aug 2050 02:01:18 GMT",
    "Thu,  8 Aug 2050 02:01:18 GMT",
    "Thu, 18 August 2050 02:01:18 GMT",
    "Thu, 18 08 2050 02:01:18 GMT",
    "Thu, 18 Foo 2050 02:01:18 GMT",
    "Foo, 18 Aug 2050 02:01:18 GMT",
    "Thu, 18 Aug 2050 2:01:18 GMT",
    "Thu, 18 Aug 2050 02.01.18 GMT",
    "Thu, 18 Aug 2050 02:01 GMT",
    "Thu, 18 Aug 2050 02:01:18.000 GMT",
    "Thu, 18 Aug 2050 24:00:00 GMT",
    "Thu, 18 Aug 2050 02:60:00 GMT",
    "Thu, 18 Aug 2050 02:01:60 GMT",
    "Thu, 18 Aug 2050 23:59:61 GMT",
    "Thu, 00 Aug 2050 02:01:18 GMT",
    "Thu, 32 Aug 2050 02:01:18 GMT",
    "Thu, 31 Sep 2050 02:01:18 GMT",
    "Thu, 29 Feb 2100 02:01:18 GMT",
    "Thu, 18 Aug 2050 02:01:18 GMT, Thu, 18 Aug 2050 02:01:18 GMT",
    " Thu, 18 Aug 2050 02:01:18 GMT",
    "Thu, 18 Aug 2050 02:01:18 GMT ",
    "Thu, 18 Aug 2050 02:01:18 GMT\n",
    "Thu, ١٨ Aug 2050 02:01:18 GMT",
    "Thu Aug 8 02:01:18 2050",
    "Thu Aug 08 02:01:18 50",
    "Thu Aug 18 02:01:18 2050 GMT",
    "Thu, Aug 18 02:01:18 2050",
    "ſun, 18 Aug 2050 02:01:18 GMT",
  ])("refuses %o", (text) => {
    expect(parseHttpDate(text, NOW)).toBeUndefined();
  });

  it("knows no date where there is no field", () => {
    expect(parseHttpDate(null, NOW)).toBeUndefined();
  });

  it.each([
    ["Sunday, 22-Nov-76 00:00:00 GMT", NOW, Date.UTC(2076, 10, 22)],
    ["Sunday, 22-Nov-76 00:00:01 GMT", NOW, Date.UTC(1976, 10, 22, 0, 0, 1)],
    ["Friday, 31-Dec-99 23:59:59 GMT", NOW, Date.UTC(1999, 11, 31, 23, 59, 59)],
    ["Saturday, 01-Jan-00 00:00:00 GMT", NOW, Date.UTC(2000, 0, 1)],
    ["Thursday, 01-Jan-05 00:00:00 GMT", Date.UTC(2099, 0, 1), Date.UTC(2105, 0, 1)],
    ["Thursday, 01-Jan-70 00:00:00 GMT", 0, 0],
    ["Tuesday, 29-Feb-00 00:00:00 GMT", Date.UTC(2060, 0, 1), Date.UTC(2000, 1, 29)],
  ])("gives the two-digit year of %s the last century that is not more than 50 years ahead", (text, now, instant) => {
    expect(parseHttpDate(text, now)).toBe(instant);
  });

  it("never throws, and gives whole seconds or nothing", () => {
    const pieces = fc.array(
      fc.constantFrom("Thu", "Thursday", ", ", " ", "-", ":", "18", "08", " 8", "Aug", "2050", "50", "02:01:18", "GMT"),
      { maxLength: 12 },
    );
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      pieces.map((list) => list.join("")),
    );
    fc.assert(
      fc.property(texts, fc.oneof(fc.integer(), fc.double()), (text, now) => {
        const instant = parseHttpDate(text, now);
        return instant === undefined || (Number.isFinite(instant) && instant % 1_000 === 0);
      }),
      { numRuns: 5_000 },
    );
  });

  it("reads each format as the same instant", () => {
    fc.assert(
      fc.property(second, (seconds) => {
        const instant = seconds * 1_000;
        expect(parseHttpDate(asAsctime(instant), NOW)).toBe(instant);
        expect(parseHttpDate(asRfc850(instant), instant)).toBe(instant);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("formatHttpDate()", () => {
  it("writes an IMF-fixdate, in whole seconds rounded down", () => {
    expect(formatHttpDate(INSTANT + 999)).toBe("Thu, 18 Aug 2050 02:01:18 GMT");
    expect(formatHttpDate(Date.UTC(2050, 7, 8))).toBe("Mon, 08 Aug 2050 00:00:00 GMT");
  });

  it("writes what parseHttpDate() reads as the same second, from 1970 to 9999", () => {
    fc.assert(
      fc.property(second, (seconds) => {
        expect(parseHttpDate(formatHttpDate(seconds * 1_000), NOW)).toBe(seconds * 1_000);
      }),
      { numRuns: 5_000 },
    );
  });

  it("writes the nearest date that has four digits of year", () => {
    expect(formatHttpDate(Infinity)).toBe("Fri, 31 Dec 9999 23:59:59 GMT");
    expect(formatHttpDate(8.64e15)).toBe("Fri, 31 Dec 9999 23:59:59 GMT");
    expect(formatHttpDate(-Infinity)).toBe("Sat, 01 Jan 0000 00:00:00 GMT");
  });
});
