/**
 * `node test/plugin/matrix/golden/write.ts`: writes golden.json. New specimens are added; what has changed is refused as
 * long as the algorithm has the same name, because every user would lose every entry without a word.
 */
import { writeFileSync } from "node:fs";
import { changedNames, currentGolden, GOLDEN_FILE, readGolden } from "./values.ts";

const golden = readGolden();
const current = currentGolden();
const changed = golden?.algorithm === current.algorithm ? changedNames(golden, current) : [];
if (changed.length > 0) {
  console.error(
    `Cannot write "golden.json": values change with the algorithm's name alone, and "${current.algorithm}" has kept its own: received other values of\n  ${changed.join("\n  ")}`,
  );
  process.exitCode = 1;
} else {
  writeFileSync(GOLDEN_FILE, `${JSON.stringify(current, null, 2)}\n`);
  console.log(
    `${Object.keys({ ...current.sample, ...current.syntax }).length} fingerprints of "${current.algorithm}" written`,
  );
}
