import { spawnSync } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { transformSync as esbuild, type Loader, type TransformOptions } from "esbuild";
import type { Node, Program } from "oxc-parser";
import { transformSync as oxc } from "rolldown/utils";
import type { SourceFile } from "./corpus.ts";
import { spotsOf } from "./spots.ts";
import type { TopLevel } from "./top-level.ts";

/** Makes JavaScript of TypeScript; `undefined` for a file that the tool refuses. */
export type Transpiler = (file: SourceFile) => string | undefined;

export const transpileWithOxc: Transpiler = ({ path, code }) => {
  const { code: output, errors } = oxc(path, code, { jsx: "preserve", target: "esnext", typescript: {} });
  if (errors.length > 0) throw new SyntaxError(`${path}: ${String(errors[0])}`);
  return output;
};

export function transpileWithEsbuild(options: TransformOptions = {}): Transpiler {
  return ({ path, code }) => {
    const loader = /[^.]+$/.exec(path)?.[0].replace(/^[cm]/, "") as Loader;
    return esbuild(code, { jsx: "preserve", loader, target: "esnext", tsconfigRaw: {}, ...options }).code;
  };
}

/** What `node file.ts` does: types become spaces. Files with enums and the like are refused, and those with JSX. */
export const stripWithNode: Transpiler = ({ path, code }) => {
  if (path.endsWith("x")) return undefined;
  try {
    return stripTypeScriptTypes(code);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX")
      return undefined;
    throw error;
  }
};

/** Compiles all files with one run of the TypeScript compiler, which has no other interface than its command line. */
export function compileWithTsc(files: readonly SourceFile[]): Transpiler {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "autocache-tsc-")));
  try {
    for (const { path, code } of files) {
      mkdirSync(dirname(join(folder, "in", placed(path))), { recursive: true });
      writeFileSync(join(folder, "in", placed(path)), code);
    }
    const compilerOptions = {
      jsx: "preserve",
      module: "preserve",
      noCheck: true,
      noLib: true,
      noResolve: true,
      outDir: "out",
      rootDir: "in",
      target: "esnext",
      types: [],
      verbatimModuleSyntax: true,
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["in/**/*"] }));
    const { stdout } = spawnSync("tsc", ["-p", folder], { encoding: "utf8" });
    const outputs = new Map(
      globSync("**/*.{js,jsx,mjs}", { cwd: join(folder, "out") }).map((path) => [
        path.replaceAll("\\", "/"),
        readFileSync(join(folder, "out", path), "utf8"),
      ]),
    );
    return ({ path }) => {
      const output = outputs.get(placed(path).replace(/ts(x?)$/, "js$1"));
      if (output === undefined)
        throw new Error(`Cannot compile "${path}": tsc writes a file for each: received ${stdout}`);
      return output;
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// The compiler leaves out what stands in a folder of that name.
const placed = (path: string): string => path.replaceAll("node_modules", "packages");

const LOWERED = new Set([
  "TSEnumDeclaration",
  "TSModuleDeclaration",
  "TSParameterProperty",
  "TSExportAssignment",
  "TSImportEqualsDeclaration",
]);

/**
 * Whether tools may rewrite an item: what TypeScript adds to the language beside types is replaced by JavaScript that does
 * the same, and so is what stands for an enum's or a namespace's member where it is read.
 */
export function isLowered(item: TopLevel, names: ReadonlySet<string>): boolean {
  return spotsOf(item.node).some(
    ({ node }) => LOWERED.has(node.type) || (node.type === "Identifier" && names.has(node.name)),
  );
}

/** The names of the enums and namespaces of a module, and of what it imports or exports as CommonJS does. */
export function loweredNames(program: Program): Set<string> {
  const names = spotsOf(program).flatMap(({ node }) => {
    if (node.type === "TSExportAssignment") return node.expression.type === "Identifier" ? [node.expression.name] : [];
    const isNamed =
      node.type === "TSEnumDeclaration" ||
      node.type === "TSModuleDeclaration" ||
      node.type === "TSImportEqualsDeclaration";
    return isNamed && node.id.type === "Identifier" ? [node.id.name] : [];
  });
  return new Set(names);
}

/**
 * Whether esbuild computes a part of the item: the sum of two string literals, or `+"2"`. And it makes variables of the
 * functions in blocks, as the old rules of the web have it.
 */
export function isRewrittenByEsbuild({ node: root }: TopLevel): boolean {
  return spotsOf(root).some(({ node, parent, ancestors }) => {
    if (node.type === "BinaryExpression") return node.operator === "+" && isText(node.right) && endsInText(node.left);
    if (node.type === "UnaryExpression")
      return ["+", "!", "~"].includes(node.operator) && node.argument.type === "Literal";
    if (node.type !== "FunctionDeclaration" || parent?.type !== "BlockStatement") return false;
    return !/Function/.test(ancestors.at(-2)?.type ?? "");
  });
}

const isText = (node: Node): boolean =>
  (node.type === "Literal" && typeof node.value === "string") || node.type === "TemplateLiteral";

const endsInText = (node: Node): boolean =>
  isText(node) || (node.type === "BinaryExpression" && node.operator === "+" && isText(node.right));
