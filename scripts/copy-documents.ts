/**
 * Copies what the example Worker works on into its static assets: this project's own documents with an index, and
 * facts about the packages it is built with. Run by wrangler before each build: `[build]` in wrangler.toml.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { PACKAGE_NAMES } from "../worker-example/data.ts";
import type { DocumentEntry, PackageFacts } from "../worker-example/data.ts";

const DATA_FOLDER = "worker-example/public/data";
const FOLDERS = ["docs", "src", "adapters", "scripts", "worker-example", "worker-example/public"] as const;
const LANGUAGES: Readonly<Record<string, string>> = {
  "": "text",
  ".md": "markdown",
  ".ts": "typescript",
  ".js": "typescript",
  ".css": "css",
  ".toml": "toml",
};

function documentPaths(): string[] {
  const top = readdirSync(".").filter((name) => /\.md$|^LICENSE$|^wrangler\.toml$/.test(name));
  const below = FOLDERS.flatMap((folder) =>
    // The example's own folder is not read recursively: its assets hold the copies.
    readdirSync(folder, { recursive: !folder.startsWith("worker-example"), encoding: "utf8" }).map((name) =>
      join(folder, name).replaceAll("\\", "/"),
    ),
  );
  // Some folders have packages of their own, once they have run.
  const own = [...top, ...below].filter((path) => !path.includes("/node_modules/"));
  return own.filter((path) => languageOf(path) !== undefined).sort();
}

function languageOf(path: string): string | undefined {
  return statSync(path).isFile() ? LANGUAGES[extname(path)] : undefined;
}

function copyDocument(path: string): DocumentEntry {
  const text = readFileSync(path, "utf8");
  // As text, so that no tool takes the copy for a module of the project.
  put(`sources/${path}.txt`, text);
  return {
    path,
    language: languageOf(path) ?? "text",
    lines: text.split("\n").length,
    digest: createHash("sha256").update(text).digest("base64url").slice(0, 16),
  };
}

function readFacts(name: string): PackageFacts {
  const manifest: Record<string, unknown> = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
  return {
    name,
    version: String(manifest["version"]),
    license: String(manifest["license"] ?? "unknown"),
    description: String(manifest["description"] ?? ""),
    dependencies: Object.keys(manifest["dependencies"] ?? {}).length,
  };
}

/** Leaves a file that is right as it is: wrangler watches this folder too, and would build without end. */
function put(name: string, text: string): void {
  const path = join(DATA_FOLDER, name);
  wanted.add(path);
  if (existsSync(path) && readFileSync(path, "utf8") === text) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function removeOthers(): void {
  for (const entry of readdirSync(DATA_FOLDER, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !wanted.has(path)) rmSync(path);
  }
}

const wanted = new Set<string>();
const documents = documentPaths().map(copyDocument);
put("documents.json", JSON.stringify(documents));
put("packages.json", JSON.stringify(PACKAGE_NAMES.map(readFacts)));
removeOthers();
console.log(`Copied ${documents.length} documents and ${PACKAGE_NAMES.length} packages' facts to ${DATA_FOLDER}`);
