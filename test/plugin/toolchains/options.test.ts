import { rollup } from "rollup";
import { describe, expect, it } from "vitest";
import type { AutocacheOptions } from "../../../adapters/plugin/plugin.ts";
import { autocache } from "../../../adapters/plugin/rollup.ts";
import { makeProject, type ProjectFolder } from "./project-folder.ts";

const CACHED = `
  import { cached } from "@autocache/edge";
  export const product = cached(async (id) => id, { name: "product" });
`;

const LOCKED = `a1_${"l".repeat(22)}`;

function lock(file: string): string {
  const product = { fingerprint: LOCKED, at: "src/index.js", declarations: {} };
  return JSON.stringify({ format: 1, algorithm: "a1", functions: { [file]: product } });
}

async function bundle(folder: ProjectFolder, options: AutocacheOptions = {}): Promise<string> {
  const built = await rollup({
    external: /^@autocache/,
    input: folder.path("src/index.js"),
    logLevel: "silent",
    plugins: [autocache({ cacheDir: false, root: folder.root, ...options })],
  });
  const { output } = await built.generate({ format: "es" });
  return output[0].code;
}

describe("the options of the plugin", () => {
  it("name the lock file, which is read where it is if they do not", async () => {
    const files = { "src/index.js": CACHED, "autocache.lock.json": lock("product"), "other.json": lock("other") };
    const folder = makeProject(files);
    expect(await bundle(folder)).toContain(`previous: "${LOCKED}"`);
    expect(await bundle(folder, { lock: "other.json" })).not.toContain("previous");
    expect(await bundle(folder, { lock: false })).not.toContain("previous");
    await expect(bundle(folder, { lock: "gone.json" })).rejects.toThrow(/Cannot read the lock file ".*gone\.json"/);
  });

  it("fail the build where the lock file cannot be read", async () => {
    const folder = makeProject({ "src/index.js": CACHED, "autocache.lock.json": "<<<<<<< HEAD" });
    await expect(bundle(folder)).rejects.toThrow(/Cannot read the lock file ".*autocache\.lock\.json": it is JSON/);
  });

  it("choose the modules in which calls are looked for", async () => {
    const folder = makeProject({
      "src/index.js": `export * from "./a.js";\nexport * from "./b.js";\n`,
      "src/a.js": CACHED,
      "src/b.js": CACHED.replaceAll("product", "price"),
    });
    const names = async (include?: AutocacheOptions["include"]): Promise<string[]> => {
      const code = await bundle(folder, include === undefined ? {} : { include });
      return [...code.matchAll(/fp: "a1_[\w-]{22}", name: "(\w+)"/g)].map(([, name]) => name ?? "");
    };
    expect(await names()).toEqual(["product", "price"]);
    expect(await names("src/a*")).toEqual(["product"]);
    expect(await names([/b\.js$/])).toEqual(["price"]);
    expect(await names(["lib/**", /b\.js$/, "src/a.js"])).toEqual(["product", "price"]);
  });

  it("stand in front of the project's configuration", async () => {
    const folder = makeProject({
      "src/index.js": CACHED,
      "autocache.lock.json": lock("product"),
      "autocache.config.json": JSON.stringify({ lock: false, salt: "a" }),
    });
    const configured = await bundle(folder);
    expect(configured).not.toContain("previous");
    const salted = await bundle(folder, { salt: "b" });
    expect(salted).not.toBe(configured);
    expect(await bundle(folder, { salt: "a" })).toBe(configured);
  });
});

describe("a bundle that is bundled again", () => {
  it("keeps its fingerprints", async () => {
    const folder = makeProject({ "src/index.js": CACHED });
    const first = await bundle(folder);
    folder.write("src/index.js", first);
    expect(await bundle(folder)).toBe(first);
  });
});
