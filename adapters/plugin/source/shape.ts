import { type Analysis, analysisOf, type Item } from "./analysis.ts";
import { type Callees, calleesOf } from "./callees.ts";
import { enumMembers } from "./enum-members.ts";
import { linksOf, type ModuleLinks } from "./exports.ts";
import { Origins } from "./origin.ts";
import type { ParsedModule } from "./parse.ts";
import { declaredNames } from "./patterns.ts";
import type { Binding } from "./scope.ts";
import { isClass, unwrap } from "./syntax.ts";
import type { BindingKind, BindingShape, ItemShape, Shape, SubclassShape } from "./summary.ts";

/** Tells what a module declares, imports, exports and calls. It depends on the module's text alone. */
export function shapeOf(parsed: ParsedModule): Shape {
  const analysis = analysisOf(parsed);
  const callees = calleesOf(analysis);
  const links = linksOf(analysis);
  return {
    bindings: analysis.bindings.map((binding) => bindingShape(binding, analysis, links, callees)),
    exports: links.exports,
    stars: links.stars,
    bareImports: links.bareImports,
    items: analysis.items.map(itemShape),
    callees: callees.origins,
    subclasses: subclassesOf(analysis),
    diagnostics: [...analysis.parsed.errors, ...analysis.pragmas.diagnostics],
  };
}

function bindingShape(binding: Binding, analysis: Analysis, links: ModuleLinks, callees: Callees): BindingShape {
  const imported = links.imports.get(binding);
  const place = placeOf(binding, analysis);
  const origin = callees.bindingOrigins.get(binding);
  const returns = callees.bindingReturns.get(binding);
  const [declaration] = binding.declarations;
  const isEnum = declaration?.type === "TSEnumDeclaration" && binding.declarations.length === 1;
  return {
    name: binding.name,
    kind: kindOf(binding),
    ...(imported !== undefined && { import: imported }),
    items: binding.items,
    ...(place !== undefined && { place }),
    touchedBy: binding.touchedBy.filter((item) => analysis.items[item]?.pragma !== "ignore"),
    isMutable: binding.isMutable,
    line: analysis.parsed.positions.lineOf(binding.offset),
    ...(origin !== undefined && { origin }),
    ...(returns !== undefined && { returns }),
    ...(isEnum && { members: enumMembers(declaration) }),
  };
}

function kindOf({ kind }: Binding): BindingKind {
  switch (kind) {
    case "class":
    case "default":
    case "enum":
    case "function":
    case "import":
    case "let":
    case "namespace":
    case "var":
      return kind;
    default:
      return "const";
  }
}

/** Where a name stands among those of its pattern, if there are several. */
function placeOf(binding: Binding, analysis: Analysis): number | undefined {
  const [first] = binding.items;
  const item = first === undefined ? undefined : analysis.items[first];
  if (item?.node.type !== "VariableDeclarator" || item.node.id.type === "Identifier") return undefined;
  const names = declaredNames(item.node.id);
  return names.length > 1 ? names.findIndex(({ identifier }) => identifier.name === binding.name) : undefined;
}

function itemShape({ declares, isEffect, pragma }: Item): ItemShape {
  return { declares: declares.map(({ id }) => id), isEffect, ...(pragma !== undefined && { pragma }) };
}

function subclassesOf(analysis: Analysis): SubclassShape[] {
  const origins = new Origins(analysis);
  return analysis.items.flatMap(({ node }, item) => {
    const inner = unwrap(node.type === "VariableDeclarator" ? (node.init ?? node) : node);
    if (!isClass(inner) || inner.superClass === null) return [];
    const base = origins.of(inner.superClass);
    return base === undefined ? [] : [{ item, base, bodyEnd: inner.body.end - 1 }];
  });
}
