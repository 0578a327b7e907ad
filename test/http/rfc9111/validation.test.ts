import { describe } from "vitest";
import {
  answer,
  at,
  DEFAULTS,
  EVERY_OPTION,
  type Fields,
  notModified,
  ok,
  type Step,
  story,
  storyWith,
} from "./story.ts";

const STALE = { "cache-control": "max-age=2", date: at(0) };
const TAG = '"1"';
const DATE = "Wed, 01 Jan 2020 00:00:00 GMT";

/** A response that becomes stale, and what is asked then. */
function generated(fields: Fields, forwarded: NonNullable<Step["forwarded"]>): readonly Step[] {
  return [
    { origin: ok({ ...STALE, ...fields }) },
    { after: 3, origin: notModified(fields), from: "validated", forwarded },
  ];
}

describe("RFC 9111 §4.3.1: what a stale response is validated by", () => {
  story("a strong tag", generated({ etag: TAG }, { "if-none-match": TAG, "if-modified-since": null }));
  story("a weak tag, as it is", generated({ etag: `W/${TAG}` }, { "if-none-match": `W/${TAG}` }));
  story("a tag without quotes, as it is", generated({ etag: "1" }, { "if-none-match": "1" }));
  story("a date", generated({ "last-modified": DATE }, { "if-modified-since": DATE, "if-none-match": null }));
  story("a tag and a date", [
    ...generated({ etag: TAG, "last-modified": DATE }, { "if-none-match": TAG, "if-modified-since": DATE }),
  ]);
  story("nothing, where it has neither", [
    { origin: ok(STALE) },
    { after: 3, from: "origin", forwarded: { "if-none-match": null, "if-modified-since": null } },
  ]);
  story("the client's own conditions are not in it", [
    { origin: ok({ ...STALE, etag: TAG }) },
    {
      after: 3,
      send: { "if-none-match": '"other"', "if-modified-since": DATE },
      origin: notModified(),
      from: "validated",
      forwarded: { "if-none-match": TAG, "if-modified-since": null },
      status: 200,
    },
  ]);
  story("the fields that select it are in it", [
    { origin: ok({ expires: at(1), date: at(0), etag: TAG, vary: "Abc" }), send: { abc: "123" } },
    {
      after: 3,
      send: { abc: "123" },
      origin: notModified({ etag: TAG }),
      from: "validated",
      forwarded: { abc: "123", "if-none-match": TAG },
    },
  ]);
  story("a variant for others is not validated", [
    { origin: ok({ "cache-control": "max-age=2", etag: TAG, vary: "Abc" }), send: { abc: "123" } },
    { after: 3, send: { abc: "456" }, from: "origin", forwarded: { "if-none-match": null } },
  ]);
  story("a fresh one is not", [
    { origin: ok({ "cache-control": "max-age=60", etag: TAG }) },
    { after: 3, from: "cache" },
  ]);
  story("one that says nothing of freshness but has a tag is, each time", [
    { origin: ok({ etag: TAG }) },
    { origin: notModified(), from: "validated", forwarded: { "if-none-match": TAG }, body: "run 1" },
    { from: "validated", body: "run 1" },
  ]);
});

describe("RFC 9111 §4.3.3: what the origin answers to that", () => {
  story("304: the stored one is the answer, and fresh anew", [
    { origin: ok({ ...STALE, etag: TAG }) },
    { after: 3, origin: notModified({ ...STALE, etag: TAG }), from: "validated", status: 200, fields: { age: "0" } },
    { after: 1, from: "cache", body: "run 1" },
    { after: 1, from: "validated", body: "run 1" },
  ]);
  story("200: that is the answer, and takes its place", [
    { origin: ok({ ...STALE, etag: TAG }) },
    { after: 3, origin: ok({ "cache-control": "max-age=60", etag: '"2"' }), from: "origin" },
    { from: "cache", body: "run 2", fields: { etag: '"2"' } },
  ]);
  story("404: that is the answer, and takes its place", [
    { origin: ok({ ...STALE, etag: TAG }) },
    { after: 3, origin: answer(404, { "cache-control": "max-age=60" }), from: "origin", status: 404 },
    { from: "cache", status: 404 },
  ]);
  storyWith(DEFAULTS, "500: that is the answer, and the stored one stays", [
    { origin: ok({ ...STALE, etag: TAG }) },
    { after: 3, origin: answer(500), from: "origin", status: 500 },
    { origin: notModified(), from: "validated", status: 200, body: "run 1" },
  ]);
});

