import type { Command, Context } from "../command.ts";
import { coldCount } from "../comparison.ts";
import { hasErrors, tellDiagnostics } from "../diagnostics.ts";
import { EXIT } from "../failure.ts";
import { count } from "../layout.ts";
import { type Compared, compareProject, printComparison } from "./comparing.ts";

export const check: Command = {
  name: "check",
  summary: "fail if autocache.lock.json is out of date, for CI",
  synopsis: "",
  help: [
    "Prints what `autocache diff` prints, and ends with exit code 1 if `autocache lock`",
    "would change the lock file: so that nobody loses a cache without having seen it.",
    "",
    "  --markdown   for a comment on a pull request",
    "  --json       for programs",
  ],
  options: { markdown: { type: "boolean" }, json: { type: "boolean" } },
  takes: { min: 0, max: 0, what: "nothing" },
  run(context) {
    const { args, workspace, out, err } = context;
    const compared = compareProject(context);
    const { comparison, diagnostics, isCurrent } = compared;
    const isForPrograms = args.flag("json") || args.flag("markdown");
    if (isCurrent && !isForPrograms) {
      out.lines([`${workspace.lockName} is up to date: ${count(comparison.total, "function")}`]);
      tellDiagnostics(context, diagnostics);
    } else {
      printComparison(context, compared);
    }
    if (!isCurrent) err.lines(["", ...advice(context, compared)]);
    if (hasErrors(diagnostics)) return EXIT.misuse;
    return isCurrent ? EXIT.fine : EXIT.findings;
  },
};

function advice({ workspace, err }: Context, { comparison, isLocked }: Compared): string[] {
  const { lockName } = workspace;
  const command = (text: string): string => err.paint("bold", `\`${text}\``);
  const state = isLocked ? `${lockName} is out of date` : `There is no ${lockName}`;
  const lines = [`${state}: run ${command("npx autocache lock")} and commit it`];
  const [first] = comparison.cold;
  if (first !== undefined && comparison.algorithm === undefined) {
    const name = /^[\w-]+$/.test(first.fn.key) ? first.fn.key : "NAME";
    lines.push(
      `For a change that leaves results as they are: ${command(`npx autocache accept ${name}`)} keeps its entries`,
    );
  } else if (isLocked && coldCount(comparison) === 0) {
    lines.push("Nothing starts cold by that: names and places have changed, or functions come or go");
  }
  return lines;
}
