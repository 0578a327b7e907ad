import { describe } from "vitest";
import { at, DEFAULTS, EVERY_OPTION, ok, privateStory, story, storyWith } from "./story.ts";

const FRESH = { "cache-control": "max-age=3600", date: at(0) };

const KEPT: readonly (readonly [name: string, value: string])[] = [
  ["test-header", "text"],
  ["x-test-header", "text"],
  ["content-foo", "text"],
  ["x-content-foo", "text"],
  ["cache-control", "max-age=3600"],
  ["content-encoding", "x-text"],
  ["content-length", "5"],
  ["content-location", "/bar"],
  ["content-md5", "N7UdGUp1E+RbVvZSTy1R8g=="],
  ["content-range", "x-text"],
  ["content-security-policy", "default-src 'self' cdn.example"],
  ["content-type", "text/plain;charset=utf-8"],
  ["clear-site-data", "cookies"],
  ["etag", '"text"'],
  ["expires", "Mon, 11 Jan 2038 11:11:11 GMT"],
  ["last-modified", "Mon, 01 Jun 2026 11:11:11 GMT"],
  ["link", "</a.css>; rel=preload"],
  ["public-key-pins", "text"],
  ["set-cookie2", "a=c"],
  ["x-frame-options", "sameorigin"],
  ["x-xss-protection", "1; mode=block"],
];
const HOP_BY_HOP = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authentication-info",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

describe("RFC 9111 §3.1: fields that are stored", () => {
  for (const [name, value] of KEPT) {
    story(`${name} is`, [
      { origin: ok({ ...FRESH, [name]: value }), fields: { [name]: value } },
      { after: 3, from: "cache", fields: { [name]: value } },
    ]);
  }
  for (const name of HOP_BY_HOP) {
    story(`${name} is not`, [
      { origin: ok({ ...FRESH, [name]: "x-text" }) },
      { after: 3, from: "cache", fields: { [name]: null } },
    ]);
  }
  story("those that Connection names are not", [
    { origin: ok({ ...FRESH, connection: "a, B", a: "1", b: "2", c: "3" }) },
    { after: 3, from: "cache", fields: { a: null, b: null, c: "3" } },
  ]);
  story("those that Connection names wrongly are: without Vary, one client's variant would answer all", [
    { origin: ok({ ...FRESH, connection: "vary, cache-control", vary: "foo" }), send: { foo: "1" } },
    { send: { foo: "2" }, from: "origin" },
    { send: { foo: "1" }, from: "cache", fields: { vary: "foo" } },
  ]);
  story("several lines of one name are one list", [
    { origin: ok({ ...FRESH, link: ["</a>; rel=next", "</b>; rel=prev"] }) },
    { from: "cache", fields: { link: ["</a>; rel=next", "</b>; rel=prev"] } },
  ]);
  story("a length that is missing is known once the body is stored", [
    { origin: ok(FRESH, "\u00e4 b") },
    { from: "cache", body: "\u00e4 b", fields: { "content-length": "4" } },
  ]);
  story("a length of coded content is not told: a runtime that codes it again would send another", [
    { origin: ok({ ...FRESH, "content-encoding": "x-text", "content-length": "5" }) },
    { from: "cache", fields: { "content-encoding": "x-text", "content-length": null } },
  ]);
  story("a file to be saved is reused like any other", [
    { origin: ok({ ...FRESH, "content-disposition": "attachment; filename=a.txt" }) },
    { from: "cache", fields: { "content-disposition": "attachment; filename=a.txt" } },
  ]);
});

describe("RFC 9111 §7.3: Set-Cookie", () => {
  storyWith(DEFAULTS, "a response with one is not stored: it would go to everybody", [
    { origin: ok({ ...FRESH, "set-cookie": "a=b" }), fields: { "set-cookie": "a=b" } },
    { from: "origin" },
  ]);
  storyWith(DEFAULTS, "a response that is public is not stored either", [
    { origin: ok({ "cache-control": "public, max-age=60", "set-cookie": "a=b" }) },
    { from: "origin" },
  ]);
  storyWith(EVERY_OPTION, "with the option it is stored, each cookie on its line", [
    { origin: ok({ ...FRESH, "set-cookie": ["a=b", "c=d"] }) },
    { after: 3, from: "cache", fields: { "set-cookie": ["a=b", "c=d"] } },
  ]);
  storyWith(EVERY_OPTION, "with the option, private keeps it out all the same", [
    { origin: ok({ "cache-control": "private, max-age=60", "set-cookie": "a=b" }) },
    { from: "origin" },
  ]);
  for (const directive of ["no-cache", "private"]) {
    story(`${directive} of the field itself: the rest is stored`, [
      { origin: ok({ "cache-control": `max-age=60, ${directive}="set-cookie"`, "set-cookie": "a=b" }) },
      { from: "cache", fields: { "set-cookie": null } },
    ]);
  }
  privateStory("a cache of one user stores it", [
    { origin: ok({ ...FRESH, "set-cookie": "a=b" }) },
    { from: "cache", fields: { "set-cookie": "a=b" } },
  ]);
});
