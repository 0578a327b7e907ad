import { describe } from "vitest";
import { at, type Fields, ok, type Step, story, storyWith } from "./story.ts";

function varying(vary: string | readonly string[], fields: Fields = {}): ReturnType<typeof ok> {
  return ok({ "cache-control": "max-age=5000", date: at(0), vary, ...fields });
}

/** A response that varies, asked for by two requests. */
function two(
  vary: string | readonly string[],
  first: Fields,
  second: Fields,
  then: "origin" | "cache",
): readonly Step[] {
  return [
    { origin: varying(vary), send: first },
    { send: second, from: then },
  ];
}

describe("RFC 9111 §4.1: which stored response is selected", () => {
  story("one of the same value is", two("Foo", { foo: "1" }, { foo: "1" }, "cache"));
  story("one of another value is not", two("Foo", { foo: "1" }, { foo: "2" }, "origin"));
  story("one without the field is not by a request with it", two("Foo", {}, { foo: "1" }, "origin"));
  story("one with the field is not by a request without it", two("Foo", { foo: "1" }, {}, "origin"));
  story("an empty field is not an absent one", two("Foo", { foo: "" }, {}, "origin"));
  story("other fields do not count", two("Foo", { foo: "1", other: "2" }, { foo: "1", other: "3" }, "cache"));
  story("the case of the name does not matter", two("fOO", { Foo: "1" }, { FOO: "1" }, "cache"));
  story("the case of a value does", two("Foo", { foo: "a" }, { foo: "A" }, "origin"));

  const pair = { foo: "1", bar: "abc" };
  story("two fields: both the same", two("Foo, Bar", pair, pair, "cache"));
  story("two fields: one of another value", two("Foo, Bar", pair, { ...pair, foo: "2" }, "origin"));
  story("two fields: the other of another value", two("Foo, Bar", pair, { ...pair, bar: "x" }, "origin"));
  story("two fields: none in the second request", two("Foo, Bar", pair, {}, "origin"));
  story("two fields on two lines: one of another value", two(["Foo", "Bar"], pair, { ...pair, bar: "x" }, "origin"));

  const three = { foo: "1", bar: "abc", baz: "789" };
  story("three fields: all the same", two("Foo, Bar, Baz", three, three, "cache"));
  story("three fields: one of another value", two("Foo, Bar, Baz", three, { ...three, foo: "2" }, "origin"));
  story(
    "three fields: one of another value, in another order",
    two("Foo, Bar, Baz", three, { foo: "1", baz: "789", bar: "abcde" }, "origin"),
  );
  story(
    "three fields: one that neither request has",
    two("Foo, Bar, Baz", { foo: "1", baz: "789" }, { foo: "1", baz: "789" }, "cache"),
  );
  story("a value that moves from one field to another is another", two("A, B", { a: "1" }, { b: "1" }, "origin"));

  story("variants are kept side by side", [
    { origin: varying("Foo"), send: { foo: "1" } },
    { send: { foo: "2" }, from: "origin" },
    { send: { foo: "1" }, from: "cache", body: "run 1" },
    { send: { foo: "2" }, from: "cache", body: "run 2" },
  ]);
  story("a response without Vary is for all that no variant is for", [
    { origin: varying("Foo"), send: { foo: "1" } },
    { origin: ok({ "cache-control": "max-age=60" }), send: { foo: "2" } },
    { send: { foo: "3" }, from: "cache", body: "run 2" },
  ]);
  story("the newest of those that fit is the answer", [
    { origin: varying("Foo"), send: { foo: "1", bar: "1" } },
    { origin: varying("Bar"), send: { foo: "2", bar: "1" } },
    { send: { foo: "1", bar: "1" }, from: "cache", body: "run 2" },
  ]);
  story("what is asked for anew takes the place of what was the answer, whatever it varies on", [
    { origin: varying("Foo"), send: { foo: "1", bar: "1" } },
    { origin: varying("Bar"), send: { foo: "1", bar: "1", "cache-control": "no-cache" } },
    { send: { foo: "1", bar: "2" }, from: "origin" },
  ]);
  story("a variant that expires is replaced alone", [
    { origin: varying("Foo", { "cache-control": "max-age=2" }), send: { foo: "1" } },
    { origin: varying("Foo"), send: { foo: "2" } },
    { after: 3, origin: varying("Foo"), send: { foo: "1" }, from: "origin" },
    { send: { foo: "1" }, from: "cache", body: "run 3" },
    { send: { foo: "2" }, from: "cache", body: "run 2" },
  ]);
});