describe("RFC 9111 §4.3.4: which stored response a 304 is about", () => {
  const weak = `W/${TAG}`;
  const cases: readonly (readonly [what: string, stored: Fields, update: Fields, isAbout: boolean])[] = [
    ["of the same strong tag", { etag: TAG }, { etag: TAG }, true],
    ["of another tag", { etag: TAG }, { etag: '"2"' }, false],
    ["of the same weak tag", { etag: weak }, { etag: weak }, true],
    ["of a weak tag, for a strong one", { etag: TAG }, { etag: weak }, true],
    ["of a strong tag, for a weak one", { etag: weak }, { etag: TAG }, false],
    ["of the same date", { "last-modified": DATE }, { "last-modified": DATE }, true],
    ["of another date", { "last-modified": DATE }, { "last-modified": at(0) }, false],
    ["of no validator", { etag: TAG, "last-modified": DATE }, {}, true],
    ["of the tag, and another date", { etag: TAG, "last-modified": DATE }, { etag: TAG, "last-modified": at(0) }, true],
  ];
  for (const [what, stored, update, isAbout] of cases) {
    story(`one ${what}: ${isAbout ? "it is confirmed" : "the whole is asked for again"}`, [
      { origin: ok({ ...STALE, ...stored }) },
      isAbout
        ? { after: 3, origin: notModified(update), from: "validated", body: "run 1" }
        : {
            after: 3,
            origin: (request, run) =>
              request.headers.has("if-none-match") || request.headers.has("if-modified-since")
                ? new Response(null, { status: 304, headers: headersOf(update) })
                : new Response(`whole ${run}`),
            runs: 2,
            body: "whole 3",
          },
    ]);
  }
  story("one to a request without conditions is the answer, and changes nothing", [
    { origin: ok({ ...STALE }) },
    { after: 3, origin: notModified({ "cache-control": "max-age=60" }), status: 304, runs: 1 },
    { origin: ok({ "cache-control": "max-age=60" }), from: "origin", status: 200 },
  ]);
});

