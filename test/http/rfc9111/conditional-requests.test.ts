import { describe } from "vitest";
import { answer, at, type Fields, notModified, ok, type Step, story } from "./story.ts";

const FRESH = { "cache-control": "max-age=100000", date: at(0) };

/** A fresh response, and a conditional request for it three seconds after. */
function asking(fields: Fields, send: Fields, status: 200 | 304): readonly Step[] {
  return [
    { origin: ok({ ...FRESH, ...fields }) },
    { after: 3, send, from: "cache", status, ...(status === 304 && { body: "" }) },
  ];
}

describe("RFC 9110 §13.1.2: If-None-Match, answered from the cache", () => {
  const known = (etag: string, ifNoneMatch: string, status: 200 | 304): readonly Step[] =>
    asking({ etag }, { "if-none-match": ifNoneMatch }, status);
  story("the same strong tag", known('"a"', '"a"', 304));
  story("another tag", known('"a"', '"b"', 200));
  story("the same weak tag", known('W/"a"', 'W/"a"', 304));
  story("a weak tag for a strong one: the comparison is weak", known('"a"', 'W/"a"', 304));
  story("a strong tag for a weak one: the comparison is weak", known('W/"a"', '"a"', 304));
  story("the first of several", known('"a"', '"a", "1", "2"', 304));
  story("the middle one of several", known('"a"', '"1", "a", "2"', 304));
  story("the last of several", known('"a"', '"1", "2", "a"', 304));
  story("several without space", known('"a"', '"1","2","a"', 304));
  story("none of several", known('"a"', '"1", "2"', 200));
  story("a star, which is any", asking({}, { "if-none-match": "*" }, 304));
  story("a tag where the response has none", asking({}, { "if-none-match": '"a"' }, 200));
  story("a comma in a tag separates nothing", known('"a, b"', '"a, b"', 304));
  story("a tag of other letters than ASCII", known('"\u00fc"', '"\u00fc"', 304));
  story("the case of a tag counts", known('"a"', '"A"', 200));
  story("without quotes, for one with them", known('"a"', "a", 304));
  story("without quotes on both sides", known("a", "a", 304));
  story("with quotes, for one without", known("a", '"a"', 304));
  story("the flag in lower case", known('w/"a"', 'w/"a"', 304));
  story("the flag with a backslash", known('W\\"a"', 'W\\"a"', 304));
  story("the flag without its slash", known('W"a"', 'W"a"', 304));
  story("it is over If-Modified-Since, where it holds", [
    ...asking(
      { etag: '"a"', "last-modified": at(-5000) },
      { "if-none-match": '"a"', "if-modified-since": at(-10_000) },
      304,
    ),
  ]);
  story("it is over If-Modified-Since, where it does not hold", [
    ...asking({ etag: '"a"', "last-modified": at(-5000) }, { "if-none-match": '"b"', "if-modified-since": at(0) }, 200),
  ]);
});

describe("RFC 9110 §13.1.3: If-Modified-Since, answered from the cache", () => {
  const MODIFIED = "Mon, 01 Jun 2026 11:00:00 GMT";
  const since = (value: string, status: 200 | 304): readonly Step[] =>
    asking({ "last-modified": MODIFIED }, { "if-modified-since": value }, status);
  story("the same date", since(MODIFIED, 304));
  story("a later date", since("Mon, 01 Jun 2026 11:20:00 GMT", 304));
  story("an earlier date", since("Mon, 01 Jun 2026 10:59:59 GMT", 200));
  story("the same date in the format of RFC 850", since("Monday, 01-Jun-26 11:00:00 GMT", 304));
  story("the same date in the format of asctime()", since("Mon Jun  1 11:00:00 2026", 304));
  story("no date", since("an hour ago", 200));
  story("without Last-Modified its Date counts: asked since then", [
    ...asking({}, { "if-modified-since": "Mon, 01 Jun 2026 12:00:00 GMT" }, 304),
  ]);
  story("without Last-Modified its Date counts: asked since before", [
    ...asking({}, { "if-modified-since": "Mon, 01 Jun 2026 11:10:00 GMT" }, 200),
  ]);
  story("without Last-Modified and Date the time that it came counts", [
    { origin: ok({ "cache-control": "max-age=60" }) },
    { after: 3, send: { "if-modified-since": "Mon, 01 Jun 2026 11:59:59 GMT" }, from: "cache", status: 200 },
    { send: { "if-modified-since": "Mon, 01 Jun 2026 12:00:00 GMT" }, from: "cache", status: 304 },
  ]);
});

