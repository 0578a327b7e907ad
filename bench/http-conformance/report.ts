import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Measurement } from "./measure.ts";
import type { OptionsName } from "./reasons.ts";
import type { Miss, Share } from "./score.ts";
import type { Suite } from "./suite.ts";
import { findWorkerd, type TargetName, TARGETS } from "./targets.ts";

interface Minimum {
  readonly required: number;
  readonly optimal: number;
}

const MODULES = join(import.meta.dirname, "../../node_modules");

/** What README.md promises. */
const MINIMA: Readonly<Record<TargetName, Readonly<Record<OptionsName, Minimum>>>> = {
  node: { all: { required: 158, optimal: 95 }, defaults: { required: 154, optimal: 81 } },
  workerd: { all: { required: 157, optimal: 95 }, defaults: { required: 152, optimal: 81 } },
  "wrangler-dev": { all: { required: 156, optimal: 95 }, defaults: { required: 151, optimal: 81 } },
};

const TITLES: Readonly<Record<OptionsName, string>> = { all: "every option on", defaults: "defaults" };

/** Tells whether a run is as good as what is promised. */
export function reachesMinimum({ target, options, score }: Measurement): boolean {
  const { required, optimal } = MINIMA[target][options];
  return score.shares.required.passed >= required && score.shares.optimal.passed >= optimal;
}

/** Makes the table of the scores. */
export function scoresTable(measurements: readonly Measurement[]): string {
  const rows = measurements.map((one) => {
    const { required, optimal, check } = one.score.shares;
    const minimum = MINIMA[one.target][one.options];
    return [
      titleOf(one),
      fraction(required),
      fraction(optimal),
      fraction(check),
      `${minimum.required}, ${minimum.optimal}${reachesMinimum(one) ? "" : " NOT REACHED"}`,
    ];
  });
  const table = [["", "required", "optimal", "informative", "minimum"], ...rows];
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Tells what a run has missed of the required and the optimal tests, and why. */
export function describeMisses(one: Measurement): string {
  const { required, optimal } = one.score.shares;
  return [
    `${titleOf(one)}: ${fraction(required)} required, ${fraction(optimal)} optimal`,
    ...one.explained.flatMap(({ reason, misses }) => [`  ${reason}`, ...misses.map(line)]),
    ...(one.unexplained.length === 0 ? [] : ["  NOT EXPLAINED", ...one.unexplained.map(line)]),
  ].join("\n");
}

/** Tells how a run of one test went. */
export function describeTest(one: Measurement): string {
  const [miss] = one.score.misses;
  return `${titleOf(one)}: ${miss === undefined ? "passed" : `${miss.outcome}, ${miss.text}`}`;
}

/** Makes the text of scores.json. */
export function scoresText(suite: Suite, measurements: readonly Measurement[]): string {
  const scores = measurements.map((one) => {
    const { required, optimal, check } = one.score.shares;
    const counted = one.score.misses.filter(({ kind }) => kind !== "check");
    const missed = Object.fromEntries(counted.map(({ id, kind }) => [id, kind]));
    return [titleOf(one), { required: required.passed, optimal: optimal.passed, informative: check.passed, missed }];
  });
  const [first] = measurements;
  const of = first && Object.fromEntries(Object.entries(first.score.shares).map(([kind, share]) => [kind, share.of]));
  const content = { suite: { commit: suite.commit, ...of }, versions: versions(), scores: Object.fromEntries(scores) };
  return `${JSON.stringify(content, null, 2)}\n`;
}

function titleOf({ target, options }: Measurement): string {
  return `${TARGETS[target].title}, ${TITLES[options]}`;
}

function fraction({ passed, of }: Share): string {
  return `${passed}/${of}`;
}

function line({ kind, id, outcome, dependency, text }: Miss): string {
  return `    ${kind.padEnd(8)}  ${id}: ${dependency === undefined ? `${outcome}, ${text}` : `builds on ${dependency}`}`;
}

function versions(): Readonly<Record<string, string>> {
  return {
    node: process.versions.node,
    hono: versionIn(join(MODULES, "hono")),
    "@hono/node-server": versionIn(join(MODULES, "@hono/node-server")),
    wrangler: versionIn(join(MODULES, "wrangler")),
    workerd: findWorkerd().version,
  };
}

function versionIn(folder: string): string {
  return (JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { readonly version: string }).version;
}
