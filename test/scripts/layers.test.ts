import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { refusal } from "../../scripts/lint/layers.ts";

const refused = (file: string, specifier: string): string | undefined => refusal({ file, specifier });

describe("refusal()", () => {
  it.for([
    ["src/cache.ts", "./options.ts"],
    ["src/cache.ts", "./key/digest.ts"],
    ["src/key/key.ts", "../errors.ts"],
    ["src/key/key.ts", "./canonical.ts"],
    ["src/cache.ts", "#runtime"],
    ["src/runtime/workerd.ts", "cloudflare:workers"],
    ["adapters/upstash.ts", "@upstash/redis"],
    ["adapters/upstash.ts", "@upstash/redis/cloudflare"],
    ["adapters/upstash.ts", "../src/index.ts"],
    ["adapters/upstash.ts", "../src/errors.ts"],
    ["adapters/plugin/vite.ts", "./hash.ts"],
    ["test/conformance/index.ts", "./values.ts"],
    ["test/conformance/index.ts", "../../src/index.ts"],
    ["worker-example/index.ts", "@autocache/edge"],
    ["worker-example/index.ts", "./page.tsx"],
    ["examples/node-hono/server.ts", "./prices.ts"],
    ["examples/workers-plain/src/index.ts", "@autocache/edge/workers-kv"],
    ["test/cache.test.ts", "../src/cache.ts"],
  ] as const)("lets %s import %s", ([file, specifier]) => {
    expect(refused(file, specifier)).toBeUndefined();
  });

  it.for([
    ["src/options.ts", "./cache.ts", "must not depend on src/cache.ts"],
    ["src/key/digest.ts", "./key.ts", "must not depend on src/key/key.ts"],
    ["src/cache.ts", "./index.ts", "must not depend on src/index.ts"],
    ["src/cache.ts", "../adapters/upstash.ts", "imports from src/ only"],
    ["src/cache.ts", "node:crypto", "web standards"],
    ["src/cache.ts", "cloudflare:workers", "web standards"],
    ["src/runtime/default.ts", "cloudflare:workers", "web standards"],
    ["src/cache.ts", "hono", "web standards"],
    ["src/no-such-module.ts", "./errors.ts", "is in no layer"],
    ["src/cache.ts", "./no-such-module.ts", "is in no layer"],
    ["adapters/upstash.ts", "./memory.ts", "another adapter"],
    ["adapters/upstash.ts", "../src/cache.ts", "lowest layer"],
    ["adapters/upstash.ts", "hono", "own peer"],
    ["adapters/upstash.ts", "node:buffer", "own peer"],
    ["adapters/workers-kv.ts", "@upstash/redis", "own peer"],
    ["test/conformance/index.ts", "vitest", "any test runner"],
    ["worker-example/index.ts", "../src/index.ts", "by its name"],
    ["worker-example/index.ts", "../dist/index.js", "by its name"],
    ["vite-example/src/cache.ts", "../../src/index.ts", "by its name"],
    ["examples/bun-serve/main.ts", "../../dist/index.js", "examples/bun-serve/ imports the package by its name"],
    ["examples/workers-plain/src/index.ts", "../../node-hono/prices.ts", "by its name"],
  ] as const)("refuses that %s imports %s", ([file, specifier, reason]) => {
    expect(refused(file, specifier)).toContain(reason);
  });

  it("keeps the package's dependencies to the plugin", () => {
    expect(refused("adapters/plugin/source/parse.ts", "oxc-parser")).toBeUndefined();
    expect(refused("adapters/plugin/graph/project.ts", "node:fs")).toBeUndefined();
    expect(refused("src/codec.ts", "oxc-parser")).toContain("web standards");
    expect(refused("adapters/upstash.ts", "oxc-parser")).toContain("own peer");
  });
});

describe("the linter", () => {
  it("reports an import against the direction, in whatever form it is written", () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "autocache-lint-")));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    for (const path of ["package.json", ".oxlintrc.json", "scripts/lint"]) {
      cpSync(path, join(folder, path), { recursive: true });
    }
    const forms = [
      `import { a } from "node:fs";`,
      `import type { B } from "node:path";`,
      `export * from "node:os";`,
      `export { c } from "node:net";`,
      `export const d: unknown = import("node:tty");`,
      `export type E = import("node:url").URL;`,
    ];
    mkdirSync(join(folder, "src"));
    writeFileSync(join(folder, "src/cache.ts"), forms.join("\n"));
    const { stdout } = spawnSync("oxlint", ["--format=unix"], { cwd: folder, encoding: "utf8" });
    const lines = stdout.split("\n").filter((line) => line.includes("dependency-direction"));
    expect(lines).toHaveLength(forms.length);
  });
});
