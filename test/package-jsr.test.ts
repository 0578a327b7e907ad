import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exportedFiles } from "../scripts/exported.ts";
import config from "../tsdown.config.ts";
import { startJsrRegistry, type JsrRegistry } from "./support/jsr-registry.ts";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

interface JsrManifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly exports: Readonly<Record<string, string>>;
  readonly imports: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
const jsr = JSON.parse(readFileSync("jsr.json", "utf8")) as JsrManifest;

/** The source of each file that tsdown builds, by the file's path. */
const sources = new Map(
  [config]
    .flat()
    .flatMap(({ entry, outDir = "dist" }) =>
      Object.entries(entry as Record<string, string>).map(([name, source]) => [
        `./${outDir}/${name}.js`,
        `./${source}`,
      ]),
    ),
);

/** The files below a folder, by their paths from there. */
function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

describe("jsr.json", () => {
  it("has the name, the version and the licence of package.json", () => {
    const { name, version, license } = manifest;
    expect(jsr).toMatchObject({ name, version, license });
  });

  it("exports the sources of what package.json exports, but for the build plugin", () => {
    const expected = [...exportedFiles()].map(([subpath, file]) => [subpath, sources.get(file)]);
    expect(Object.entries(jsr.exports)).toEqual(expected);
  });

  it("asks for the same versions of peers", () => {
    const peers = Object.entries(jsr.imports).filter(([, target]) => target.startsWith("npm:"));
    for (const [name, target] of peers) expect(target).toBe(`npm:${name}@${manifest.peerDependencies[name]}`);
    expect(peers.map(([name]) => name)).toEqual(["hono"]);
  });
});

describe("the package on JSR", () => {
  const home = mkdtempSync(join(tmpdir(), "autocache-jsr-user-"));
  let registry: JsrRegistry;
  let output: string;

  async function deno(
    args: readonly string[],
    cwd: string,
  ): Promise<{ readonly stdout: string; readonly stderr: string }> {
    const env = { ...process.env, DENO_DIR: join(home, "deno"), DENO_NO_UPDATE_CHECK: "1", JSR_URL: registry.url };
    return await promisify(execFile)("deno", args, { cwd, env: { ...env, NO_COLOR: "1" } });
  }

  beforeAll(async () => {
    registry = await startJsrRegistry();
    const { stdout, stderr } = await deno(["publish", "--token=none", "--no-provenance", "--allow-dirty"], ".");
    output = stdout + stderr;
  }, 120_000);

  afterAll(async () => {
    await registry.close();
    rmSync(home, { recursive: true, force: true });
  });

  it("has no slow types, and nothing else to be warned of", () => {
    expect(output).toContain("Successfully published");
    expect(output).not.toContain("warning");
  });

  it("has the sources of what it exports, what a reader looks for, and no more", () => {
    const files = filesOf(registry.folder);
    expect(files).toEqual(expect.arrayContaining(Object.values(jsr.exports).map((path) => path.slice(2))));
    const tops = new Set(files.map((file) => file.split("/", 1)[0]));
    const expected = ["CHANGELOG.md", "LICENSE", "README.md", "adapters", "jsr.json", "src", "test"];
    expect([...tops].toSorted()).toEqual(expected);
    expect(files.filter((file) => /^adapters\/plugin|^test\/(?!conformance)|workerd/.test(file))).toEqual([]);
  });

  it("imports by path, or from npm, and by no name that only this repository knows", () => {
    const specifiers = filesOf(registry.folder)
      .filter((file) => file.endsWith(".ts"))
      .flatMap((file) => {
        const code = readFileSync(join(registry.folder, file), "utf8").replaceAll(/^\s*\*.*$/gm, "");
        return [...code.matchAll(/(?:from|import) "([^"]+)"/g)].map(([, specifier = ""]) => specifier);
      });
    expect(specifiers.length).toBeGreaterThan(100);
    const others = specifiers.filter((specifier) => !/^\.{1,2}\//.test(specifier));
    expect(others.filter((specifier) => !/^npm:\/?hono@/.test(specifier))).toEqual([]);
  });

  it("runs on Deno, as a program imports it", async () => {
    const program = `
      import { cached } from "jsr:@autocache/edge@${jsr.version}";
      import { canonical } from "jsr:@autocache/edge@${jsr.version}/keys";
      import { cachedHandler } from "jsr:@autocache/edge@${jsr.version}/http";
      const double = cached(async (n: number) => n * 2, { name: "double", version: 1 });
      await double(21);
      console.log(await double.trace(21).then(({ value, verdict }) => verdict + " " + value), canonical([1]), typeof cachedHandler);
    `;
    writeFileSync(join(home, "main.ts"), program);
    const host = new URL(registry.url).host;
    const { stdout } = await deno(["run", "--check", "--no-lock", `--allow-import=${host}`, "main.ts"], home);
    expect(stdout).toBe("hit 42 [1] function\n");
  }, 60_000);
});
