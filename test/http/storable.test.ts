import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatHttpDate } from "../../src/http/rfc/dates.ts";
import { isStorableAsGet, refusalToStore, type StoreRefusal, type StoringRules } from "../../src/http/rfc/storable.ts";

const NOW = Date.UTC(2026, 0, 15, 12);
const times = { requestedAt: NOW, receivedAt: NOW };
const shared: StoringRules = {
  isShared: true,
  targets: ["cdn-cache-control"],
  heuristic: undefined,
  methods: [],
  setCookie: false,
  hasTtl: false,
  obeysRequest: true,
  guardsDeception: true,
};
const own: StoringRules = { ...shared, isShared: false };

const URL_ASKED = "https://shop.example/a?b=1";
const at = (seconds: number): string => formatHttpDate(NOW + seconds * 1_000);

interface Case {
  readonly rules?: Partial<StoringRules>;
  readonly status?: number;
  readonly request?: RequestInit;
  readonly url?: string;
}

function refusal(
  init: HeadersInit,
  { rules, status = 200, request, url = URL_ASKED }: Case = {},
): StoreRefusal | undefined {
  return refusalToStore(new Request(url, request), status, new Headers(init), times, { ...shared, ...rules });
}

/** What is said of a response with this Cache-Control. */
const said = (text: string, given: Case = {}): StoreRefusal | undefined => refusal({ "cache-control": text }, given);

describe("refusalToStore() by method", () => {
  it("stores what answers GET, and the methods that the rules list", () => {
    expect(said("max-age=60")).toBeUndefined();
    for (const method of ["POST", "HEAD", "PUT", "QUERY", "DELETE"]) {
      expect(said("max-age=60", { request: { method } })).toBe("method");
      expect(said("max-age=60", { request: { method }, rules: { methods: ["QUERY", method] } })).toBeUndefined();
    }
  });
});

describe("refusalToStore() by status", () => {
  it("stores any final status with explicit freshness, known or not", () => {
    const never = new Set([206, 304, 412, 416, 428, 429, 431, 511]);
    for (let status = 200; status <= 599; status += 1) {
      expect([status, said("max-age=60", { status }) === undefined]).toEqual([status, !never.has(status)]);
      expect([status, refusal({ expires: at(60) }, { status }) === undefined]).toEqual([status, !never.has(status)]);
    }
  });

  it("refuses what is not final, and what is no status", () => {
    for (const status of [0, 100, 101, 103, 199, 600, 999]) expect(said("max-age=60", { status })).toBe("status");
  });

  it("refuses parts", () => {
    const request = { headers: { range: "bytes=0-3" } };
    expect(said("max-age=60", { status: 206, request })).toBe("range");
    expect(said("max-age=60", { status: 200, request })).toBeUndefined();
  });

  it("denial of service by Range: refuses a 416, which would answer requests for the whole", () => {
    expect(said("public, max-age=60", { status: 416, request: { headers: { range: "bytes=9999-" } } })).toBe("range");
  });

  it("denial of service by preconditions and by load: refuses what answers one client", () => {
    for (const status of [412, 428, 429, 431, 511]) expect(said("public, max-age=60", { status })).toBe("status");
  });

  it("refuses an unknown status with must-understand, and heeds no no-store beside it for a known one", () => {
    const text = "max-age=3600, no-store, must-understand";
    for (const status of [200, 204, 301, 404, 503]) expect(said(text, { status })).toBeUndefined();
    for (const status of [299, 499, 599]) {
      expect(said(text, { status })).toBe("status");
      expect(said("max-age=3600, must-understand", { status })).toBe("status");
    }
    expect(said("must-understand, no-store", { status: 500 })).toBe("no-freshness");
  });
});

