import { relativePath } from "../../graph/paths.ts";
import type { Command, Context } from "../command.ts";
import { hasErrors } from "../diagnostics.ts";
import { diagnosticLines } from "../diagnostics.ts";
import { EXIT } from "../failure.ts";
import { findFunction } from "../finding.ts";
import { compareTexts } from "../groups.ts";
import type { CodeFunction } from "../inventory.ts";
import { table } from "../layout.ts";
import { servedNow } from "../lock-contents.ts";
import { placeOf } from "../report-terminal.ts";

export const explain: Command = {
  name: "explain",
  summary: "show what a function reaches, which decides its fingerprint",
  synopsis: "NAME",
  help: [
    "Prints the tree of declarations, packages and files that a function reaches, with",
    "their digests, and what is to be said of them.",
    "",
    "  --files   the files alone, one on a line",
  ],
  options: { files: { type: "boolean" } },
  takes: { min: 1, max: 1, what: "the name of a function" },
  run(context) {
    const { args, workspace, out, err } = context;
    const { project } = workspace;
    const { functions } = workspace.inventory();
    const fn = findFunction(functions, args.positionals[0] ?? "", "explain");
    const diagnostics = project.diagnostics(fn.site);
    if (args.flag("files")) {
      out.lines([...project.files(fn.site)].map((file) => relativePath(project.root, file)).toSorted(compareTexts));
    } else {
      out.lines([...heading(context, fn), "", project.explain(fn.site).trimEnd()]);
    }
    const told = diagnosticLines(diagnostics, workspace.root, false, err);
    err.lines(told.length === 0 || args.flag("files") ? told : ["", ...told]);
    return hasErrors(diagnostics) ? EXIT.misuse : EXIT.fine;
  },
};

function heading({ workspace, out }: Context, fn: CodeFunction): string[] {
  const { fingerprint = "none", captured } = fn.site;
  const versions = workspace.previous?.of(fn.site, fingerprint);
  const serves = servedNow([fn], workspace.previous).get(fn);
  const facts = [
    ["fingerprint", fingerprint],
    ...(serves === undefined || serves === fingerprint ? [] : [["serves", `${serves} (accepted)`]]),
    ...(versions?.previous === undefined ? [] : [["previous", versions.previous]]),
    ...(captured.length === 0 ? [] : [["captured", captured.join(", ")]]),
  ];
  const columns = [{ paint: (text: string) => out.paint("dim", text) }, {}];
  return [`${out.paint("bold", fn.key)}  ${out.paint("dim", placeOf(fn))}`, ...table(facts, columns, out, "  ")];
}
