import { describe, expect, it } from "vitest";
import { Tsconfigs } from "../../../adapters/plugin/graph/tsconfig.ts";
import { type Files, write } from "./fixture.ts";

function settingsOf(files: Files, file = "src/a.ts") {
  return new Tsconfigs().settingsOf(`${write({ ...files, [file]: "" })}/${file}`);
}

describe("Tsconfigs", () => {
  it("takes the nearest file, with comments and commas at the end", () => {
    const { variants } = settingsOf({
      "tsconfig.json": '{"compilerOptions":{"jsx":"preserve"}}',
      "src/tsconfig.json":
        '\uFEFF{\n  /* jsx */ "compilerOptions": { "jsx": "react-jsx", // "x"\n "jsxImportSource": "a//b", },\n}',
    });
    expect(variants).toMatchObject([{ jsx: "react-jsx", jsxImportSource: "a//b" }]);
  });

  it("has what bundlers take without a file", () => {
    const { variants, files } = new Tsconfigs().settingsOf("/nowhere/a.ts");
    expect(files).toEqual([]);
    expect(variants).toEqual([
      {
        jsx: undefined,
        jsxImportSource: undefined,
        jsxFactory: "React.createElement",
        jsxFragmentFactory: "React.Fragment",
        useDefineForClassFields: true,
        experimentalDecorators: false,
        emitDecoratorMetadata: false,
      },
    ]);
  });

  it("follows extends through files, folders and packages; the last and the nearest win", () => {
    const { variants, files, problems } = settingsOf({
      "tsconfig.json": '{"extends":["./one","@me/base/strict","@me/whole"],"compilerOptions":{"jsxFactory":"h"}}',
      "one.json": '{"extends":"./two.json","compilerOptions":{"jsx":"react","jsxFactory":"one"}}',
      "two.json": '{"compilerOptions":{"experimentalDecorators":true,"jsxFragmentFactory":"F"}}',
      "node_modules/@me/base/package.json": '{"name":"@me/base","exports":{"./strict":"./configs/strict.json"}}',
      "node_modules/@me/base/configs/strict.json": '{"compilerOptions":{"target":"ES2020"}}',
      "node_modules/@me/whole/tsconfig.json": '{"compilerOptions":{"jsx":"react-jsx"}}',
      "node_modules/@me/whole/package.json": '{"name":"@me/whole"}',
    });
    expect(problems).toEqual([]);
    expect(files).toHaveLength(5);
    expect(variants).toMatchObject([
      {
        jsx: "react-jsx",
        jsxFactory: "h",
        jsxFragmentFactory: "F",
        experimentalDecorators: true,
        useDefineForClassFields: false,
      },
    ]);
  });

  it("takes the projects that are referred to, for one of them has the file", () => {
    const { variants } = settingsOf({
      "tsconfig.json": '{"files":[],"references":[{"path":"./tsconfig.app.json"},{"path":"./node"}]}',
      "tsconfig.app.json": '{"compilerOptions":{"jsx":"react-jsx"}}',
      "node/tsconfig.json": '{"compilerOptions":{"target":"ES2021"},"references":[{"path":".."}]}',
    });
    expect(variants).toHaveLength(3);
    expect(variants.map(({ jsx }) => jsx)).toContain("react-jsx");
    expect(variants.map(({ useDefineForClassFields }) => useDefineForClassFields)).toContain(false);
  });

  it.each([
    ["a base that is missing", '{"extends":"./lost"}', "cannot find"],
    ["a file that is broken", "{", "cannot be read"],
    ["a circle", '{"extends":"./tsconfig.json"}', "extends itself"],
  ])("says of %s", (_, text, message) => {
    expect(settingsOf({ "tsconfig.json": text }).problems).toMatchObject([
      { message: expect.stringContaining(message) },
    ]);
  });

  it.each([
    ["ES5", false],
    ["es6", false],
    ["ES2021", false],
    ["ES2022", true],
    ["ESNext", true],
  ])("defines class fields by the target %s: %s", (target, expected) => {
    const { variants } = settingsOf({ "tsconfig.json": JSON.stringify({ compilerOptions: { target } }) });
    expect(variants).toMatchObject([{ useDefineForClassFields: expected }]);
  });
});