describe("refusalToStore() by no-store", () => {
  it("refuses it in any case, whatever freshness is beside it", () => {
    expect(refusal({ "cache-control": "max-age=10000, No-StOrE", expires: at(10_000) })).toBe("no-store");
    expect(said('no-store="x", max-age=60')).toBe("no-store");
    expect(said("max-age=60, no-store", { rules: { isShared: false } })).toBe("no-store");
  });

  it("does not find it in a quoted string", () => {
    expect(said('max-age=60, a="no-store, private"')).toBeUndefined();
  });

  it("finds it behind a quote that is never closed", () => {
    expect(said('max-age=60, a="b, no-store')).toBe("no-store");
  });

  it("heeds it in the request, unless the rules say otherwise", () => {
    const request = { headers: { "cache-control": "no-store" } };
    expect(said("max-age=60", { request })).toBe("no-store");
    expect(said("max-age=60", { request, rules: { obeysRequest: false } })).toBeUndefined();
  });

  it("heeds the targeted field in place of Cache-Control, in a shared cache", () => {
    const targeted = { "cache-control": "no-store", "cdn-cache-control": "max-age=10000" };
    expect(refusal(targeted)).toBeUndefined();
    expect(refusal(targeted, { rules: own })).toBe("no-store");
    expect(refusal({ "cache-control": "max-age=10000", "cdn-cache-control": "no-store" })).toBe("no-store");
    expect(refusal({ "cache-control": "max-age=10000", "cdn-cache-control": "private" })).toBe("private");
    for (const broken of ["max-age=10000, &&&&&", "max-age =10000", ""]) {
      expect(refusal({ "cache-control": "no-store", "cdn-cache-control": broken })).toBe("no-store");
    }
    expect(refusal({ "cache-control": "no-store", "cdn-cache-control": 'max-age="10000"' })).toBeDefined();
  });
});

describe("refusalToStore() by private", () => {
  it("refuses it in a shared cache only", () => {
    expect(said("private, max-age=60")).toBe("private");
    expect(said("private, max-age=60", { rules: own })).toBeUndefined();
  });

  it("stores the rest of a response of which some fields are private", () => {
    expect(said('private="X-User", max-age=60')).toBeUndefined();
  });

  it("refuses where the list is empty, unreadable, or names a field that cannot be left out", () => {
    for (const list of ['""', '"a b"', '"vary"', '"x-user, Content-Type"']) {
      expect(said(`private=${list}, max-age=60`)).toBe("private");
    }
    expect(said('private="a", private, max-age=60')).toBe("private");
  });
});

describe("refusalToStore() by Authorization", () => {
  const request = { headers: { authorization: "Bearer x" } };

  it("refuses answers to it in a shared cache", () => {
    expect(said("max-age=60", { request })).toBe("authorization");
    expect(said("max-age=60, proxy-revalidate", { request })).toBe("authorization");
    expect(said("max-age=60", { request, rules: own })).toBeUndefined();
  });

  it("stores them with public, must-revalidate or s-maxage", () => {
    for (const text of ["max-age=60, public", "max-age=60, must-revalidate", "s-maxage=60"]) {
      expect(said(text, { request })).toBeUndefined();
    }
  });

  it("refuses them where that is said elsewhere: in a quoted string, in another field, or wrongly", () => {
    expect(said('max-age=60, a="public"', { request })).toBe("authorization");
    expect(said("max-age=60, s-maxage=abc", { request })).toBe("authorization");
    expect(refusal({ "cache-control": "public", "cdn-cache-control": "max-age=60" }, { request })).toBe(
      "authorization",
    );
  });
});

describe("refusalToStore() by Set-Cookie and Vary", () => {
  it("refuses Set-Cookie, unless the rules say otherwise", () => {
    const init = { "cache-control": "public, max-age=60", "set-cookie": "a=b" };
    expect(refusal(init)).toBe("set-cookie");
    expect(refusal(init, { rules: { setCookie: true } })).toBeUndefined();
  });

  it("stores a response whose Set-Cookie its own directives keep out", () => {
    for (const directive of ['no-cache="Set-Cookie"', 'private="set-cookie"']) {
      expect(refusal({ "cache-control": `max-age=60, ${directive}`, "set-cookie": "a=b" })).toBeUndefined();
    }
    expect(refusal({ "cache-control": 'max-age=60, private="set-cookie"', "set-cookie": "a=b" }, { rules: own })).toBe(
      "set-cookie",
    );
  });

  it("session fixation: Connection does not get a Set-Cookie past the rule", () => {
    const init = { "cache-control": "max-age=60", "set-cookie": "a=b", connection: "set-cookie" };
    expect(refusal(init)).toBe("set-cookie");
  });

  it("refuses Vary: * in any list, in shared and private caches", () => {
    for (const vary of ["*", "accept, *", " * , accept"]) {
      expect(refusal({ "cache-control": "max-age=60", vary })).toBe("vary");
      expect(refusal({ "cache-control": "max-age=60", vary }, { rules: own })).toBe("vary");
    }
    expect(refusal({ "cache-control": "max-age=60", vary: "accept" })).toBeUndefined();
  });

  it("does not mind cookies in the request", () => {
    expect(said("max-age=60", { request: { headers: { cookie: "a=b" } } })).toBeUndefined();
  });
});

