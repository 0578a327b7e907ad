import { existsSync, readdirSync, readFileSync } from "node:fs";
import { digestOf } from "../source/digest.ts";
import { asRecord, parseJsonc, textsIn } from "./jsonc.ts";
import { splitId } from "./lockfile-json.ts";
import { isAbsolutePath, joinPath } from "./paths.ts";

/**
 * The patches that a project makes to its packages: those of patch-package, pnpm, Bun and Yarn.
 *
 * A package counts with all patches that name it, of whatever version: one that is not applied costs hits, never a
 * wrong value.
 */
export class Patches {
  readonly #digests = new Map<string, Set<string>>();

  /** Takes the folders where patches may be named: the project's, and that of its lock file. */
  constructor(folders: Iterable<string>) {
    for (const folder of folders) {
      const manifest = readManifest(joinPath(folder, "package.json"));
      this.#addFolder(joinPath(folder, "patches"), patchPackageName);
      this.#addFolder(joinPath(folder, ".yarn/patches"), yarnName);
      this.#addListed(folder, textsIn(manifest["patchedDependencies"]));
      this.#addListed(folder, textsIn(asRecord(manifest["pnpm"])["patchedDependencies"]));
      this.#addListed(folder, readPnpmWorkspace(joinPath(folder, "pnpm-workspace.yaml")));
      for (const field of ["resolutions", "dependencies", "devDependencies"]) {
        for (const range of Object.values(textsIn(manifest[field]))) this.#addYarn(folder, range);
      }
    }
  }

  /** The digests of the patches that name the package, sorted. */
  of(name: string): readonly string[] {
    return [...(this.#digests.get(name) ?? [])].sort();
  }

  #addFolder(folder: string, nameOf: (file: string) => string | undefined): void {
    if (!existsSync(folder)) return;
    for (const file of readdirSync(folder)) {
      const name = file.endsWith(".patch") ? nameOf(file.slice(0, -".patch".length)) : undefined;
      if (name !== undefined) this.#add(name, joinPath(folder, file));
    }
  }

  #addListed(folder: string, listed: Readonly<Record<string, string>>): void {
    for (const [id, file] of Object.entries(listed)) this.#add(splitId(id)[0], joinPath(folder, file));
  }

  /** `patch:left-pad@npm%3A1.0.0#~/.yarn/patches/left-pad.patch`. */
  #addYarn(folder: string, range: string): void {
    const [, id, files = ""] = /^patch:([^#]+)#([^:]+)/.exec(range) ?? [];
    if (id === undefined) return;
    for (const file of files.split("&")) {
      const path = file.replace(/^(?:optional!)?(?:~\/)?/, "");
      if (!path.startsWith("builtin<")) this.#add(splitId(decodeURIComponent(id))[0], joinPath(folder, path));
    }
  }

  #add(name: string, file: string): void {
    // A patch that is not there fails the install, not the fingerprint.
    if (!isAbsolutePath(file) || !existsSync(file)) return;
    // Patches are text, and line endings are the checkout's.
    const digest = digestOf(readFileSync(file, "utf8").replaceAll("\r\n", "\n"));
    const known = this.#digests.get(name);
    if (known === undefined) this.#digests.set(name, new Set([digest]));
    else known.add(digest);
  }
}

/** `@scope+name+1.0.0+001+why`, or `outer++inner+1.0.0` for a package inside another. */
function patchPackageName(file: string): string | undefined {
  const own = file.slice(file.lastIndexOf("++") === -1 ? 0 : file.lastIndexOf("++") + 2);
  const name = /^(@[^+]+\+[^+]+|[^+@]+)\+\d/.exec(own)?.[1];
  return name?.replace("+", "/");
}

/** `@scope-name-npm-1.0.0-0123456789`: the first "-" of a scoped name was a "/". */
function yarnName(file: string): string | undefined {
  const slug = /^(.+)-npm-[^-]/.exec(file)?.[1];
  return slug?.startsWith("@") === true ? slug.replace("-", "/") : slug;
}

function readManifest(file: string): Readonly<Record<string, unknown>> {
  try {
    return asRecord(parseJsonc(readFileSync(file, "utf8")));
  } catch {
    return {};
  }
}

/** The paragraph `patchedDependencies` of pnpm-workspace.yaml: lines of `name@1.0.0: patches/name.patch`. */
function readPnpmWorkspace(file: string): Readonly<Record<string, string>> {
  if (!existsSync(file)) return {};
  const [, paragraph = ""] =
    /^patchedDependencies:[^\n]*\n((?:[ \t]+[^\n]*\n?|[ \t]*\n)*)/m.exec(readFileSync(file, "utf8")) ?? [];
  const lines = paragraph.split(/\r?\n/).map((line) => /^\s+(['"]?)(.+?)\1:\s+(['"]?)(.+?)\3\s*$/.exec(line));
  return Object.fromEntries(lines.flatMap((line) => (line === null ? [] : [[line[2], line[4]]])));
}
