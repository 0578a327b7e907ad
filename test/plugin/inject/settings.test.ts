import { rspack } from "@rspack/core";
import { resolveConfig } from "vite";
import { describe, expect, it } from "vitest";
import webpack from "webpack";
import {
  esbuildSettings,
  rolldownSettings,
  viteSettings,
  webpackSettings,
} from "../../../adapters/plugin/inject/settings.ts";
import { makeProject } from "../toolchains/project-folder.ts";

describe("viteSettings()", () => {
  it("reads what Vite replaces, in any environment, and the variables of .env", async () => {
    const { root } = makeProject({ ".env": "VITE_REGION=eu\nSECRET=no\n" });
    const config = await resolveConfig(
      {
        root,
        mode: "staging",
        configFile: false,
        logLevel: "silent",
        define: { __VERSION__: `"1.2.3"`, __LIMITS__: { page: 20 }, __DEBUG__: false },
        environments: { ssr: { define: { __SIDE__: `"server"` } }, client: { define: { __SIDE__: `"client"` } } },
      },
      "build",
    );
    const { defines } = viteSettings(config);
    expect(defines).toMatchObject({
      __VERSION__: `"1.2.3"`,
      __LIMITS__: `{"page":20}`,
      __DEBUG__: "false",
      __SIDE__: `"client" or "server"`,
      "import.meta.env.MODE": `"staging"`,
      "import.meta.env.SSR": "false or true",
      "import.meta.env.VITE_REGION": `"eu"`,
    });
    expect(Object.keys(defines ?? {}).filter((key) => key.includes("SECRET"))).toEqual([]);
  });

  it("reads aliases, written as text or as an expression for a prefix", async () => {
    const { root } = makeProject({});
    const config = await resolveConfig(
      {
        root,
        configFile: false,
        logLevel: "silent",
        resolve: {
          alias: [
            { find: "@", replacement: `${root}/src` },
            { find: /^~\//, replacement: `${root}/lib/` },
            { find: /^(.*)\.svg$/, replacement: "$1" },
          ],
        },
      },
      "build",
    );
    expect(viteSettings(config).alias).toMatchObject({ "@": `${root}/src`, "~": `${root}/lib` });
    expect(JSON.stringify(viteSettings(config).alias)).not.toContain("svg");
  });
});

describe("esbuildSettings()", () => {
  it("reads the options", () => {
    const options = { absWorkingDir: "/project", define: { A: "1" }, alias: { a: "./b" } };
    expect(esbuildSettings(options)).toEqual({ root: "/project", defines: { A: "1" }, alias: { a: "./b" } });
    expect(esbuildSettings({})).toEqual({ root: undefined, defines: undefined, alias: undefined });
  });
});

describe("rolldownSettings()", () => {
  it("reads the options", () => {
    expect(
      rolldownSettings({ cwd: "/project", transform: { define: { A: "1" } }, resolve: { alias: { a: ["/b", "/c"] } } }),
    ).toEqual({ root: "/project", defines: { A: "1" }, alias: { a: "/b" } });
  });
});

describe("webpackSettings()", () => {
  const definitions = { A: "1", B: true, C: { d: `"x"`, e: { f: 2 } }, G: null };
  const flat = { A: "1", B: "true", "C.d": `"x"`, "C.e.f": "2", G: "null" };

  it.for([
    ["webpack's", new webpack.DefinePlugin(definitions)],
    ["Rspack's", new rspack.DefinePlugin(definitions)],
  ] as const)("reads %s definitions, nested ones too", ([, plugin]) => {
    expect(webpackSettings({ context: "/project", plugins: [plugin] })).toMatchObject({
      root: "/project",
      defines: flat,
    });
  });

  it("reads of a value that is computed how it is computed", () => {
    const plugin = new webpack.DefinePlugin({ NOW: webpack.DefinePlugin.runtimeValue(() => String(Date.now())) });
    expect(webpackSettings({ plugins: [plugin] }).defines?.["NOW"]).toContain("Date.now()");
  });

  it("reads aliases of both forms, and leaves out modules that are switched off", () => {
    expect(webpackSettings({ resolve: { alias: { "@": "/src", exact$: "/exact.js", off: false } } }).alias).toEqual({
      "@": "/src",
      exact$: "/exact.js",
    });
    const listed = [
      { name: "@", alias: ["/src", "/lib"] },
      { name: "exact", alias: "/exact.js", onlyModule: true },
    ];
    expect(webpackSettings({ resolve: { alias: listed } }).alias).toEqual({ "@": "/src", exact$: "/exact.js" });
  });
});