describe("refusalToStore() by freshness", () => {
  const heuristic = { share: 0.1, maxMs: 86_400_000 };

  it("refuses what says nothing and has no validator", () => {
    expect(refusal({})).toBe("no-freshness");
    expect(said("public")).toBe("no-freshness");
    expect(refusal({ pragma: "cache" })).toBe("no-freshness");
  });

  it("stores what can be validated at each use", () => {
    expect(refusal({ etag: '"a"' })).toBeUndefined();
    expect(refusal({ "last-modified": at(-100) })).toBeUndefined();
    expect(refusal({ "cache-control": "no-cache", etag: '"a"' })).toBeUndefined();
    expect(refusal({ "cache-control": "max-age=0, must-revalidate", etag: '"a"' })).toBeUndefined();
  });

  it("refuses a validator alone with a status that is not heuristically cacheable", () => {
    for (const status of [201, 302, 403, 500, 503, 599]) {
      expect(refusal({ etag: '"a"', "last-modified": at(-100) }, { status, rules: { heuristic } })).toBe(
        "no-freshness",
      );
      expect(refusal({ etag: '"a"', "cache-control": "public" }, { status })).toBeUndefined();
    }
    expect(refusal({ etag: '"a"' }, { status: 404 })).toBeUndefined();
  });

  it("stores what the configured ttl makes fresh, where RFC 9111 leaves it to the cache", () => {
    const rules = { hasTtl: true };
    for (const status of [200, 301, 404, 410]) expect(refusal({}, { status, rules })).toBeUndefined();
    for (const status of [302, 403, 500, 503]) expect(refusal({}, { status, rules })).toBe("no-freshness");
    expect(said("public", { status: 500, rules })).toBeUndefined();
    expect(said("no-cache", { rules })).toBe("no-freshness");
  });

  it("refuses no-cache without a validator", () => {
    expect(said("no-cache, max-age=60")).toBe("no-freshness");
  });

  it("stores what is stale on arrival, unless it must not be used stale and cannot be validated", () => {
    expect(said("max-age=0, stale-while-revalidate=60")).toBeUndefined();
    expect(refusal({ "cache-control": "max-age=60", age: "61", date: at(0) })).toBeUndefined();
    for (const text of ["max-age=0, must-revalidate", "max-age=0, proxy-revalidate", "max-age=x, must-revalidate"]) {
      expect(said(text)).toBe("no-freshness");
    }
    expect(refusal({ "cache-control": "max-age=60, must-revalidate", age: "61" })).toBe("no-freshness");
    expect(said("max-age=0, proxy-revalidate", { rules: own })).toBeUndefined();
  });

  it("stores private responses in a private cache, as public ones", () => {
    expect(refusal({ "cache-control": "private", etag: '"a"' }, { status: 500, rules: own })).toBeUndefined();
  });

  it("says no-freshness only where nothing else is against it", () => {
    expect(refusal({ "set-cookie": "a=b" })).toBe("set-cookie");
    expect(refusal({ vary: "*" })).toBe("vary");
    expect(refusal({ "content-type": "text/html" }, { url: "https://shop.example/account/x.css" })).toBe(
      "cache-deception",
    );
  });
});

describe("refusalToStore() against web cache deception", () => {
  const page = { "cache-control": "public, max-age=60", "content-type": "text/html" };
  const url = "https://shop.example/account%2Fx.css";

  it("refuses a page under a static file's extension, unless the guard is off", () => {
    expect(refusal(page, { url })).toBe("cache-deception");
    expect(refusal(page, { url, rules: { guardsDeception: false } })).toBeUndefined();
    expect(refusal({ ...page, "content-type": "text/css" }, { url })).toBeUndefined();
  });
});

