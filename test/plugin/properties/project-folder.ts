import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, sep } from "node:path";
import { Project, type ProjectOptions } from "../../../adapters/plugin/graph/project.ts";

/** A project on disk, for as long as a test needs it. */
export class ProjectFolder {
  readonly root: string = realpathSync(mkdtempSync(join(tmpdir(), "autocache-properties-")))
    .split(sep)
    .join("/");

  constructor(files: ReadonlyMap<string, string> = new Map()) {
    this.write("package.json", '{ "name": "generated", "version": "1.0.0", "type": "module" }');
    this.write("tsconfig.json", '{ "compilerOptions": { "target": "esnext" } }');
    for (const [path, text] of files) this.write(path, text);
  }

  write(path: string, text: string): void {
    const file = join(this.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  pathOf(path: string): string {
    return `${this.root}/${path}`;
  }

  open(options: ProjectOptions = {}): Project {
    return new Project({ root: this.root, cacheDir: false, ...options });
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** The fingerprints of the sites in some files, by their names. */
export function fingerprintsOf(project: Project, files: Iterable<string>): Map<string, string> {
  const fingerprints = new Map<string, string>();
  for (const file of files) {
    for (const { fingerprint, literalName = "" } of project.sites(file)) {
      if (fingerprint === undefined)
        throw new Error(`Cannot compare "${literalName}": it is sound: received no fingerprint`);
      fingerprints.set(literalName, fingerprint);
    }
  }
  return fingerprints;
}
