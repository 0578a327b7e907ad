import { describe, vi } from "vitest";
import { at, ok, type Step, story } from "./story.ts";

const HOUR = "max-age=3600";

/** A response that is fresh for an hour, and what its Age makes of that. */
function aged(age: string | readonly string[], then: "origin" | "cache", cacheControl = HOUR): readonly Step[] {
  return [{ origin: ok({ "cache-control": cacheControl, date: at(0), age }) }, { after: 3, from: then }];
}

describe("RFC 9111 §5.1: how Age is read", () => {
  story("an Age above the lifetime makes a response stale", aged("7200", "origin"));
  story("an Age below the lifetime leaves it fresh", aged("3590", "cache"));
  story("an Age that the pause takes past the lifetime makes it stale", aged("3598", "origin"));

  for (const value of ["abc", "", "-7200", "7200.0", "7200.5", "+7200", "1e4", "0x1c20", "7200s", "'7200'", '"7200"']) {
    story(`an Age of ${JSON.stringify(value)} is no number of seconds, and ignored`, aged(value, "cache"));
  }
  for (const value of ["2147483647", "2147483648", "2147483649", "99999999999999999999"]) {
    story(`an Age of ${value} is a very old one`, aged(value, "origin"));
  }

  story("of two ages in one line the first counts: an old one", aged("7200, 0", "origin"));
  story("of two ages in one line the first counts: a new one", aged("0, 7200", "cache"));
  story("of two lines the first counts: an old one", aged(["7200", "0"], "origin"));
  story("of two lines the first counts: a new one", aged(["0", "7200"], "cache"));
  story("an age of zero twice in one line is none", aged("0, 0", "cache"));
  story("an age of zero on two lines is none", aged(["0", "0"], "cache"));
  story("the same age twice is not added up", aged(["3600", "3600"], "cache", "max-age=7000"));
  story("an Age with a parameter is no number, and ignored", aged("7200;a=b", "cache"));
  story("an Age with a parameter that is a number is ignored too", aged("7200;a=1", "cache"));
});

describe("RFC 9111 §4.2.3: how old a response is", () => {
  story("a stored answer tells its age in whole seconds", [
    { origin: ok({ "cache-control": HOUR, date: at(0) }) },
    { after: 2.9, from: "cache", fields: { age: "2" } },
    { after: 0.1, from: "cache", fields: { age: "3" } },
    { after: 3000, from: "cache", fields: { age: "3003" } },
  ]);
  story("the age that it came with is added, where max-age says how long it lasts", [
    { origin: ok({ "cache-control": HOUR, date: at(0), age: "30" }) },
    { after: 3, from: "cache", fields: { age: "33" } },
  ]);
  story("the age that it came with is added, where Expires says how long it lasts", [
    { origin: ok({ expires: at(3600), date: at(0), age: "30" }) },
    { after: 3, from: "cache", fields: { age: "33" } },
  ]);
  story("a Date in the past counts as age", [
    { origin: ok({ "cache-control": HOUR, date: at(-7200) }) },
    { after: 3, from: "origin" },
  ]);
  story("a Date in the past counts as age up to the second", [
    { origin: ok({ "cache-control": HOUR, date: at(-600) }) },
    { after: 2999, from: "cache", fields: { age: "3599" } },
    { after: 1, from: "origin" },
  ]);
  story("of Date and Age the greater one counts, and not both", [
    { origin: ok({ "cache-control": HOUR, date: at(-600), age: "700" }) },
    { after: 1, from: "cache", fields: { age: "701" } },
  ]);
  story("a Date in the future makes nothing younger", [
    { origin: ok({ "cache-control": "max-age=10", date: at(600) }) },
    { after: 9, from: "cache", fields: { age: "9" } },
    { after: 1, from: "origin" },
  ]);
  story("without a Date it is as old as its time in the cache", [
    { origin: ok({ "cache-control": HOUR }) },
    { after: 7, from: "cache", fields: { age: "7", date: null } },
  ]);
  story("a stored answer keeps its Date", [
    { origin: ok({ "cache-control": HOUR, date: "Mon, 01 Jun 2026 12:00:00 GMT" }) },
    { after: 60, from: "cache", fields: { date: "Mon, 01 Jun 2026 12:00:00 GMT" } },
  ]);
  story("a stored answer keeps its Date and its Expires", [
    {
      origin: ok({ date: "Mon, 01 Jun 2026 12:00:00 GMT", expires: "Mon, 01 Jun 2026 13:00:00 GMT" }),
    },
    {
      after: 60,
      from: "cache",
      fields: { date: "Mon, 01 Jun 2026 12:00:00 GMT", expires: "Mon, 01 Jun 2026 13:00:00 GMT" },
    },
  ]);
  story("a clock that goes back makes no age negative", [
    { origin: ok({ "cache-control": "max-age=10" }) },
    { after: -60, from: "cache", fields: { age: "0" } },
  ]);
  story("the time that the origin took counts as age", [
    {
      origin: () => {
        vi.setSystemTime(Date.now() + 5_000);
        return new Response("slow", { headers: { "cache-control": "max-age=10", "x-slow": "1" } });
      },
      body: "slow",
    },
    { after: 1, from: "cache", fields: { age: "6", "x-slow": "1" }, body: "slow" },
    { after: 4, runs: 1, body: "slow" },
  ]);
});
