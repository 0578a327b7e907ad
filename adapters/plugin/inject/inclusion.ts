import { globSync } from "tinyglobby";
import { realPath } from "../graph/paths.ts";
import { isScript } from "./project-file.ts";

/** Which files of the project are looked at: all of them, or those that the option `include` names. */
export class Inclusion {
  readonly #root: string;
  readonly #globs: readonly string[];
  readonly #expressions: readonly RegExp[];
  readonly #isAll: boolean;
  #files: ReadonlySet<string> | undefined;

  constructor(root: string, include: string | RegExp | readonly (string | RegExp)[] | undefined) {
    const patterns = include === undefined ? [] : [include].flat();
    this.#root = root;
    this.#isAll = include === undefined;
    this.#globs = patterns.filter((pattern) => typeof pattern === "string");
    this.#expressions = patterns.filter((pattern) => pattern instanceof RegExp);
  }

  has(file: string): boolean {
    return (
      this.#isAll || this.#expressions.some((expression) => file.search(expression) >= 0) || this.#listed().has(file)
    );
  }

  /** Lists the scripts that are looked at and there now. */
  list(): string[] {
    return this.#glob(["**/*"]).filter((file) => isScript(file) && this.has(file));
  }

  /** Lists the files again at the next question: some may be new. */
  invalidate(): void {
    this.#files = undefined;
  }

  #listed(): ReadonlySet<string> {
    return (this.#files ??= new Set(this.#glob(this.#globs)));
  }

  #glob(globs: readonly string[]): string[] {
    if (globs.length === 0) return [];
    return globSync([...globs], { cwd: this.#root, absolute: true, ignore: SKIPPED }).map(realPath);
  }
}

const SKIPPED = ["**/node_modules/**", "**/dist/**"];
