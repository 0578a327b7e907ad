import { describe } from "vitest";
import { answer, at, DEFAULTS, EVERY_OPTION, notModified, ok, story, storyWith, type Step } from "./story.ts";

const STALE = { "cache-control": "max-age=2", date: at(0) };

describe("RFC 9111 §4.2.4: a stale response where the origin fails", () => {
  storyWith(DEFAULTS, "is no answer by default: the client gets the failure", [
    { origin: ok(STALE) },
    { after: 3, origin: "throws", from: "error" },
    { origin: answer(503), from: "origin", status: 503 },
  ]);
  storyWith(EVERY_OPTION, "is the answer with staleIfError, where the origin throws", [
    { origin: ok(STALE) },
    { after: 3, origin: "throws", from: "cache", runs: 1, status: 200, fields: { age: "3" } },
  ]);
  storyWith(EVERY_OPTION, "is the answer with staleIfError, where the origin says 5xx", [
    { origin: ok(STALE) },
    { after: 3, origin: answer(503), from: "cache", runs: 1, status: 200 },
  ]);
  storyWith(EVERY_OPTION, "is the answer without asking again, until retryAfter has passed", [
    { origin: ok(STALE) },
    { after: 3, origin: answer(503), from: "cache", runs: 1 },
    { after: 9, from: "cache" },
    { after: 1, from: "cache", runs: 1 },
    { after: 10, origin: ok(STALE), from: "origin" },
  ]);
  storyWith(EVERY_OPTION, "is none where the origin says 4xx", [
    { origin: ok(STALE) },
    { after: 3, origin: answer(404), from: "origin", status: 404 },
  ]);
  storyWith(EVERY_OPTION, "is none once the time is over", [
    { origin: ok(STALE) },
    { after: 3602, origin: answer(503), from: "origin", status: 503 },
    { origin: "throws", from: "error" },
  ]);
  storyWith(EVERY_OPTION, "is none where it is an error itself", [
    { origin: answer(503, STALE), status: 503 },
    { after: 3, origin: answer(500), from: "origin", status: 500 },
  ]);
  storyWith(EVERY_OPTION, "is none for who wants an answer of now", [
    { origin: ok(STALE) },
    { after: 3, send: { "cache-control": "no-cache" }, origin: answer(503), from: "origin", status: 503 },
    { send: { "cache-control": "max-age=1" }, origin: "throws", from: "error" },
  ]);
  storyWith(EVERY_OPTION, "is none for who wants no answer of the origin", [
    { origin: ok(STALE) },
    { after: 3, send: { "cache-control": "only-if-cached" }, from: "cache", status: 504 },
  ]);
  for (const directives of ["must-revalidate", "proxy-revalidate", "no-cache", "s-maxage=2"]) {
    for (const origin of ["throws", answer(503)] as const) {
      const then: Step = origin === "throws" ? { from: "error" } : { from: "origin", status: 503 };
      story(`${directives} forbids it, where the origin ${origin === "throws" ? origin : "says 503"}`, [
        { origin: ok({ "cache-control": `max-age=2, ${directives}` }) },
        { after: 3, origin, ...then },
      ]);
    }
  }
  story("must-revalidate forbids it though stale-if-error allows it", [
    { origin: ok({ "cache-control": "max-age=2, must-revalidate, stale-if-error=60" }) },
    { after: 3, origin: "throws", from: "error" },
  ]);
  storyWith(EVERY_OPTION, "has no Warning, which RFC 9111 §5.5 has made obsolete", [
    { origin: ok(STALE) },
    { after: 3, origin: "throws", from: "cache", runs: 1, fields: { warning: null } },
  ]);
  storyWith(EVERY_OPTION, "is none any more where the origin answers, but not for all", [
    { origin: ok(STALE) },
    { after: 3, origin: ok({ "cache-control": "private" }), from: "origin", body: "run 2" },
    { from: "origin", body: "run 3" },
    { origin: answer(503), from: "cache", runs: 1, body: "run 1" },
  ]);
});

