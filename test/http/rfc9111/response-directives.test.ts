import { describe } from "vitest";
import { at, type Fields, notModified, ok, privateStory, type Step, story } from "./story.ts";

const FRESH = { expires: at(10_000), date: at(0) };

function saying(cacheControl: string, then: "origin" | "cache", fields: Fields = {}): readonly Step[] {
  return [{ origin: ok({ "cache-control": cacheControl, ...fields }) }, { from: then }];
}

/** A response that is stored, but confirmed for each request. */
function confirmed(fields: Fields): readonly Step[] {
  return [
    { origin: ok({ etag: '"1"', ...fields }) },
    { origin: notModified({ etag: '"1"' }), from: "validated", forwarded: { "if-none-match": '"1"' }, body: "run 1" },
    { origin: notModified({ etag: '"1"' }), from: "validated", body: "run 1" },
  ];
}

describe("RFC 9111 §5.2.2.5: no-store", () => {
  story("is not stored", saying("no-store", "origin"));
  story("is not stored in any case of letters", saying("No-StOrE", "origin"));
  story("is not stored with max-age and Expires beside it", saying("max-age=10000, no-store", "origin", FRESH));
  story("is not stored with a validator", [
    { origin: ok({ "cache-control": "no-store", etag: '"1"' }) },
    { from: "origin", forwarded: { "if-none-match": null } },
  ]);
  story("leaves a fresh one that was stored before", [
    { origin: ok({ "cache-control": "max-age=10000", vary: "a" }), send: { a: "1" } },
    { origin: ok({ "cache-control": "no-store" }), send: { a: "2" } },
    { from: "cache", send: { a: "1" }, body: "run 1" },
  ]);
  story("in the answer to a forced request leaves what is stored", [
    { origin: ok({ "cache-control": "max-age=10000" }) },
    { origin: ok({ "cache-control": "no-store" }), send: { "cache-control": "no-cache" } },
    { from: "cache", body: "run 1" },
  ]);
  story("with max-age=0 in the answer to a forced request leaves what is stored", [
    { origin: ok({ "cache-control": "max-age=10000" }) },
    { origin: ok({ "cache-control": "no-store, max-age=0" }), send: { "cache-control": "no-cache" } },
    { from: "cache", body: "run 1" },
  ]);
});

describe("RFC 9111 §5.2.2.7: private", () => {
  story("is not stored in a cache for all", saying("private, max-age=3600", "origin"));
  story("is not stored in any case of letters", saying("PRIVATE, max-age=3600", "origin"));
  story("is over public", saying("public, private, max-age=3600", "origin"));
  story("is over s-maxage", saying("private, s-maxage=3600", "origin"));
  privateStory("is stored in a cache of one user", saying("private, max-age=3600", "cache"));
  privateStory("is told apart by who asks, in a cache of one user", [
    { origin: ok({ "cache-control": "private, max-age=3600" }), send: { cookie: "user=1" } },
    { send: { cookie: "user=2" }, from: "origin" },
    { send: { cookie: "user=1" }, from: "cache", body: "run 1" },
    { send: { authorization: "Bearer 1" }, from: "origin" },
  ]);
  story("of a field keeps that field alone out", [
    { origin: ok({ "cache-control": 'max-age=60, private="x-user"', "x-user": "1", "x-page": "2" }) },
    { from: "cache", fields: { "x-user": null, "x-page": "2" } },
  ]);
  story("of Vary, without which nothing could be told apart, is of all", [
    ...saying('max-age=60, private="vary"', "origin", { vary: "a" }),
  ]);
  story("of an empty list is of all", saying('max-age=60, private=""', "origin"));
  privateStory("of a field is no matter of a cache of one user", [
    { origin: ok({ "cache-control": 'max-age=60, private="x-user"', "x-user": "1" }) },
    { from: "cache", fields: { "x-user": "1" } },
  ]);
});

describe("RFC 9111 §5.2.2.4: no-cache", () => {
  story("is asked for again each time", saying("max-age=10000, no-cache", "origin", FRESH));
  story("is asked for again in any case of letters", saying("max-age=10000, No-CaChE", "origin", FRESH));
  story("is stored where it has a validator, and confirmed", confirmed({ "cache-control": "no-cache" }));
  story(
    "is confirmed with max-age and Expires beside it",
    confirmed({ "cache-control": "max-age=10000, no-cache", ...FRESH }),
  );
  story("is confirmed within stale-while-revalidate", [
    ...confirmed({ "cache-control": "max-age=0, no-cache, stale-while-revalidate=60" }),
  ]);
  story("is confirmed for a client that takes a stale one", [
    { origin: ok({ "cache-control": "no-cache", etag: '"1"' }) },
    { origin: notModified(), send: { "cache-control": "max-stale" }, from: "validated" },
  ]);
  story("of a field keeps that field alone out", [
    { origin: ok({ "cache-control": ['no-cache="a"', "max-age=3600"], a: "1", b: "2" }) },
    { after: 3, from: "cache", fields: { a: null, b: "2" } },
  ]);
  story("of several fields keeps these out", [
    { origin: ok({ "cache-control": ['no-cache="a, B"', "max-age=3600"], a: "1", b: "2", c: "3" }) },
    { after: 3, from: "cache", fields: { a: null, b: null, c: "3" } },
  ]);
  story("of a field, and then of all, is of all", saying('no-cache="a", max-age=60, no-cache', "origin"));
});

describe("RFC 9111 §5.2.2.2 and §5.2.2.8: must-revalidate and proxy-revalidate", () => {
  story("a fresh response is reused", saying("max-age=10000, must-revalidate", "cache", { etag: '"1"' }));
  for (const directive of ["must-revalidate", "proxy-revalidate"]) {
    story(`${directive}: a stale one is confirmed`, [
      { origin: ok({ "cache-control": `max-age=2, ${directive}`, etag: '"1"' }) },
      { from: "cache" },
      { after: 3, origin: notModified(), from: "validated", forwarded: { "if-none-match": '"1"' } },
      { after: 1, from: "cache" },
    ]);
    story(`${directive}: a stale one is nothing for a client that would take it`, [
      { origin: ok({ "cache-control": `max-age=2, ${directive}` }) },
      { after: 3, from: "origin", send: { "cache-control": "max-stale" } },
    ]);
    story(`${directive}: forbids stale-while-revalidate`, [
      { origin: ok({ "cache-control": `max-age=2, ${directive}, stale-while-revalidate=60` }) },
      { after: 3, from: "origin" },
    ]);
  }
});

describe("responses that no request could be answered with", () => {
  for (const directives of [
    "no-cache",
    "max-age=60, no-cache",
    "max-age=0, must-revalidate",
    "s-maxage=0, proxy-revalidate",
  ]) {
    story(`${directives} without a validator is not stored`, [
      { origin: ok({ "cache-control": directives }), fields: { "cache-status": /;detail=no-freshness$/ } },
    ]);
    story(`${directives} with a validator is`, [
      { origin: ok({ "cache-control": directives, etag: '"1"' }), fields: { "cache-status": /;stored;/ } },
    ]);
  }
  story("one that came stale, and may be used stale, is stored", [
    { origin: ok({ "cache-control": "max-age=0" }), fields: { "cache-status": /;stored;/ } },
  ]);
});

describe("RFC 8246: immutable", () => {
  story("a stale response is confirmed all the same", [
    { origin: ok({ "cache-control": "max-age=2, immutable", etag: '"1"' }) },
    { after: 1, from: "cache" },
    { after: 2, origin: notModified(), from: "validated", forwarded: { "if-none-match": '"1"' } },
  ]);
});