describe("RFC 9110 §12.5.5: a Vary that nothing matches", () => {
  const both = { foo: "1", baz: "789" };
  for (const star of ["*", "*, *", ", *", "*, Foo", "Foo, *", "Foo,*,Baz"]) {
    story(`${JSON.stringify(star)} is a star`, two(star, both, both, "origin"));
  }
  story("a star on each of two lines is one", two(["*", "*"], both, both, "origin"));
  story("a star after an empty line is one", two(["", "*"], both, both, "origin"));
  story("a star after a line of names is one", two(["Foo", "*"], both, both, "origin"));
  story("what is no list of names is taken for one", two("Foo Bar", both, both, "origin"));
  story("empty members are none", two(", ,Foo,", both, both, "cache"));
  story("an empty Vary is none", two("", { foo: "1" }, { foo: "2" }, "cache"));
});

describe("RFC 9111 §4.1: values that count as one", () => {
  story("an unknown field: on one line or two", two("Foo", { foo: "1, 2" }, { foo: ["1", "2"] }, "cache"));
  story("an unknown field: with and without space", two("Foo", { foo: "1,2" }, { foo: " 1, 2 " }, "cache"));
  story("an unknown field: not in another order", two("Foo", { foo: "1, 2" }, { foo: "2, 1" }, "origin"));
  story("an unknown field: space in quotes counts", two("Foo", { foo: '"a, b"' }, { foo: '"a,b"' }, "origin"));
  const language = (one: string, other: string, then: "origin" | "cache"): readonly Step[] =>
    two("Accept-Language", { "accept-language": one }, { "accept-language": other }, then);
  story("languages: in any order", language("en, de", "de, en", "cache"));
  story("languages: in any case of letters", language("en, de", "eN, De", "cache"));
  story("languages: with any space", language("en, de", " en ,   de", "cache"));
  story("languages: with a weight of one written out", language("en, de;q=0.5", "de;q=0.50, en;q=1.0", "cache"));
  story("languages: not with other weights", language("en, de;q=0.5", "en;q=0.5, de", "origin"));
  story("languages: not with one more", language("en", "en, de", "origin"));
  story("codings: in any order", [
    ...two("Accept-Encoding", { "accept-encoding": "gzip, br" }, { "accept-encoding": "br,gzip" }, "cache"),
  ]);
  story("media types: not in any order, which servers read", [
    ...two("Accept", { accept: "text/html, text/plain" }, { accept: "text/plain, text/html" }, "origin"),
  ]);
  for (const name of ["cookie", "user-agent", "referer"]) {
    story(`${name}: to the letter`, two(name, { [name]: "a, b" }, { [name]: "a,b" }, "origin"));
  }
  story("the language that is liked best selects the response in it", [
    { origin: varying("Accept-Language", { "content-language": "de" }), send: { "accept-language": "en, de" } },
    { send: { "accept-language": "fr;q=0.5, de;q=1.0" }, from: "cache" },
    { send: { "accept-language": "fr, de;q=0.5" }, from: "origin" },
  ]);
  story("a language that is like it does not", [
    { origin: varying("Accept-Language", { "content-language": "de" }), send: { "accept-language": "en, de" } },
    { send: { "accept-language": "de-CH" }, from: "origin" },
  ]);
  story("a language that is liked best selects nothing that varies on more", [
    {
      origin: varying("Accept-Language, Foo", { "content-language": "de" }),
      send: { "accept-language": "en, de", foo: "1" },
    },
    { send: { "accept-language": "de", foo: "2" }, from: "origin" },
    { send: { "accept-language": "de", foo: "1" }, from: "cache" },
  ]);
});

describe("a response with a content coding", () => {
  const zipped = ok({ "cache-control": "max-age=60", "content-encoding": "gzip" });
  story("varies on Accept-Encoding, said or not: it is not for a client that cannot read it", [
    { origin: zipped, send: { "accept-encoding": "gzip" } },
    { send: { "accept-encoding": "gzip" }, from: "cache" },
    { from: "origin" },
  ]);
});

describe("the option vary", () => {
  storyWith({ vary: ["X-Country"] }, "names fields that select, beside those of the response", [
    { origin: varying("Foo"), send: { foo: "1", "x-country": "de" } },
    { send: { foo: "1", "x-country": "fr" }, from: "origin" },
    { send: { foo: "1", "x-country": "de" }, from: "cache", fields: { vary: "Foo, x-country" } },
    { send: { foo: "2", "x-country": "de" }, from: "origin" },
  ]);
  const browsers = {
    vary: { "User-Agent": (value: string | null) => (value?.includes("Mobile") === true ? "mobile" : "other") },
  };
  storyWith(browsers, "makes values one, and shows the origin that one alone", [
    { origin: varying(""), send: { "user-agent": "Mobile 1" }, forwarded: { "user-agent": "mobile" } },
    { send: { "user-agent": "Mobile 2" }, from: "cache" },
    { send: { "user-agent": "Desktop" }, from: "origin", forwarded: { "user-agent": "other" } },
    { from: "cache", body: "run 2" },
  ]);
});
