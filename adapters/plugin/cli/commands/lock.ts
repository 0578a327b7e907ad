import type { Command } from "../command.ts";
import { coldCount, compare, type Comparison } from "../comparison.ts";
import { hasErrors, tellDiagnostics } from "../diagnostics.ts";
import { EXIT } from "../failure.ts";
import { count } from "../layout.ts";
import { isSameLock, renewedLock, servedNow } from "../lock-contents.ts";

export const lock: Command = {
  name: "lock",
  summary: "record the fingerprints in autocache.lock.json",
  synopsis: "",
  help: [
    "Writes autocache.lock.json, which belongs in the repository: what is deployed, by",
    "which `autocache diff` tells what a change costs, and from which the plugin takes",
    "the fingerprints of the generation before.",
  ],
  options: {},
  takes: { min: 0, max: 0, what: "nothing" },
  run(context) {
    const { workspace, out, err } = context;
    const before = workspace.lock();
    const { functions, diagnostics } = workspace.inventory();
    tellDiagnostics(context, diagnostics);
    if (hasErrors(diagnostics)) {
      err.lines([`Cannot write ${workspace.lockName}: each function has a fingerprint: received the errors above`]);
      return EXIT.misuse;
    }
    const after = renewedLock(workspace.describe, functions, before);
    const total = count(functions.length, "function");
    if (isSameLock(before, after)) {
      out.lines([`${workspace.lockName} is up to date: ${total}`]);
      return EXIT.fine;
    }
    const comparison = compare(workspace.describe, functions, before, servedNow(functions, workspace.previous));
    workspace.writeLock(after);
    out.lines([`${workspace.lockName} written: ${[total, ...parts(comparison)].join(", ")}`]);
    return EXIT.fine;
  },
};

function parts(comparison: Comparison): string[] {
  const { returned, added, removed } = comparison;
  const counts = [
    [coldCount(comparison), "cold"],
    [returned.length, "back"],
    [added.length, "new"],
    [removed.length, "gone"],
  ] as const;
  return counts.filter(([amount]) => amount > 0).map(([amount, what]) => `${amount} ${what}`);
}
