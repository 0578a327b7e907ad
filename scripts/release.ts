/**
 * `npm run release`: makes a version of what waits in .changeset/ and below "Unreleased" in CHANGELOG.md, in the files alone: the
 * workflow opens a pull request with them. `--check` tells whether the version of package.json is ready to be published.
 */
import { execFileSync } from "node:child_process";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { hasVersion, notesOfChangeset, withVersion } from "./release/changelog.ts";

interface Versioned {
  readonly version: string;
}

const { values } = parseArgs({ options: { check: { type: "boolean" } } });
const readText = (path: string): string => readFileSync(path, "utf8");
const readVersioned = (path: string): Versioned => JSON.parse(readText(path)) as Versioned;

function prepare(): void {
  const notes = pending().map((path) => notesOfChangeset(readText(path)));
  if (notes.length > 0) execFileSync("changeset", ["version"], { stdio: "inherit" });
  const { version } = readVersioned("package.json");
  const day = new Date().toISOString().slice(0, 10);
  writeFileSync("CHANGELOG.md", withVersion(readText("CHANGELOG.md"), notes, version, day));
  setVersion("jsr.json", version, 1);
  // The lockfile says it at its top, and of the package at the root.
  setVersion("package-lock.json", version, 2);
  console.log(`${version} is ready: look at CHANGELOG.md`);
}

function pending(): string[] {
  return globSync(".changeset/*.md").filter((path) => !path.endsWith("README.md"));
}

/** Changes the version and nothing else: each file has a form of its own. */
function setVersion(path: string, version: string, places: number): void {
  let left = places;
  const text = readText(path).replaceAll(/^( {2,6}"version": )"[^"]+"/gm, (line, before: string) =>
    left-- > 0 ? `${before}"${version}"` : line,
  );
  writeFileSync(path, text);
}

function check(): void {
  const { version } = readVersioned("package.json");
  const others = ["jsr.json", "package-lock.json"].filter((path) => readVersioned(path).version !== version);
  const problems = [
    ...others.map((path) => `${path} has another version than package.json`),
    ...(hasVersion(readText("CHANGELOG.md"), version) ? [] : [`CHANGELOG.md says nothing of ${version}`]),
    ...pending().map((path) => `${path} waits for the next version`),
  ];
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
}

if (values.check === true) check();
else prepare();
