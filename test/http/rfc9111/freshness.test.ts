import { describe } from "vitest";
import { at, type Fields, ok, privateStory, type Step, story } from "./story.ts";

/** A response with these fields, asked for once more after three seconds. */
function twice(fields: Fields, then: "origin" | "cache"): readonly Step[] {
  return [{ origin: ok(fields) }, { after: 3, from: then }];
}

describe("RFC 9111 §4.2.1: how long a response is fresh", () => {
  story("a response that says nothing of freshness and has no validator is not reused", twice({}, "origin"));
  story("max-age makes a response reusable", twice({ "cache-control": "max-age=3600" }, "cache"));
  story("a response is fresh up to its max-age, and not at it", [
    { origin: ok({ "cache-control": "max-age=3", date: at(0) }) },
    { after: 2.999, from: "cache" },
    { after: 0.001, from: "origin" },
    { after: 2, from: "cache" },
  ]);
  story("max-age=0 makes none reusable", twice({ "cache-control": "max-age=0" }, "origin"));
  for (const seconds of ["2147483647", "2147483648", "2147483649", "99999999999", "9".repeat(400)]) {
    story(`max-age=${seconds.slice(0, 12)} is a very long time`, [
      { origin: ok({ "cache-control": `max-age=${seconds}` }) },
      { after: 3, from: "cache" },
      { after: 36_000, from: "cache" },
    ]);
  }
  story("a very long time is told as 2^31 seconds", [
    { origin: ok({ "cache-control": "max-age=99999999999" }), fields: { "cache-status": /;ttl=2147483648;/ } },
  ]);
  story("max-age is over a past Expires", twice({ "cache-control": "max-age=3600", expires: at(-7200) }, "cache"));
  story(
    "max-age is over an Expires that is no date",
    twice({ "cache-control": "max-age=3600", expires: "0", date: at(0) }, "cache"),
  );
  story(
    "max-age=0 is over a future Expires",
    twice({ "cache-control": "max-age=0", expires: at(3600), date: at(0) }, "origin"),
  );
  story(
    "a max-age that is no number is over a future Expires too",
    twice({ "cache-control": "max-age=soon", expires: at(3600), date: at(0) }, "origin"),
  );
  story("a directive that nobody knows changes nothing", twice({ "cache-control": "unheard-of, max-age=60" }, "cache"));
});

describe("RFC 9111 §5.2.2.10: s-maxage", () => {
  story("s-maxage makes a response reusable", twice({ "cache-control": "s-maxage=3600" }, "cache"));
  story(
    "a short s-maxage is over a longer max-age before it",
    twice({ "cache-control": "max-age=3600, s-maxage=1" }, "origin"),
  );
  story(
    "a short s-maxage is over a longer max-age after it",
    twice({ "cache-control": "s-maxage=1, max-age=3600" }, "origin"),
  );
  story(
    "a short s-maxage is over a longer max-age on another line",
    twice({ "cache-control": ["max-age=3600", "s-maxage=1"] }, "origin"),
  );
  story("a long s-maxage is over a shorter max-age", twice({ "cache-control": "max-age=1, s-maxage=3600" }, "cache"));
  story(
    "a long s-maxage is over max-age=0 and a past Expires",
    twice({ "cache-control": "max-age=0, s-maxage=3600", expires: at(-10) }, "cache"),
  );
  story("s-maxage=0 is over a long max-age", twice({ "cache-control": "max-age=3600, s-maxage=0" }, "origin"));
  story(
    "an s-maxage that is no number is over a long max-age",
    twice({ "cache-control": "max-age=3600, s-maxage=x" }, "origin"),
  );
  privateStory(
    "a cache of one user does not know s-maxage",
    twice({ "cache-control": "s-maxage=3600, max-age=1" }, "origin"),
  );
  privateStory(
    "a cache of one user does not know s-maxage on a line of its own",
    twice({ "cache-control": ["s-maxage=3600", "max-age=1"] }, "origin"),
  );
  privateStory(
    "a cache of one user follows max-age beside a short s-maxage",
    twice({ "cache-control": "s-maxage=1, max-age=60" }, "cache"),
  );
});
