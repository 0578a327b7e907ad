import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  currentAgeMs,
  directivesOf,
  fieldsOf,
  type FreshnessRules,
  hasExplicitLifetime,
  isAlwaysValidated,
  lifetimeOf,
  mayBeHeuristic,
} from "../../src/http/rfc/freshness.ts";
import { formatHttpDate } from "../../src/http/rfc/dates.ts";

const NOW = Date.UTC(2026, 0, 15, 12);
const times = { requestedAt: NOW, receivedAt: NOW };
const HEURISTIC = { share: 0.1, maxMs: 86_400_000 };
const shared: FreshnessRules = { isShared: true, targets: ["cdn-cache-control"], heuristic: HEURISTIC };
const own: FreshnessRules = { ...shared, isShared: false };

/** A date this many seconds from now. */
const at = (seconds: number): string => formatHttpDate(NOW + seconds * 1_000);
const fields = (init: Record<string, string>): Headers => new Headers(init);
const lifetime = (init: Record<string, string>, rules = shared, status = 200): ReturnType<typeof lifetimeOf> =>
  lifetimeOf(status, fields(init), times, rules);

describe("lifetimeOf() of Cache-Control", () => {
  it("is that of max-age, in ms", () => {
    expect(lifetime({ "cache-control": "max-age=3600" })).toEqual({ ms: 3_600_000, source: "max-age" });
  });

  it("prefers s-maxage in a shared cache, longer or shorter, and ignores it in a private one", () => {
    for (const text of ["max-age=1, s-maxage=60", "s-maxage=60, max-age=1", "MAX-AGE=1, S-MaxAge=60"]) {
      expect(lifetime({ "cache-control": text })).toEqual({ ms: 60_000, source: "s-maxage" });
      expect(lifetime({ "cache-control": text }, own)).toEqual({ ms: 1_000, source: "max-age" });
    }
    expect(lifetime({ "cache-control": "s-maxage=60" }, own)).toBeUndefined();
  });

  it("prefers max-age to Expires, whatever either says", () => {
    for (const expires of [at(-7_200), at(7_200), "0"]) {
      expect(lifetime({ "cache-control": "max-age=60", expires })).toEqual({ ms: 60_000, source: "max-age" });
      expect(lifetime({ "cache-control": "max-age=0", expires })).toEqual({ ms: 0, source: "max-age" });
    }
  });

  it("is over at once where the number is none, and falls back to nothing", () => {
    for (const value of ["-3600", "abc", "a3600", "3600a", "3600.0", "'3600'", ""]) {
      const init = { "cache-control": `max-age=${value}`, expires: at(3_600), "last-modified": at(-864_000) };
      expect(lifetime(init)).toEqual({ ms: 0, source: "max-age" });
    }
    expect(lifetime({ "cache-control": "s-maxage=x, max-age=60" })).toEqual({ ms: 0, source: "s-maxage" });
  });

  it("holds numbers that are too large at 2^31 seconds", () => {
    for (const value of ["2147483648", "2147483649", "99999999999", "9".repeat(400)]) {
      expect(lifetime({ "cache-control": `max-age=${value}` })?.ms).toBe(2_147_483_648_000);
    }
  });

  it("reads no directive inside a quoted string", () => {
    expect(lifetime({ "cache-control": 'extension="max-age=3600", max-age=1' })?.ms).toBe(1_000);
    expect(lifetime({ "cache-control": 'extension="max-age=3600"' })).toBeUndefined();
  });
});

describe("lifetimeOf() of a targeted field", () => {
  it("ignores Cache-Control and Expires", () => {
    const others = { "cache-control": "max-age=1, no-store", expires: at(-10_000) };
    expect(lifetime({ "cdn-cache-control": "max-age=60", ...others })).toEqual({ ms: 60_000, source: "max-age" });
    expect(lifetime({ "cdn-cache-control": "must-revalidate", expires: at(60) })).toBeUndefined();
  });

  it("falls back to Cache-Control where the field is no valid dictionary, or its number is a text", () => {
    const others = { "cache-control": "max-age=1" };
    for (const broken of ["max-age=60, &&&&&", "max-age =60", "max-age= 60", ""]) {
      expect(lifetime({ "cdn-cache-control": broken, ...others })?.ms).toBe(1_000);
    }
    expect(lifetime({ "cdn-cache-control": 'max-age="60"', "cache-control": "no-store" })).toBeUndefined();
  });

  it("is not for a private cache", () => {
    expect(lifetime({ "cdn-cache-control": "max-age=60", "cache-control": "max-age=1" }, own)?.ms).toBe(1_000);
  });
});

