import { resolve } from "node:path";
import type { LocatedDiagnostic } from "../../graph/project.ts";
import type { Command, Context } from "../command.ts";
import { hasErrors, tellDiagnostics } from "../diagnostics.ts";
import { type EmittedTree, filesOf, readTree, writeTree } from "../emitted-tree.ts";
import { EXIT, type ExitCode } from "../failure.ts";
import { compareTexts, groupBy } from "../groups.ts";
import type { CodeFunction, Inventory } from "../inventory.ts";
import { count, table, tableWidth } from "../layout.ts";
import { makeManifest, manifestText, moduleText } from "../manifest.ts";
import { functionJson } from "../report-json.ts";
import { placeOf } from "../report-terminal.ts";
import { watch } from "../watch.ts";
import { writeIfChanged } from "../written-file.ts";

export const fingerprint: Command = {
  name: "fingerprint",
  summary: "print the fingerprints, or write them for tools without plugin",
  synopsis: "[PATH…]",
  help: [
    "Prints the cached functions in files and folders, with their fingerprints and the",
    "variables that they capture. Without a path: those that the option `include`",
    "chooses, or those in src, or in the whole project.",
    "",
    "  --out FILE      write a manifest, to be the alias of @autocache/edge/manifest",
    "  --module FILE   write a module that registers the manifest: autocache.gen.ts",
    "  --emit FOLDER   write a copy of the project with the fingerprints in the code",
    "  --json          print for programs",
    "  --watch         go on, and write again after each change",
    "",
    "What is written is written only if it has changed. In a manifest, functions are",
    "found by their names: those need names of their own, and capture no variables.",
  ],
  options: {
    out: { type: "string" },
    module: { type: "string" },
    emit: { type: "string" },
    json: { type: "boolean" },
    watch: { type: "boolean" },
  },
  takes: { min: 0, max: Number.POSITIVE_INFINITY, what: "files and folders" },
  async run(context) {
    const code = print(context);
    if (!context.args.flag("watch")) return code;
    const { args, workspace } = context;
    const written = ["out", "module", "emit"].flatMap((name) => args.text(name) ?? []);
    await watch(
      workspace,
      written.map((path) => resolve(workspace.root, path)),
      () => print(context),
      context.err,
    );
    return EXIT.fine;
  },
};

function print(context: Context): ExitCode {
  const { args, workspace, out, err } = context;
  const inventory = workspace.inventory(args.positionals);
  const { targets, diagnostics } = prepare(context, inventory);
  const isUnsound = hasErrors(diagnostics);
  if (args.flag("json"))
    out.write(`${JSON.stringify({ format: 1, functions: inventory.functions.map(entryJson) }, null, 2)}\n`);
  else if (!isWriting(context)) out.lines(functionTable(context, inventory.functions));
  // Nothing is half written: one error, and all files stay as they are.
  const messages = isUnsound ? [] : targets.map(({ write }) => write());
  if (!args.flag("json")) out.lines(messages);
  tellDiagnostics(context, diagnostics);
  if (isUnsound && isWriting(context)) err.lines(["Nothing was written"]);
  return isUnsound ? EXIT.misuse : EXIT.fine;
}

/** Something to write, and what is said about it then. */
interface Target {
  readonly write: () => string;
}

interface Prepared {
  readonly targets: readonly Target[];
  readonly diagnostics: readonly LocatedDiagnostic[];
}

/** Makes everything that is to be written, so that an error is known before the first file is. */
function prepare({ args, workspace }: Context, { functions, diagnostics }: Inventory): Prepared {
  const { root, previous, project, config } = workspace;
  const [out, module, emit] = ["out", "module", "emit"].map((name) => args.text(name));
  const targets: Target[] = [];
  const found = [...diagnostics];
  const texts = new Map<string, string>();
  if (out !== undefined || module !== undefined) {
    const { manifest, errors } = makeManifest(functions, previous);
    found.push(...errors);
    const library = config.library?.[0] ?? "@autocache/edge";
    if (out !== undefined) texts.set(out, manifestText(manifest));
    if (module !== undefined) texts.set(module, moduleText(module, manifest, library));
    const listed = count(Object.keys(manifest.functions).length, "function");
    targets.push(...[...texts].map(([file, text]) => fileTarget(root, file, text, listed)));
  }
  if (emit !== undefined) {
    filesOf(root, emit);
    const { lowerDecorators } = config;
    const tree = readTree(project, emit, texts, {
      ...(previous !== undefined && { previous }),
      ...(lowerDecorators !== undefined && { lowerDecorators }),
    });
    found.push(...tree.diagnostics);
    // First, because other files may be written into its folder.
    targets.unshift(treeTarget(root, emit, tree));
  }
  return { targets, diagnostics: uniqueDiagnostics(found) };
}

function fileTarget(root: string, file: string, text: string, listed: string): Target {
  return {
    write: () => `${file} ${writeIfChanged(resolve(root, file), text) ? "written" : "unchanged"}: ${listed}`,
  };
}

function treeTarget(root: string, folder: string, tree: EmittedTree): Target {
  return {
    write: () => `${folder} ${state(writeTree(root, folder, tree))}: ${count(tree.files.size, "file")}`,
  };
}

function state(changes: number): string {
  return changes === 0 ? "unchanged" : `written (${count(changes, "change")})`;
}

function isWriting({ args }: Context): boolean {
  return ["out", "module", "emit"].some((name) => args.text(name) !== undefined);
}

function functionTable({ out, workspace, args, err }: Context, functions: readonly CodeFunction[]): string[] {
  if (functions.length === 0) {
    const where = args.positionals.join(", ") || count(workspace.sources().length, "module");
    err.lines([`No cached function in ${where}`]);
  }
  const rows = functions.map((fn) => rowOf(fn, placeOf(fn)));
  const dim = (text: string): string => out.paint("dim", text);
  const value = (text: string): string => out.paint(text === NO_FINGERPRINT ? "red" : "cyan", text);
  const columns = [{ paint: (text: string) => out.paint("bold", text) }, { paint: value }, { paint: dim }, {}];
  if (tableWidth(rows) <= out.width) return table(rows, columns, out);
  // Where a line has no room for the file, the functions stand below it.
  const perFile = groupBy(functions, ({ at }) => at);
  return [...perFile].flatMap(([at, group]) => [
    dim(at),
    ...table(
      group.map((fn) => rowOf(fn, `:${fn.site.line}`)),
      columns,
      out,
      "  ",
    ),
  ]);
}

/** As long as a fingerprint, because the reason is told below. */
const NO_FINGERPRINT = "none";

function rowOf({ key, site }: CodeFunction, place: string): string[] {
  const captured = site.captured.length === 0 ? "" : `captures ${site.captured.join(", ")}`;
  return [key, site.fingerprint ?? NO_FINGERPRINT, place, captured];
}

function entryJson(fn: CodeFunction): Readonly<Record<string, unknown>> {
  return { ...functionJson(fn), captured: fn.site.captured };
}

function uniqueDiagnostics(diagnostics: readonly LocatedDiagnostic[]): LocatedDiagnostic[] {
  const byText = new Map(
    diagnostics.map((found) => [[found.file, found.line, found.column, found.code].join("\n"), found]),
  );
  return [...byText.values()].toSorted(
    (a, b) => compareTexts(a.file, b.file) || a.line - b.line || a.column - b.column,
  );
}
