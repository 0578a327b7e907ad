import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BackendName } from "./bindings.ts";
import { playSuite } from "./player.ts";
import { withServer } from "./processes.ts";
import { explain, type Explanations, type OptionsName } from "./reasons.ts";
import { type Score, scoreOf } from "./score.ts";
import type { Suite, SuiteResults } from "./suite.ts";
import { startOrigin, type TargetName, TARGETS } from "./targets.ts";

/** What to measure. */
export interface Choice {
  readonly targets: readonly TargetName[];
  readonly options: readonly OptionsName[];
  readonly backend: BackendName;
  /** One test, which then tells its messages. */
  readonly test: string | undefined;
}

/** What one run of the suite gave. */
export interface Measurement extends Explanations {
  readonly target: TargetName;
  readonly options: OptionsName;
  readonly results: SuiteResults;
  readonly score: Score;
}

interface Run {
  readonly target: TargetName;
  readonly options: OptionsName;
  readonly bundle: string;
}

const OPTIONS: Readonly<Record<OptionsName, object>> = {
  all: { heuristic: true, setCookie: true, contentLocation: true, staleIfError: "1h" },
  defaults: {},
};

const PROGRESS_STEP = 60;
const CLEAR_LINE = "\r\u001B[K";

/** Measures one after another: the suite counts seconds, and two at once would wait for each other. */
export async function measureAll(
  suite: Suite,
  choice: Choice,
  onMeasured: (measurement: Measurement) => void,
): Promise<void> {
  await inTemporaryFolder(async (folder) => {
    const bundles = await Promise.all(choice.targets.map((target) => TARGETS[target].bundle(folder)));
    for (const [place, target] of choice.targets.entries()) {
      const bundle = bundles[place] ?? "";
      for (const options of choice.options) {
        const results = await measure(suite, { target, options, bundle }, choice);
        if (process.stderr.isTTY) process.stderr.write(CLEAR_LINE);
        const score = scoreOf(choice.test === undefined ? suite.groups : withoutDependencies(suite.groups), results);
        onMeasured({ target, options, results, score, ...explain(score.misses, target, options) });
      }
    }
  });
}

/** One run: a new origin, a new cache in front of it, and the suite through both. */
function measure(suite: Suite, { target, options, bundle }: Run, { backend, test }: Choice): Promise<SuiteResults> {
  const tests = suite.groups
    .flatMap((group) => group.tests)
    .filter(({ id, browser_only: isForBrowsers }) => (test === undefined ? isForBrowsers !== true : id === test));
  const onProgress = progressOf(`${TARGETS[target].title}, ${options}`, tests.length);
  const onOutput = (text: string): void => void (test === undefined || process.stderr.write(text));
  return inTemporaryFolder((state) =>
    withServer(
      () => startOrigin(suite.folder, state),
      (origin) => {
        const bindings = { ORIGIN: origin, OPTIONS: JSON.stringify(OPTIONS[options]), BACKEND: backend };
        return withServer(
          () => TARGETS[target].start({ bundle, bindings, state, onOutput }),
          (url) => playSuite(suite, url, test, onProgress),
        );
      },
    ),
  );
}

/** Of one test alone, what it builds on was not played. */
function withoutDependencies(groups: Suite["groups"]): Suite["groups"] {
  return groups.map((group) => ({ ...group, tests: group.tests.map((test) => ({ ...test, depends_on: [] })) }));
}

async function inTemporaryFolder<Value>(work: (folder: string) => Promise<Value>): Promise<Value> {
  const folder = mkdtempSync(join(tmpdir(), "autocache-conformance-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  // A signal ends the program without coming by here.
  process.once("exit", remove);
  try {
    return await work(folder);
  } finally {
    process.off("exit", remove);
    remove();
  }
}

function progressOf(title: string, total: number): (played: number) => void {
  let told = -PROGRESS_STEP;
  return (played) => {
    if (process.stderr.isTTY) process.stderr.write(`${CLEAR_LINE}${title}: ${played}/${total}`);
    else if (played >= told + PROGRESS_STEP) {
      told = played;
      process.stderr.write(`${title}: ${played}/${total}\n`);
    }
  };
}
