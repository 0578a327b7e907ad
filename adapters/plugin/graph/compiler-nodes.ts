import type { Reference } from "../source/summary.ts";
import type { Edges } from "./edges.ts";
import type { Mention } from "./leaves.ts";
import type { Module } from "./modules.ts";
import { type Edge, GraphNode } from "./nodes.ts";
import type { CompilerSettings } from "./tsconfig.ts";

type SettingReference = Extract<Reference, { readonly setting: string }>;
type JsxReference = Extract<SettingReference, { readonly setting: "jsx" }>;

/** The node of what the compiler's settings make of a text. */
export function compilerNode(edges: Edges, module: Module, reference: SettingReference, mention: Mention): GraphNode {
  const { leaves, tsconfigs } = edges.world;
  const { files, problems, variants } = tsconfigs.settingsOf(module.file);
  const node = new GraphNode("setting", `setting ${reference.setting}`, files[0]);
  node.otherFiles = files;
  node.diagnostics = problems.map(({ file, message }) => leaves.diagnostic("tsconfig", message, { file, line: 1 }));
  if (reference.setting !== "jsx") {
    const values = variants.map((settings) =>
      reference.setting === "class-fields"
        ? settings.useDefineForClassFields
        : [settings.experimentalDecorators, settings.emitDecoratorMetadata],
    );
    // Of projects that refer to each other, several may have the same value.
    node.text = `${reference.setting} ${[...new Set(values.map((value) => JSON.stringify(value)))].sort().join(" ")}`;
    return node;
  }
  const ways = new Map(variants.map((settings) => [jsxKey(settings), settings]));
  const found = [...ways.values()].flatMap((settings) => jsxEdges(edges, module, reference, settings, mention));
  node.text = `jsx ${found.length}`;
  node.edges = found;
  return node;
}

function jsxKey({ jsx, jsxFactory, jsxFragmentFactory, jsxImportSource }: CompilerSettings): string {
  return JSON.stringify([jsx, jsxFactory, jsxFragmentFactory, jsxImportSource]);
}

/**
 * What makes the elements: the functions of a runtime that is imported, or those that stand in scope under a name.
 * Where the settings leave it to the bundler, both count, as far as they are there.
 */
function jsxEdges(
  edges: Edges,
  module: Module,
  { factory, source }: JsxReference,
  settings: CompilerSettings,
  mention: Mention,
): readonly Edge[] {
  const { jsx, jsxFactory, jsxFragmentFactory, jsxImportSource } = settings;
  const fragment = edges.named(module, jsxFragmentFactory);
  const named = [
    ...(source === undefined ? [] : [runtime(edges, module, source, mention)]),
    ...(factory === undefined ? [] : [edges.binding(module, factory), fragment]),
  ];
  if (named.length > 0) return named;
  const classic = [edges.named(module, jsxFactory), fragment];
  if (jsx === "react") return classic;
  const automatic = runtime(edges, module, jsxImportSource ?? "react", mention);
  if (jsx === "react-jsx" || jsx === "react-jsxdev") return [automatic];
  const isInstalled =
    edges.world.resolver.resolve(runtimeOf(jsxImportSource ?? "react"), module.file).kind !== "unresolved";
  return isInstalled ? [automatic, ...classic] : classic;
}

function runtime(edges: Edges, module: Module, source: string, mention: Mention): Edge {
  return { to: edges.imported(module, runtimeOf(source), "*", mention) };
}

function runtimeOf(source: string): string {
  return `${source}/jsx-runtime`;
}
