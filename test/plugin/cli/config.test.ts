import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { loadConfig } from "../../../adapters/plugin/config.ts";

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "autocache-config-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

describe("loadConfig()", () => {
  it("has no options where there is no file", () => {
    expect(loadConfig(folderWith({}))).toEqual({});
    expect(loadConfig(folderWith({ "package.json": `{ "name": "shop" }` }))).toEqual({});
  });

  it.each([
    ["autocache.config.ts", `const salt: string = "x";\nexport default { salt };\n`],
    ["autocache.config.mts", `export default { salt: "x" as string };\n`],
    ["autocache.config.js", `export default { salt: "x" };\n`],
    ["autocache.config.mjs", `export default { salt: "x" };\n`],
    ["autocache.config.json", `\uFEFF{ "salt": "x" }\n`],
    ["package.json", `{ "autocache": { "salt": "x" } }\n`],
  ])("reads %s", (name, text) => {
    expect(loadConfig(folderWith({ [name]: text }))).toEqual({ salt: "x" });
  });

  it("reads a module of CommonJS", () => {
    const folder = folderWith({ "autocache.config.js": `module.exports = { salt: "x" };\n`, "package.json": "{}" });
    expect(loadConfig(folder)).toEqual({ salt: "x" });
  });

  it("refuses two places", () => {
    const folder = folderWith({
      "autocache.config.js": "export default {};",
      "autocache.config.json": "{}",
      "package.json": `{ "autocache": {} }`,
    });
    expect(() => loadConfig(folder)).toThrow(
      `Cannot read the configuration: it is in one place: received autocache.config.js and autocache.config.json and the field "autocache" of package.json`,
    );
  });

  it("refuses an option that there is not", () => {
    const folder = folderWith({ "autocache.config.json": `{ "wrapper": [] }` });
    expect(() => loadConfig(folder)).toThrow(
      /^Cannot read the option "wrapper" in autocache\.config\.json: the options are alias, .*, wrappers: received another$/,
    );
  });

  it.each([
    [{ salt: 1 }, `"salt" in autocache.config.json: it is a string: received 1`],
    [{ strict: "yes" }, `"strict" in autocache.config.json: it is true or false: received "yes"`],
    [
      { wrappers: "src/cache.ts#c" },
      `"wrappers" in autocache.config.json: it is a list of strings: received "src/cache.ts#c"`,
    ],
    [{ packages: "all" }, `"packages" in autocache.config.json: it is "closure", "version"`],
    [{ defines: { A: 1 } }, `"defines" in autocache.config.json: it is an object of strings: received {"A":1}`],
    [
      { ignore: [1] },
      `"ignore" in autocache.config.json: it is a list of strings and regular expressions: received [1]`,
    ],
    [{ lock: true }, `"lock" in autocache.config.json: it is a file or false: received true`],
  ])("refuses %j", (options, message) => {
    const folder = folderWith({ "autocache.config.json": JSON.stringify(options) });
    expect(() => loadConfig(folder)).toThrow(`Cannot read the option ${message}`);
  });

  it("takes every option in every form", () => {
    const text = `export default {
      alias: { "@": "./src" }, cacheDir: false, conditions: ["workerd"], defines: { A: "1" }, ignore: [/logger/, "pino"],
      include: [/src/, "lib/**"], library: ["@autocache/edge"], lock: "locks/autocache.json", lowerDecorators: false,
      packages: { "@me/*": "source" }, quiet: ["mutable"], salt: "1", strict: true, wrappers: ["src/cache.ts#c"],
    };\n`;
    expect(Object.keys(loadConfig(folderWith({ "autocache.config.mjs": text })))).toHaveLength(14);
  });

  it("refuses what is no object of options", () => {
    const folder = folderWith({ "autocache.config.mjs": "export default () => ({});" });
    expect(() => loadConfig(folder)).toThrow("it is an object of options: received a function");
  });

  it("tells why a file cannot be loaded", () => {
    expect(() => loadConfig(folderWith({ "autocache.config.mjs": "export default await {};" }))).toThrow(
      `Cannot load "autocache.config.mjs": it is loaded at once: received a module with a top-level await`,
    );
    expect(() => loadConfig(folderWith({ "autocache.config.mjs": `throw new Error("no such luck");` }))).toThrow(
      `Cannot load "autocache.config.mjs": no such luck`,
    );
    expect(() => loadConfig(folderWith({ "autocache.config.json": "{" }))).toThrow(
      `Cannot read "autocache.config.json": it is JSON: received`,
    );
  });
});
