import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EFFORT } from "./corpus.ts";
import {
  type Layout,
  type Program,
  programs,
  randomLayout,
  reachersOf,
  render,
  withDistinctLiterals,
  withLiteral,
  withOtherUse,
} from "./programs.ts";
import { fingerprintsOf, ProjectFolder } from "./project-folder.ts";
import { Random } from "./random.ts";

const runs = { numRuns: 150 * EFFORT };

const sitesIn = (folder: ProjectFolder, { cached }: Program): string[] =>
  cached.map((index) => folder.pathOf(`site${index}.ts`));

function fingerprintsFor(program: Program, layout: Layout): Map<string, string> {
  using folder = new ProjectFolder(render(program, layout));
  return fingerprintsOf(folder.open(), sitesIn(folder, program));
}

describe("the fingerprints of a generated project", { timeout: 60_000 * EFFORT }, () => {
  it("are the same whatever its declarations are called, in which modules they stand, and how they are imported", () => {
    fc.assert(
      fc.property(programs(14), fc.nat(), fc.nat(), (program, seed, otherSeed) => {
        const [layout, other] = [seed, otherSeed].map((each) => randomLayout(program, new Random(each)));
        if (layout === undefined || other === undefined) return;
        expect(fingerprintsFor(program, other)).toEqual(fingerprintsFor(program, layout));
      }),
      runs,
    );
  });

  it("change exactly where a changed literal is reached, and come back with it, as they do from scratch", () => {
    fc.assert(
      fc.property(programs(20), fc.nat(), fc.nat(), (program, seed, place) => {
        const edited = place % program.declarations.length;
        const layout = randomLayout(program, new Random(seed));
        const files = render(program, layout);
        const changed = [...render(withLiteral(program, edited, 77), layout)].filter(
          ([path, text]) => files.get(path) !== text,
        );
        using folder = new ProjectFolder(files);
        const project = folder.open();
        const fingerprints = (): Map<string, string> => fingerprintsOf(project, sitesIn(folder, program));
        const before = fingerprints();
        for (const [path, text] of changed) edit(path, text);
        const after = fingerprints();

        const reachers = reachersOf(program, edited);
        const expected = program.cached.filter((index) => reachers.has(index)).map((index) => `site${index}`);
        expect([...before.keys()].filter((name) => before.get(name) !== after.get(name))).toEqual(expected);
        expect(fingerprintsOf(folder.open(), sitesIn(folder, program))).toEqual(after);
        for (const [path] of changed) edit(path, files.get(path) ?? "");
        expect(fingerprints()).toEqual(before);

        function edit(path: string, text: string): void {
          folder.write(path, text);
          project.invalidate(folder.pathOf(path));
        }
      }),
      runs,
    );
  });

  it("change exactly where a declaration is reached that uses another than before", () => {
    fc.assert(
      fc.property(programs(14), fc.nat(), fc.nat(), fc.nat(), (generated, seed, place, target) => {
        const program = withDistinctLiterals(generated);
        const users = [...program.declarations.keys()].filter(
          (index) => program.declarations[index]?.uses.length !== 0,
        );
        fc.pre(users.length > 0);
        const edited = users[place % users.length] ?? 0;
        const others = [...program.declarations.keys()].filter(
          (each) => each !== program.declarations[edited]?.uses[0],
        );
        const other = withOtherUse(program, edited, 0, others[target % others.length] ?? 0);
        const layout = randomLayout(program, new Random(seed));
        const [before, after] = [fingerprintsFor(program, layout), fingerprintsFor(other, layout)];
        const reachers = reachersOf(program, edited);
        const expected = program.cached.filter((index) => reachers.has(index)).map((index) => `site${index}`);
        expect([...before.keys()].filter((name) => before.get(name) !== after.get(name))).toEqual(expected);
      }),
      runs,
    );
  });
});
