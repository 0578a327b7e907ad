import { describe, expect, it } from "vitest";
import { type Edit, edited, type Files, look } from "./graph/fixture.ts";
import { CALLS } from "./hard-cases/calls.ts";
import { CLASSES } from "./hard-cases/classes.ts";
import { EFFECTS } from "./hard-cases/effects.ts";
import type { HardCase } from "./hard-cases/hard-case.ts";
import { MODULES } from "./hard-cases/modules.ts";
import { SURROUNDINGS } from "./hard-cases/surroundings.ts";

function after(files: Files, edit: Edit | Files): Files {
  return Array.isArray(edit) ? edited(files, edit as Edit) : { ...files, ...(edit as Files) };
}

function check({ files, options, changes = [], keeps = [], tells, isUnsound = false }: HardCase): void {
  const before = look(files, options);
  expect(before.sites).not.toHaveLength(0);
  if (tells !== undefined) expect(before.codes).toEqual(tells);
  expect(before.fingerprints.some((fingerprint) => fingerprint === undefined)).toBe(isUnsound);
  for (const edit of changes) {
    const { fingerprints } = look(after(files, edit), options);
    expect(fingerprints, `after ${edit.join(" → ")}`).not.toEqual(before.fingerprints);
    expect(fingerprints, `after ${edit.join(" → ")}`).not.toContain(undefined);
  }
  for (const edit of keeps) {
    const { fingerprints } = look(after(files, edit), options);
    expect(fingerprints, `after ${JSON.stringify(edit)}`).toEqual(before.fingerprints);
  }
}

describe("hard cases", () => {
  describe.each([
    ["modules", MODULES],
    ["effects", EFFECTS],
    ["classes and closures", CLASSES],
    ["calls", CALLS],
    ["surroundings", SURROUNDINGS],
  ])("%s", (_, cases) => {
    for (const each of cases) it(each.title, () => check(each));
  });
});
