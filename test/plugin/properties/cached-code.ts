import type { Node } from "oxc-parser";
import { parseModule } from "../../../adapters/plugin/source/parse.ts";
import { shapeOf } from "../../../adapters/plugin/source/shape.ts";
import type { SiteText } from "../../../adapters/plugin/source/summary.ts";
import { textsOf } from "../../../adapters/plugin/source/texts.ts";
import type { SourceFile } from "./corpus.ts";
import { applied, type Edit, inserted } from "./mutations/mutation.ts";
import { spotsOf } from "./spots.ts";
import { topLevelOf } from "./top-level.ts";

/** How the code of a module comes to be cached: as a literal, captured from the function around it, or as methods. */
export type Manner = "literals" | "captured" | "methods";

const IMPORT = 'import { cached } from "@autocache/edge";\n';

/** The same module, with all its functions cached; `undefined` if it has none. */
export function asCached(file: SourceFile, manner: Manner): SourceFile | undefined {
  const { program } = parseModule(`/${file.path}`, file.code);
  const edits =
    manner === "methods"
      ? spotsOf(program).flatMap(({ node, parent }) => decorated(node, parent))
      : topLevelOf(program).flatMap(({ node }) =>
          manner === "literals" ? asArgument(node) : inFactory(node, file.code),
        );
  if (edits.length === 0 || file.code.startsWith("#!") || /\bcached\b/.test(file.code)) return undefined;
  return { path: file.path, code: applied(file.code, [...inserted(0, IMPORT), ...edits]) };
}

const isPlainFunction = (node: Node | null): node is Node =>
  node?.type === "ArrowFunctionExpression" || node?.type === "FunctionExpression";

function asArgument(node: Node): Edit[] {
  if (node.type !== "VariableDeclarator" || !isPlainFunction(node.init)) return [];
  const { start, end } = node.init;
  return [...inserted(start, "cached("), ...inserted(end, ', { ttl: "5m" })')];
}

/** `function f() {}` becomes `const make_f = () => { function f() {} return cached(() => f); };`. */
function inFactory(node: Node, code: string): Edit[] {
  if (node.type !== "FunctionDeclaration" && node.type !== "ClassDeclaration") return [];
  // `export` may stand in front, and then must stand there: what is exported is the factory.
  const isDefault = /export\s+default\s+$/.test(code.slice(0, node.start));
  if (node.id === null || isDefault || ("decorators" in node && node.decorators.length > 0)) return [];
  const { name } = node.id;
  return [
    ...inserted(node.start, `const make_${name} = () => { `),
    ...inserted(node.end, ` return cached(() => ${name}, { ttl: "5m" }); };`),
  ];
}

function decorated(node: Node, parent: Node | undefined): Edit[] {
  if (parent?.type !== "ClassBody" || node.type !== "MethodDefinition" || node.kind !== "method") return [];
  if (node.computed || node.key.type !== "Identifier") return [];
  return [...inserted(node.start, '@cached({ ttl: "5m" }) ')];
}

/** The texts of the sites of a module in which `cached` is imported from the library. */
export function siteTextsOf(file: SourceFile): string[] {
  return sitesOf(file).map(({ site, references }) => JSON.stringify([site.digest, references, site.captured]));
}

/** The parts of the code of which every change must change the text of a site, for each site. */
export function partsOf(file: SourceFile, manner: Manner): Part[][] {
  const sites = sitesOf(file);
  if (manner === "literals") return sites.map(({ site }) => [...(site.place.arguments ?? [])].slice(0, 1));
  const nodes = spotsOf(parseModule(`/${file.path}`, file.code).program).map(({ node }) => node);
  return sites.map(({ site }) => (manner === "captured" ? capturedParts(site, nodes) : methodParts(site, nodes)));
}

export type Part = readonly [start: number, end: number];

interface Site {
  readonly site: SiteText;
  /** With the names of what they stand for. */
  readonly references: readonly unknown[];
}

function sitesOf(file: SourceFile): Site[] {
  const parsed = parseModule(`/${file.path}`, file.code);
  const [error] = parsed.errors;
  if (error !== undefined) throw new SyntaxError(`${file.path}:${error.line}: ${error.message}`);
  const shape = shapeOf(parsed);
  const kinds = shape.callees.map(({ binding, steps }) => {
    const imported = shape.bindings[binding]?.import;
    const isCached = imported?.source === "@autocache/edge" && imported.name === "cached";
    // `cached(fn, options)`, and `@cached(options)`.
    return isCached && ["", "({})"].includes(steps.join()) ? "function" : "none";
  });
  const { sites } = textsOf(parsed, shape, kinds, { defines: new Set() });
  return sites.map((site) => ({
    site,
    references: site.references.map((each) =>
      "binding" in each ? { ...each, name: shape.bindings[each.binding]?.name } : each,
    ),
  }));
}

function capturedParts({ place }: SiteText, nodes: readonly Node[]): Part[] {
  const around = nodes.findLast(
    (each) => each.type === "BlockStatement" && each.start < place.start && place.end < each.end,
  );
  const [first] = around?.type === "BlockStatement" ? around.body : [];
  return first === undefined ? [] : [[first.start, first.end]];
}

/** The method, and what runs whenever an instance is made, or the class. */
function methodParts({ place }: SiteText, nodes: readonly Node[]): Part[] {
  const owner = nodes.findLast((each) => each.type === "ClassBody" && each.start < place.start && place.end < each.end);
  if (owner?.type !== "ClassBody" || place.method === undefined) return [];
  const others = owner.body.filter(
    (each) =>
      each.type === "PropertyDefinition" ||
      each.type === "StaticBlock" ||
      (each.type === "MethodDefinition" && each.kind === "constructor"),
  );
  const { decorator, end } = place.method;
  return [[decorator[1], end], ...others.map((each): Part => [each.start, each.end])];
}
