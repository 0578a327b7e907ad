import { execFileSync } from "node:child_process";
import type { Context } from "../command.ts";
import { compare, type Comparison } from "../comparison.ts";
import { tellDiagnostics } from "../diagnostics.ts";
import { CommandError } from "../failure.ts";
import { isSameLock, renewedLock, servedNow } from "../lock-contents.ts";
import { joinPath } from "../../graph/paths.ts";
import type { LocatedDiagnostic } from "../../graph/project.ts";
import { type LockFile, parseLock } from "../../lock.ts";
import { jsonReport } from "../report-json.ts";
import { markdownReport } from "../report-markdown.ts";
import { terminalReport } from "../report-terminal.ts";

export interface Compared {
  readonly comparison: Comparison;
  readonly diagnostics: readonly LocatedDiagnostic[];
  /** Whether the project has a lock file at all. */
  readonly isLocked: boolean;
  /** Whether `autocache lock` would leave that as it is. */
  readonly isCurrent: boolean;
}

/** Compares the code with the lock file, or with the one of a commit. */
export function compareProject({ workspace }: Context, base?: string): Compared {
  const lock = workspace.lock();
  const { functions, diagnostics } = workspace.inventory();
  const reference = base === undefined ? lock : lockAt(workspace.root, workspace.lockName, base);
  const comparison = compare(workspace.describe, functions, reference, servedNow(functions, workspace.previous));
  // What stands in a file that cannot be parsed is not gone.
  const unread = new Set(diagnostics.filter(({ code }) => code === "syntax").map(({ file }) => file));
  const removed = comparison.removed.filter(({ at }) => !unread.has(joinPath(workspace.root, at)));
  return {
    comparison: { ...comparison, removed },
    diagnostics,
    isLocked: lock !== undefined,
    isCurrent: isSameLock(lock, renewedLock(workspace.describe, functions, lock)),
  };
}

/** Prints a comparison in the form that was asked for, and what is to be said of the code. */
export function printComparison(context: Context, compared: Compared): void {
  const { args, out } = context;
  const { comparison, diagnostics, isCurrent } = compared;
  if (args.flag("json")) out.write(`${JSON.stringify(jsonReport(comparison, isCurrent), null, 2)}\n`);
  else if (args.flag("markdown")) out.lines(markdownReport(comparison));
  else out.lines(terminalReport(comparison, out, args.flag("verbose")));
  tellDiagnostics(context, diagnostics);
}

/** Reads the lock file as a commit has it; `undefined` where that has none. */
function lockAt(root: string, name: string, commit: string): LockFile | undefined {
  const git = (...words: readonly string[]): string => {
    try {
      return execFileSync("git", words, {
        cwd: root,
        encoding: "utf8",
        maxBuffer: 1 << 28,
        stdio: ["ignore", "pipe", "pipe"],
      });
    } catch (error) {
      const { stderr = "", message } = error as Error & { readonly stderr?: string };
      const [reason] = (stderr.trim() || message).split("\n");
      throw new CommandError(
        `Cannot read the lock file of "${commit}": --base is a commit that git knows: received ${reason}`,
      );
    }
  };
  const revision = git("rev-parse", "--verify", "--end-of-options", `${commit}^{commit}`).trim();
  const path = `${git("rev-parse", "--show-prefix").trim()}${name}`;
  if (git("ls-tree", "--full-tree", "--name-only", revision, "--", path).trim() === "") return undefined;
  return parseLock(`${commit}:${name}`, git("cat-file", "blob", `${revision}:${path}`));
}
