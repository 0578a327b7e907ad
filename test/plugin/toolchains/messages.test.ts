import { rollup } from "rollup";
import { build as viteBuild } from "vite";
import { describe, expect, it } from "vitest";
import rollupPlugin from "../../../adapters/plugin/rollup.ts";
import vitePlugin from "../../../adapters/plugin/vite.ts";
import type { AutocacheOptions } from "../../../adapters/plugin/plugin.ts";
import { BUNDLERS, bundled } from "./bundling.ts";
import { makeProject, type ProjectFolder } from "./project-folder.ts";

const UNSOUND = {
  "src/index.ts": `import { run } from "./run.ts";\nexport { run };\n`,
  "src/run.ts": `
    import { cached } from "@autocache/edge";
    const load = async (code: string) => eval(code);
    export const run = cached(load, { name: "run" });
  `,
};

const WARNED = {
  "src/index.js": `
    import { cached } from "@autocache/edge";
    let limit = 1;
    export const setLimit = (value) => { limit = value; };
    export const a = cached(async () => limit, { name: "a" });
    export const b = cached(async () => limit + 1, { name: "b" });
  `,
};

/** The messages of a build with Rollup. */
async function messages(folder: ProjectFolder, options: AutocacheOptions = {}, times = 1): Promise<string[]> {
  const texts: string[] = [];
  const plugin = rollupPlugin({ root: folder.root, cacheDir: false, ...options });
  for (let time = 0; time < times; time += 1) {
    const bundle = await rollup({
      external: /^@autocache/,
      input: folder.path("src/index.js"),
      onLog: (_, { message }) => texts.push(message),
      plugins: [plugin],
    });
    await bundle.close();
  }
  return texts;
}

describe("a build", { timeout: 30_000 }, () => {
  it.for(Object.keys(BUNDLERS))("fails with %s where there is no sound value, and says where", async (name) => {
    const folder = makeProject(UNSOUND);
    const error = await bundled(name, folder).catch((reason: unknown) => reason);
    expect(String(error)).toMatch(/src\/run\.ts:3:\d+: .* \[eval\]/);
  });

  it("says once what it warns of, and where", async () => {
    const texts = await messages(makeProject(WARNED), {}, 2);
    expect(texts.filter((text) => text.includes("[mutable]"))).toEqual([
      expect.stringMatching(/src\/index\.js:\d+:\d+: /),
    ]);
  });

  it("keeps quiet as it is told", async () => {
    const folder = makeProject(WARNED);
    expect(await messages(folder, { quiet: ["mutable"] })).toEqual([]);
    expect(await messages(folder, { quiet: true })).toEqual([]);
  });

  it("warns of reached files that the bundle does not have", async () => {
    const folder = makeProject({
      "src/index.ts": `
        import { cached } from "@autocache/edge";
        import { rate } from "./rates.ts";
        export const a = cached(async () => rate, { name: "a" });
      `,
      "src/rates.ts": `export const rate = 1;`,
      "src/other.ts": `export const rate = 2;`,
    });
    const warnings: string[] = [];
    await viteBuild({
      build: {
        lib: { entry: folder.path("src/index.ts"), formats: ["es"] },
        write: false,
        rolldownOptions: { external: /^@autocache/ },
      },
      configFile: false,
      customLogger: Object.assign(quietLogger(), { warn: (text: string) => warnings.push(text) }),
      plugins: [
        vitePlugin({ cacheDir: false }),
        {
          name: "redirect",
          enforce: "pre",
          resolveId: (id) => (id === "./rates.ts" ? folder.path("src/other.ts") : null),
        },
      ],
      root: folder.root,
    });
    expect(warnings.join("\n")).toMatch(/src\/index\.ts: reaches src\/rates\.ts, .*\[resolves-differently\]/);
  });
});

function quietLogger() {
  const silent = (): void => {};
  return {
    clearScreen: silent,
    error: silent,
    hasErrorLogged: () => false,
    hasWarned: false,
    info: silent,
    warn: silent,
    warnOnce: silent,
  };
}