describe("refusalToStore()", () => {
  const directive = fc.constantFrom(
    "max-age=60",
    "max-age=0",
    "s-maxage=60",
    "public",
    "private",
    'private="a"',
    "no-store",
    "no-cache",
    'no-cache="b"',
    "must-understand",
    "must-revalidate",
    "immutable",
  );
  const texts = fc.array(directive, { maxLength: 5 }).map((list) => list.join(", "));
  const anyCase = fc.record({ text: texts, status: fc.integer({ min: 100, max: 650 }), isAuthorized: fc.boolean() });
  const judge = (text: string, status: number, isAuthorized: boolean, rules: StoringRules): StoreRefusal | undefined =>
    said(text, { status, rules, request: isAuthorized ? { headers: { authorization: "x" } } : {} });

  it("stores nothing in a shared cache that a private one refuses, but for s-maxage", () => {
    fc.assert(
      fc.property(anyCase, ({ text, status, isAuthorized }) => {
        fc.pre(!text.includes("s-maxage"));
        const isStored = judge(text, status, isAuthorized, shared) === undefined;
        return !isStored || judge(text, status, isAuthorized, own) === undefined;
      }),
    );
  });

  it("never stores no-store, nor a shared private, whatever else is said", () => {
    fc.assert(
      fc.property(anyCase, ({ text, status, isAuthorized }) => {
        const members = text.split(", ");
        const found = judge(text, status, isAuthorized, { ...shared, hasTtl: true, setCookie: true });
        if (members.includes("private")) return found !== undefined;
        return !members.includes("no-store") || members.includes("must-understand") || found !== undefined;
      }),
    );
  });
});

describe("isStorableAsGet()", () => {
  const fresh = { "cache-control": "max-age=60" };
  const post = new Request(URL_ASKED, { method: "POST", body: "x" });
  const isStorable = (init: Record<string, string>, status = 200, request = post): boolean =>
    isStorableAsGet(request, status, new Headers(init), shared);

  it("is true of a POST whose Content-Location is its own URL, absolute or relative", () => {
    for (const location of [URL_ASKED, "/a?b=1", "a?b=1", "?b=1", "//shop.example/a?b=1", `${URL_ASKED}#c`]) {
      expect([location, isStorable({ ...fresh, "content-location": location })]).toEqual([location, true]);
    }
  });

  it("is true with Expires, with a targeted field and with s-maxage", () => {
    const here = { "content-location": URL_ASKED };
    expect(isStorable({ ...here, expires: at(60) })).toBe(true);
    expect(isStorable({ ...here, "cdn-cache-control": "max-age=60" })).toBe(true);
    expect(isStorable({ ...here, "cache-control": "s-maxage=60" })).toBe(true);
  });

  it("is false without explicit freshness, whatever heuristic there could be", () => {
    expect(isStorable({ "content-location": URL_ASKED, "last-modified": at(-1_000), "cache-control": "public" })).toBe(
      false,
    );
  });

  it("is false of other methods and of responses that are no success", () => {
    const init = { ...fresh, "content-location": URL_ASKED };
    expect(isStorable(init, 200, new Request(URL_ASKED))).toBe(false);
    expect(isStorable(init, 200, new Request(URL_ASKED, { method: "PUT" }))).toBe(false);
    for (const status of [303, 400, 404, 500]) expect(isStorable(init, status)).toBe(false);
  });

  it("cache poisoning by Content-Location: is false of any other URL", () => {
    for (const location of [
      "",
      "/a",
      "/a?b=2",
      "/a/?b=1",
      "/A?b=1",
      "http://shop.example/a?b=1",
      "https://shop.example:8443/a?b=1",
      "https://evil.example/a?b=1",
      "//evil.example/a?b=1",
      "https://[",
      `${URL_ASKED}, ${URL_ASKED}`,
    ]) {
      expect([location, isStorable({ ...fresh, "content-location": location })]).toEqual([location, false]);
    }
    expect(isStorable(fresh)).toBe(false);
  });
});
