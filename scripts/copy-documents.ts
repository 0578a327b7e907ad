/**
 * Copies what the example Worker works on into its static assets: this project's own documents with an index, and
 * facts about the packages it is built with. Run by wrangler before each build: `[build]` in wrangler.toml.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
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
  return [...top, ...below].filter((path) => languageOf(path) !== undefined).sort();
}

function languageOf(path: string): string | undefined {
  return statSync(path).isFile() ? LANGUAGES[extname(path)] : undefined;
}

function copyDocument(path: string): DocumentEntry {
  const text = readFileSync(path, "utf8");
  // As text, so that no tool takes the copy for a module of the project.
  const target = join(DATA_FOLDER, "sources", `${path}.txt`);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
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

rmSync(DATA_FOLDER, { recursive: true, force: true });
const documents = documentPaths().map(copyDocument);
writeFileSync(join(DATA_FOLDER, "documents.json"), JSON.stringify(documents));
writeFileSync(join(DATA_FOLDER, "packages.json"), JSON.stringify(PACKAGE_NAMES.map(readFacts)));
console.log(`Copied ${documents.length} documents and ${PACKAGE_NAMES.length} packages' facts to ${DATA_FOLDER}`);
