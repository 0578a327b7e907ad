import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type FresheningRules,
  freshenedHeaders,
  hasStrongDate,
  isConfirmedByHead,
  isNotModified,
  isValidatedBy,
  validatorsOf,
} from "../../src/http/rfc/conditional.ts";

type Fields = Record<string, string> | [string, string][];

const EARLIER = "Wed, 01 Jan 2020 00:00:00 GMT";
const DATE = "Wed, 01 Jan 2020 00:00:10 GMT";
const LATER = "Wed, 01 Jan 2020 00:00:20 GMT";
const NOW = Date.UTC(2020, 0, 1, 1);

function answers304(asked: Fields, stored: Fields, { method = "GET", status = 200, receivedAt = NOW } = {}): boolean {
  const request = new Request("https://example.com/", { method, headers: asked });
  return isNotModified(request, status, new Headers(stored), receivedAt, NOW);
}

describe("validatorsOf()", () => {
  const of = (fields: Fields): unknown => validatorsOf(new Headers(fields)).map(({ name, value }) => [name, value]);

  it("lists both validators as they came", () => {
    expect(of({ etag: 'W/"a"', "last-modified": EARLIER })).toEqual([
      ["if-none-match", 'W/"a"'],
      ["if-modified-since", EARLIER],
    ]);
    expect(of({ etag: "abc" })).toEqual([["if-none-match", "abc"]]);
  });

  it("lists none where there is none, or an empty one", () => {
    expect(of({ date: DATE })).toEqual([]);
    expect(of({ etag: "", "last-modified": "" })).toEqual([]);
  });

  it("passes over several entity tags of one response", () => {
    expect(of({ etag: '"a", "b"', "last-modified": EARLIER })).toEqual([["if-modified-since", EARLIER]]);
  });
});

describe("isNotModified() with If-None-Match", () => {
  it.each([
    ['"a"', '"a"'],
    ['"a"', 'W/"a"'],
    ['W/"a"', '"a"'],
    ['W/"a"', 'W/"a"'],
    ['"a"', '"a", "b", "c"'],
    ['"a"', '"b", "a", "c"'],
    ['"a"', '"b","c" ,, \t"a"'],
    ['"a, b"', '"x", "a, b"'],
    ['"ab\u00fc"', '"ab\u00fc"'],
    ['""', '""'],
    ['"a"', "*"],
  ])("knows the stored tag %o in %o", (etag, known) => {
    expect(answers304({ "if-none-match": known }, { etag })).toBe(true);
  });

  it.each([
    ['"a"', "a"],
    ["a", "a"],
    ["a", '"a"'],
    ['w/"a"', 'w/"a"'],
    ['W\\"a"', 'W\\"a"'],
    ['W"a"', 'W/"a"'],
    ['"a"', 'b, a, "c"'],
  ])("is lenient about the stored tag %o and %o", (etag, known) => {
    expect(answers304({ "if-none-match": known }, { etag })).toBe(true);
  });

  it.each([
    ['"a"', '"b"'],
    ['"a"', '"A"'],
    ['"a"', '"a, b"'],
    ['"b"', '"a, b"'],
    ['"a"', '"a'],
    ['"a"', '"b"a"'],
    ['"a"', '"a"b'],
    ['"a"', ""],
    ['"a"', ", ,"],
    ['"a"', '"*"'],
    ["", '""'],
  ])("does not know the stored tag %o in %o", (etag, known) => {
    expect(answers304({ "if-none-match": known }, { etag })).toBe(false);
  });

  it("matches no tag where the response has none, but the star", () => {
    expect(answers304({ "if-none-match": '"a"' }, {})).toBe(false);
    expect(answers304({ "if-none-match": "*" }, {})).toBe(true);
  });

  it("goes before If-Modified-Since, either way", () => {
    const stored = { etag: '"a"', "last-modified": DATE };
    expect(answers304({ "if-none-match": '"a"', "if-modified-since": EARLIER }, stored)).toBe(true);
    expect(answers304({ "if-none-match": '"b"', "if-modified-since": LATER }, stored)).toBe(false);
  });

  it("finds a tag in any list that has it, and in none that has not", () => {
    const tag = fc.stringMatching(/^(W\/)?"[a-d, ]{0,3}"$/);
    fc.assert(
      fc.property(tag, fc.array(tag), (etag, known) => {
        const opaque = (text: string): string => text.replace("W/", "");
        const isThere = known.some((text) => opaque(text) === opaque(etag));
        expect(answers304({ "if-none-match": known.join(", ") }, { etag })).toBe(isThere);
      }),
    );
  });

  it.each(['"', '"",', "W/", " ", ",", 'a"', '""'])(
    "takes linear time for %o many times over (denial of service)",
    (piece) => {
      const start = performance.now();
      answers304({ "if-none-match": `a${piece.repeat(100_000)}b` }, { etag: '"a"' });
      expect(performance.now() - start).toBeLessThan(500);
    },
  );
});

