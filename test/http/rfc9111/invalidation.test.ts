import { describe } from "vitest";
import { answer, at, ok, ORIGIN, type Step, story } from "./story.ts";

const FRESH = { "cache-control": "max-age=100000", date: at(0) };
const UNSAFE = ["POST", "PUT", "DELETE", "PATCH", "M-SEARCH", "PROPFIND", "MADE-UP"];
const OTHER = "/other";

/** Two stored pages, an unsafe request to the first, and what is left of the second. */
function between(method: string, write: ReturnType<typeof ok>, then: "origin" | "cache"): readonly Step[] {
  return [
    { origin: ok(FRESH), url: OTHER },
    { method, origin: write, payload: "abc" },
    { origin: ok(FRESH), url: OTHER, from: then },
  ];
}

describe("RFC 9111 §4.4: what an unsafe request makes invalid", () => {
  for (const method of UNSAFE) {
    for (const status of [200, 201, 204, 302, 303]) {
      story(`${method} with ${status}: the URL itself`, [
        { origin: ok(FRESH) },
        { method, payload: "abc", origin: answer(status), status, forwardedMethod: method },
        { origin: ok(FRESH), from: "origin" },
        { from: "cache" },
      ]);
    }
    for (const status of [400, 404, 409, 500, 503]) {
      story(`${method} with ${status}: nothing`, [
        { origin: ok(FRESH) },
        { method, payload: "abc", origin: answer(status), status },
        { from: "cache", body: "run 1", status: 200 },
      ]);
    }
    for (const field of ["location", "content-location"]) {
      story(`${method}: what ${field} names`, between(method, ok({ [field]: OTHER }), "origin"));
      story(`${method}: what ${field} names in full`, between(method, ok({ [field]: `${ORIGIN}${OTHER}` }), "origin"));
      story(`${method} that fails: not what ${field} names`, between(method, answer(500, { [field]: OTHER }), "cache"));
    }
    story(`${method}: what both fields name`, [
      { origin: ok(FRESH), url: "/one" },
      { url: "/two" },
      { method, payload: "abc", origin: ok({ location: "/one", "content-location": "/two" }) },
      { url: "/one", origin: ok(FRESH), from: "origin" },
      { url: "/two", from: "origin" },
    ]);
  }
  story("every variant of the URL", [
    { origin: ok({ ...FRESH, vary: "foo" }), send: { foo: "1" } },
    { send: { foo: "2" } },
    { method: "POST", payload: "abc", origin: ok() },
    { send: { foo: "1" }, origin: ok({ ...FRESH, vary: "foo" }), from: "origin" },
    { send: { foo: "2" }, from: "origin" },
  ]);
  story("not what Location names at another origin", [
    { origin: ok(FRESH), url: "https://other.example/other" },
    { method: "POST", payload: "abc", origin: ok({ location: "https://other.example/other" }) },
    { url: "https://other.example/other", from: "cache" },
  ]);
  story("not another query of the URL", [
    { origin: ok(FRESH), url: "/page?a=1" },
    { method: "POST", url: "/page", payload: "abc", origin: ok() },
    { url: "/page?a=1", from: "cache" },
  ]);
  story("nothing where Location is no reference", between("POST", ok({ location: "http://[" }), "cache"));
  story("the answer to it is not stored", [
    { method: "POST", payload: "abc", origin: ok(FRESH) },
    { origin: ok(FRESH), from: "origin" },
  ]);
  story("nothing where the origin fails", [
    { origin: ok(FRESH) },
    { method: "POST", payload: "abc", origin: "throws", from: "error" },
    { from: "cache", body: "run 1" },
  ]);
  for (const method of ["OPTIONS", "HEAD"]) {
    story(`${method}, which is safe: nothing`, [
      { origin: ok(FRESH) },
      { method, origin: ok(), runs: method === "HEAD" ? 0 : 1, from: method === "HEAD" ? "cache" : "origin" },
      { from: "cache" },
    ]);
  }
});
