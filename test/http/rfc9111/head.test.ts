import { describe } from "vitest";
import { answer, at, ok, type Step, story } from "./story.ts";

const STALE = { "cache-control": "max-age=2", date: at(0), "template-a": "1" };

describe("RFC 9110 §9.3.2: HEAD", () => {
  story("is answered from a stored GET, without its body", [
    { origin: ok({ "cache-control": "max-age=60", "content-length": "5" }) },
    { after: 3, method: "HEAD", from: "cache", body: "", fields: { age: "3", "content-length": "5" } },
  ]);
  story("goes to the origin as HEAD where nothing is stored, and stores nothing", [
    { method: "HEAD", origin: ok({ "cache-control": "max-age=60" }), forwardedMethod: "HEAD", body: "" },
    { method: "HEAD", from: "origin" },
    { from: "origin", forwardedMethod: "GET", body: "run 3" },
  ]);
  story("goes to the origin as HEAD where what is stored is stale", [
    { origin: ok(STALE) },
    { after: 3, method: "HEAD", origin: ok({}), forwardedMethod: "HEAD", from: "cache", runs: 1 },
  ]);
  story("refreshes in the background by GET, for all", [
    { origin: ok({ "cache-control": "max-age=2, stale-while-revalidate=60" }) },
    { after: 3, method: "HEAD", from: "cache", runs: 1, forwardedMethod: "GET" },
    { from: "cache", body: "run 2" },
  ]);
});

describe("RFC 9111 §4.3.5: what HEAD says of the stored GET", () => {
  const asked: readonly Step[] = [{ origin: ok({ ...STALE, "content-length": "5", etag: '"1"' }) }];
  story("the same length: it is fresh anew, as long as that says", [
    { origin: ok({ ...STALE, "content-length": "5" }) },
    {
      after: 3,
      method: "HEAD",
      origin: ok({ "cache-control": "max-age=1000", "content-length": "5" }),
      from: "cache",
      runs: 1,
    },
    { after: 500, from: "cache", body: "run 1" },
  ]);
  story("the same tag: it is fresh anew, with fields old and new", [
    ...asked,
    {
      after: 3,
      method: "HEAD",
      origin: ok({ "cache-control": "max-age=1000", etag: '"1"', "template-b": "2" }),
      from: "cache",
      runs: 1,
      fields: { "template-a": "1", "template-b": "2" },
    },
    { from: "cache", body: "run 1", fields: { "template-a": "1", "template-b": "2" } },
  ]);
  story("no validator at all: fields that it leaves out stay", [
    { origin: ok(STALE) },
    { after: 3, method: "HEAD", origin: ok({}), from: "cache", runs: 1, fields: { "template-a": "1" } },
  ]);
  story("no validator at all: fields that it has are taken over", [
    { origin: ok(STALE) },
    {
      after: 3,
      method: "HEAD",
      origin: ok({ "template-a": "2", "cache-control": "max-age=1000" }),
      from: "cache",
      runs: 1,
    },
    { from: "cache", body: "run 1", fields: { "template-a": "2" } },
  ]);
  story("another tag: it is out of date", [
    ...asked,
    { after: 3, method: "HEAD", origin: ok({ "cache-control": "max-age=1000", etag: '"2"' }), from: "origin" },
    { origin: ok(STALE), from: "origin" },
  ]);
  story("another length: it is out of date", [
    ...asked,
    {
      after: 3,
      method: "HEAD",
      origin: ok({ "cache-control": "max-age=1000", "content-length": "6" }),
      from: "origin",
    },
    { origin: ok(STALE), from: "origin" },
  ]);
  story("another date of change: it is out of date", [
    { origin: ok({ ...STALE, "last-modified": at(-60) }) },
    {
      after: 3,
      method: "HEAD",
      origin: ok({ "cache-control": "max-age=1000", "last-modified": at(0) }),
      from: "origin",
    },
    { origin: ok(STALE), from: "origin" },
  ]);
  story("another status: nothing is taken over", [
    ...asked,
    { after: 3, method: "HEAD", origin: answer(410, { "cache-control": "max-age=1000" }), status: 410, from: "origin" },
    { origin: ok(STALE), from: "origin", status: 200 },
  ]);
});
