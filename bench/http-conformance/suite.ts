import { execFileSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

export type Kind = "required" | "optimal" | "check";

export interface SuiteTest {
  readonly id: string;
  readonly name: string;
  readonly kind?: Kind;
  /** Not played against a cache between. */
  readonly browser_only?: boolean;
  readonly depends_on?: readonly string[];
  /** Set to have the suite print the test's messages. */
  dump?: boolean;
}

export interface SuiteGroup {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly tests: readonly SuiteTest[];
}

/** By test: passed, or the name and the text of what was wrong. Tests for browsers are not in it. */
export type SuiteResults = Readonly<Record<string, true | readonly [name: string, text: string]>>;

export interface Suite {
  readonly folder: string;
  readonly commit: string;
  readonly groups: readonly SuiteGroup[];
}

const REPOSITORY = "https://github.com/http-tests/cache-tests";
const NEEDED = ["package.json", "tests/index.mjs", "test-engine/client/runner.mjs", "test-engine/server/server.mjs"];

/**
 * Looks at a checkout of the suite.
 *
 * @throws {Error} where the folder is none, or its dependencies are not installed; the message tells the command
 */
export async function openSuite(path: string | undefined): Promise<Suite> {
  const advice = `git clone ${REPOSITORY} cache-tests && npm ci --omit=dev --prefix cache-tests`;
  if (path === undefined) {
    throw new Error(
      `Cannot run the conformance suite: it is in a repository of its own: received no folder; ${advice}`,
    );
  }
  const missing = NEEDED.find((file) => !existsSync(join(path, file)));
  if (missing !== undefined) {
    throw new Error(
      `Cannot run the conformance suite of "${path}": the folder is no checkout of ${REPOSITORY}: received one without ${missing}; ${advice}`,
    );
  }
  if (!existsSync(join(path, "node_modules/undici"))) {
    throw new Error(
      `Cannot run the conformance suite of "${path}": its dependencies are not installed: received no node_modules/undici; npm ci --omit=dev --prefix ${path}`,
    );
  }
  const folder = realpathSync(path);
  return { folder, commit: readCommit(folder), groups: await importGroups(folder) };
}

/** Loads the tests of a checkout. */
export async function importGroups(folder: string): Promise<readonly SuiteGroup[]> {
  const { default: groups } = (await import(pathToFileURL(join(folder, "tests/index.mjs")).href)) as {
    readonly default: readonly SuiteGroup[];
  };
  return groups;
}

function readCommit(folder: string): string {
  try {
    return execFileSync("git", ["-C", folder, "rev-parse", "HEAD"], { encoding: "utf8", stdio: "pipe" }).trim();
  } catch {
    return "unknown";
  }
}