describe("lifetimeOf() of Expires", () => {
  it("counts from Date, not from this cache's clock", () => {
    expect(lifetime({ date: at(10), expires: at(20) })).toEqual({ ms: 10_000, source: "expires" });
    expect(lifetime({ date: at(-10), expires: at(10) })?.ms).toBe(20_000);
  });

  it("counts from when the response came where Date is missing, invalid or double", () => {
    expect(lifetime({ expires: at(30) })?.ms).toBe(30_000);
    expect(lifetime({ date: "foo", expires: at(30) })?.ms).toBe(30_000);
    expect(lifetime({ date: `${at(0)}, ${at(5)}`, expires: at(30) })?.ms).toBe(30_000);
  });

  it("is over at once where it is past, present, before a fast Date, invalid or several", () => {
    const several = `${at(60)}, ${at(60)}`;
    for (const expires of [at(-60), at(0), "0", "-1", "", "Thu, 18 Aug 2050 02:01:18 UTC", several]) {
      expect(lifetime({ date: at(0), expires, "last-modified": at(-864_000) })).toEqual({ ms: 0, source: "expires" });
    }
    expect(lifetime({ date: at(400), expires: at(300) })?.ms).toBe(0);
  });

  it("reads the obsolete formats, and years past 2038", () => {
    for (const expires of [
      "Thursday, 18-Aug-50 02:01:18 GMT",
      "Thu Aug 18 02:01:18 2050",
      "Sun, 21 Nov 2286 04:46:39 GMT",
    ]) {
      expect(lifetime({ date: at(0), expires })?.ms).toBeGreaterThan(86_400_000 * 365 * 20);
    }
  });
});

describe("lifetimeOf() by heuristic", () => {
  const unmodified = { date: at(0), "last-modified": at(-1_000) };

  it("is the share of the time since Last-Modified, up to the limit", () => {
    expect(lifetime(unmodified)).toEqual({ ms: 100_000, source: "heuristic" });
    expect(lifetime({ date: at(0), "last-modified": at(-864_000 * 10) })?.ms).toBe(HEURISTIC.maxMs);
    expect(lifetime({ date: at(0), "last-modified": at(10) })?.ms).toBe(0);
  });

  it("is for the statuses that RFC 9110 lets it be for, and for others with public", () => {
    for (const status of [200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501]) {
      expect(lifetime(unmodified, shared, status)?.source).toBe("heuristic");
    }
    for (const status of [201, 202, 206, 302, 303, 307, 400, 403, 429, 500, 502, 503, 504, 599]) {
      expect(lifetime(unmodified, shared, status)).toBeUndefined();
      expect(lifetime({ ...unmodified, "cache-control": "public" }, shared, status)?.source).toBe("heuristic");
    }
  });

  it("is nothing without Last-Modified, with an invalid one, or where it is switched off", () => {
    expect(lifetime({ date: at(0) })).toBeUndefined();
    expect(lifetime({ date: at(0), "last-modified": "yesterday" })).toBeUndefined();
    expect(lifetime(unmodified, { ...shared, heuristic: undefined })).toBeUndefined();
  });

  it("takes no part where freshness is explicit", () => {
    expect(lifetime({ ...unmodified, "cache-control": "max-age=0" })).toEqual({ ms: 0, source: "max-age" });
  });
});

describe("lifetimeOf()", () => {
  it("is never negative nor infinite, whatever the fields say", () => {
    const text = fc.string({ unit: fc.constantFrom(...'0123456789 ,="-.abcmxageGMT:'.split("")) });
    const names = ["cache-control", "cdn-cache-control", "expires", "date", "last-modified"];
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...names), text)), (list) => {
        const headers = new Headers(list.map(([name, value]) => [name, value] as [string, string]));
        const found = lifetimeOf(200, headers, times, shared);
        return found === undefined || (found.ms >= 0 && Number.isFinite(found.ms));
      }),
    );
  });

  it("agrees with hasExplicitLifetime()", () => {
    for (const init of [{}, { expires: "0" }, { "cache-control": "s-maxage=1" }, { "cdn-cache-control": "public" }]) {
      expect(hasExplicitLifetime(fields(init), shared)).toBe(lifetime(init) !== undefined);
    }
    expect(mayBeHeuristic(500, fields({ "cache-control": "public" }), shared)).toBe(true);
    expect(mayBeHeuristic(500, fields({}), shared)).toBe(false);
  });
});

