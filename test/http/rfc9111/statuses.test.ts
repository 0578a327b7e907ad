import { describe } from "vitest";
import { answer, at, EVERY_OPTION, ok, story, storyWith } from "./story.ts";

const FRESH = { "cache-control": "max-age=3600", date: at(0) };
const STORED = [
  [200, 201, 202, 203, 204, 299],
  [300, 301, 302, 303, 305, 307, 308, 399],
  [400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 414, 417, 421, 422, 426, 451, 499],
  [500, 501, 502, 503, 504, 505, 599],
].flat();

describe("RFC 9111 §3: responses of every final status, with explicit freshness", () => {
  for (const status of STORED) {
    story(`${status} is reused while it is fresh`, [
      { origin: answer(status, FRESH), status },
      { after: 3, from: "cache", status },
    ]);
    story(`${status} is not reused when it is stale`, [
      { origin: answer(status, { expires: at(-5000), "last-modified": at(-100_000), date: at(0) }), status },
      { after: 3, from: "origin", status },
    ]);
  }

  for (const status of [206, 416]) {
    story(`${status} is of a part, and not stored`, [
      { origin: answer(status, { ...FRESH, "content-range": "bytes 0-4/10" }), send: { range: "bytes=0-4" }, status },
      { send: { range: "bytes=0-4" }, from: "origin", status },
      { origin: ok(FRESH), from: "origin", status: 200 },
    ]);
  }
  for (const status of [412, 428, 429, 431, 511]) {
    story(`${status} is for one client, and not stored`, [
      { origin: answer(status, FRESH), status },
      { from: "origin", status },
    ]);
  }
  story("a 304 that nobody asked for goes to the client, and is not stored", [
    { origin: answer(304, FRESH), status: 304 },
    { origin: ok(FRESH), status: 200 },
    { from: "cache", status: 200 },
  ]);
  story("the reason phrase is nobody's business, but the status is kept to the digit", [
    { origin: answer(299, FRESH), status: 299 },
    { from: "cache", status: 299 },
  ]);
  story("a status without a body has none from the cache either", [
    { origin: answer(204, FRESH), status: 204 },
    { from: "cache", status: 204, body: "", fields: { "content-length": null } },
  ]);
  story("a redirection keeps its Location", [
    { origin: answer(301, { ...FRESH, location: "/elsewhere" }), status: 301 },
    { from: "cache", status: 301, fields: { location: "/elsewhere" } },
  ]);
});

describe("RFC 9111 §5.2.2.3: must-understand", () => {
  const directives = { "cache-control": "max-age=3600, no-store, must-understand" };
  for (const status of [200, 203, 301, 404, 410, 503]) {
    story(`a ${status}, which is understood, is stored though no-store is there`, [
      { origin: answer(status, directives), status },
      { from: "cache", status },
    ]);
  }
  for (const status of [299, 399, 499, 599]) {
    story(`a ${status}, which is not understood, is not stored`, [
      { origin: answer(status, directives), status },
      { from: "origin", status },
    ]);
    story(`a ${status} with must-understand alone is not stored`, [
      { origin: answer(status, { "cache-control": "max-age=3600, must-understand" }), status },
      { from: "origin", status },
    ]);
  }
});

describe("RFC 9111 §4.2.2: heuristic freshness", () => {
  const modified = { "last-modified": at(-86_400), date: at(0) };
  for (const status of [200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501]) {
    storyWith(EVERY_OPTION, `a ${status} is fresh for a tenth of its age`, [
      { origin: answer(status, modified), status },
      { after: 8639, from: "cache", status },
      { after: 1, from: "origin", status },
    ]);
    storyWith({}, `a ${status} is not, without the option`, [
      { origin: answer(status, modified), status },
      { from: "origin", status },
    ]);
  }
  for (const status of [201, 202, 302, 303, 307, 400, 403, 500, 502, 503, 504, 599]) {
    story(`a ${status} is not`, [
      { origin: answer(status, modified), status },
      { from: "origin", status },
    ]);
    storyWith(EVERY_OPTION, `a ${status} is where it is public`, [
      { origin: answer(status, { ...modified, "cache-control": "public" }), status },
      { from: "cache", status },
    ]);
  }
  for (const [ago, freshFor] of [
    [10, 1],
    [30, 3],
    [60, 6],
    [600, 60],
    [43_200, 4320],
    [8_640_000, 86_400],
    [86_400_000, 86_400],
  ] as const) {
    storyWith(EVERY_OPTION, `a response that changed ${ago} s ago is fresh for ${freshFor} s`, [
      { origin: ok({ "last-modified": at(-ago), date: at(0) }) },
      { after: freshFor - 0.001, from: "cache" },
      { after: 0.001, from: "origin" },
    ]);
  }
  storyWith(EVERY_OPTION, "it is never over what the response says", [
    { origin: ok({ ...modified, "cache-control": "max-age=1" }) },
    { after: 2, from: "origin" },
    { origin: ok({ ...modified, expires: "0" }), after: 2, from: "origin" },
    { from: "origin" },
  ]);
  storyWith(EVERY_OPTION, "a Last-Modified that is no date gives none", [
    { origin: ok({ "last-modified": "yesterday", date: at(0) }) },
    { from: "origin" },
  ]);
  storyWith(EVERY_OPTION, "a Last-Modified in the future gives none", [
    { origin: ok({ "last-modified": at(86_400), date: at(0) }) },
    { from: "origin" },
  ]);
  storyWith(EVERY_OPTION, "a file to be saved is none the less fresh", [
    { origin: ok({ ...modified, "content-disposition": "attachment; filename=a.txt" }) },
    { from: "cache", fields: { "content-disposition": "attachment; filename=a.txt" } },
  ]);
});
