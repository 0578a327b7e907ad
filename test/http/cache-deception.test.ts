import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isDeceptive, STATIC_MEDIA_TYPES } from "../../src/http/rfc/cache-deception.ts";

const ORIGIN = "https://shop.example";
const isRefused = (path: string, type: string | null = "text/html; charset=utf-8"): boolean =>
  isDeceptive(ORIGIN + path, type);

describe("isDeceptive()", () => {
  it("is false of files of the kind that their extension promises", () => {
    const files: readonly [string, string][] = [
      ["/app.css", "text/css; charset=utf-8"],
      ["/app.js", "text/javascript"],
      ["/app.mjs", "application/javascript;charset=UTF-8"],
      ["/logo.PNG", "Image/PNG"],
      ["/photo.jpg", "image/webp"],
      ["/favicon.ico", "image/vnd.microsoft.icon"],
      ["/clip.gif", "video/mp4"],
      ["/font.woff2", "font/woff2"],
      ["/font.ttf", "application/x-font-ttf"],
      ["/app.js.map", "application/json"],
      ["/book.pdf", "application/pdf"],
      ["/film.mp4", "video/mp4"],
      ["/sheet.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
      ["/all.zip", "application/x-zip-compressed"],
    ];
    for (const [path, type] of files) expect([path, isRefused(path, type)]).toEqual([path, false]);
  });

  it("is true of a page or of data under a static file's extension", () => {
    for (const path of ["/a.css", "/a.js", "/a.png", "/a.ico", "/a.woff2", "/a.svg", "/a.pdf", "/a.mp4", "/a.zip"]) {
      expect([path, isRefused(path)]).toEqual([path, true]);
      expect([path, isRefused(path, "application/json")]).toEqual([path, true]);
    }
  });

  it("is false where the extension promises nothing", () => {
    for (const path of ["/", "/account", "/a.html", "/a.php", "/a.json", "/v1.2", "/.css/about", "/a.constructor"]) {
      expect([path, isRefused(path)]).toEqual([path, false]);
    }
  });

  it("is false without a type, and of bytes of no stated kind", () => {
    for (const type of [
      null,
      "",
      "  ",
      ";charset=utf-8",
      "application/octet-stream",
      "Application/Octet-Stream ;x=y",
    ]) {
      expect(isRefused("/a.css", type)).toBe(false);
    }
  });

  it("is true of a type that is none, under an extension that promises one", () => {
    expect(isRefused("/a.css", "html")).toBe(true);
  });

  it("does not look at the query, the fragment or the host", () => {
    expect(isRefused("/account?file=x.css")).toBe(false);
    expect(isRefused("/account#x.css")).toBe(false);
    expect(isDeceptive("https://x.js/", "text/html")).toBe(false);
  });

  it("is false of directories that have an extension in their name", () => {
    expect(isRefused("/libraries/vue.js/versions")).toBe(false);
  });

  it("throws a TypeError for a URL that is not absolute", () => {
    expect(() => isDeceptive("/a.css", "text/html")).toThrow(TypeError);
  });
});

describe("web cache deception", () => {
  const attacks: readonly [name: string, path: string][] = [
    ["path mapping", "/account/x.css"],
    ["path mapping with upper case", "/account/X.CSS"],
    ["path parameter", "/account;x.css"],
    ["path parameter on a directory", "/account/;x.css"],
    ["encoded path parameter", "/account%3Bx.css"],
    ["encoded slash", "/account%2Fx.css"],
    ["encoded slash, lower case", "/account%2fx.css"],
    ["encoded slash before dot segments", "/account%2F..%2Fx.css"],
    ["encoded backslash", "/account%5Cx.css"],
    ["backslash", "/account\\x.css"],
    ["null byte", "/account%00x.css"],
    ["null byte behind the extension", "/account.css%00"],
    ["null byte with a page's extension", "/account.css%00.html"],
    ["encoded newline", "/account%0Ax.css"],
    ["encoded carriage return", "/account%0D%0Ax.css"],
    ["encoded tab", "/account%09x.css"],
    ["encoded fragment", "/account%23x.css"],
    ["encoded fragment behind the extension", "/x.css%23account"],
    ["encoded query", "/account%3Fx.css"],
    ["encoded query behind the extension", "/x.css%3Faccount"],
    ["encoded ampersand", "/account%26x.css"],
    ["encoded ampersand behind the extension", "/x.css%26account"],
    ["double encoding", "/account%252Fx.css"],
    ["triple encoding", "/account%25252Fx.css"],
    ["overlong encoding of a slash", "/account%c0%afx.css"],
    ["format suffix", "/account.css"],
    ["dot encoded", "/account/x%2Ecss"],
    ["extension encoded", "/account/x.%63ss"],
    ["extension encoded three times", "/account/x.%252563ss"],
    ["session parameter behind the extension", "/account/x.css;jsessionid=1"],
    ["slash behind the extension", "/account/x.css/"],
    ["dots and spaces behind the extension", "/account/x.css.%20."],
    ["other delimiters of frameworks", "/account$x.css"],
    ["exclamation mark", "/account!x.css"],
    ["script behind a dot segment", "/static/../account/x.js"],
  ];

  it.each(attacks)("%s", (_, path) => {
    expect(isRefused(path)).toBe(true);
    expect(isRefused(path, "application/json")).toBe(true);
  });

  it("two types in one response: each has to fit", () => {
    expect(isRefused("/a.css", "text/css, text/html")).toBe(true);
    expect(isRefused("/a.css", "text/html, text/css")).toBe(true);
    expect(isRefused("/a.css", 'text/css; x="a, text/html"')).toBe(false);
    expect(isRefused("/a.css", 'text/css; x="a\\", b"')).toBe(false);
  });

  it("malformed percent signs: reads the rest", () => {
    for (const path of ["/%/x.css", "/%zz%2Fx.css", "/account%2Fx.css%", "/account%x.css", "/%E0%A4%A.css"]) {
      expect([path, isRefused(path)]).toEqual([path, true]);
    }
    for (const path of ["/%", "/%E0%A4%A", "/x%"]) expect([path, isRefused(path)]).toEqual([path, false]);
  });

  it("any name before the delimiter, any delimiter: refused", () => {
    const name = fc.stringMatching(/^[a-z0-9_~-]{0,12}$/);
    const delimiter = fc.constantFrom("/", ";", "%2F", "%3B", "%00", "%23", "%3F", "%5C", "%0A", "%252F", "%253B");
    const extension = fc.constantFrom(...STATIC_MEDIA_TYPES.keys());
    fc.assert(
      fc.property(name, delimiter, name, extension, (first, between, second, end) =>
        isRefused(`/${first}${between}${second}.${end}`),
      ),
    );
  });

  it("long paths: takes no longer than their length explains", () => {
    const started = performance.now();
    for (const unit of ["%25", ".", ".a", "%2525", ";.", "%2F.css.", ". "]) {
      isRefused(`/${unit.repeat(20_000)}!`);
      isRefused("/a.css", `"${unit.repeat(20_000)}`);
      isRefused("/a.css", '"' + '\\"'.repeat(20_000));
    }
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});

describe("STATIC_MEDIA_TYPES", () => {
  it("promises no page and no kind of which pages could be, but for source maps and manifests", () => {
    for (const [extension, prefixes] of STATIC_MEDIA_TYPES) {
      expect(extension).toMatch(/^[a-z0-9]{1,16}$/);
      expect(prefixes.length).toBeGreaterThan(0);
      for (const type of ["text/html", "application/xhtml+xml", "application/xml"]) {
        expect([extension, prefixes.some((prefix) => type.startsWith(prefix))]).toEqual([extension, false]);
      }
      const isForData = prefixes.some((prefix) => "application/json".startsWith(prefix));
      expect([extension, isForData]).toEqual([extension, ["map", "webmanifest"].includes(extension)]);
    }
  });
});