describe("currentAgeMs()", () => {
  const age = (init: Record<string, string>, now = NOW): number => currentAgeMs(fields(init), times, now);

  it("grows with the time in this cache", () => {
    expect(age({ date: at(0) })).toBe(0);
    expect(age({ date: at(0), age: "30" }, NOW + 2_500)).toBe(32_500);
  });

  it("adds how long the response took to Age, and not to the apparent age", () => {
    const slow = { requestedAt: NOW - 5_000, receivedAt: NOW };
    expect(currentAgeMs(fields({ date: at(0), age: "10" }), slow, NOW)).toBe(15_000);
    expect(currentAgeMs(fields({ date: at(-60), age: "10" }), slow, NOW)).toBe(60_000);
  });

  it("takes a Date of the past for an age, and one of the future or none for no age", () => {
    expect(age({ date: at(-7_200) })).toBe(7_200_000);
    for (const date of [at(7_200), "foo", ""]) expect(age({ date })).toBe(0);
    expect(age({})).toBe(0);
  });

  it("uses the first value of Age only", () => {
    expect(age({ age: "7200, 0" })).toBe(7_200_000);
    expect(age({ age: "0, 7200" })).toBe(0);
    expect(age({ age: "3600 ,x" })).toBe(3_600_000);
    expect(age({ age: ", 60" })).toBe(60_000);
    const twice = new Headers([
      ["age", "7200"],
      ["age", "0"],
    ]);
    expect(currentAgeMs(twice, times, NOW)).toBe(7_200_000);
  });

  it("ignores an Age that is no number of seconds", () => {
    for (const value of ["abc", "-7200", "+7200", "7200.0", "7e3", "0x10", "7200;foo=bar", "abc, 7200", '"60"', ""]) {
      expect(age({ age: value })).toBe(0);
    }
  });

  it("holds an Age that is too large at 2^31 seconds", () => {
    expect(age({ age: "2147483647" })).toBe(2_147_483_647_000);
    for (const value of ["2147483648", "2147483649", "9".repeat(400)])
      expect(age({ age: value })).toBe(2 ** 31 * 1_000);
  });

  it("does not shrink where the clock goes back", () => {
    expect(age({ date: at(0), age: "30" }, NOW - 60_000)).toBe(30_000);
    const back = { requestedAt: NOW + 60_000, receivedAt: NOW };
    expect(currentAgeMs(fields({ age: "30" }), back, NOW)).toBe(30_000);
  });

  it("grows by as much as time goes on", () => {
    const seconds = fc.integer({ min: 0, max: 100_000 });
    fc.assert(
      fc.property(seconds, seconds, seconds, (value, since, more) => {
        const headers = fields({ age: String(value), date: at(-since) });
        const first = currentAgeMs(headers, times, NOW);
        return first >= value * 1_000 && currentAgeMs(headers, times, NOW + more) === first + more;
      }),
    );
  });
});

describe("isAlwaysValidated()", () => {
  const isValidated = (init: Record<string, string>, rules = shared): boolean => isAlwaysValidated(fields(init), rules);

  it("is true of no-cache, in any case and beside any freshness", () => {
    expect(isValidated({ "cache-control": "max-age=10000, No-CaChE" })).toBe(true);
    expect(isValidated({ "cdn-cache-control": "no-cache", "cache-control": "max-age=60" })).toBe(true);
    expect(isValidated({ "cdn-cache-control": "max-age=60", "cache-control": "no-cache" })).toBe(false);
  });

  it("is false of no-cache with names of fields, and true of a list that is empty or unreadable", () => {
    expect(isValidated({ "cache-control": 'no-cache="a, b", max-age=60' })).toBe(false);
    for (const list of ['""', '","', '"a b"']) expect(isValidated({ "cache-control": `no-cache=${list}` })).toBe(true);
  });

  it("is false of Pragma, which means nothing in a response", () => {
    expect(isValidated({ pragma: "no-cache", "cache-control": "max-age=60" })).toBe(false);
    expect(isValidated({ pragma: "no-cache" })).toBe(false);
  });

  it("is true where no-cache names a field that a stored response cannot lack", () => {
    for (const name of ["Vary", "Cache-Control", "Content-Type", "CDN-Cache-Control"]) {
      expect(isValidated({ "cache-control": `no-cache="a, ${name}"` })).toBe(true);
    }
  });
});

describe("fieldsOf()", () => {
  const listed = (text: string): ReturnType<typeof fieldsOf> =>
    fieldsOf("private", directivesOf(fields({ "cache-control": text }), shared).directives, shared);

  it("lists names in lower case, of the quoted and of the token form", () => {
    expect(listed('private="Set-Cookie, X-User"')).toEqual(["set-cookie", "x-user"]);
    expect(listed("private=Set-Cookie")).toEqual(["set-cookie"]);
  });

  it("is about the whole response where one of several says so", () => {
    expect(listed('private, private="a"')).toBe("all");
    expect(listed('private="a", private')).toBe("all");
    expect(listed("max-age=1")).toBeUndefined();
  });
});
