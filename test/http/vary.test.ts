import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Normalizers, isSelected, isSelectedByLanguage, selectingOf, varyNames } from "../../src/http/rfc/vary.ts";

type Fields = Record<string, string> | [string, string][];

/** Whether a response to a request with the one value is selected by a request with the other. */
function areOne(name: string, stored: string | null, presented: string | null, normalize?: Normalizers): boolean {
  const withValue = (value: string | null): Headers => new Headers(value === null ? [] : [[name, value]]);
  return isSelected(selectingOf([name], withValue(stored), normalize), withValue(presented), normalize);
}

const namesOf = (fields: Fields): readonly string[] | "*" => varyNames(new Headers(fields));

describe("varyNames()", () => {
  it("lists no name without Vary", () => {
    expect(namesOf({})).toEqual([]);
  });

  it("lists the names in lower case, sorted and distinct", () => {
    expect(namesOf({ vary: "Foo, bar , FOO" })).toEqual(["bar", "foo"]);
  });

  it("reads several lines as one list", () => {
    expect(
      namesOf([
        ["vary", "Foo"],
        ["vary", "Bar"],
      ]),
    ).toEqual(["bar", "foo"]);
  });

  it("passes over empty members", () => {
    expect(namesOf({ vary: ", ,Foo,," })).toEqual(["foo"]);
    expect(namesOf({ vary: "" })).toEqual([]);
  });

  it.each(["*", "*, *", ", *", "*, Foo", "Foo, *", "Foo,\t*"])("takes %o for a star", (vary) => {
    expect(namesOf({ vary })).toBe("*");
  });

  it("finds a star on any line", () => {
    expect(
      namesOf([
        ["vary", ""],
        ["vary", "*"],
      ]),
    ).toBe("*");
  });

  it.each(["foo bar", "foo;bar", '"foo"', "(foo)", "Foo, b\u00e4r"])(
    "takes %o, no list of names, for a star",
    (vary) => {
      expect(namesOf({ vary })).toBe("*");
    },
  );

  it("counts a content coding as varying on Accept-Encoding", () => {
    expect(namesOf({ "content-encoding": "gzip" })).toEqual(["accept-encoding"]);
    expect(namesOf({ "content-encoding": "br", vary: "Foo, Accept-Encoding" })).toEqual(["accept-encoding", "foo"]);
    expect(namesOf({ "content-encoding": "identity" })).toEqual([]);
  });
});

describe("selectingOf()", () => {
  it("is plain data in the order of the names", () => {
    const selecting = selectingOf(["bar", "foo"], new Headers({ foo: "1" }));
    expect(selecting).toEqual([
      ["bar", null],
      ["foo", "1"],
    ]);
    expect(JSON.parse(JSON.stringify(selecting))).toEqual(selecting);
  });
});

describe("isSelected()", () => {
  const selecting = selectingOf(["bar", "foo"], new Headers({ foo: "1" }));

  it("accepts the same values, whatever other fields there are", () => {
    expect(isSelected(selecting, new Headers({ foo: "1", other: "2" }))).toBe(true);
  });

  it("refuses another value, one that is missing and one too many", () => {
    expect(isSelected(selecting, new Headers({ foo: "2" }))).toBe(false);
    expect(isSelected(selecting, new Headers())).toBe(false);
    expect(isSelected(selecting, new Headers({ foo: "1", bar: "2" }))).toBe(false);
  });

  it("tells an empty value from none", () => {
    expect(areOne("foo", null, null)).toBe(true);
    expect(areOne("foo", "", null)).toBe(false);
    expect(areOne("accept-encoding", null, "")).toBe(false);
  });

  it("accepts every request for a response that varies on nothing", () => {
    expect(isSelected([], new Headers({ foo: "1" }))).toBe(true);
  });
});

