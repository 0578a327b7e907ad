import type { Reference, Variable } from "@typescript-eslint/scope-manager";
import { describe, expect, it } from "vitest";
import { type Analysis, analysisOf } from "../../../adapters/plugin/source/analysis.ts";
import { parseModule } from "../../../adapters/plugin/source/parse.ts";
import { allFiles, EFFORT, type SourceFile } from "./corpus.ts";
import { rareSyntax } from "./rare-syntax.ts";
import { nodeOf, scopesOf } from "./scopes.ts";
import { spotsOf } from "./spots.ts";
import { topLevelOf } from "./top-level.ts";

interface Finding {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly problem: string;
}

/** Compares what the plugin found out about the names of a module with what scope-manager did. */
class Comparison {
  readonly findings: Finding[] = [];
  compared = 0;
  written = 0;
  readonly #file: SourceFile;
  readonly #analysis: Analysis;
  readonly #program: Parameters<typeof scopesOf>[0];
  /** Where names stand that are there at run time. */
  readonly #atRunTime: ReadonlySet<number>;

  constructor(file: SourceFile) {
    this.#file = file;
    const parsed = parseModule(`/${file.path}`, file.code);
    this.#analysis = analysisOf(parsed);
    this.#program = parsed.program;
    const names = spotsOf(this.#program).filter(
      ({ node, ancestors }) =>
        NAMES.has(node.type) &&
        !ancestors.some(({ type }) => NO_VALUES.has(type)) &&
        !ancestors.every(({ type }) => IS_EXPORTED.test(type)),
    );
    this.#atRunTime = new Set(names.map(({ node }) => node.start));
  }

  run(): void {
    const known = new Set<number>();
    for (const scope of scopesOf(this.#program).scopes) {
      for (const variable of scope.variables) {
        for (const each of variable.identifiers) known.add(nodeOf(each).start);
        this.#compareWrites(variable);
      }
      for (const reference of scope.references) {
        known.add(nodeOf(reference.identifier).start);
        this.#compareReference(reference);
      }
    }
    for (const [offset, { name, kind }] of this.#analysis.resolved) {
      if (kind !== "private" && !known.has(offset)) this.#find(offset, name, "is no name for the other");
    }
  }

  #compareReference({ identifier, isValueReference, resolved }: Reference): void {
    const { start } = nodeOf(identifier);
    if (!isValueReference || !this.#atRunTime.has(start)) return;
    this.compared++;
    const ours = this.#analysis.resolved.get(start)?.offset;
    const theirs = resolved === null ? [] : this.#offsetsOf(resolved);
    const isSame = ours === undefined ? theirs.length === 0 : theirs.includes(ours);
    if (!isSame) this.#find(start, identifier.name ?? "", `${ours} is not among ${theirs.join(", ") || "globals"}`);
  }

  /** Where a variable is declared for run time: `declare const` says that there is a global. */
  #offsetsOf(variable: Variable): number[] {
    return variable.identifiers.map((each) => nodeOf(each).start).filter((offset) => this.#atRunTime.has(offset));
  }

  #compareWrites(variable: Variable): void {
    const [offset] = this.#offsetsOf(variable);
    const ours = offset === undefined ? undefined : this.#analysis.resolved.get(offset);
    if (ours === undefined || offset === undefined || variable.scope.type === "class") return;
    const writes = variable.references.filter((each) => each.isWrite() && each.init !== true);
    this.written += writes.length;
    if (writes.length > 0 !== ours.isReassigned) this.#find(offset, ours.name, `is written ${writes.length} times`);
    if (ours.scope !== this.#analysis.module) return;
    for (const { identifier } of writes) {
      const item = this.#itemAt(nodeOf(identifier).start);
      if (!ours.items.includes(item) && !ours.touchedBy.includes(item))
        this.#find(offset, ours.name, `is written in item ${item}`);
    }
  }

  #itemAt(offset: number): number {
    return topLevelOf(this.#program).findIndex(({ node }) => node.start <= offset && offset < node.end);
  }

  #find(offset: number, name: string, problem: string): void {
    const line = this.#file.code.slice(0, offset).split("\n").length;
    this.findings.push({ file: this.#file.path, line, name, problem });
  }
}

// Exports are listed, and not read, `export default name` among them; the end of an element is no second value.
const NO_VALUES = new Set(["ExportSpecifier", "JSXClosingElement"]);

const IS_EXPORTED = /^(?:Program|ExportDefaultDeclaration|TSExportAssignment|TS\w+Expression)$/;

const NAMES = new Set(["Identifier", "JSXIdentifier", "Literal"]);

describe("the names of a module", { timeout: 60_000 * EFFORT }, () => {
  it("mean what they mean for scope-manager", () => {
    const comparisons = [...rareSyntax, ...allFiles()].map((file) => {
      const comparison = new Comparison(file);
      comparison.run();
      return comparison;
    });
    const sum = (count: (each: Comparison) => number): number =>
      comparisons.reduce((all, each) => all + count(each), 0);
    console.log(
      `${comparisons.length} files: ${sum(({ compared }) => compared)} references, ${sum(({ written }) => written)} writes`,
    );
    expect(comparisons.flatMap(({ findings }) => findings)).toEqual([]);
    expect(sum(({ compared }) => compared)).toBeGreaterThan(100_000);
  });
});
