import { describe, expect, it } from "vitest";
import { Patches } from "../../../adapters/plugin/graph/patches.ts";
import { type Files, write } from "./fixture.ts";

const PATCH = "diff --git a/i.js b/i.js\n-1\n+2\n";

const PATCHED: readonly (readonly [title: string, name: string, files: Files])[] = [
  ["patch-package", "zed", { "patches/zed+1.0.0.patch": PATCH }],
  ["patch-package, scoped", "@me/zed", { "patches/@me+zed+1.0.0.patch": PATCH }],
  ["patch-package, one of several", "zed", { "patches/zed+1.0.0+001+first.patch": PATCH }],
  ["patch-package, for development", "zed", { "patches/zed+1.0.0.dev.patch": PATCH }],
  ["patch-package, in another package", "@me/zed", { "patches/outer++@me+zed+1.0.0.patch": PATCH }],
  [
    "pnpm, in package.json",
    "@me/zed",
    {
      "package.json": '{"pnpm":{"patchedDependencies":{"@me/zed@1.0.0":"fixes/zed.patch"}}}',
      "fixes/zed.patch": PATCH,
    },
  ],
  [
    "pnpm, in pnpm-workspace.yaml",
    "@me/zed",
    {
      "pnpm-workspace.yaml":
        "packages:\n  - packages/*\npatchedDependencies:\n  '@me/zed@1.0.0': fixes/zed.patch\n\nother: 1\n",
      "fixes/zed.patch": PATCH,
    },
  ],
  [
    "Bun",
    "zed",
    { "package.json": '{"patchedDependencies":{"zed@1.0.0":"fixes/zed.patch"}}', "fixes/zed.patch": PATCH },
  ],
  ["Yarn, by its folder", "@me/zed", { ".yarn/patches/@me-zed-npm-1.0.0-0123456789.patch": PATCH }],
  [
    "Yarn, by a resolution",
    "zed",
    {
      "package.json": '{"resolutions":{"zed@npm:1.0.0":"patch:zed@npm%3A1.0.0#~/fixes/zed.patch"}}',
      "fixes/zed.patch": PATCH,
    },
  ],
];

describe("Patches", () => {
  it.each(PATCHED)("finds the patches of %s", (_, name, files) => {
    const patches = new Patches([write(files)]);
    expect(patches.of(name)).toHaveLength(1);
    expect(patches.of("other")).toEqual([]);
    const path = Object.keys(files).find((file) => file.endsWith(".patch")) ?? "";
    expect(new Patches([write({ ...files, [path]: `${PATCH}+3` })]).of(name)).not.toEqual(patches.of(name));
    expect(new Patches([write({ ...files, [path]: PATCH.replaceAll("\n", "\r\n") })]).of(name)).toEqual(
      patches.of(name),
    );
  });

  it("passes over what is not there, and what is no patch", () => {
    const files = { "package.json": '{"patchedDependencies":{"zed@1.0.0":"lost.patch"}}', "patches/README.md": "" };
    expect(new Patches([write(files)]).of("zed")).toEqual([]);
  });
});
