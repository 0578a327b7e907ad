import type { Kind, SuiteGroup, SuiteResults, SuiteTest } from "./suite.ts";

/**
 * What became of a test. "dependency": another one that it builds on was not passed; "setup": the test's own
 * preparation failed; "harness": no answer within the suite's ten seconds. All but "passed" and "untested" count as missed.
 */
export type Outcome = "passed" | "failed" | "dependency" | "setup" | "harness" | "untested";

export interface Miss {
  readonly id: string;
  readonly kind: Kind;
  readonly outcome: Outcome;
  /** What the suite said. */
  readonly text: string;
  /** The first test that this one builds on and that was not passed either. */
  readonly dependency: string | undefined;
}

export interface Share {
  readonly passed: number;
  readonly of: number;
}

export interface Score {
  readonly shares: Readonly<Record<Kind, Share>>;
  /** In the suite's order. */
  readonly misses: readonly Miss[];
}

/** Scores results as the suite's own pages do. Tests that were not played count nowhere. */
export function scoreOf(groups: readonly SuiteGroup[], results: SuiteResults): Score {
  const tests = groups.flatMap((group) => group.tests);
  const judge = new Judge(tests, results);
  const played = tests
    .map((test) => ({ test, kind: test.kind ?? "required", outcome: judge.outcomeOf(test) }))
    .filter(({ outcome }) => outcome !== "untested");
  const shareOf = (kind: Kind): Share => {
    const those = played.filter((one) => one.kind === kind);
    return { passed: those.filter(({ outcome }) => outcome === "passed").length, of: those.length };
  };
  const misses = played
    .filter(({ outcome }) => outcome !== "passed")
    .map(({ test, kind, outcome }) => {
      const { id } = test;
      return { id, kind, outcome, text: textOf(results[id]), dependency: judge.missingFor(test) };
    });
  return { shares: { required: shareOf("required"), optimal: shareOf("optimal"), check: shareOf("check") }, misses };
}

class Judge {
  readonly #byId: ReadonlyMap<string, SuiteTest>;
  readonly #results: SuiteResults;

  constructor(tests: readonly SuiteTest[], results: SuiteResults) {
    this.#byId = new Map(tests.map((test) => [test.id, test]));
    this.#results = results;
  }

  outcomeOf(test: SuiteTest): Outcome {
    const result = this.#results[test.id];
    if (result === undefined) return "untested";
    if (this.missingFor(test) !== undefined) return "dependency";
    if (result === true) return "passed";
    if (result[0] === "Setup") return "setup";
    return result[0] === "AbortError" ? "harness" : "failed";
  }

  missingFor({ depends_on: ids = [] }: SuiteTest): string | undefined {
    return ids.find((id) => {
      const test = this.#byId.get(id);
      return test === undefined || this.outcomeOf(test) !== "passed";
    });
  }
}

function textOf(result: SuiteResults[string] | undefined): string {
  return result === undefined || result === true ? "" : result.join(": ");
}
