import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { countJUnit } from "../scripts/test/counts.ts";
import { blocksOf } from "./support/documents.ts";

/** What is built, checked and tested, without what has been built. */
const PARTS = [
  ".oxlintrc.json",
  "adapters",
  "package.json",
  "scripts",
  "src",
  "test/backends",
  "test/conformance",
  "test/support",
  "tsconfig.base.json",
  "tsdown.config.ts",
  "vitest.config.ts",
];

const ADAPTER = `import type { Backend, Envelope } from "../src/backend.ts";

/** Makes a backend on a map that the program holds. */
export function shelf(places: Map<string, { readonly envelope: Envelope; readonly until: number }>): Backend {
  return {
    name: "shelf",
    capabilities: { minTtlMs: 1, ttlStepMs: 1, maxKeyBytes: 1024, maxValueBytes: 1e6, consistency: "strong" },
    async get(key) {
      const place = places.get(key);
      return place !== undefined && place.until > Date.now() ? place.envelope : undefined;
    },
    async set(key, envelope, { ttlMs }) {
      places.set(key, { envelope, until: Date.now() + ttlMs });
    },
    async delete(key) {
      places.delete(key);
    },
  };
}
`;

const folder = realpathSync(mkdtempSync(join(tmpdir(), "autocache-backend-")));
const write = (path: string, text: string): void => writeFileSync(join(folder, path), text);

/** Runs a tool of this project in the copy; what it prints is in the error, where it fails. */
function run(program: string, ...args: readonly string[]): string {
  const bin = join(process.cwd(), "node_modules/.bin", program);
  return execFileSync(bin, args, {
    cwd: folder,
    encoding: "utf8",
    stdio: "pipe",
    env: { ...process.env, NO_COLOR: "1" },
  });
}

/** The test that CONTRIBUTING.md shows, of this backend and not of that one. */
function testAsDescribed(): string {
  const block = blocksOf("CONTRIBUTING.md").find(
    ({ heading, language }) => heading === "Add a backend" && language === "ts",
  );
  return (block?.code ?? "")
    .replace('{ memory } from "@autocache/edge"', '{ shelf } from "@autocache/edge/shelf"')
    .replaceAll("memory()", "shelf()")
    .replace("=> shelf()", "=> shelf(new Map())");
}

describe("adding a backend", () => {
  beforeAll(() => {
    for (const part of PARTS) cpSync(part, join(folder, part), { recursive: true });
    symlinkSync(join(process.cwd(), "node_modules"), join(folder, "node_modules"), "dir");
    write("adapters/shelf.ts", ADAPTER);
    write("test/backends/shelf.test.ts", testAsDescribed());
    const manifest = readFileSync("package.json", "utf8");
    write(
      "package.json",
      manifest.replace(
        /\n( *)"\.\/upstash": .*/,
        (line, indent: string) => `${line}\n${indent}"./shelf": "./dist/shelf.js",`,
      ),
    );
    run("tsdown", "--logLevel", "warn");
  }, 120_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("takes one file, one line of exports, and a test of some ten lines", () => {
    const [before, after] = ["package.json", join(folder, "package.json")].map((path) =>
      readFileSync(path, "utf8").split("\n"),
    );
    expect(after?.filter((line) => !before?.includes(line))).toEqual(['    "./shelf": "./dist/shelf.js",']);
    expect(testAsDescribed().trim().split("\n").length).toBeLessThanOrEqual(12);
  });

  it("makes it importable by its name, with its types", () => {
    write("program.ts", 'import { shelf } from "@autocache/edge/shelf";\nconsole.log(shelf(new Map()).name);\n');
    expect(run("node", "program.ts")).toBe("shelf\n");
    expect(readFileSync(join(folder, "dist/shelf.d.ts"), "utf8")).toContain("declare function shelf(");
  });

  it("runs the suite of backends on it", () => {
    run(
      "vitest",
      "run",
      "--project=node",
      "--reporter=junit",
      "--outputFile=report.xml",
      "test/backends/shelf.test.ts",
    );
    expect(countJUnit(readFileSync(join(folder, "report.xml"), "utf8"))).toEqual({ passed: 18, failed: 0, skipped: 0 });
  }, 60_000);

  it("passes the linter, which knows what an adapter may import", () => {
    expect(run("oxlint", "--deny-warnings", "adapters/shelf.ts")).toContain("0 errors");
    write("adapters/shelf.ts", `import "./upstash.ts";\n${ADAPTER}`);
    expect(() => run("oxlint", "--deny-warnings", "adapters/shelf.ts")).toThrow();
  });
});
