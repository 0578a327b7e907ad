import { describe } from "vitest";
import { at, type Fields, ok, privateStory, type Step, story } from "./story.ts";

const CDN = "cdn-cache-control";

function twice(fields: Fields, then: "origin" | "cache"): readonly Step[] {
  return [{ origin: ok(fields) }, { after: 3, from: then }];
}

describe("RFC 9213 §2: CDN-Cache-Control", () => {
  story("its max-age makes a response reusable", twice({ [CDN]: "max-age=3600" }, "cache"));
  for (const seconds of ["2147483648", "99999999999"]) {
    story(`its max-age=${seconds} is a very long time`, twice({ [CDN]: `max-age=${seconds}` }, "cache"));
  }
  story("its max-age=0 makes none reusable", twice({ [CDN]: "max-age=0" }, "origin"));
  story("an Age above its max-age makes a response stale", twice({ [CDN]: "max-age=3600", age: "7200" }, "origin"));
  story("a directive that nobody knows changes nothing", twice({ [CDN]: "unheard-of, max-age=3600" }, "cache"));
  story("its max-age is over a past Expires", twice({ [CDN]: "max-age=3600", expires: at(-10_000) }, "cache"));
  story("its max-age is over an Expires that is no date", twice({ [CDN]: "max-age=3600", expires: "0" }, "cache"));
  story("its max-age=0 is over a future Expires", twice({ [CDN]: "max-age=0", expires: at(10_000) }, "origin"));
  story("a long max-age is over a short one of Cache-Control", [
    ...twice({ "cache-control": "max-age=1", [CDN]: "max-age=3600" }, "cache"),
  ]);
  story("a short max-age is over a long one of Cache-Control", [
    ...twice({ "cache-control": "max-age=3600", [CDN]: "max-age=1" }, "origin"),
  ]);
  const fresh = { "cache-control": "max-age=10000", expires: at(10_000), date: at(0) };
  story("its private is over what is fresh", twice({ ...fresh, [CDN]: "private" }, "origin"));
  story("its no-cache is over what is fresh", twice({ ...fresh, [CDN]: "no-cache" }, "origin"));
  story("its no-store is over what is fresh", twice({ ...fresh, [CDN]: "no-store" }, "origin"));
  story("its max-age is over no-store of Cache-Control", [
    ...twice({ "cache-control": "no-store", [CDN]: "max-age=10000" }, "cache"),
  ]);
  story("its max-age is over private of Cache-Control", [
    ...twice({ "cache-control": "private", [CDN]: "max-age=10000" }, "cache"),
  ]);
  story(
    "without freshness in it, Expires gives none",
    twice({ expires: at(60), date: at(0), [CDN]: "public" }, "origin"),
  );
  story("its s-maxage is over its max-age", twice({ [CDN]: "max-age=1, s-maxage=3600" }, "cache"));
  story("its stale-while-revalidate counts", [
    { origin: ok({ [CDN]: "max-age=1, stale-while-revalidate=60" }) },
    { after: 3, from: "cache", runs: 1 },
  ]);
  story("its must-revalidate counts", [
    { origin: ok({ [CDN]: "max-age=1, must-revalidate, stale-while-revalidate=60" }) },
    { after: 3, from: "origin" },
  ]);
  story("of a directive that is there twice the last counts, as in any dictionary", [
    ...twice({ [CDN]: "max-age=1, max-age=3600" }, "cache"),
  ]);
  privateStory("a cache of one user does not know it", [
    ...twice({ "cache-control": "max-age=1", [CDN]: "max-age=3600" }, "origin"),
  ]);
});

describe("RFC 9213 §2.1: a field that is no dictionary counts for nothing", () => {
  for (const broken of [
    "max-age=10000, &&&&&",
    "max-age =100",
    "max-age= 100",
    "max-age=100,",
    'max-age="1',
    "MaX-aGe=100",
  ]) {
    story(`${broken}`, twice({ "cache-control": "no-store", [CDN]: broken }, "origin"));
    story(`${broken}: Cache-Control counts`, twice({ "cache-control": "max-age=60", [CDN]: broken }, "cache"));
  }
  story(
    "a number in quotes is text, and no number",
    twice({ "cache-control": "no-store", [CDN]: 'max-age="60"' }, "origin"),
  );
  story("a fraction is no number of seconds", twice({ "cache-control": "no-store", [CDN]: "max-age=60.0" }, "origin"));
  story("an empty field is none", twice({ "cache-control": "max-age=60", [CDN]: "" }, "cache"));
});

describe("RFC 9213 §2.2: what the client sees", () => {
  story("the field itself", [
    { origin: ok({ "cache-control": "max-age=10000", [CDN]: "foo" }), fields: { [CDN]: "foo" } },
  ]);
  story("Age, Date and Expires as they are, though past what Cache-Control says", [
    {
      origin: ok({
        "cache-control": "max-age=1",
        expires: "Mon, 01 Jun 2026 12:00:01 GMT",
        date: "Mon, 01 Jun 2026 12:00:00 GMT",
        [CDN]: "max-age=10000",
      }),
    },
    {
      after: 3,
      from: "cache",
      fields: {
        age: "3",
        date: "Mon, 01 Jun 2026 12:00:00 GMT",
        expires: "Mon, 01 Jun 2026 12:00:01 GMT",
        "cache-control": "max-age=1",
      },
    },
  ]);
});