describe("RFC 9111 §3.2: what is updated by a 304", () => {
  const updatable: readonly (readonly [name: string, old: string, now: string])[] = [
    ["test-header", "a", "b"],
    ["x-test-header", "a", "b"],
    ["content-foo", "a", "b"],
    ["x-content-foo", "a", "b"],
    ["content-location", "/foo", "/bar"],
    ["content-md5", "rL0Y20zC+Fzt72VPzMSk2A==", "N7UdGUp1E+RbVvZSTy1R8g=="],
    ["content-security-policy", "default-src 'self'", "default-src 'self' cdn.example"],
    ["content-type", "text/plain", "text/plain;charset=utf-8"],
    ["clear-site-data", "cache", "cookies"],
    ["expires", "Fri, 01 Jan 2038 01:01:01 GMT", "Mon, 11 Jan 2038 11:11:11 GMT"],
    ["public-key-pins", "a", "b"],
    ["set-cookie2", "a=b", "a=c"],
    ["x-frame-options", "deny", "sameorigin"],
    ["x-xss-protection", "1", "1; mode=block"],
  ];
  for (const [name, old, now] of updatable) {
    story(`${name} is`, [
      { origin: ok({ ...STALE, etag: TAG, [name]: old }), fields: { [name]: old } },
      {
        after: 3,
        origin: notModified({ ...STALE, etag: TAG, [name]: now }),
        from: "validated",
        fields: { [name]: now },
      },
      { after: 1, from: "cache", fields: { [name]: now } },
    ]);
  }
  for (const name of ["content-encoding", "content-range"]) {
    story(`${name}, which is of the stored bytes, is not`, [
      { origin: ok({ ...STALE, etag: TAG, [name]: "x-old" }) },
      { after: 3, origin: notModified({ etag: TAG, [name]: "x-new" }), from: "validated", fields: { [name]: "x-old" } },
      { after: 1, from: "cache", fields: { [name]: "x-old" } },
    ]);
  }
  story("Content-Length, which is of the stored bytes, is not", [
    { origin: ok({ ...STALE, etag: TAG, "content-length": "5" }) },
    {
      after: 3,
      origin: notModified({ etag: TAG, "content-length": "10" }),
      from: "validated",
      fields: { "content-length": "5" },
    },
    { after: 1, from: "cache", fields: { "content-length": "5" }, body: "run 1" },
  ]);
  story("Cache-Control is, and counts from then on", [
    { origin: ok({ "cache-control": "max-age=1", etag: TAG }) },
    {
      after: 3,
      origin: notModified({ "cache-control": "max-age=3600", etag: TAG }),
      from: "validated",
      fields: { "cache-control": "max-age=3600" },
    },
    { after: 3000, from: "cache", fields: { "cache-control": "max-age=3600" } },
  ]);
  story("what it leaves out stays", [
    { origin: ok({ ...STALE, "last-modified": DATE, "test-header": "a" }) },
    {
      after: 3,
      origin: notModified({ "last-modified": DATE, date: at(0) }),
      from: "validated",
      fields: { "test-header": "a", "last-modified": DATE },
    },
    { after: 1, from: "cache", fields: { "test-header": "a" } },
  ]);
  story("a weak tag takes the place of the strong one that it is about", [
    { origin: ok({ ...STALE, etag: TAG }) },
    { after: 3, origin: notModified({ etag: `W/${TAG}` }), from: "validated", fields: { etag: `W/${TAG}` } },
  ]);
  story("an old Age and an old Date do not count any more", [
    { origin: ok({ "cache-control": "max-age=100", etag: TAG, date: at(-50), age: "99" }) },
    { after: 3, origin: notModified({ etag: TAG }), from: "validated", fields: { age: "0", date: null } },
    { after: 99, from: "cache" },
  ]);
  story("its own Age counts", [
    { origin: ok({ ...STALE, etag: TAG }) },
    {
      after: 3,
      origin: notModified({ "cache-control": "max-age=60", age: "50" }),
      from: "validated",
      fields: { age: "50" },
    },
    { after: 9, from: "cache" },
    { after: 1, from: "validated" },
  ]);
  story("what concerns its connection alone is not stored", [
    { origin: ok({ ...STALE, etag: TAG }) },
    {
      after: 3,
      origin: notModified({ connection: "x-hop", "x-hop": "1", "keep-alive": "5", "x-page": "2" }),
      from: "validated",
      fields: { "x-hop": null, "keep-alive": null, "x-page": "2" },
    },
  ]);
  storyWith(EVERY_OPTION, "cookies are, each on its line, where they are stored", [
    { origin: ok({ ...STALE, etag: TAG, "set-cookie": "a=b" }) },
    {
      after: 3,
      origin: notModified({ etag: TAG, "set-cookie": ["a=c", "d=e"] }),
      from: "validated",
      fields: { "set-cookie": ["a=c", "d=e"] },
    },
  ]);
  storyWith(DEFAULTS, "a cookie is not, where none is stored", [
    { origin: ok({ ...STALE, etag: TAG }) },
    {
      after: 3,
      origin: notModified({ etag: TAG, "set-cookie": "user=1" }),
      from: "validated",
    },
    { after: 1, from: "cache", fields: { "set-cookie": null } },
  ]);
});

describe("a 304 that changes what the response may be used for", () => {
  story("no-store: it is the answer once more, and gone", [
    { origin: ok({ ...STALE, etag: TAG }) },
    { after: 3, origin: notModified({ "cache-control": "no-store" }), from: "validated", body: "run 1" },
    { origin: ok({ ...STALE, etag: TAG }), from: "origin" },
  ]);
  story("private: it is the answer once more, and not fresh anew", [
    { origin: ok({ ...STALE, etag: TAG }) },
    { after: 3, origin: notModified({ "cache-control": "private, max-age=60" }), from: "validated", body: "run 1" },
    { origin: ok({ ...STALE, etag: TAG }), from: "origin" },
  ]);
  story("Vary: a star: it is the answer once more, and not fresh anew", [
    { origin: ok({ ...STALE, etag: TAG }) },
    { after: 3, origin: notModified({ ...STALE, vary: "*" }), from: "validated", body: "run 1" },
    { origin: ok({ ...STALE, etag: TAG }), from: "origin" },
  ]);
  story("Vary: by another field: it is for requests like the one that asked", [
    { origin: ok({ ...STALE, etag: TAG }), send: { abc: "1" } },
    {
      after: 3,
      send: { abc: "1" },
      origin: notModified({ vary: "Abc", "cache-control": "max-age=60" }),
      from: "validated",
    },
    { send: { abc: "1" }, from: "cache", body: "run 1", fields: { vary: "Abc" } },
    { send: { abc: "2" }, origin: ok({ "cache-control": "max-age=60", vary: "Abc" }), from: "origin" },
    { send: { abc: "1" }, from: "cache", body: "run 1" },
  ]);
});

function headersOf(fields: Fields): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(fields)) {
    headers.set(name, typeof value === "function" ? value(Date.now()) : String(value));
  }
  return headers;
}
