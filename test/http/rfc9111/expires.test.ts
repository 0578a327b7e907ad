import { describe } from "vitest";
import { at, type Fields, ok, type Step, story } from "./story.ts";

/** A response that says by Expires how long it is fresh, asked for at once and three seconds after. */
function expiring(expires: string | readonly string[], then: "origin" | "cache"): readonly Step[] {
  return [{ origin: ok({ expires, date: at(0) }) }, { from: then }, { after: 3, from: then }];
}

function dated(fields: Fields, then: "origin" | "cache"): readonly Step[] {
  return [{ origin: ok(fields) }, { from: then }];
}

describe("RFC 9111 §5.3: Expires", () => {
  story("a future Expires makes a response reusable, until then", [
    { origin: ok({ expires: at(60), date: at(0) }) },
    { after: 59, from: "cache" },
    { after: 1, from: "origin" },
  ]);
  story("a past Expires makes none reusable", dated({ expires: at(-2_592_000), date: at(0) }, "origin"));
  story("an Expires of this second is over", dated({ expires: at(0), date: at(0) }, "origin"));
  story("an Expires before a Date in the future is over", dated({ expires: at(300), date: at(400) }, "origin"));
  story("an Expires after a Date in the future lasts as long as the two are apart", [
    { origin: ok({ expires: at(410), date: at(400) }) },
    { after: 9, from: "cache" },
    { after: 1, from: "origin" },
  ]);
  story("an Expires of 0 is over", dated({ expires: "0", date: at(0) }, "origin"));
  story("an Expires of -1 is over", dated({ expires: "-1", date: at(0) }, "origin"));
  story("an empty Expires is over", dated({ expires: "", date: at(0) }, "origin"));
  story("without a valid Date it lasts from the time it came", dated({ date: "foo", expires: at(10) }, "cache"));
  story("without any Date it lasts from the time it came", [
    { origin: ok({ expires: at(10) }) },
    { after: 9, from: "cache" },
    { after: 1, from: "origin" },
  ]);
  story(
    "an Age above what a slow clock gives makes it stale",
    dated({ date: at(-10), expires: at(10), age: "25" }, "origin"),
  );
  story(
    "an Age above what a fast clock gives makes it stale",
    dated({ date: at(10), expires: at(20), age: "15" }, "origin"),
  );
});

describe("RFC 9110 §5.6.7: what is a date", () => {
  story("the last second of 32 bits is one", expiring("Tue, 19 Jan 2038 03:14:07 GMT", "cache"));
  story("the second after 32 bits is one", expiring("Tue, 19 Jan 2038 03:14:08 GMT", "cache"));
  story("the year 2286 is one", expiring("Sun, 21 Nov 2286 04:46:39 GMT", "cache"));
  story("the year 9999 is one", expiring("Fri, 31 Dec 9999 23:59:59 GMT", "cache"));
  story("the format of RFC 850 is one", expiring("Thursday, 18-Aug-50 02:01:18 GMT", "cache"));
  story("in it a year of two digits is the past where it would be over 50 years ahead", [
    ...expiring("Friday, 18-Aug-78 02:01:18 GMT", "origin"),
  ]);
  story("in it a year of two digits is the past where it would be 50 years and two months ahead", [
    ...expiring("Tuesday, 18-Aug-76 02:01:18 GMT", "origin"),
  ]);
  story("in it a year of two digits is the future where it is 50 years less a month ahead", [
    ...expiring("Friday, 01-May-76 02:01:18 GMT", "cache"),
  ]);
  story("the format of asctime() is one, with a day of two digits", expiring("Thu Aug 18 02:01:18 2050", "cache"));
  story("the format of asctime() is one, with a day of one digit", expiring("Thu Aug  8 02:01:18 2050", "cache"));
  story("the case of the weekday does not matter", expiring("THU, 18 Aug 2050 02:01:18 GMT", "cache"));
  story("the case of the month does not matter", expiring("Thu, 18 AUG 2050 02:01:18 GMT", "cache"));
  story("the case of the zone does not matter", expiring("Thu, 18 Aug 2050 02:01:18 gMt", "cache"));

  const broken: readonly (readonly [what: string, text: string])[] = [
    ["another zone, even UTC", "Thu, 18 Aug 2050 02:01:18 UTC"],
    ["a zone of Australia", "Thu, 18 Aug 2050 02:01:18 AEST"],
    ["an offset", "Thu, 18 Aug 2050 02:01:18 +0000"],
    ["no zone", "Thu, 18 Aug 2050 02:01:18"],
    ["a year of two digits", "Thu, 18 Aug 50 02:01:18 GMT"],
    ["a missing comma", "Thu 18 Aug 2050 02:01:18 GMT"],
    ["two spaces", "Thu, 18  Aug  2050 02:01:18 GMT"],
    ["dashes with a long year", "Thu, 18-Aug-2050 02:01:18 GMT"],
    ["points in the time", "Thu, 18 Aug 2050 02.01.18 GMT"],
    ["an hour of one digit", "Thu, 18 Aug 2050 2:01:18 GMT"],
    ["a day of one digit", "Mon, 1 Aug 2050 02:01:18 GMT"],
    ["no weekday", "18 Aug 2050 02:01:18 GMT"],
    ["a weekday in full", "Thursday, 18 Aug 2050 02:01:18 GMT"],
    ["a month in full", "Thu, 18 August 2050 02:01:18 GMT"],
    ["a day that the month has not", "Thu, 31 Feb 2050 02:01:18 GMT"],
    ["an hour of 24", "Thu, 18 Aug 2050 24:01:18 GMT"],
    ["something after it", "Thu, 18 Aug 2050 02:01:18 GMT; x"],
    ["the format of ISO 8601", "2050-08-18T02:01:18Z"],
    ["a number of seconds", "2544314478"],
  ];
  for (const [what, text] of broken) story(`${what} makes it none`, expiring(text, "origin"));
  story(
    "two of them make none",
    expiring(["Thu, 18 Aug 2050 02:01:18 GMT", "Thu, 18 Aug 2050 02:01:19 GMT"], "origin"),
  );
});
