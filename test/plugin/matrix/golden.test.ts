import { visitorKeys } from "oxc-parser";
import { describe, expect, it } from "vitest";
import { parseModule } from "../../../adapters/plugin/source/parse.ts";
import { runtimeFields } from "../../../adapters/plugin/source/syntax.ts";
import { specimenProject } from "./golden/specimens.ts";
import { changedNames, currentGolden, type Golden, readGolden } from "./golden/values.ts";

const ADVICE = `These fingerprints are others than those that users have entries under. If that was not meant, take back what
changed them. If it was, give the algorithm a new name (ALGORITHM, "a1" so far), say in CHANGELOG.md that an upgrade
begins with an empty cache, and run: node test/plugin/matrix/golden/write.ts`;

/** Syntax that no module can have. */
const IMPOSSIBLE = ["WithStatement"];

describe("fingerprints over time", () => {
  const golden: Golden | undefined = readGolden();
  const current = currentGolden();

  it("stay as they are while the algorithm has its name", () => {
    const changed = golden?.algorithm === current.algorithm ? changedNames(golden, current) : [];
    expect(changed, ADVICE).toEqual([]);
  });

  it("are all written down, under the name of the algorithm", () => {
    expect(current, "Run: node test/plugin/matrix/golden/write.ts").toEqual(golden);
  });

  it("differ from one another", () => {
    const values = [...Object.values(current.sample), ...Object.values(current.syntax)];
    expect(new Set(values).size).toBe(values.length);
  });

  it("are kept of every kind of syntax that exists at run time", () => {
    const types = new Set<string>(IMPOSSIBLE);
    for (const [path, text] of specimenProject()) {
      if (!/\.c?tsx?$/.test(path)) continue;
      const { program, errors } = parseModule(`/${path}`, text);
      expect(errors).toEqual([]);
      collectTypes(program, types);
    }
    const known = Object.keys(visitorKeys).filter((type) => runtimeFields(type) !== undefined);
    expect(known.filter((type) => !types.has(type))).toEqual([]);
    expect(known.length).toBeGreaterThan(80);
  });
});

function collectTypes(node: unknown, types: Set<string>): void {
  if (typeof node !== "object" || node === null) return;
  const { type } = node as { readonly type?: unknown };
  if (typeof type === "string") types.add(type);
  for (const [field, child] of Object.entries(node)) if (field !== "parent") collectTypes(child, types);
}