describe("isNotModified() with If-Modified-Since", () => {
  it("compares with Last-Modified", () => {
    expect(answers304({ "if-modified-since": DATE }, { "last-modified": DATE })).toBe(true);
    expect(answers304({ "if-modified-since": LATER }, { "last-modified": DATE })).toBe(true);
    expect(answers304({ "if-modified-since": EARLIER }, { "last-modified": DATE })).toBe(false);
  });

  it("compares with Date where there is no valid Last-Modified, and then with the time of receipt", () => {
    expect(answers304({ "if-modified-since": DATE }, { date: DATE })).toBe(true);
    expect(answers304({ "if-modified-since": EARLIER }, { date: DATE })).toBe(false);
    expect(answers304({ "if-modified-since": DATE }, { date: LATER, "last-modified": "never" })).toBe(false);
    const receivedAt = Date.parse(DATE) + 999;
    expect(answers304({ "if-modified-since": DATE }, {}, { receivedAt })).toBe(true);
    expect(answers304({ "if-modified-since": EARLIER }, {}, { receivedAt })).toBe(false);
  });

  it("reads the two old formats", () => {
    const stored = { "last-modified": DATE };
    expect(answers304({ "if-modified-since": "Wednesday, 01-Jan-20 00:00:10 GMT" }, stored)).toBe(true);
    expect(answers304({ "if-modified-since": "Wed Jan  1 00:00:10 2020" }, stored)).toBe(true);
  });

  it.each(["2020-01-01", "0", "", "Wed, 01 Jan 2020 00:00:10", `${DATE}, ${DATE}`])(
    "ignores the invalid date %o",
    (since) => {
      expect(answers304({ "if-modified-since": since }, { "last-modified": EARLIER })).toBe(false);
    },
  );
});

describe("isNotModified()", () => {
  const asked = { "if-none-match": "*", "if-modified-since": LATER };
  const stored = { etag: '"a"', "last-modified": DATE };

  it("is for GET and HEAD alone", () => {
    expect(answers304(asked, stored, { method: "HEAD" })).toBe(true);
    for (const method of ["POST", "PUT", "QUERY"]) expect(answers304(asked, stored, { method })).toBe(false);
  });

  it("is for stored responses of 2xx alone", () => {
    for (const status of [200, 203, 299]) expect(answers304(asked, stored, { status })).toBe(true);
    for (const status of [199, 301, 404, 410, 500, 599]) expect(answers304(asked, stored, { status })).toBe(false);
  });

  it("needs a precondition", () => {
    expect(answers304({}, stored)).toBe(false);
    expect(answers304({ "if-match": '"a"', "if-unmodified-since": LATER }, stored)).toBe(false);
  });
});

