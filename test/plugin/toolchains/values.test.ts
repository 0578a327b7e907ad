import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Project } from "../../../adapters/plugin/graph/project.ts";
import { BUNDLERS, bundled } from "./bundling.ts";
import { keepProject, makeProject, type ProjectFolder, removeProject } from "./project-folder.ts";
import { NAMES, SAMPLE } from "./sample.ts";

type Versions = Readonly<Record<string, string>>;

const REGISTER = fileURLToPath(new URL("../../../adapters/plugin/register.ts", import.meta.url));
const BUN_BUILD = fileURLToPath(new URL("../matrix/toolchains/bun-build.ts", import.meta.url));

/** How each runtime runs a program from its source. */
const RUNTIMES: Readonly<Record<string, readonly [command: string, ...args: string[]]>> = {
  node: [process.execPath, "--disable-warning=ExperimentalWarning", "--import", REGISTER],
  tsx: ["tsx", "--disable-warning=ExperimentalWarning", "--import", REGISTER],
  deno: ["deno", "run", "--allow-all", "--preload", REGISTER],
  bun: ["bun", "--preload", REGISTER],
};

async function run([command, ...args]: readonly [string, ...string[]], folder: ProjectFolder): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(command, args, { cwd: folder.root });
  expect(stderr).toBe("");
  return stdout;
}

describe("the fingerprints of one project", { timeout: 30_000 }, () => {
  let folder: ProjectFolder;
  let expected: Versions;

  beforeAll(() => {
    folder = keepProject(SAMPLE);
    const sites = new Project({ root: folder.root, cacheDir: false }).sites(folder.path("src/index.ts"));
    expected = Object.fromEntries(sites.map((site) => [site.literalName ?? site.name, site.fingerprint ?? ""]));
  });
  afterAll(() => removeProject(folder));

  it("are one for each function", () => {
    expect(Object.keys(expected).toSorted()).toEqual(NAMES);
    expect(new Set(Object.values(expected)).size).toBe(NAMES.length);
  });

  it.for(Object.keys(BUNDLERS))("are the same in a bundle of %s", async (name) => {
    const { versions } = await bundled<{ versions: Versions }>(name, makeProject(SAMPLE));
    expect(versions).toEqual(expected);
  });

  it("are the same in a bundle of Bun", async () => {
    const out = folder.path("out/bun");
    await run(["bun", BUN_BUILD, folder.root, folder.path("src/print.ts"), out], folder);
    expect(JSON.parse(await run([process.execPath, `${out}/index.mjs`], folder))).toEqual(expected);
  });

  it.for(Object.keys(RUNTIMES))("are the same in sources that %s runs", async (name) => {
    const [command = "", ...args] = RUNTIMES[name] ?? [];
    expect(JSON.parse(await run([command, ...args, folder.path("src/print.ts")], folder))).toEqual(expected);
  });
});