describe("values of a field that is not known", () => {
  it("count as one however their lines and members are joined", () => {
    expect(areOne("foo", "1,2", " 1, 2 ")).toBe(true);
    expect(areOne("foo", "1,2", "1\t,2")).toBe(true);
    const lines = new Headers([
      ["foo", "1"],
      ["foo", "2"],
    ]);
    expect(isSelected(selectingOf(["foo"], lines), new Headers({ foo: "1,2" }))).toBe(true);
  });

  it.each([
    ["1,2", "2,1"],
    ["a", "A"],
    ["1,2", "1,2,"],
    ["1,1", "1"],
    ["1 2", "12"],
    ['"a, b"', '"a,b"'],
    ["'a, b'", "'a,b'"],
    ['{"a": 1, "b": 2}', '{"a": 1,"b": 2}'],
    ["(a, b)", "(a,b)"],
    ["Doe, John F", "Doe,John F"],
    ["a;q=1.0", "a"],
  ])("%o and %o stay apart", (one, other) => {
    expect(areOne("foo", one, other)).toBe(false);
  });

  it.each(["cookie", "authorization", "user-agent"])("of %s, which is no list, stay apart by any space", (name) => {
    expect(areOne(name, "a=1, b", "a=1,b")).toBe(false);
    expect(areOne(name, "a=1, b", "a=1, b")).toBe(true);
  });
});

describe("values of Accept-Language and Accept-Encoding", () => {
  it.each([
    ["en, de", "de, en"],
    ["en, de", "eN, De"],
    ["en, de", " en ,   de"],
    ["en;q=0.5, de", "de, en ; q=0.500"],
    ["en;q=1.0, de;q=1", "en,de"],
    ["en, de", "en,,de, en,"],
    ["de-CH, *;q=0.1", "*;Q=0.1, de-ch"],
  ])("%o and %o are one", (one, other) => {
    expect(areOne("accept-language", one, other)).toBe(true);
  });

  it.each([
    ["en;q=0.5, de", "en, de;q=0.5"],
    ["en", "en, de"],
    ["en", "en-GB"],
    ["en;q=0", "en"],
    ["de;q=0.5, de", "de, de;q=0.5"],
    ["de;q=0.5, de", "de"],
    ["de;q=0.5", "de;q=500"],
    ["de;q=2", "de"],
    ["de;q=0.1234", "de;q=0.123"],
    ["de;level=1", "de"],
    ["de;level=1", "de;Level=1"],
    ["de; q= 0.5", "de;q=0.5"],
    ["verylonglanguage", "VERYLONGLANGUAGE"],
  ])("%o and %o stay apart", (one, other) => {
    expect(areOne("accept-language", one, other)).toBe(false);
  });

  it("are one in any order of codings", () => {
    expect(areOne("accept-encoding", "gzip, deflate, br", "BR,gzip,deflate")).toBe(true);
    expect(areOne("accept-encoding", "gzip, br;q=0", "gzip, br")).toBe(false);
  });
});

describe("values of Accept", () => {
  it("are one by case, space and the order of what differs in weight", () => {
    expect(areOne("accept", "Text/HTML;Level=1, */*;q=0.1", "*/*;q=0.10,text/html; level=1")).toBe(true);
  });

  it.each([
    ["text/html, application/json", "application/json, text/html"],
    ["text/html;level=1", "text/html;level=2"],
    ["text/html;v=a", "text/html;v=A"],
    ['text/html;v="a, b"', 'text/html;v="a,b"'],
    ["text/html;q=0.5;level=1", "text/html;level=1;q=0.5"],
    ["text/html;q=0.5;level=1", "text/html;Q=0.5;level=1"],
  ])("%o and %o stay apart", (one, other) => {
    expect(areOne("accept", one, other)).toBe(false);
  });
});

