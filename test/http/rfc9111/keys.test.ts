import { describe } from "vitest";
import { at, DEFAULTS, EVERY_OPTION, type Fields, ok, type Step, story, storyWith } from "./story.ts";

const FRESH = { "cache-control": "max-age=3600", date: at(0) };

function two(first: Pick<Step, "url" | "send">, second: Pick<Step, "url" | "send">, then: "origin" | "cache"): Step[] {
  return [
    { origin: ok(FRESH), ...first },
    { ...second, from: then },
  ];
}

describe("RFC 9111 §2: what a stored response is found by", () => {
  story("the query is part of it: another", two({ url: "/page?a=1" }, { url: "/page?a=2" }, "origin"));
  story("the query is part of it: the same", two({ url: "/page?a=1" }, { url: "/page?a=1" }, "cache"));
  story("the query is part of it: none", two({ url: "/page?a=1" }, { url: "/page" }, "origin"));
  story("the order of the query counts", two({ url: "/page?a=1&b=2" }, { url: "/page?b=2&a=1" }, "origin"));
  story("the case of the path counts", two({ url: "/page" }, { url: "/Page" }, "origin"));
  story("the fragment does not", two({ url: "/page#a" }, { url: "/page#b" }, "cache"));
  story("the host is part of it", two({ url: "https://a.example/" }, { url: "https://b.example/" }, "origin"));
  story("the scheme is part of it", two({ url: "https://a.example/" }, { url: "http://a.example/" }, "origin"));
  storyWith({ query: { sort: true } }, "with query.sort the order of the query does not count", [
    ...two({ url: "/page?a=1&b=2" }, { url: "/page?b=2&a=1" }, "cache"),
  ]);
  storyWith({ query: { exclude: ["utm"] } }, "with query.exclude some parameters do not count", [
    ...two({ url: "/page?a=1&utm=x" }, { url: "/page?a=1" }, "cache"),
  ]);
  for (const name of ["x-forwarded-host", "x-original-url", "x-http-method-override"]) {
    const poison: Fields = { [name]: "evil" };
    story(`cache poisoning by ${name}: who sends it has a response of their own`, [
      { origin: ok(FRESH), send: poison },
      { from: "origin" },
      { send: poison, from: "cache", body: "run 1" },
      { from: "cache", body: "run 2" },
    ]);
  }
  story("web cache deception: a page under the name of a style sheet is not stored", [
    { origin: ok({ ...FRESH, "content-type": "text/html" }), url: "/account/x.css" },
    { url: "/account/x.css", from: "origin" },
    { origin: ok({ ...FRESH, "content-type": "text/css" }), url: "/site.css" },
    { url: "/site.css", from: "cache" },
  ]);
});

describe("RFC 9110 §9.3.3: POST", () => {
  const created = (fields: Fields): readonly Step[] => [
    { method: "POST", payload: "12345", origin: ok({ ...FRESH, ...fields }), forwardedMethod: "POST" },
  ];
  storyWith(EVERY_OPTION, "with its own URL as Content-Location it is what GET would get", [
    ...created({ "content-location": "/page" }),
    { after: 3, from: "cache", body: "run 1", fields: { age: "3" } },
  ]);
  storyWith(EVERY_OPTION, "with its own URL in full it is too", [
    ...created({ "content-location": "https://shop.example/page" }),
    { from: "cache", body: "run 1" },
  ]);
  storyWith(EVERY_OPTION, "it takes the place of what was stored", [
    { origin: ok(FRESH) },
    ...created({ "content-location": "/page" }),
    { from: "cache", body: "run 2" },
  ]);
  storyWith(DEFAULTS, "it is not, without the option", [
    ...created({ "content-location": "/page" }),
    { from: "origin" },
  ]);
  const refused: readonly (readonly [what: string, fields: Fields])[] = [
    ["without Content-Location", {}],
    ["with another URL", { "content-location": "/other" }],
    ["with an empty Content-Location", { "content-location": "" }],
    ["without freshness of its own", { "content-location": "/page", "cache-control": "public" }],
    ["with no-store", { "content-location": "/page", "cache-control": "max-age=60, no-store" }],
    ["with private", { "content-location": "/page", "cache-control": "max-age=60, private" }],
  ];
  for (const [what, fields] of refused) {
    storyWith(EVERY_OPTION, `${what} it is not`, [...created(fields), { from: "origin", forwardedMethod: "GET" }]);
  }
  storyWith(EVERY_OPTION, "a second one is asked for again: GET alone is answered", [
    ...created({ "content-location": "/page" }),
    ...created({ "content-location": "/page" }),
    { from: "cache", body: "run 2" },
  ]);
});

describe("methods that ask", () => {
  const ask = (method: string, payload: string): Step => ({ method, payload, send: { "content-type": "text/plain" } });
  story("QUERY is stored by its body", [
    { ...ask("QUERY", "a"), origin: ok(FRESH) },
    { ...ask("QUERY", "a"), from: "cache" },
    { ...ask("QUERY", "b"), from: "origin" },
    { from: "origin" },
  ]);
  storyWith({ methods: ["POST"] }, "POST is, with the option, and makes nothing invalid", [
    { origin: ok(FRESH) },
    { ...ask("POST", "a") },
    { ...ask("POST", "a"), from: "cache", body: "run 2" },
    { from: "cache", body: "run 1" },
  ]);
  story("OPTIONS is not", [
    { method: "OPTIONS", origin: ok(FRESH) },
    { method: "OPTIONS", from: "origin" },
    { from: "origin" },
  ]);
});
