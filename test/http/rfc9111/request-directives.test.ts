import { describe } from "vitest";
import { at, DEFAULTS, type Fields, notModified, ok, type Step, story, storyWith } from "./story.ts";

const FRESH = { "cache-control": "max-age=100000", date: at(0) };

/** What is stored, and a request for it three seconds after. */
function asking(fields: Fields, send: Fields, then: "origin" | "cache"): readonly Step[] {
  return [{ origin: ok(fields) }, { after: 3, send, from: then }];
}

const said = (directives: string): Fields => ({ "cache-control": directives });

describe("RFC 9111 §5.2.1.1: max-age of a request", () => {
  story("max-age=0 takes nothing stored", asking(FRESH, said("max-age=0"), "origin"));
  story("max-age=0 takes nothing stored, not even of the same instant", [
    { origin: ok(FRESH) },
    { send: said("max-age=0"), from: "origin" },
  ]);
  story("an age above it is too old", asking(FRESH, said("max-age=1"), "origin"));
  story("an age up to it is not", asking(FRESH, said("max-age=3"), "cache"));
  story("the age that a response came with counts", asking({ ...FRESH, age: "1800" }, said("max-age=600"), "origin"));
  story("one that is no number is none", asking(FRESH, said("max-age=x"), "cache"));
  story("makes nothing fresh that is not", asking(said("max-age=2"), said("max-age=60"), "origin"));
});

describe("RFC 9111 §5.2.1.2: max-stale of a request", () => {
  story("takes what is stale for no longer", [
    { origin: ok(said("max-age=2")) },
    { after: 3, send: said("max-stale=1000"), from: "cache", runs: 1 },
  ]);
  story("takes what came stale", [
    { origin: ok({ "cache-control": "max-age=1500", age: "2000" }) },
    { send: said("max-stale=400"), from: "origin" },
    { send: said("max-stale=1000"), from: "cache", runs: 1 },
  ]);
  story("without a number takes whatever is stale", [
    { origin: ok(said("max-age=2")) },
    { after: 20_000, send: said("max-stale"), from: "cache", runs: 1 },
  ]);
  story("does not take what is stale for longer", [
    { origin: ok(said("max-age=2")) },
    { after: 12.001, send: said("max-stale=10"), from: "origin" },
    { after: 12, send: said("max-stale=10"), from: "cache", runs: 1 },
  ]);
  story("one that is no number takes nothing", asking(said("max-age=2"), said("max-stale=x"), "origin"));
});

describe("RFC 9111 §5.2.1.3: min-fresh of a request", () => {
  story("does not take what is fresh for less", asking(said("max-age=1500"), said("min-fresh=2000"), "origin"));
  story(
    "does not take what is fresh for less by its age",
    asking({ "cache-control": "max-age=1500", age: "1000" }, said("min-fresh=1000"), "origin"),
  );
  story("takes what is fresh for as long", asking(said("max-age=1503"), said("min-fresh=1500"), "cache"));
});

describe("RFC 9111 §5.2.1.4: no-cache of a request", () => {
  story("takes nothing stored", asking(FRESH, said("no-cache"), "origin"));
  story("takes what the origin confirms by date", [
    { origin: ok({ ...FRESH, "last-modified": at(-10_000) }) },
    {
      send: said("no-cache"),
      origin: notModified(),
      from: "validated",
      forwarded: { "if-modified-since": "Mon, 01 Jun 2026 09:13:20 GMT" },
    },
  ]);
  story("takes what the origin confirms by tag", [
    { origin: ok({ ...FRESH, etag: '"1"' }) },
    { send: said("no-cache"), origin: notModified(), from: "validated", forwarded: { "if-none-match": '"1"' } },
  ]);
  story("lets its answer take the place of what is stored", [
    { origin: ok(FRESH) },
    { send: said("no-cache"), from: "origin" },
    { from: "cache", body: "run 2" },
  ]);
});

describe("RFC 9111 §5.2.1.5: no-store of a request", () => {
  story("is not answered from the cache", asking(FRESH, said("no-store"), "origin"));
  story("has its answer not stored", [{ origin: ok(FRESH), send: said("no-store") }, { from: "origin" }]);
  story("leaves what is stored", [
    { origin: ok(FRESH) },
    { send: said("no-store"), from: "origin" },
    { from: "cache", body: "run 1" },
  ]);
});

describe("RFC 9111 §5.2.1.7: only-if-cached of a request", () => {
  story("is answered with what is fresh", asking(FRESH, said("only-if-cached"), "cache"));
  story("is answered with 504 where nothing is stored", [
    {
      origin: ok(FRESH),
      send: said("only-if-cached"),
      status: 504,
      from: "cache",
      fields: { "cache-status": /^autocache;key="[^"]+";detail=only-if-cached$/ },
    },
    { from: "origin" },
  ]);
  story("is answered with 504 where what is stored is stale", [
    { origin: ok(said("max-age=2")) },
    { after: 3, send: said("only-if-cached"), status: 504, from: "cache" },
  ]);
  story("is answered with what is stale where it takes that", [
    { origin: ok(said("max-age=2")) },
    { after: 3, send: said("only-if-cached, max-stale=10"), from: "cache", runs: 1 },
  ]);
});

describe("RFC 9111 §5.4: Pragma", () => {
  story("no-cache takes nothing stored", asking(FRESH, { pragma: "no-cache" }, "origin"));
  story("no-cache counts for nothing beside Cache-Control", [
    ...asking(FRESH, { pragma: "no-cache", "cache-control": "max-age=60" }, "cache"),
  ]);
  story("another word is nothing", asking(FRESH, { pragma: "unheard-of" }, "cache"));
  story("of a response is nothing", asking({ ...FRESH, pragma: "no-cache" }, {}, "cache"));
  story("another word of a response is nothing", asking({ ...FRESH, pragma: "unheard-of" }, {}, "cache"));
  storyWith({ heuristic: true }, "of a response is nothing beside heuristic freshness", [
    { origin: ok({ date: at(0), "last-modified": at(-10_000), pragma: "no-cache" }) },
    { from: "cache" },
  ]);
});

describe("requestDirectives: false", () => {
  const deaf = { ...DEFAULTS, requestDirectives: false };
  for (const directives of ["no-cache", "no-store", "max-age=0", "max-age=1", "min-fresh=200000", "only-if-cached"]) {
    storyWith(deaf, `a client's ${directives} changes nothing`, asking(FRESH, said(directives), "cache"));
  }
  storyWith(deaf, "Pragma changes nothing", asking(FRESH, { pragma: "no-cache" }, "cache"));
  storyWith(deaf, "the answer to a client's no-store is stored", [
    { origin: ok(FRESH), send: said("no-store") },
    { from: "cache" },
  ]);
});
