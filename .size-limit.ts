import type { Check } from "size-limit";
import { exportedFiles } from "./scripts/exported.ts";
import { ENTRIES, importsOf, type Imports } from "./scripts/size/entries.ts";

const files = exportedFiles();

/** size-limit imports files; the exports of package.json say which. */
function filesOf(imports: Imports): Record<string, string> {
  return Object.fromEntries(Object.entries(imports).map(([subpath, names]) => [files.get(subpath) ?? subpath, names]));
}

const checks: Check[] = ENTRIES.map((entry) => {
  const imported = filesOf(importsOf(entry));
  return {
    name: entry.name,
    path: Object.keys(imported),
    import: imported,
    gzip: true,
    // Peers are external, which size-limit sees to; in an ES module, they need no stand-in for `require`.
    modifyEsbuildConfig: (config) => Object.assign(config ?? {}, { format: "esm" }) as NonNullable<typeof config>,
    // What comes on top of another entry is a difference, whose limit scripts/size.ts holds to.
    ...(entry.besides === undefined && { limit: `${entry.limitBytes} B` }),
  };
});

export default checks;
