import type { Command } from "../command.ts";
import { hasErrors } from "../diagnostics.ts";
import { EXIT } from "../failure.ts";
import { compareProject, printComparison } from "./comparing.ts";

export const diff: Command = {
  name: "diff",
  summary: "tell which functions start cold with a change, and why",
  synopsis: "",
  help: [
    "Compares the code with autocache.lock.json. For each function whose results would",
    "no longer be found, it names the declarations that differ by their own text, and",
    "not all that refer to them.",
    "",
    "  --base COMMIT   compare with the lock file of a commit, such as origin/main",
    "  --markdown      for a comment on a pull request",
    "  --json          for programs",
  ],
  options: { base: { type: "string" }, markdown: { type: "boolean" }, json: { type: "boolean" } },
  takes: { min: 0, max: 0, what: "nothing" },
  run(context) {
    const { args, workspace, out } = context;
    const base = args.text("base");
    const compared = compareProject(context, base);
    if (!compared.isLocked && base === undefined && !args.flag("json") && !args.flag("markdown")) {
      out.lines([`There is no ${workspace.lockName} yet: \`npx autocache lock\` writes it`, ""]);
    }
    printComparison(context, compared);
    return hasErrors(compared.diagnostics) ? EXIT.misuse : EXIT.fine;
  },
};
