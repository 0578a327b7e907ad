import { describe, vi } from "vitest";
import { type Answer, answer, at, notModified, ok, type Step, story, storyWith } from "./story.ts";

const TAG = '"1"';

describe("the option ttl", () => {
  storyWith({ ttl: "1m" }, "stands for freshness where the response says nothing of it", [
    { origin: ok() },
    { after: 59, from: "cache" },
    { after: 1, from: "origin" },
  ]);
  const own: readonly (readonly [what: string, fields: Parameters<typeof ok>[0]])[] = [
    ["max-age", { "cache-control": "max-age=2" }],
    ["s-maxage", { "cache-control": "s-maxage=2" }],
    ["Expires", { expires: at(2), date: at(0) }],
    ["CDN-Cache-Control", { "cdn-cache-control": "max-age=2" }],
  ];
  for (const [what, fields] of own) {
    storyWith({ ttl: "1h" }, `does not stand for ${what}`, [
      { origin: ok(fields) },
      { after: 1, from: "cache" },
      { after: 2, from: "origin" },
    ]);
  }
  for (const directives of ["no-store", "private", "no-cache", "max-age=0"]) {
    storyWith({ ttl: "1h" }, `makes no ${directives} reusable`, [
      { origin: ok({ "cache-control": directives }) },
      { from: "origin" },
    ]);
  }
  storyWith({ ttl: "1h" }, "is for statuses alone whose freshness a cache may choose", [
    { origin: answer(404), status: 404 },
    { from: "cache", status: 404 },
    { url: "/broken", origin: answer(500), status: 500 },
    { url: "/broken", from: "origin", status: 500 },
  ]);
  storyWith({ ttl: "1h", heuristic: true }, "is over heuristic freshness", [
    { origin: ok({ "last-modified": at(-100), date: at(0) }) },
    { after: 3599, from: "cache" },
    { after: 1, from: "origin" },
  ]);
  storyWith({ ttl: "1h" }, "counts from when the response was made", [
    { origin: ok({ age: "3590" }) },
    { after: 9, from: "cache", fields: { age: "3599" } },
    { after: 1, from: "origin" },
  ]);
  storyWith({ ttl: "forever" }, "may be forever", [
    { origin: ok() },
    { after: 1_000_000_000, from: "cache", fields: { age: "1000000000", "cache-status": /^autocache;hit;key=/ } },
    { send: { "cache-control": "min-fresh=1000000000" }, from: "cache" },
  ]);
  storyWith({ ttl: "2s" }, "counts anew from a 304", [
    { origin: ok({ etag: TAG }) },
    { after: 3, origin: notModified(), from: "validated" },
    { after: 1, from: "cache", body: "run 1" },
  ]);
});

describe("the option ttl as a function", () => {
  storyWith({ ttl: () => "1m" }, "is over what the response says: longer", [
    { origin: ok({ "cache-control": "max-age=2" }) },
    { after: 59, from: "cache" },
    { after: 1, from: "origin" },
  ]);
  storyWith({ ttl: () => "2s" }, "is over what the response says: shorter", [
    { origin: ok({ "cache-control": "max-age=60" }) },
    { after: 1, from: "cache" },
    { after: 1, from: "origin" },
  ]);
  storyWith({ ttl: () => undefined }, "leaves it to the response where it says nothing itself", [
    { origin: ok({ "cache-control": "max-age=2" }) },
    { after: 1, from: "cache" },
    { after: 1, from: "origin" },
  ]);
  for (const none of [0, -1, "0s"] as const) {
    storyWith({ ttl: () => none }, `stores nothing where it says ${none}`, [
      { origin: ok({ "cache-control": "max-age=60" }), fields: { "cache-status": /;detail=ttl$/ } },
      { from: "origin" },
    ]);
  }
  storyWith({ ttl: () => 0, staleIfError: "1h" }, "stores nothing that could be validated or stand in for an error", [
    { origin: ok({ etag: TAG }) },
    { origin: "throws", from: "error", forwarded: { "if-none-match": null } },
  ]);
  for (const directives of ["no-store", "private"]) {
    storyWith({ ttl: () => "1h" }, `stores no ${directives}`, [
      { origin: ok({ "cache-control": directives }) },
      { from: "origin" },
    ]);
  }
  const byStatus = {
    ttl: (response: Response) => ({ 404: "10s" as const, 503: "2s" as const })[response.status],
  };
  storyWith(byStatus, "remembers errors for as long as it says for their status", [
    { origin: answer(404), status: 404 },
    { after: 9, from: "cache", status: 404 },
    { after: 1, origin: answer(503), from: "origin", status: 503 },
    { after: 1, from: "cache", status: 503 },
    { after: 1, origin: ok(), from: "origin", status: 200 },
    { from: "origin", status: 200 },
  ]);
  storyWith(byStatus, "is asked about the stored response when a 304 confirms it", [
    { origin: answer(404, { etag: TAG }), status: 404 },
    { after: 11, origin: notModified(), from: "validated", status: 404 },
    { after: 9, from: "cache", status: 404, body: "run 1" },
  ]);
  storyWith(
    { ttl: (response, request) => (request.url.endsWith("/long") && response.ok ? "1h" : "1s") },
    "is given the request too",
    [
      { url: "/long", origin: ok() },
      { url: "/short", origin: ok() },
      { after: 2, url: "/long", from: "cache" },
      { url: "/short", from: "origin" },
    ],
  );
});

