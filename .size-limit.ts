import { readFileSync } from "node:fs";
import type { Check } from "size-limit";
import { ENTRIES, importsOf, type Imports } from "./scripts/size/entries.ts";

const manifest = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8")) as {
  readonly exports: Readonly<Record<string, { readonly default: string }>>;
};

/** size-limit imports files; the exports of package.json say which. */
function filesOf(imports: Imports): Record<string, string> {
  return Object.fromEntries(
    Object.entries(imports).map(([subpath, names]) => [manifest.exports[subpath]?.default ?? subpath, names]),
  );
}

const checks: Check[] = ENTRIES.map((entry) => {
  const files = filesOf(importsOf(entry));
  return {
    name: entry.name,
    path: Object.keys(files),
    import: files,
    gzip: true,
    // Peers are external, which size-limit sees to; in an ES module, they need no stand-in for `require`.
    modifyEsbuildConfig: (config) => Object.assign(config ?? {}, { format: "esm" }) as NonNullable<typeof config>,
    // What comes on top of another entry is a difference, whose limit scripts/size.ts holds to.
    ...(entry.besides === undefined && { limit: `${entry.limitBytes} B` }),
  };
});

export default checks;