describe("RFC 5861 §4: stale-if-error", () => {
  const allowed = ok({ "cache-control": "max-age=2, stale-if-error=60" });
  story("a stale response is the answer where the origin throws", [
    { origin: allowed },
    { after: 3, origin: "throws", from: "cache", runs: 1 },
  ]);
  for (const status of [500, 502, 503, 504]) {
    story(`a stale response is the answer where the origin says ${status}`, [
      { origin: allowed },
      { after: 3, origin: answer(status), from: "cache", runs: 1, status: 200 },
    ]);
  }
  story("it is none past that time", [
    { origin: allowed },
    { after: 61.999, origin: answer(503), from: "cache", runs: 1, status: 200 },
    { after: 10, from: "origin", status: 503 },
  ]);
  story("s-maxage beside it does not forbid it", [
    { origin: ok({ "cache-control": "s-maxage=2, stale-if-error=60" }) },
    { after: 3, origin: "throws", from: "cache", runs: 1 },
  ]);
  storyWith({ staleIfError: "1h" }, "what the response says is over the option", [
    { origin: ok({ "cache-control": "max-age=2, stale-if-error=1" }) },
    { after: 3, origin: "throws", from: "error" },
  ]);
  story("where the origin is well, its answer is the answer", [{ origin: allowed }, { after: 3, from: "origin" }]);
});

describe("RFC 5861 §3: stale-while-revalidate", () => {
  const allowed = ok({ "cache-control": "max-age=1, stale-while-revalidate=3600", etag: '"1"' });
  story("a stale response is the answer, and one refresh runs", [
    { origin: allowed },
    { after: 3, from: "cache", runs: 1, body: "run 1", fields: { age: "3" } },
    { from: "cache", body: "run 2" },
  ]);
  story("the refresh validates", [
    { origin: allowed },
    { after: 3, origin: notModified(), from: "cache", runs: 1, forwarded: { "if-none-match": '"1"' } },
    { from: "cache", body: "run 1", fields: { age: "0" } },
  ]);
  story("it is none past that time", [
    { origin: ok({ "cache-control": "max-age=1, stale-while-revalidate=4" }) },
    { after: 4.999, from: "cache", runs: 1 },
    { after: 5, from: "origin" },
  ]);
  story("a refresh that is answered with 5xx keeps the old one", [
    { origin: allowed },
    { after: 3, origin: answer(500), from: "cache", runs: 1, status: 200 },
    { from: "cache", status: 200, body: "run 1" },
    { after: 10, origin: ok({ "cache-control": "max-age=60" }), from: "cache", runs: 1, body: "run 1" },
    { from: "cache", body: "run 3" },
  ]);
  story("a refresh that is answered with a 5xx that may be stored keeps the old one too", [
    { origin: allowed },
    { after: 3, origin: answer(503, { "cache-control": "max-age=60" }), from: "cache", runs: 1 },
    { from: "cache", status: 200, body: "run 1" },
  ]);
  story("a refresh that fails keeps the old one", [
    { origin: allowed },
    { after: 3, origin: "throws", from: "cache", runs: 1 },
    { from: "cache", body: "run 1" },
  ]);
  story("a refresh that is answered with 404 takes its place", [
    { origin: allowed },
    { after: 3, origin: answer(404, { "cache-control": "max-age=60" }), from: "cache", runs: 1, status: 200 },
    { from: "cache", status: 404 },
  ]);
  story("a refresh whose answer is not to be stored keeps the old one, for its time", [
    { origin: ok({ "cache-control": "max-age=1, stale-while-revalidate=20" }) },
    { after: 3, origin: ok({ "cache-control": "no-store" }), from: "cache", runs: 1 },
    { after: 5, from: "cache", body: "run 1" },
    { after: 13, from: "origin" },
  ]);
  story("s-maxage beside it does not forbid it", [
    { origin: ok({ "cache-control": "s-maxage=1, stale-while-revalidate=60" }) },
    { after: 3, from: "cache", runs: 1 },
  ]);
  story("one that is no number allows nothing", [
    { origin: ok({ "cache-control": "max-age=1, stale-while-revalidate=x" }) },
    { after: 3, from: "origin" },
  ]);
  storyWith({ swr: "1h" }, "the option stands for it where the response says nothing", [
    { origin: ok({ "cache-control": "max-age=1" }) },
    { after: 3, from: "cache", runs: 1 },
  ]);
  storyWith({ swr: "1h" }, "what the response says is over the option", [
    { origin: ok({ "cache-control": "max-age=1, stale-while-revalidate=0" }) },
    { after: 3, from: "origin" },
  ]);
  for (const directives of ["must-revalidate", "proxy-revalidate", "no-cache", "s-maxage=1"]) {
    storyWith({ swr: "1h" }, `${directives} is over the option`, [
      { origin: ok({ "cache-control": `max-age=1, ${directives}` }) },
      { after: 3, from: "origin" },
    ]);
  }
});
