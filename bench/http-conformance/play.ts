/**
 * Plays the suite against a cache, as a program that is forked, since the suite keeps its results in its modules: its
 * arguments are the checkout, the cache's URL, and perhaps the id of one test, which is then told in full.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { importGroups, type SuiteGroup, type SuiteResults } from "./suite.ts";

export interface PlayMessage {
  readonly played: number;
  /** When all are played. */
  readonly results?: SuiteResults;
}

interface Runner {
  runTests(groups: readonly SuiteGroup[], isBrowser: boolean, base: string): Promise<void>;
  getResults(): SuiteResults;
}

const PROGRESS_MS = 500;

async function play(folder: string, base: string, id: string | undefined): Promise<void> {
  const { runTests, getResults } = (await import(
    pathToFileURL(join(folder, "test-engine/client/runner.mjs")).href
  )) as Runner;
  const groups = (await importGroups(folder)).map((group) => ({
    ...group,
    tests: id === undefined ? group.tests : group.tests.filter((test) => test.id === id),
  }));
  if (id !== undefined) for (const { tests } of groups) for (const test of tests) test.dump = true;
  const timer = setInterval(() => tell({ played: Object.keys(getResults()).length }), PROGRESS_MS);
  await runTests(groups, false, base);
  clearInterval(timer);
  const results = getResults();
  tell({ played: Object.keys(results).length, results }, () => process.disconnect());
}

function tell(message: PlayMessage, whenSent = (): void => {}): void {
  process.send?.(message, whenSent);
}

// Also when the runner is gone.
process.once("disconnect", () => process.exit());
const [folder = "", base = "", id] = process.argv.slice(2);
await play(folder, base, id);
