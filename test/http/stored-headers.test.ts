import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { storableHeaders, withheldFields } from "../../src/http/rfc/stored-headers.ts";

const shared = { isShared: true, targets: ["cdn-cache-control"] };
const own = { isShared: false, targets: [] };

const names = (init: readonly [string, string][], rules = shared): string[] => [
  ...storableHeaders(new Headers(init.map(([name, value]) => [name, value])), rules).keys(),
];

describe("storableHeaders()", () => {
  it("keeps unknown fields and those of the representation", () => {
    const kept: [string, string][] = [
      ["cache-control", "max-age=60"],
      ["clear-site-data", '"cache"'],
      ["content-encoding", "gzip"],
      ["content-foo", "1"],
      ["content-length", "10"],
      ["content-location", "/bar"],
      ["content-range", "x"],
      ["content-type", "text/plain;charset=utf-8"],
      ["etag", '"a"'],
      ["expires", "Mon, 11 Jan 2038 11:11:11 GMT"],
      ["public-key-pins", "x"],
      ["set-cookie2", "a=b"],
      ["test-header", "1"],
      ["x-frame-options", "deny"],
    ];
    expect(names(kept)).toEqual(kept.map(([name]) => name));
  });

  it("drops what is about one connection or one proxy", () => {
    const dropped = [
      "Connection",
      "Keep-Alive",
      "Proxy-Authenticate",
      "Proxy-Authentication-Info",
      "Proxy-Authorization",
      "Proxy-Connection",
      "TE",
      "Trailer",
      "Transfer-Encoding",
      "Upgrade",
    ];
    expect(names([...dropped.map((name): [string, string] => [name, "x"]), ["a", "1"]])).toEqual(["a"]);
  });

  it("drops the fields that Connection nominates, in any case and on several lines", () => {
    const init: [string, string][] = [
      ["Connection", "A, close"],
      ["Connection", ", x-B"],
      ["a", "1"],
      ["X-b", "2"],
      ["c", "3"],
    ];
    expect(names(init)).toEqual(["c"]);
  });

  it("keeps Age and Date as they came", () => {
    const stored = storableHeaders(new Headers({ age: "30, 5", date: "Thu, 01 Jan 2026 00:00:00 GMT" }), shared);
    expect(Object.fromEntries(stored)).toEqual({ age: "30, 5", date: "Thu, 01 Jan 2026 00:00:00 GMT" });
  });

  it("keeps each Set-Cookie apart", () => {
    const headers = new Headers([
      ["set-cookie", "a=b; Expires=Mon, 11 Jan 2038 11:11:11 GMT"],
      ["set-cookie", "c=d"],
    ]);
    expect(storableHeaders(headers, shared).getSetCookie()).toEqual(headers.getSetCookie());
  });

  it("leaves the headers it is given alone", () => {
    const headers = new Headers({ connection: "a", a: "1" });
    storableHeaders(headers, shared);
    expect(Object.fromEntries(headers)).toEqual({ connection: "a", a: "1" });
  });

  it("drops the fields that no-cache names, and in a shared cache those that private names", () => {
    const init: [string, string][] = [
      ["cache-control", 'no-cache="a, B", private="c", max-age=60'],
      ["a", "1"],
      ["b", "2"],
      ["c", "3"],
      ["d", "4"],
    ];
    expect(names(init)).toEqual(["cache-control", "d"]);
    expect(names(init, own)).toEqual(["c", "cache-control", "d"]);
  });

  it("reads the names from the field that counts", () => {
    const init: [string, string][] = [
      ["cache-control", 'private="a"'],
      ["cdn-cache-control", 'max-age=60, private="b"'],
      ["a", "1"],
      ["b", "2"],
    ];
    expect(names(init)).toEqual(["a", "cache-control", "cdn-cache-control"]);
  });

  it("never fails, and what it has stored it stores again unchanged", () => {
    const text = fc.string({ unit: fc.constantFrom(...'ab,"= \\@:;()-'.split("")) });
    fc.assert(
      fc.property(text, text, (connection, list) => {
        const headers = new Headers({
          connection,
          "cache-control": `no-cache="${list}", private=${list}`,
          a: "1",
          b: "2",
        });
        const stored = storableHeaders(headers, shared);
        expect([...storableHeaders(stored, shared)]).toEqual([...stored]);
        expect(stored.get("cache-control")).toBe(headers.get("cache-control"));
      }),
    );
  });
});

describe("storableHeaders() under attack", () => {
  it("variant confusion: keeps Vary though Connection nominates it", () => {
    expect(
      names([
        ["connection", "Vary"],
        ["vary", "cookie"],
      ]),
    ).toEqual(["vary"]);
  });

  it("hop-by-hop abuse: keeps what says how long a response is fresh, and what it is", () => {
    const kept = ["age", "cache-control", "cdn-cache-control", "content-encoding", "content-type", "date", "expires"];
    const init = kept.map((name): [string, string] => [name, "x"]);
    expect(names([["connection", kept.join(", ")], ...init])).toEqual(kept);
  });

  it("malformed nominations: ignores what is no name of a field", () => {
    expect(
      names([
        ["connection", 'a b, (c), "d", @, a'],
        ["a", "1"],
        ["d", "2"],
      ]),
    ).toEqual(["d"]);
  });
});

describe("withheldFields()", () => {
  const withheld = (text: string, rules = shared): readonly string[] =>
    withheldFields(new Headers({ "cache-control": text }), rules);

  it("is empty of directives about the whole response", () => {
    expect(withheld("private, no-cache")).toEqual([]);
    expect(withheld('private="a, vary"')).toEqual([]);
  });

  it("lists the names of both directives", () => {
    expect(withheld('no-cache="Set-Cookie", private="X-User"')).toEqual(["set-cookie", "x-user"]);
    expect(withheld('no-cache="Set-Cookie", private="X-User"', own)).toEqual(["set-cookie"]);
  });
});
