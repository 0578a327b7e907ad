import { describe } from "vitest";
import { answer, at, type Fields, ok, type Step, story } from "./story.ts";

const FRESH = { "cache-control": "max-age=3600", a: "1" };
const TEXT = "0123456789A";

/** A stored whole, and a request for a part of it. */
function part(range: string, body: string, contentRange: string, status: 206 | 416 = 206): readonly Step[] {
  return [
    { origin: ok(FRESH, TEXT) },
    {
      send: { range },
      from: "cache",
      status,
      body,
      fields: { "content-range": contentRange, "content-length": String(body.length) },
    },
  ];
}

/** A stored whole, and a request for a part that is answered with the whole. */
function whole(send: Fields, fields: Fields = {}): readonly Step[] {
  return [
    { origin: ok({ ...FRESH, ...fields }, TEXT) },
    { send, from: "cache", status: 200, body: TEXT, fields: { "content-range": null } },
  ];
}

describe("RFC 9110 §14: a part of what is stored whole", () => {
  story("from one byte to another", part("bytes=0-1", "01", "bytes 0-1/11"));
  story("one byte", part("bytes=5-5", "5", "bytes 5-5/11"));
  story("from one byte on", part("bytes=1-", "123456789A", "bytes 1-10/11"));
  story("the last byte", part("bytes=-1", "A", "bytes 10-10/11"));
  story("more at the end than there is", part("bytes=-100", TEXT, "bytes 0-10/11"));
  story("to a byte past the end", part("bytes=9-100", "9A", "bytes 9-10/11"));
  story("the case of the unit does not matter", part("Bytes=0-1", "01", "bytes 0-1/11"));
  story("from a byte past the end: there is none", part("bytes=11-", "", "bytes */11", 416));
  story("of the last no byte: there is none", part("bytes=-0", "", "bytes */11", 416));
  story("two parts: the whole", whole({ range: "bytes=0-1,3-4" }));
  story("backwards: the whole", whole({ range: "bytes=5-1" }));
  story("another unit: the whole", whole({ range: "lines=0-1" }));
  story("no numbers: the whole", whole({ range: "bytes=-" }));
  story("nonsense: the whole", whole({ range: "bytes=a-b" }));

  story("has the fields of the stored whole, and not those of a newer answer", [
    { origin: ok(FRESH, TEXT) },
    {
      send: { range: "bytes=0-1" },
      origin: ok({ ...FRESH, a: "2" }, TEXT),
      from: "cache",
      status: 206,
      body: "01",
      fields: { a: "1" },
    },
  ]);
  story("of a stale whole is a part of what is fresh", [
    { origin: ok({ "cache-control": "max-age=2", etag: '"1"' }, TEXT) },
    {
      after: 3,
      send: { range: "bytes=0-1" },
      origin: answer(304, { a: "2" }),
      from: "validated",
      status: 206,
      body: "01",
      fields: { a: "2" },
    },
  ]);
  story("of a stored error is the error", [
    { origin: answer(404, FRESH, TEXT), status: 404 },
    { send: { range: "bytes=0-1" }, from: "cache", status: 404, body: TEXT },
  ]);
  story("is not given to HEAD", [
    { origin: ok(FRESH, TEXT) },
    { method: "HEAD", send: { range: "bytes=0-1" }, from: "cache", status: 200, fields: { "content-range": null } },
  ]);
  story("comes after the client's other conditions", [
    { origin: ok({ ...FRESH, etag: '"1"' }, TEXT) },
    { send: { range: "bytes=0-1", "if-none-match": '"1"' }, from: "cache", status: 304 },
  ]);
});

describe("RFC 9110 §13.1.5: If-Range", () => {
  const dated = { "last-modified": at(-60), date: at(0) };
  const holds = (ifRange: string, fields: Fields): readonly Step[] => [
    { origin: ok({ ...FRESH, ...fields }, TEXT) },
    { send: { range: "bytes=0-1", "if-range": ifRange }, from: "cache", status: 206, body: "01" },
  ];
  story("the same strong tag", holds('"1"', { etag: '"1"' }));
  story("the same date, of a change long before", holds("Mon, 01 Jun 2026 11:59:00 GMT", dated));
  story("another tag: the whole", whole({ range: "bytes=0-1", "if-range": '"2"' }, { etag: '"1"' }));
  story("a weak tag: the whole", whole({ range: "bytes=0-1", "if-range": 'W/"1"' }, { etag: 'W/"1"' }));
  story("another date: the whole", whole({ range: "bytes=0-1", "if-range": "Mon, 01 Jun 2026 11:59:01 GMT" }, dated));
  story("a date of a change in the same second: the whole", [
    ...whole(
      { range: "bytes=0-1", "if-range": "Mon, 01 Jun 2026 12:00:00 GMT" },
      { "last-modified": at(0), date: at(0) },
    ),
  ]);
});

describe("RFC 9111 §3.3: a part from the origin", () => {
  const parts = { ...FRESH, "content-range": "bytes 4-9/10" };
  story("goes to the client, and is not stored", [
    {
      send: { range: "bytes=-5" },
      origin: answer(206, parts, "01234"),
      status: 206,
      body: "01234",
      forwarded: { range: "bytes=-5" },
    },
    { send: { range: "bytes=-5" }, from: "origin", status: 206, body: "01234" },
    { origin: ok(FRESH, TEXT), from: "origin", status: 200, body: TEXT, forwarded: { range: null } },
  ]);
  story("is not the answer to who asks for the whole", [
    { send: { range: "bytes=-5" }, origin: answer(206, parts, "01234"), status: 206 },
    { origin: ok(FRESH, TEXT), from: "origin", body: TEXT },
    { from: "cache", body: TEXT },
  ]);
  story("does not take the place of a whole", [
    { origin: ok(FRESH, TEXT) },
    { send: { range: "bytes=-5", "cache-control": "no-cache" }, origin: answer(206, parts, "01234"), status: 206 },
    { from: "cache", status: 200, body: TEXT },
  ]);
  story("a refresh in the background is of the whole", [
    { origin: ok({ "cache-control": "max-age=2, stale-while-revalidate=60" }, TEXT) },
    {
      after: 3,
      send: { range: "bytes=0-1", "if-range": '"1"' },
      from: "cache",
      runs: 1,
      forwarded: { range: null, "if-range": null },
    },
    { from: "cache", status: 200, body: TEXT },
  ]);
  story("a whole that the origin answers to Range is stored", [
    { send: { range: "bytes=0-1" }, origin: ok(FRESH, TEXT), runs: 1 },
    { from: "cache", status: 200, body: TEXT },
    { send: { range: "bytes=0-1" }, from: "cache", status: 206, body: "01" },
  ]);
});
