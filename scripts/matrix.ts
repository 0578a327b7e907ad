/**
 * `npm run matrix`: builds the sample project of test/plugin/matrix and every edit of it with every toolchain, and
 * compares the versions of its functions with the truth. Takes some twenty minutes; the tests that run on every push are
 * a part of it. Words choose toolchains whose names have them; `--edits U03,R06` chooses edits; `--contrast` measures
 * what the text of functions would do without the plugin, too; `--json FILE` writes all of it down.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { EDITS, editsOf } from "../test/plugin/matrix/edits/index.ts";
import { type Column, disagreements, runColumn } from "../test/plugin/matrix/matrix.ts";
import { editsTable, totalsTable } from "../test/plugin/matrix/tables.ts";
import type { Toolchain } from "../test/plugin/matrix/toolchain.ts";
import { ANALYSES, TOOLCHAINS } from "../test/plugin/matrix/toolchains/index.ts";
import { WITHOUT_PLUGIN } from "../test/plugin/matrix/toolchains/without-plugin.ts";
import { byFingerprint, byText, totalsOf, type VersionOf } from "../test/plugin/matrix/verdict.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { contrast: { type: "boolean" }, edits: { type: "string" }, json: { type: "string" } },
});

const edits = values.edits === undefined ? EDITS : editsOf(values.edits.split(","));
const isChosen = ({ name }: Toolchain): boolean =>
  positionals.length === 0 || positionals.some((word) => name.includes(word));

/** Most of the time passes in other processes, so that two at once use two cores. */
async function runColumns(toolchains: readonly Toolchain[], versionOf: VersionOf): Promise<readonly Column[]> {
  const columns: Column[] = [];
  const waiting = toolchains.entries();
  const total = toolchains.length * (edits.length + 1);
  let begun = 0;
  const onBuild = (toolchain: string, edit: string): void => {
    begun += 1;
    if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${begun}/${total} ${edit} ${toolchain}`);
    else if (edit === "base") process.stderr.write(`${begun}/${total} ${toolchain}\n`);
  };
  const work = async (): Promise<void> => {
    for (const [place, toolchain] of waiting)
      columns[place] = await runColumn(toolchain, edits, { onBuild, versionOf });
  };
  await Promise.all([work(), work()]);
  if (process.stderr.isTTY) process.stderr.write("\r\u001B[K");
  return columns;
}

const columns = await runColumns([...ANALYSES, ...TOOLCHAINS].filter(isChosen), byFingerprint);
const different = disagreements(columns);
console.log(`With the plugin\n\n${totalsTable(columns)}\n`);
const wrong = columns.filter(({ verdicts }) =>
  verdicts.some(({ falsely, missed }) => falsely.length + missed.length > 0),
);
if (wrong.length > 0) console.log(`${editsTable(wrong)}\n`);
for (const { edit, name, toolchains } of different.slice(0, 20)) {
  const lines = Object.entries(toolchains).map(([value, some]) => `  ${value} by ${some.join("; ")}`);
  console.log(`${edit}: "${name}" has ${lines.length} values\n${lines.join("\n")}`);
}
if (different.length > 20) console.log(`and ${different.length - 20} more`);
if (different.length === 0)
  console.log("Each function has one value over all toolchains, in each state of the project\n");

const contrast = values.contrast === true ? await runColumns(WITHOUT_PLUGIN, byText) : [];
if (contrast.length > 0) {
  console.log(
    `Without the plugin, by the function's own text\n\n${totalsTable(contrast)}\n\n${editsTable(contrast)}\n`,
  );
}

if (values.json !== undefined) {
  const results = [
    ...columns.map((column) => ["plugin", column] as const),
    ...contrast.map((column) => ["text", column] as const),
  ];
  const rows = results.map(([version, { toolchain, base, verdicts, milliseconds }]) => ({
    version,
    toolchain,
    totals: totalsOf(verdicts),
    milliseconds: Math.round(milliseconds),
    ...(version === "plugin" && {
      fingerprints: Object.fromEntries(Object.entries(base).map(([name, { fingerprint }]) => [name, fingerprint])),
    }),
    edits: Object.fromEntries(verdicts.map(({ edit, falsely, missed }) => [edit.id, { falsely, missed }])),
  }));
  writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
}
process.exitCode = wrong.length > 0 || different.length > 0 || columns.length === 0 ? 1 : 0;