describe("isValidatedBy()", () => {
  const accepts = (stored: Fields, notModified: Fields): boolean =>
    isValidatedBy(new Headers(stored), new Headers(notModified));

  it("wants the same strong tag from a 304 that has one", () => {
    expect(accepts({ etag: '"a"' }, { etag: '"a"' })).toBe(true);
    expect(accepts({ etag: '"a"' }, { etag: '"b"' })).toBe(false);
    expect(accepts({ etag: 'W/"a"' }, { etag: '"a"' })).toBe(false);
    expect(accepts({}, { etag: '"a"' })).toBe(false);
  });

  it("refuses another tag with the same date (variant confusion)", () => {
    expect(accepts({ etag: '"a"', "last-modified": EARLIER }, { etag: '"b"', "last-modified": EARLIER })).toBe(false);
  });

  it("wants a corresponding weak tag from a 304 that has a weak one", () => {
    expect(accepts({ etag: '"a"' }, { etag: 'W/"a"' })).toBe(true);
    expect(accepts({ etag: 'W/"a"' }, { etag: 'W/"a"' })).toBe(true);
    expect(accepts({ etag: 'W/"a"' }, { etag: 'W/"b"' })).toBe(false);
  });

  it("accepts the same tag whatever the date", () => {
    expect(accepts({ etag: '"a"', "last-modified": EARLIER }, { etag: '"a"', "last-modified": DATE })).toBe(true);
  });

  it("goes by Last-Modified where one of them has no tag", () => {
    const stored = { "last-modified": EARLIER, date: DATE };
    expect(accepts(stored, { "last-modified": EARLIER })).toBe(true);
    expect(accepts(stored, { "last-modified": DATE })).toBe(false);
    expect(accepts({ etag: '"a"', ...stored }, { "last-modified": EARLIER })).toBe(true);
    expect(accepts({ etag: '"a"' }, { "last-modified": EARLIER })).toBe(false);
  });

  it("counts a date beside a new strong tag only if it is strong itself", () => {
    const update = { etag: '"new"', "last-modified": EARLIER };
    expect(accepts({ "last-modified": EARLIER, date: DATE }, update)).toBe(true);
    expect(accepts({ "last-modified": EARLIER, date: EARLIER }, update)).toBe(false);
    expect(accepts({ "last-modified": EARLIER }, { ...update, etag: 'W/"new"' })).toBe(true);
  });

  it("takes a 304 without validators for one about what was asked", () => {
    expect(accepts({ etag: '"a"' }, { date: DATE })).toBe(true);
    expect(accepts({ "last-modified": EARLIER }, { etag: "" })).toBe(true);
    expect(accepts({}, {})).toBe(true);
  });

  it("refuses a 304 with several tags", () => {
    expect(accepts({ etag: '"a"' }, { etag: '"a", "b"' })).toBe(false);
  });

  it("accepts whatever comes back as it was sent", () => {
    const validators = fc.record(
      { etag: fc.constantFrom('"a"', 'W/"a"', "a", 'w/"b"'), "last-modified": fc.constantFrom(EARLIER, DATE) },
      { requiredKeys: [] },
    );
    fc.assert(fc.property(validators, (fields) => accepts(fields as Fields, fields as Fields)));
  });
});

describe("isConfirmedByHead()", () => {
  const stored = { etag: '"a"', "last-modified": EARLIER };
  const accepts = (head: Fields, fields: Fields = stored): boolean =>
    isConfirmedByHead(new Headers(fields), 10, new Headers(head));

  it("wants each validator that came to match", () => {
    expect(accepts({})).toBe(true);
    expect(accepts({ etag: '"a"' })).toBe(true);
    expect(accepts({ etag: '"b"', "last-modified": EARLIER })).toBe(false);
    expect(accepts({ etag: '"a"', "last-modified": DATE })).toBe(false);
    expect(accepts({ etag: '"a"' }, {})).toBe(false);
  });

  it("wants the same length, said or counted", () => {
    expect(accepts({ "content-length": "10" })).toBe(true);
    expect(accepts({ "content-length": "11" })).toBe(false);
    expect(accepts({ "content-length": "11" }, { "content-length": "11" })).toBe(true);
  });
});

