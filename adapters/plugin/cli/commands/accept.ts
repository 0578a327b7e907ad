import type { Command, Context } from "../command.ts";
import { hasErrors, tellDiagnostics } from "../diagnostics.ts";
import { CommandError, EXIT } from "../failure.ts";
import { findFunction } from "../finding.ts";
import type { CodeFunction } from "../inventory.ts";
import { acceptingLock, algorithmOf, servedBy } from "../lock-contents.ts";
import { type Locked, pair } from "../pairing.ts";
import type { LockFile } from "../../lock.ts";

export const accept: Command = {
  name: "accept",
  summary: "keep a function's entries through a change that you vouch for",
  synopsis: "NAME…",
  help: [
    "For a refactoring that you vouch for: the new code goes on to serve what the code",
    "before has stored. It is written to autocache.lock.json, where a reviewer sees it,",
    "and counts until the code changes again. Nobody checks that the results are equal.",
  ],
  options: {},
  takes: { min: 1, max: Number.POSITIVE_INFINITY, what: "the names of functions" },
  run(context) {
    const { args, workspace, out, err } = context;
    const lock = requireLock(workspace.lock(), workspace.lockName);
    const { functions, diagnostics } = workspace.inventory();
    if (hasErrors(diagnostics)) {
      tellDiagnostics(context, diagnostics);
      err.lines([
        `Cannot accept ${args.positionals.join(", ")}: each function has a fingerprint: received the errors above`,
      ]);
      return EXIT.misuse;
    }
    requireAlgorithm(lock, functions);
    // All of them, or none: a name that is refused leaves the file as it was.
    const accepted = [...new Set(args.positionals)].map((name) => find(name, functions, lock));
    let renewed = lock;
    for (const { fn, locked, fingerprint } of accepted) {
      renewed = acceptingLock(workspace.describe, renewed, fn, fingerprint, locked);
    }
    workspace.writeLock(renewed);
    out.lines(accepted.map((one) => acceptedLine(context, one)));
    return EXIT.fine;
  },
};

interface Accepted {
  readonly fn: CodeFunction;
  readonly locked: Locked;
  readonly fingerprint: string;
}

function requireLock(lock: LockFile | undefined, name: string): LockFile {
  if (lock !== undefined) return lock;
  throw new CommandError(
    `Cannot accept a change: ${name} says what the code before was: received none: run \`npx autocache lock\` on that code`,
  );
}

function requireAlgorithm(lock: LockFile, functions: readonly CodeFunction[]): void {
  const algorithm = algorithmOf(functions);
  if (lock.algorithm === algorithm) return;
  throw new CommandError(
    `Cannot accept a change: the lock file is of the algorithm ${algorithm}: received ${lock.algorithm}: run \`npx autocache lock\``,
  );
}

function find(name: string, functions: readonly CodeFunction[], lock: LockFile): Accepted {
  const fn = findFunction(functions, name, "accept");
  if (fn.key !== fn.name) {
    throw new CommandError(
      `Cannot accept "${name}": a function that serves other entries has a name of its own: received ${fn.name === undefined ? "one without" : "one of several"}: give it the option name`,
    );
  }
  const locked = pair(functions, lock).pairs.find((found) => found.fn === fn)?.locked;
  if (locked === undefined) {
    throw new CommandError(
      `Cannot accept "${name}": the code before is in the lock file: received a function that is new`,
    );
  }
  const { fingerprint } = fn.site;
  if (fingerprint === undefined || fingerprint === locked.fingerprint) {
    const state = locked.servesAs === undefined ? "one without" : `one that was accepted: it serves ${locked.servesAs}`;
    throw new CommandError(`Cannot accept "${name}": its code has changed since the lock file: received ${state}`);
  }
  if (fingerprint === servedBy(locked)) {
    throw new CommandError(
      `Cannot accept "${name}": its code is other than that which it serves: received that code again: run \`npx autocache lock\``,
    );
  }
  return { fn, locked, fingerprint };
}

function acceptedLine({ out }: Context, { fn, locked, fingerprint }: Accepted): string {
  return `${out.paint("bold", fn.key)}: ${fingerprint} serves the entries of ${servedBy(locked)}`;
}
