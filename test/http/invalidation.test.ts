import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { invalidatedUrls, isUnsafe } from "../../src/http/rfc/invalidation.ts";

const URL_ASKED = "https://example.com/shop/cart?a=1";

function invalidated(
  headers: Record<string, string> = {},
  { method = "POST", status = 200, url = URL_ASKED } = {},
): readonly string[] {
  return invalidatedUrls(new Request(url, { method }), status, new Headers(headers));
}

describe("isUnsafe()", () => {
  it.each(["GET", "HEAD", "OPTIONS", "TRACE", "QUERY"])("knows %s to be safe", (method) => {
    expect(isUnsafe(method)).toBe(false);
  });

  it.each(["POST", "PUT", "PATCH", "DELETE", "M-SEARCH", "PROPFIND", "PURGE", "get", ""])(
    "takes %o for unsafe",
    (method) => {
      expect(isUnsafe(method)).toBe(true);
    },
  );
});

describe("invalidatedUrls()", () => {
  it.each(["POST", "PUT", "PATCH", "DELETE", "M-SEARCH"])("lists the URL of a %s", (method) => {
    expect(invalidated({}, { method })).toEqual([URL_ASKED]);
  });

  it.each(["GET", "HEAD", "OPTIONS", "QUERY"])("lists none for %s", (method) => {
    expect(invalidated({ location: "/other" }, { method })).toEqual([]);
  });

  it("lists some for 2xx and 3xx, none for errors", () => {
    for (const status of [200, 201, 204, 299, 303, 304, 399]) expect(invalidated({}, { status })).toEqual([URL_ASKED]);
    for (const status of [0, 101, 199, 400, 404, 500, 503, 599]) expect(invalidated({}, { status })).toEqual([]);
  });

  it("adds Location and Content-Location, resolved against the URL", () => {
    expect(invalidated({ location: "list?b=2", "content-location": "/item/1" })).toEqual([
      URL_ASKED,
      "https://example.com/shop/list?b=2",
      "https://example.com/item/1",
    ]);
    expect(invalidated({ location: "https://EXAMPLE.com:443/a/../b" })).toEqual([URL_ASKED, "https://example.com/b"]);
  });

  it("removes fragments and credentials", () => {
    expect(invalidated({ location: "/a#part", "content-location": "https://me:secret@example.com/b" })).toEqual([
      URL_ASKED,
      "https://example.com/a",
      "https://example.com/b",
    ]);
    expect(invalidated({}, { url: `${URL_ASKED}#part` })).toEqual([URL_ASKED]);
  });

  it("lists each once", () => {
    expect(invalidated({ location: "#here", "content-location": "/shop/cart?a=1" })).toEqual([URL_ASKED]);
    expect(invalidated({ location: "/a#1", "content-location": "/a#2" })).toEqual([URL_ASKED, "https://example.com/a"]);
  });

  it.each([
    "https://victim.example/",
    "//victim.example/",
    "\\\\victim.example\\",
    "http://example.com/",
    "https://example.com:8443/",
    "https://www.example.com/",
    "https://example.com@victim.example/",
    "https://example.com.victim.example/",
    "data:text/plain,a",
    "javascript:alert(1)",
    "file:///a",
  ])("lists nothing of another origin for %o (cross-origin invalidation)", (location) => {
    expect(invalidated({ location })).toEqual([URL_ASKED]);
    expect(invalidated({ "content-location": location })).toEqual([URL_ASKED]);
  });

  it.each(["https://", "https://[", "//:0", "https://example.com:99999/"])(
    "ignores %o, which is no URL",
    (location) => {
      expect(invalidated({ location, "content-location": "/a" })).toEqual([URL_ASKED, "https://example.com/a"]);
    },
  );

  it("stays within the origin and throws nothing, whatever comes back", () => {
    const reference = fc.oneof(fc.webUrl(), fc.string({ unit: "grapheme-ascii" }), fc.webPath());
    fc.assert(
      fc.property(reference, reference, (location, contentLocation) => {
        const urls = invalidated({ location, "content-location": contentLocation });
        expect(urls.every((url) => new URL(url).origin === "https://example.com" && !url.includes("#"))).toBe(true);
        expect(new Set(urls).size).toBe(urls.length);
        expect(urls[0]).toBe(URL_ASKED);
      }),
    );
  });
});
