import { describe, expect, it } from "vitest";
import { CACHED, edited, type Files, fingerprints } from "./fixture.ts";

function globbing(call: string, files: Files): Files {
  return {
    "a.ts": `${CACHED}const all = ${call};\ncached((l: string) => all[l], { name: "x" });\nexport const other = 1;`,
    ...files,
  };
}

const ALL = 'import.meta.glob("./**/*.ts")';

describe("globs", () => {
  it("count the paths of what they find", () => {
    const one = globbing(ALL, { "pages/one.ts": "export default 1;" });
    const two = globbing(ALL, { "pages/two.ts": "export default 1;" });
    expect(fingerprints(two)).not.toEqual(fingerprints(one));
    expect(fingerprints(globbing(ALL, { "pages/one.ts": "export default 1;" }))).toEqual(fingerprints(one));
  });

  it("do not find the module itself, nor packages", () => {
    const files = globbing(ALL, { "pages/one.ts": "export default 1;", "node_modules/zed/i.ts": "export default 1;" });
    expect(fingerprints(edited(files, ["a.ts", "other = 1", "other = 2"]))).toEqual(fingerprints(files));
    expect(fingerprints(globbing(ALL, { "pages/one.ts": "export default 1;" }))).toEqual(fingerprints(files));
  });

  it("begin at the root, in a folder above, or at an alias", () => {
    const files = {
      "src/pages/one.ts": "export default 1;",
      "src/b.ts":
        'export const up = import.meta.glob("../lib/*.ts"), root = import.meta.glob("/lib/*.ts"), alias = import.meta.glob("@/*.ts");',
      "lib/two.ts": "export default 2;",
    };
    const options = { alias: { "@": "/src/pages" } };
    const use = (name: string): Files => ({
      "a.ts": `${CACHED}import { ${name} } from "./src/b";\ncached(() => ${name}, { name: "x" });`,
      ...files,
    });
    for (const [name, path] of [
      ["up", "lib/two.ts"],
      ["root", "lib/two.ts"],
      ["alias", "src/pages/one.ts"],
    ] as const) {
      const before = fingerprints(use(name), options);
      expect(fingerprints(edited(use(name), [path, "export default", "export const x =;"]), options)).not.toEqual(
        before,
      );
    }
  });

  it("may find nothing", () => {
    expect(fingerprints(globbing('import.meta.glob("./lost/*.ts")', {}))).toEqual([expect.any(String)]);
  });
});
