import { describe, expect, it } from "vitest";
import { CACHED, edited, type Files, fingerprints, look } from "./fixture.ts";

function uses(imports: string, expression: string): string {
  return `${CACHED}${imports}\ncached(() => ${expression}, { name: "x" });`;
}

function pkg(name: string): Files {
  return {
    [`node_modules/${name}/package.json`]: `{"name":"${name}","version":"1.0.0","main":"i.js"}`,
    [`node_modules/${name}/i.js`]: "",
  };
}

describe("exports", () => {
  it("are ignored where a module exports on what it imports as ignored", () => {
    const files = {
      "a.ts": uses('import { log, f } from "./lib";', "log(f())"),
      "lib.ts": '/* @autocache-ignore */ import { log } from "./log";\nexport { log };\nexport const f = () => 1;',
      "log.ts": "export const log = (x: unknown) => 1;",
    };
    expect(fingerprints(edited(files, ["log.ts", "=> 1", "=> 2"]))).toEqual(fingerprints(files));
    expect(fingerprints(edited(files, ["lib.ts", "=> 1", "=> 2"]))).not.toEqual(fingerprints(files));
  });

  it("have no default from a star", () => {
    const files = {
      "a.ts": uses('import d from "./lib"; import * as all from "./lib";', "[d, all]"),
      "lib.ts": 'export * from "./b"; export * from "zed";',
      "b.ts": "export default 1; export const one = 1;",
      ...pkg("zed"),
    };
    expect(look(files).codes).toEqual(["unresolved"]);
    expect(fingerprints(edited(files, ["b.ts", "default 1", "default 2"]))).toEqual(fingerprints(files));
    expect(fingerprints(edited(files, ["b.ts", "export default 1;", ""]))).toEqual(fingerprints(files));
    expect(fingerprints(edited(files, ["b.ts", "one = 1", "one = 2"]))).not.toEqual(fingerprints(files));
  });

  it("may be those of any package behind a star, if the project does not have them", () => {
    const files = {
      "a.ts": uses('import { far, near } from "./lib";', "far + near"),
      "lib.ts": 'export * from "zed"; export * from "./b"; export * from "why";',
      "b.ts": 'export * from "ex"; export const near = 1;',
      ...pkg("zed"),
      ...pkg("why"),
      ...pkg("ex"),
    };
    for (const name of ["zed", "why", "ex"]) {
      const changed = edited(files, [`node_modules/${name}/package.json`, "1.0.0", "1.0.1"]);
      expect(fingerprints(changed)).not.toEqual(fingerprints(files));
    }
    const near = { ...files, "a.ts": uses('import { near } from "./lib";', "near") };
    const changed = edited(near, ["node_modules/zed/package.json", "1.0.0", "1.0.1"]);
    expect(fingerprints(changed)).toEqual(fingerprints(near));
  });

  it("are not there where modules export each other's stars and nobody has them", () => {
    const files = {
      "a.ts": uses('import { lost } from "./b";', "lost"),
      "b.ts": 'export * from "./c"; export * from "./d";',
      "c.ts": 'export * from "./b"; export * from "./d";',
      "d.ts": 'export { lost } from "./b";',
    };
    const { codes, project, sites } = look(files);
    expect(codes).toEqual(["unresolved"]);
    expect(sites.flatMap((site) => project.diagnostics(site))).toMatchObject([
      { message: expect.stringContaining('"lost"') },
    ]);
  });

  it("of a module are its own before those of a star, and those of the first star before the next", () => {
    const files = {
      "a.ts": uses('import { one, two } from "./lib";', "one + two"),
      "lib.ts": 'export * from "./b"; export * from "./c"; export const one = 1;',
      "b.ts": "export const one = 2; export const two = 2;",
      "c.ts": "export const one = 3; export const two = 3;",
    };
    expect(fingerprints(edited(files, ["b.ts", "one = 2", "one = 9"]))).toEqual(fingerprints(files));
    expect(fingerprints(edited(files, ["c.ts", "two = 3", "two = 9"]))).toEqual(fingerprints(files));
    expect(fingerprints(edited(files, ["b.ts", "two = 2", "two = 9"]))).not.toEqual(fingerprints(files));
    expect(fingerprints(edited(files, ["lib.ts", "one = 1", "one = 9"]))).not.toEqual(fingerprints(files));
  });

  it("may have any name that JavaScript allows", () => {
    const files = {
      "a.ts": uses(
        'import { constructor as one, "a b" as two } from "./b"; import * as ns from "./b";',
        "[one, two, ns]",
      ),
      "b.ts": 'const x = 1, y = 2, z = 3; export { x as constructor, y as "a b", z as __proto__ };',
    };
    expect(look(files).codes).toEqual([]);
    for (const [from, to] of [
      ["x = 1", "x = 9"],
      ["y = 2", "y = 9"],
      ["z = 3", "z = 9"],
    ] as const) {
      expect(fingerprints(edited(files, ["b.ts", from, to]))).not.toEqual(fingerprints(files));
    }
  });
});
