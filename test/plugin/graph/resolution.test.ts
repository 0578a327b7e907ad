import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type ProjectOptions, resolveOptions } from "../../../adapters/plugin/graph/options.ts";
import { type Resolution, Resolver } from "../../../adapters/plugin/graph/resolution.ts";
import { type Files, write } from "./fixture.ts";

/** What specifiers stand for in the file src/a.ts; files are written from the root. */
function resolve(files: Files, specifier: string, options: ProjectOptions = {}): unknown {
  const root = write({ "src/a.ts": "", ...files });
  return shown(new Resolver(resolveOptions({ root, ...options })).resolve(specifier, `${root}/src/a.ts`), root);
}

function shown(resolution: Resolution, root: string): unknown {
  if (resolution.kind === "several") return resolution.targets.map((target) => shown(target, root));
  if (resolution.kind === "file") return resolution.file.replace(`${root}/`, "");
  if (resolution.kind === "asset") return `asset ${resolution.file.replace(`${root}/`, "")}${resolution.query}`;
  if (resolution.kind === "package") return `package ${resolution.label}${resolution.path}`;
  if (resolution.kind === "host") return `host ${resolution.name}`;
  return resolution.kind;
}

const ZED = {
  "node_modules/zed/package.json": '{"name":"zed","version":"1.0.0","exports":{".":"./i.js","./sub":"./s.js"}}',
  "node_modules/zed/i.js": "",
  "node_modules/zed/s.js": "",
};