describe("RFC 9110 §15.4.5: the 304 of a cache", () => {
  story("tells what a 200 would have told, but for what describes a body", [
    {
      origin: ok({
        ...FRESH,
        etag: '"a"',
        "last-modified": "Mon, 01 Jun 2026 11:00:00 GMT",
        vary: "Foo",
        "content-location": "/a",
        "content-type": "text/plain",
        "content-length": "5",
        "content-language": "en",
      }),
    },
    {
      after: 3,
      send: { "if-none-match": '"a"' },
      from: "cache",
      status: 304,
      fields: {
        etag: '"a"',
        date: "Mon, 01 Jun 2026 12:00:00 GMT",
        vary: "Foo",
        age: "3",
        "cache-control": "max-age=100000",
        "content-location": "/a",
        "content-length": null,
        "content-type": null,
        "content-language": null,
      },
    },
  ]);
  story("is given to HEAD too", [
    { origin: ok({ ...FRESH, etag: '"a"' }) },
    { method: "HEAD", send: { "if-none-match": '"a"' }, from: "cache", status: 304 },
  ]);
  story("is not given for a stored error", [
    { origin: answer(404, { ...FRESH, etag: '"a"' }), status: 404 },
    { send: { "if-none-match": '"a"' }, from: "cache", status: 404 },
  ]);
  story("is given after the origin has confirmed what is stale", [
    { origin: ok({ "cache-control": "max-age=2", date: at(0), "last-modified": "Mon, 01 Jun 2026 11:00:00 GMT" }) },
    {
      after: 3,
      send: { "if-modified-since": "Mon, 01 Jun 2026 11:00:00 GMT" },
      origin: notModified(),
      from: "validated",
      status: 304,
    },
  ]);
  story("is given for what the origin has just sent anew, which is stored", [
    {
      origin: ok({ ...FRESH, etag: '"a"' }),
      send: { "if-none-match": '"a"' },
      status: 304,
      forwarded: { "if-none-match": null },
    },
    { from: "cache", status: 200, body: "run 1" },
  ]);
  const long = "0123456789abcdef".repeat(16_384);
  story("is given for a long body too, which is read to its end and stored", [
    {
      origin: () => {
        const pieces = Array.from({ length: 8 }, () => new TextEncoder().encode(long));
        const body = new ReadableStream({
          pull(controller) {
            const piece = pieces.pop();
            if (piece === undefined) controller.close();
            else controller.enqueue(piece);
          },
        });
        return new Response(body, { headers: { "cache-control": "max-age=60", etag: '"a"' } });
      },
      send: { "if-none-match": '"a"' },
      runs: 1,
      status: 304,
    },
    { runs: 0, status: 200, body: long.repeat(8) },
  ]);
  story("is not given for what is not what the client has", [
    { origin: ok({ ...FRESH, etag: '"b"' }), send: { "if-none-match": '"a"' }, status: 200 },
    { from: "cache", status: 200 },
  ]);
});

describe("RFC 9110 §13.1.1 and §13.1.4: conditions for the origin alone", () => {
  for (const [name, value] of [
    ["if-match", '"a"'],
    ["if-unmodified-since", "Mon, 01 Jun 2026 11:00:00 GMT"],
  ] as const) {
    story(`${name} goes to the origin as it is, past what is stored`, [
      { origin: ok({ ...FRESH, etag: '"a"' }) },
      { send: { [name]: value }, from: "origin", forwarded: { [name]: value } },
      { from: "cache", body: "run 1" },
    ]);
    story(`the 412 that it comes to is not stored`, [
      { origin: answer(412, FRESH), send: { [name]: value }, status: 412 },
      { origin: ok(FRESH), from: "origin", status: 200 },
    ]);
  }
});
