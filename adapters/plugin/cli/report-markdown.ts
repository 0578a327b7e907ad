import type { Cause, Change, Comparison } from "./comparison.ts";
import type { CodeFunction } from "./inventory.ts";
import { count } from "./layout.ts";
import { type CauseGroup, groupByCauses, headline, keptReason, NO_CAUSE, TITLES } from "./report-parts.ts";
import { placeOf } from "./report-terminal.ts";

/** How many names and causes a row has: the details have all of them. */
const MAX_NAMES = 8;
const MAX_CAUSES = 4;

/** Writes a comparison as a comment for a pull request: what is lost and why, and the rest folded. */
export function markdownReport(comparison: Comparison): string[] {
  const { cold, algorithm } = comparison;
  const groups = algorithm === undefined ? groupByCauses(cold) : [];
  const details = detailsOf(comparison);
  return [
    `### autocache: ${headline(comparison)}`,
    ...(groups.length === 0
      ? []
      : ["", "| because of | start cold |", "| --- | --- |", ...groups.map((group) => groupRow(group))]),
    ...notes(comparison),
    ...(details.length === 0
      ? []
      : ["", "<details>", `<summary>${summaryOf(comparison)}</summary>`, ...details, "", "</details>"]),
  ];
}

function groupRow({ causes, changes }: CauseGroup): string {
  const names = changes.map(({ fn }) => code(fn.key));
  return `| ${few(causes.map(causeText), MAX_CAUSES, "<br>") || NO_CAUSE} | ${few(names, MAX_NAMES, ", ")} |`;
}

function causeText({ label, change }: Cause): string {
  return `${code(label)} ${change}`;
}

function few(texts: readonly string[], max: number, separator: string): string {
  // "and 1 more" would take the place of the one.
  if (texts.length <= max + 1) return texts.join(separator);
  return `${texts.slice(0, max).join(separator)}${separator}and ${texts.length - max} more`;
}

function notes({ renamed, returned, kept }: Comparison): string[] {
  const lines = [
    ...renamed.map(
      ({ locked, fn }) => `${code(locked.key)} is renamed ${code(fn.key)}, and starts cold: the name is in the key.`,
    ),
    ...returned.map(({ fn }) => `${code(fn.key)} is back at the code before: its entries may still be there.`),
    ...kept.map((change) => `${code(change.fn.key)} has other code and the same entries (${keptReason(change)}).`),
  ];
  return lines.length === 0 ? [] : ["", ...lines.map((line) => `- ${line}`)];
}

function summaryOf({ total, cold, added, removed, serving }: Comparison): string {
  const parts = [
    cold.length > 0 && `${cold.length} cold`,
    added.length > 0 && `${added.length} new`,
    removed.length > 0 && `${removed.length} gone`,
    serving.length > 0 && `${serving.length} serving earlier entries`,
  ].filter((part) => part !== false);
  return `Details: ${parts.join(", ")}, of ${count(total, "cached function")}`;
}

function detailsOf({ cold, added, removed, serving }: Comparison): string[] {
  return [
    ...(cold.length === 0
      ? []
      : ["", "| function | where | because of | fingerprint |", "| --- | --- | --- | --- |", ...cold.map(coldRow)]),
    ...list(TITLES.added, added, (fn) => `${code(fn.key)} ${placeText(fn)}`),
    ...list(TITLES.removed, removed, ({ key, at }) => `${code(key)} ${text(at)}`),
    ...list(TITLES.serving, serving, ({ fn, now }) => `${code(fn.key)} ${placeText(fn)} serves ${code(now)}`),
  ];
}

function coldRow({ fn, before, now, causes }: Change): string {
  const because = causes.map(causeText).join("<br>") || NO_CAUSE;
  return `| ${code(fn.key)} | ${placeText(fn)} | ${because} | ${code(before)}<br>${code(now)} |`;
}

function list<Item>(
  title: (amount: number) => string,
  items: readonly Item[],
  rowOf: (item: Item) => string,
): string[] {
  return items.length === 0 ? [] : ["", `${title(items.length)}:`, "", ...items.map((item) => `- ${rowOf(item)}`)];
}

function placeText(fn: CodeFunction): string {
  return text(placeOf(fn));
}

/** Writes a name as code, whatever is in it. */
function code(name: string): string {
  const line = name.replaceAll(/\s+/g, " ").replaceAll("|", "\\|");
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return longest === 0 ? `\`${line}\`` : `${fence} ${line} ${fence}`;
}

function text(path: string): string {
  return path.replaceAll(/[\\`*_[\]<>|~]/g, String.raw`\$&`);
}