describe("the options swr and staleIfError", () => {
  storyWith({ ttl: "1m", swr: "1m" }, "swr: a stale answer while one refresh runs, and none after that", [
    { origin: ok() },
    { after: 119, from: "cache", runs: 1, body: "run 1" },
    { after: 120, from: "origin" },
  ]);
  storyWith({ ttl: "1m", staleIfError: "1m" }, "staleIfError: the origin is asked first", [
    { origin: ok() },
    { after: 61, from: "origin" },
    { after: 61, origin: "throws", from: "cache", runs: 1, body: "run 2" },
    { after: 60, from: "error" },
  ]);
  storyWith({ ttl: "1m", swr: "1m", staleIfError: "1h" }, "both: first one, then the other", [
    { origin: ok() },
    { after: 61, origin: answer(500), from: "cache", runs: 1 },
    { after: 60, from: "cache", runs: 1, status: 200 },
    { after: 3500, origin: ok(), from: "origin" },
  ]);
  storyWith({ ttl: "1m", staleIfError: "1h", retryAfter: "1m" }, "retryAfter: how long a failed origin is left alone", [
    { origin: ok() },
    { after: 61, origin: answer(500), from: "cache", runs: 1 },
    { after: 59, from: "cache", runs: 0 },
    { after: 1, from: "cache", runs: 1 },
  ]);
});

describe("the option keep", () => {
  const steps = (after: number, then: Step): readonly Step[] => [
    { origin: ok({ "cache-control": "max-age=2", etag: TAG }) },
    { after, ...then },
  ];
  storyWith({ keep: "1m" }, "a stale response is kept for so long, to be validated", [
    ...steps(61, { origin: notModified(), from: "validated" }),
  ]);
  storyWith(
    { keep: "1m" },
    "it is gone after that",
    steps(63, { from: "origin", forwarded: { "if-none-match": null } }),
  );
  story("it is kept for a day where nothing is said", steps(86_401, { origin: notModified(), from: "validated" }));
  story("it is gone after a day", steps(86_403, { from: "origin", forwarded: { "if-none-match": null } }));
  storyWith({ keep: 0, staleIfError: "1m" }, "never shorter than staleIfError needs it", [
    ...steps(61, { origin: "throws", from: "cache", runs: 1 }),
  ]);
});

describe("the option tags as a function", () => {
  const revised = (revision: string): Answer["fields"] => ({
    "cache-control": "max-age=2",
    etag: TAG,
    "x-revision": revision,
  });
  const confirmed = (revision: string): Step => ({
    after: 3,
    origin: notModified(revised(revision)),
    from: "validated",
    fields: { "cache-tag": revision },
  });
  storyWith(
    { tags: ({ headers }) => [headers.get("x-revision") ?? ""], send: { cacheTag: true } },
    "is asked anew by each 304, and what it said before is forgotten",
    [
      { origin: ok(revised("first")), fields: { "cache-tag": "first" } },
      confirmed("second"),
      confirmed("third"),
      { from: "cache", fields: { "cache-tag": "third" } },
    ],
  );
});

describe("the option maxVariants", () => {
  const varied = ok({ "cache-control": "max-age=60", vary: "foo" });
  const foo = (value: string, then: Step = {}): Step => ({ send: { foo: value }, ...then });
  storyWith({ maxVariants: 2 }, "past it the oldest go", [
    { origin: varied, ...foo("1") },
    foo("2"),
    foo("3"),
    foo("3", { from: "cache", body: "run 3" }),
    foo("2", { from: "cache", body: "run 2" }),
    foo("1", { from: "origin" }),
  ]);
  storyWith({ maxVariants: 1 }, "of one, the newest stays", [
    { origin: varied, ...foo("1") },
    foo("2"),
    foo("2", { from: "cache", body: "run 2" }),
    foo("1", { from: "origin" }),
  ]);
});

describe("the option bypass", () => {
  storyWith(
    { bypass: (request) => request.headers.has("x-preview") },
    "such a request neither gets nor leaves anything",
    [
      { origin: ok({ "cache-control": "max-age=60" }) },
      { send: { "x-preview": "1" }, from: "origin" },
      { from: "cache", body: "run 1" },
      { url: "/new", send: { "x-preview": "1" }, from: "origin" },
      { url: "/new", from: "origin" },
    ],
  );
});

describe("clocks that are not right", () => {
  story("a clock that goes back while the origin works makes no age negative", [
    {
      origin: () => {
        vi.setSystemTime(Date.now() - 60_000);
        return new Response("early", { headers: { "cache-control": "max-age=10" } });
      },
      body: "early",
    },
    { after: 9, from: "cache", body: "early", fields: { age: "9" } },
    { after: 1, body: "early", runs: 1 },
  ]);
  story("an origin whose clock is ahead is not stored for longer", [
    { origin: ok({ expires: at(3610), date: at(3600) }) },
    { after: 9, from: "cache" },
    { after: 1, from: "origin" },
  ]);
  story("an origin whose clock is behind is stored for no longer than it says itself", [
    { origin: ok({ expires: at(-3590), date: at(-3600) }) },
    { from: "origin" },
  ]);
  story("a clock that jumps ahead makes everything stale, and nothing else", [
    { origin: ok({ "cache-control": "max-age=60", etag: TAG }) },
    { after: 80_000, origin: notModified(), from: "validated" },
    { after: -80_000, from: "cache", fields: { age: "0" } },
  ]);
});