describe("Resolver", () => {
  it.each([
    ["./b", "src/b.ts"],
    ["./b.js", "src/b.ts"],
    ["./b.ts", "src/b.ts"],
    ["./c.mjs", "src/c.mts"],
    ["./c.jsx", "src/c.tsx"],
    ["./dir", "src/dir/index.ts"],
    ["../src/b", "src/b.ts"],
    ["/src/b.ts", "src/b.ts"],
    ["./b?worker", "src/b.ts"],
    ["./b?raw", "asset src/b.ts?raw"],
    ["./d.json", "asset src/d.json"],
    ["./e.svg?url", "asset src/e.svg?url"],
    ["./types.d.ts", "ignored"],
    ["./lost", "unresolved"],
    ["zed", "package zed@1.0.0"],
    ["zed/sub", "package zed@1.0.0/sub"],
    ["zed/lost", "package zed@1.0.0/lost"],
    ["../node_modules/zed/s.js", "package zed@1.0.0/s.js"],
    ["lost", "unresolved"],
    ["node:fs", "host fs"],
    ["fs/promises", "host fs/promises"],
    ["cloudflare:workers", "host cloudflare:workers"],
    ["@autocache/edge", "library"],
    ["https://example.com/x.js", "package https://example.com/x.js"],
    ["data:text/javascript,1", "package data:text/javascript,1"],
    ["npm:zed@1", "package zed@1.0.0"],
    ["npm:away@1.2.3/x", "package away@1.2.3/x"],
    ["npm:away@^1", "unresolved"],
    ["jsr:@std/fmt@1.0.0", "package @std/fmt@1.0.0"],
    ["virtual:pwa", "unresolved"],
  ])("takes %s for %s", (specifier, expected) => {
    const files = {
      "src/b.ts": "",
      "src/c.mts": "",
      "src/c.tsx": "",
      "src/dir/index.ts": "",
      "src/d.json": "{}",
      "src/e.svg": "",
      "src/types.d.ts": "",
      ...ZED,
    };
    expect(resolve(files, specifier)).toBe(expected);
  });

  it("takes a package that is linked, rather than installed, for code of the project", () => {
    const root = write({
      "src/a.ts": "",
      "packages/own/package.json": '{"name":"@me/own","main":"i.ts"}',
      "packages/own/i.ts": "",
      "node_modules/@me/x": "",
    });
    symlinkSync(join(root, "packages/own"), join(root, "node_modules/@me/own"));
    const resolveOwn = (packages: NonNullable<ProjectOptions["packages"]>): unknown =>
      shown(new Resolver(resolveOptions({ root, packages })).resolve("@me/own", `${root}/src/a.ts`), root);
    expect(resolveOwn("closure")).toBe("packages/own/i.ts");
    expect(resolveOwn({ "*": "version" })).toBe("packages/own/i.ts");
    expect(resolveOwn({ "@me/*": "version" })).toBe("package @me/own@");
  });

  it("counts what a linked package has for each runtime, unless conditions are given", () => {
    const root = write({
      "src/a.ts": "",
      "packages/own/package.json":
        '{"name":"own","exports":{".":{"types":"./t.d.ts","workerd":"./w.ts","node":"./n.ts","require":"./r.cjs","default":"./d.ts"}}}',
      ...Object.fromEntries(["t.d.ts", "w.ts", "n.ts", "r.cjs", "d.ts"].map((name) => [`packages/own/${name}`, ""])),
      "node_modules/x": "",
    });
    symlinkSync(join(root, "packages/own"), join(root, "node_modules/own"));
    const resolveOwn = (options: ProjectOptions): unknown =>
      shown(new Resolver(resolveOptions({ root, ...options })).resolve("own", `${root}/src/a.ts`), root);
    expect(resolveOwn({})).toEqual(["packages/own/w.ts", "packages/own/n.ts", "packages/own/d.ts"]);
    expect(resolveOwn({ conditions: ["node", "default"] })).toBe("packages/own/n.ts");
  });

  it("counts all targets of a package import, those of nested conditions and fallbacks included", () => {
    const imports = {
      "#db": {
        types: "./t.ts",
        workerd: { production: "./p.ts", default: "./w.ts" },
        node: [null, "./n.ts", "zed"],
        default: null,
      },
      "#lib/*": "./lib/*.ts",
      "#lib/inner/*": "./inner/*.ts",
    };
    const files = {
      "package.json": JSON.stringify({ imports }),
      ...Object.fromEntries(["t.ts", "p.ts", "w.ts", "n.ts", "lib/a.ts", "inner/a.ts"].map((name) => [name, ""])),
      ...ZED,
    };
    expect(resolve(files, "#db")).toEqual(["p.ts", "w.ts", "n.ts", "package zed@1.0.0"]);
    expect(resolve(files, "#lib/a")).toBe("lib/a.ts");
    expect(resolve(files, "#lib/inner/a")).toBe("inner/a.ts");
    expect(resolve(files, "#lost")).toBe("unresolved");
  });

  it("tells of a target that is not there", () => {
    const files = { "package.json": '{"imports":{"#x":{"workerd":"./w.ts","default":"./dist/w.js"}}}', "w.ts": "" };
    expect(resolve(files, "#x")).toEqual(["w.ts", "unresolved"]);
  });

  it("replaces by alias, from the root, and then looks again", () => {
    const alias = { "@": "./src", db: "zed/sub", store: "@autocache/edge", util: "node:util" };
    const files = { "src/b.ts": "", ...ZED };
    expect(resolve(files, "@/b", { alias })).toBe("src/b.ts");
    expect(resolve(files, "db", { alias })).toBe("package zed@1.0.0/sub");
    expect(resolve(files, "store/hono", { alias })).toBe("library");
    expect(resolve(files, "util", { alias })).toBe("host util");
  });

  it("reads the import map of Deno", () => {
    const files = {
      "deno.jsonc": '{ "imports": { "zed": "npm:zed@1.0.0", "@/": "./src/", "@/deep/": "./deep/", } }',
      "src/b.ts": "",
      "deep/c.ts": "",
    };
    expect(resolve(files, "zed")).toBe("package zed@1.0.0");
    expect(resolve(files, "@/b.ts")).toBe("src/b.ts");
    expect(resolve(files, "@/deep/c.ts")).toBe("deep/c.ts");
  });

  it("prefers what deno.lock has to what a specifier allows", () => {
    const lock = {
      version: "5",
      specifiers: { "npm:away@^1": "1.9.0" },
      npm: { "away@1.9.0": { integrity: "sha512-A" } },
    };
    expect(resolve({ "deno.lock": JSON.stringify(lock) }, "npm:away@^1")).toBe("package npm:away@1.9.0");
  });

  it("ignores by specifier, by package and by path from the root", () => {
    const ignore = ["pino", /^src\/log/, "lib"];
    const files = { "src/logger.ts": "", "lib/x.ts": "" };
    expect(resolve(files, "pino/pretty", { ignore })).toBe("ignored");
    expect(resolve(files, "./logger", { ignore })).toBe("ignored");
    expect(resolve(files, "../lib/x", { ignore })).toBe("ignored");
    expect(resolve(files, "pino-pretty", { ignore })).toBe("unresolved");
  });

  it("ignores by an expression each time, whatever its flags", () => {
    const root = write({ "src/a.ts": "" });
    const resolver = new Resolver(resolveOptions({ root, ignore: [/pino/gy] }));
    const kinds = ["pino", "pino/a", "pino/b"].map((name) => resolver.resolve(name, `${root}/src/a.ts`).kind);
    expect(kinds).toEqual(["ignored", "ignored", "ignored"]);
  });

  it("finds files where tsconfig.json cannot be read", () => {
    expect(resolve({ "tsconfig.json": '{"extends":"./lost"}', "src/b.ts": "" }, "./b")).toBe("src/b.ts");
  });
});