describe("freshenedHeaders()", () => {
  const RULES: FresheningRules = { isShared: true, targets: [], setCookie: false };
  const freshen = (stored: Fields, update: Fields, rules: Partial<FresheningRules> = {}): [string, string][] => [
    ...freshenedHeaders(new Headers(stored), new Headers(update), { ...RULES, ...rules }),
  ];

  it("replaces what the update has and keeps the rest", () => {
    expect(
      freshen(
        { "cache-control": "max-age=1", "content-type": "text/plain", etag: '"a"', "x-a": "1", "x-b": "1" },
        { "cache-control": "max-age=9", "content-type": "text/html", "content-foo": "2", "x-b": "2" },
      ),
    ).toEqual([
      ["cache-control", "max-age=9"],
      ["content-foo", "2"],
      ["content-type", "text/html"],
      ["etag", '"a"'],
      ["x-a", "1"],
      ["x-b", "2"],
    ]);
  });

  it("keeps what describes the stored bytes", () => {
    const stored = { "content-encoding": "gzip", "content-length": "36" };
    expect(
      freshen(stored, { "content-encoding": "br", "content-length": "10", "content-range": "bytes 0-1/2" }),
    ).toEqual(Object.entries(stored));
    expect(freshen({}, { "content-encoding": "br", "content-length": "0" })).toEqual([]);
  });

  it("drops Age and Date of the older message", () => {
    expect(freshen({ age: "100", date: EARLIER }, {})).toEqual([]);
    expect(freshen({ age: "100", date: EARLIER }, { age: "1", date: DATE })).toEqual([
      ["age", "1"],
      ["date", DATE],
    ]);
  });

  it("takes over no field of the connection", () => {
    const update = {
      connection: "x-a",
      "keep-alive": "1",
      "transfer-encoding": "chunked",
      upgrade: "h2c",
      "x-a": "2",
      "x-b": "2",
    };
    expect(freshen({ "x-a": "1", "x-b": "1" }, update)).toEqual([
      ["x-a", "1"],
      ["x-b", "2"],
    ]);
  });

  it("drops the fields that the update's directives keep out of the cache", () => {
    const withheld = { "cache-control": 'private="x-a"', "x-b": "2" };
    expect(freshen({ "x-a": "1", "x-b": "1" }, withheld)).toEqual([
      ["cache-control", 'private="x-a"'],
      ["x-b", "2"],
    ]);
  });

  it("stores no cookie of who caused the validation (session fixation)", () => {
    expect(freshen({ "x-a": "1" }, { "set-cookie": "session=mine" })).toEqual([["x-a", "1"]]);
  });

  it("replaces all cookies by all new ones where cookies are stored", () => {
    const stored: Fields = [
      ["set-cookie", "a=1; Expires=Wed, 01 Jan 2020 00:00:00 GMT"],
      ["set-cookie", "b=1"],
    ];
    const update: Fields = [
      ["set-cookie", "c=1; Expires=Wed, 01 Jan 2020 00:00:00 GMT"],
      ["set-cookie", "d=1"],
    ];
    expect(freshen(stored, update, { setCookie: true })).toEqual(update);
    expect(freshen(stored, {}, { setCookie: true })).toEqual(stored);
  });

  it("changes neither of the two", () => {
    const [stored, update] = [new Headers({ age: "1", "x-a": "1" }), new Headers({ connection: "x-a", "x-a": "2" })];
    freshenedHeaders(stored, update, RULES);
    expect([stored.get("age"), stored.get("x-a"), update.get("connection")]).toEqual(["1", "1", "x-a"]);
  });

  it("gives the same when the same update comes again", () => {
    const name = fc.constantFrom("age", "cache-control", "content-length", "date", "etag", "vary", "x-a", "x-b");
    const fields = fc.dictionary(name, fc.constantFrom("1", "2", 'no-cache="x-a"'));
    fc.assert(
      fc.property(fields, fields, (stored, update) => {
        const once = freshen(stored, update);
        expect(freshen(once, update)).toEqual(once);
      }),
    );
  });
});

describe("hasStrongDate()", () => {
  const isStrong = (lastModified: string, date?: string): boolean =>
    hasStrongDate(new Headers({ "last-modified": lastModified, ...(date !== undefined && { date }) }));

  it("wants Last-Modified a second or more before Date", () => {
    expect(isStrong(EARLIER, DATE)).toBe(true);
    expect(isStrong("Wed, 01 Jan 2020 00:00:09 GMT", DATE)).toBe(true);
    expect(isStrong(DATE, DATE)).toBe(false);
    expect(isStrong(LATER, DATE)).toBe(false);
    expect(isStrong(EARLIER)).toBe(false);
  });

  it("counts no other format than the preferred one", () => {
    expect(isStrong("Wednesday, 01-Jan-20 00:00:00 GMT", DATE)).toBe(false);
    expect(isStrong("Wed Jan  1 00:00:00 2020", DATE)).toBe(false);
    expect(isStrong("yesterday", DATE)).toBe(false);
  });
});
