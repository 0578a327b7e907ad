import { build, type BuildOptions, type Plugin } from "esbuild";
import { describe, expect, it } from "vitest";
import { autocache } from "../../../adapters/plugin/esbuild.ts";
import { makeProject, type ProjectFolder } from "./project-folder.ts";

async function bundle(folder: ProjectFolder, options: BuildOptions = {}): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: folder.root,
    bundle: true,
    entryPoints: ["src/index.js"],
    external: ["@autocache/edge"],
    format: "esm",
    ...options,
    plugins: [autocache({ cacheDir: false }), ...(options.plugins ?? [])],
    write: false,
  });
  return outputFiles.map(({ text }) => text).join("\n");
}

describe("the plugin for esbuild", () => {
  it("leaves modules without cached functions to the plugins behind it", async () => {
    const other: Plugin = {
      name: "other",
      setup: ({ onLoad }) => onLoad({ filter: /rates\.js$/ }, () => ({ contents: "export const rate = 'other';" })),
    };
    const folder = makeProject({
      "src/index.js": `
        import { cached } from "@autocache/edge";
        import { rate } from "./rates.js";
        export const a = cached(async () => rate, { name: "a" });
      `,
      "src/rates.js": `export const rate = "own";`,
    });
    const code = await bundle(folder, { plugins: [other] });
    expect(code).toMatch(/fp: "a1_[\w-]{22}"/);
    expect(code).toContain(`"other"`);
  });

  it("keeps to the loaders of the configuration", async () => {
    const folder = makeProject({
      "src/index.js": `
        import { cached } from "@autocache/edge";
        const h = (name) => name;
        export const a = cached(async () => <b />, { name: "a" });
      `,
    });
    const code = await bundle(folder, { jsxFactory: "h", loader: { ".js": "jsx" } });
    expect(code).toMatch(/h\("b", null\), \{ name: "a" \}, \{ fp: "a1_/);
  });

  it("maps what it has written to the sources", async () => {
    const source = `import { cached } from "@autocache/edge";\nexport const a = cached(async () => 1); export const b = "here";\n`;
    const code = await bundle(makeProject({ "src/index.js": source }), { sourcemap: "inline" });
    const map = /base64,(\S+)/.exec(code)?.[1] ?? "";
    expect(JSON.parse(Buffer.from(map, "base64").toString())).toMatchObject({
      sources: ["src/index.js"],
      sourcesContent: [source],
    });
  });
});
