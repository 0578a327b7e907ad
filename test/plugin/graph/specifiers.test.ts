import { describe, expect, it } from "vitest";
import { applyAlias } from "../../../adapters/plugin/graph/aliases.ts";
import { hostModule, libraryPath, parseRegistry, splitQuery } from "../../../adapters/plugin/graph/specifiers.ts";

describe("specifiers", () => {
  it.each([
    ["npm:chalk", { kind: "npm", name: "chalk", path: "" }],
    ["npm:/chalk@5/source/index.js", { kind: "npm", name: "chalk", range: "5", path: "/source/index.js" }],
    ["npm:@scope/name@^1.2.0/sub", { kind: "npm", name: "@scope/name", range: "^1.2.0", path: "/sub" }],
    ["jsr:@std/fmt@1", { kind: "jsr", name: "@std/fmt", range: "1", path: "" }],
    ["chalk", undefined],
    ["./npm:chalk", undefined],
  ])("reads %s", (specifier, expected) => {
    expect(parseRegistry(specifier)).toEqual(expected);
  });

  it.each([
    ["@autocache/edge", ""],
    ["@autocache/edge/hono", "/hono"],
    ["npm:@autocache/edge@^0.1.0", ""],
    ["npm:@autocache/edge@0.1.0/hono", "/hono"],
    ["jsr:@autocache/edge", ""],
    ["https://esm.sh/edge/hono", "/hono"],
    ["@autocache/edge-extra", undefined],
    ["@autocache", undefined],
    ["edge", undefined],
  ])("finds the library in %s", (specifier, path) => {
    expect(libraryPath(specifier, ["@autocache/edge", "https://esm.sh/edge"])).toBe(path);
  });

  it("takes node:fs and fs for one module of the host", () => {
    expect(["node:fs", "fs", "node:fs/promises"].map(hostModule)).toEqual(["fs", "fs", "fs/promises"]);
    expect(hostModule("cloudflare:workers")).toBe("cloudflare:workers");
    expect(hostModule("bun:sqlite")).toBe("bun:sqlite");
    expect(hostModule("virtual:config")).toBeUndefined();
  });

  it("cuts off queries", () => {
    expect(splitQuery("./a.md?raw&x=1")).toEqual(["./a.md", "?raw&x=1"]);
    expect(splitQuery("./a.md")).toEqual(["./a.md", ""]);
  });
});

describe("applyAlias()", () => {
  const aliases = [
    { from: "react$", to: "preact/compat", folder: "/repo" },
    { from: "@", to: "./src", folder: "/repo" },
    { from: "~/", to: "/repo/lib/", folder: "/repo" },
    { from: "config", to: "./config/index.ts", folder: "/repo" },
  ];

  it.each([
    ["react", "preact/compat"],
    ["react/jsx-runtime", "react/jsx-runtime"],
    ["@/a/b", "/repo/src/a/b"],
    ["@", "/repo/src"],
    ["@scope/name", "@scope/name"],
    ["~/a", "/repo/lib/a"],
    ["config", "/repo/config/index.ts"],
    ["config-other", "config-other"],
    ["./config", "./config"],
  ])("makes of %s %s", (specifier, expected) => {
    expect(applyAlias(specifier, aliases)).toBe(expected);
  });
});