describe("normalisation", () => {
  const names = fc.constantFrom("accept", "accept-charset", "accept-encoding", "accept-language", "foo");
  const pieces = fc.array(
    fc.constantFrom(
      "en",
      "DE",
      "gzip",
      "text/html",
      "*",
      ",",
      ";",
      " ",
      "\t",
      "q=",
      "Q=0.5",
      "q=1.000",
      "a=b",
      '"',
      "0.",
      "1",
      "*/*",
    ),
    { maxLength: 14 },
  );
  const value = pieces.map((parts) => new Headers({ foo: parts.join("") }).get("foo") ?? "");

  it("leaves a normal form as it is", () => {
    fc.assert(
      fc.property(names, value, (name, text) => {
        const [[, once] = ["", null]] = selectingOf([name], new Headers({ [name]: text }));
        const [[, twice] = ["", null]] = selectingOf([name], new Headers({ [name]: once ?? "" }));
        expect(twice).toBe(once);
        expect(areOne(name, text, text)).toBe(true);
      }),
    );
  });

  it("keeps every order of a weighted list together", () => {
    const range = fc.record({ language: fc.stringMatching(/^[a-z]{2,3}$/), weight: fc.integer({ min: 0, max: 1000 }) });
    const lists = fc.uniqueArray(range, { selector: ({ language }) => language, minLength: 1 });
    const shuffled = lists.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    );
    const write = (list: readonly { language: string; weight: number }[]): string =>
      list.map(({ language, weight }) => `${language};q=${weight / 1000}`).join(", ");
    fc.assert(
      fc.property(shuffled, ([list, other]) => {
        expect(areOne("accept-language", write(list), write(other).toUpperCase())).toBe(true);
      }),
    );
  });

  it("uses a normaliser of the user's instead of what is built in", () => {
    const device: Normalizers = { "user-agent": (agent) => (agent?.includes("Mobile") ? "mobile" : "desktop") };
    expect(areOne("user-agent", "A Mobile", "B Mobile", device)).toBe(true);
    expect(areOne("user-agent", "A Mobile", null, device)).toBe(false);
    expect(areOne("user-agent", "A", null, device)).toBe(true);
    expect(areOne("accept-language", "en, de", "de, en", { "accept-language": (text) => text })).toBe(false);
    expect(areOne("accept-language", "en, de", "de, en", { "accept-language": undefined })).toBe(true);
  });

  it.each(["constructor", "toString", "__proto__", "hasownproperty"])(
    "takes nothing from Object.prototype when an answer varies on %s (prototype lookup)",
    (name) => {
      expect(varyNames(new Headers({ vary: name }))).toEqual([name.toLowerCase()]);
      expect(areOne(name, "1", "2")).toBe(false);
      expect(areOne(name, "1", "1")).toBe(true);
    },
  );

  it("takes linear time for a list made long (denial of service)", () => {
    const spaces = `a${" ".repeat(60_000)}b,`.repeat(4);
    const start = performance.now();
    for (const name of ["foo", "accept-language", "accept"]) areOne(name, spaces, `${spaces}c`);
    expect(performance.now() - start).toBeLessThan(500);
  });
});

describe("isSelectedByLanguage()", () => {
  const stored = new Headers({ "accept-language": "en, de", foo: "1" });
  const selecting = selectingOf(["accept-language", "foo"], stored);
  const isChosen = (
    acceptLanguage: string | null,
    language: string | null,
    foo = "1",
    normalize?: Normalizers,
  ): boolean =>
    isSelectedByLanguage(
      selecting,
      new Headers(language === null ? {} : { "content-language": language }),
      new Headers({ foo, ...(acceptLanguage !== null && { "accept-language": acceptLanguage }) }),
      normalize,
    );

  it("chooses what is in the language liked best", () => {
    expect(isChosen("fr;q=0.5, de;q=1.0", "de")).toBe(true);
    expect(isChosen("DE, en;q=0.9", "de")).toBe(true);
    expect(isChosen("de-ch", "de-CH")).toBe(true);
  });

  it.each([
    ["fr, de;q=0.5", "de"],
    ["fr, de", "de"],
    ["de-CH", "de"],
    ["de", "de-CH"],
    ["de", "de, en"],
    ["de;q=0", "de"],
    ["*", "*"],
    ["de;q=x", "de"],
    [null, "de"],
    ["de", null],
    ["", ""],
  ])("does not choose for %o what is in %o", (accepted, language) => {
    expect(isChosen(accepted, language)).toBe(false);
  });

  it("wants all other fields to match", () => {
    expect(isChosen("de", "de", "2")).toBe(false);
  });

  it("does not choose where the response does not vary on Accept-Language, or the user has a normaliser for it", () => {
    const german = new Headers({ "content-language": "de" });
    expect(isSelectedByLanguage([], german, new Headers({ "accept-language": "de" }))).toBe(false);
    expect(isChosen("de", "de", "1", { "accept-language": (text) => text })).toBe(false);
  });
});
