/** Checks every TypeScript file of the project against the types of the runtimes it runs on, and that none is left out. */
import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { relative, sep } from "node:path";
import { installPeers } from "../bench/harness/install.ts";

/** Of these, the examples are projects of their own: they are checked where a test installs them. */
const IGNORED = ["**/node_modules/**", "dist/**", ".wrangler/**", "**/public/**", "examples/**"];

/** Deno checks these itself when it runs them. */
const CHECKED_ELSEWHERE = /^test\/runtime\/deno\//;

const withSlashes = (path: string): string => path.split(sep).join("/");
const files = (pattern: string): string[] => globSync(pattern, { exclude: IGNORED }).map(withSlashes).toSorted();

// Their types are needed too.
installPeers();
const seen = new Set<string>();
let failed = false;
for (const project of files("**/tsconfig.json")) {
  const { stdout, status } = spawnSync("tsc", ["-p", project, "--listFiles", "--pretty", "false"], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  const [listed, problems] = partition(stdout.split("\n"), (line) =>
    /^(?:\/|[A-Z]:).*\.(?:ts|tsx|mts|cts|json)$/i.test(line),
  );
  for (const path of listed) seen.add(withSlashes(relative(".", path)));
  if (status === 0) continue;
  failed = true;
  console.error(`${project}:\n${problems.join("\n")}`);
}

const unchecked = files("**/*.{ts,tsx}").filter((file) => !seen.has(file) && !CHECKED_ELSEWHERE.test(file));
if (unchecked.length > 0) console.error(`Checked by no tsconfig.json: ${unchecked.join(", ")}`);
process.exitCode = failed || unchecked.length > 0 ? 1 : 0;

function partition(lines: readonly string[], test: (line: string) => boolean): [string[], string[]] {
  return [lines.filter(test), lines.filter((line) => !test(line) && line !== "")];
}
