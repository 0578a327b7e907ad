import { describe, expect, it } from "vitest";
import { parseModule } from "../../../adapters/plugin/source/parse.ts";
import { EFFORT, packageFiles, type SourceFile } from "./corpus.ts";
import { OPERATORS } from "./mutations/mutable-module.ts";
import { applied, type Edit, type Surroundings } from "./mutations/mutation.ts";
import { Oracle } from "./oracle.ts";
import { fingerprintsOf, ProjectFolder } from "./project-folder.ts";
import { Random } from "./random.ts";
import { spotsOf } from "./spots.ts";
import { topLevelOf } from "./top-level.ts";

const EDITS = 40 * EFFORT;

const LITERALS = ["stringChanged", "numberChanged", "booleanFlipped"];

/** A literal that can be changed, and the item that it stands in. */
interface LiteralEdit {
  readonly file: SourceFile;
  readonly item: number;
  readonly edit: readonly Edit[];
}

function literalEdits(file: SourceFile, surroundings: Surroundings): LiteralEdit[] {
  const { program } = parseModule(`/${file.path}`, file.code);
  return topLevelOf(program).flatMap(({ node }, item) =>
    spotsOf(node).flatMap((spot) => {
      // What is imported is another edit.
      if (spot.parent?.type === "ImportExpression") return [];
      const edit = LITERALS.map((operator) => OPERATORS[operator]?.(spot, surroundings)).find(
        (each) => each !== undefined,
      );
      return edit === undefined ? [] : [{ file, item, edit }];
    }),
  );
}

/** A package's sources as those of a project, which caches all that they export. */
class PackageProject {
  readonly files: readonly SourceFile[];
  readonly #folder: ProjectFolder;
  readonly #sites: string[] = [];
  readonly #reach = new Map<string, ReadonlySet<string>>();

  constructor(folder: ProjectFolder, prefix: string) {
    this.#folder = folder;
    this.files = packageFiles()
      .filter(({ path }) => path.startsWith(prefix))
      .map(({ path, code }) => ({ path: path.slice(prefix.length), code }));
    const oracle = new Oracle(this.files);
    this.files.forEach(({ path, code }, number) => {
      folder.write(`src/${path}`, code);
      const names = [...oracle.module(path).exports.keys()];
      const lines = names.map((name, index) => {
        this.#reach.set(`${path}#${name}`, oracle.reachOf(path, name));
        return `import { ${name} as e${index} } from "./src/${path}";\ncached(() => e${index}, { name: ${JSON.stringify(`${path}#${name}`)} });\n`;
      });
      folder.write(`sites${number}.js`, `import { cached } from "@autocache/edge";\n${lines.join("")}`);
      this.#sites.push(folder.pathOf(`sites${number}.js`));
    });
  }

  fingerprints(project = this.#folder.open()): Map<string, string> {
    return fingerprintsOf(project, this.#sites);
  }

  reachers(path: string, item: number): string[] {
    return [...this.#reach].filter(([, items]) => items.has(`${path}:${item}`)).map(([name]) => name);
  }
}

describe("an edit of a literal in a real package", { timeout: 120_000 * EFFORT }, () => {
  it.for(["node_modules/hono/dist/", "node_modules/zod/v4/"])("changes exactly what reaches it: %s", (prefix) => {
    using folder = new ProjectFolder();
    const source = new PackageProject(folder, prefix);
    const random = new Random(11);
    const surroundings = { random, textOf: () => "", namesBeside: () => [], swapTwo: () => undefined };
    const edits = source.files.flatMap((file) => literalEdits(file, surroundings));
    const project = folder.open();
    const before = source.fingerprints(project);
    let changes = 0;
    for (let count = 0; count < EDITS; count++) {
      const { file, item, edit } = random.pick(edits);
      folder.write(`src/${file.path}`, applied(file.code, edit));
      project.invalidate(folder.pathOf(`src/${file.path}`));
      const after = source.fingerprints(project);
      const changed = [...before.keys()].filter((name) => before.get(name) !== after.get(name));
      expect({ file: file.path, item, edit, changed }).toEqual({
        file: file.path,
        item,
        edit,
        changed: source.reachers(file.path, item),
      });
      changes += changed.length;
      if (count % 10 === 0) expect(source.fingerprints()).toEqual(after);
      // The next round sees that it is as it was.
      folder.write(`src/${file.path}`, file.code);
      project.invalidate(folder.pathOf(`src/${file.path}`));
    }
    expect(source.fingerprints(project)).toEqual(before);
    console.log(`${prefix}: ${EDITS} edits, ${before.size} functions, ${changes} fingerprints changed`);
  });
});
