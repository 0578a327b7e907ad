import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DevServer } from "../../scripts/dev-server.ts";

/** What the examples are built and served from. */
const PARTS = [
  "adapters",
  "dist",
  "docs",
  "package-lock.json",
  "package.json",
  "scripts",
  "src",
  "tsconfig.base.json",
  "vite-example",
  "worker-example",
  "wrangler.toml",
];

/** Folders of results are each copy's own; packages are linked. */
const NOT_COPIED = /[\\/](?:vite-example[\\/]dist|\.wrangler|node_modules)$/;

/** A copy of this project with a state of its own: to be edited, and served anew with the state kept. */
export abstract class ProjectCopy {
  #written: { readonly name: string; readonly text: string } | undefined;
  readonly folder: string = realpathSync(mkdtempSync(join(tmpdir(), "autocache-example-")));
  #server: DevServer | undefined;

  constructor() {
    for (const part of [...PARTS, ...globSync("*.md")]) {
      cpSync(part, join(this.folder, part), { recursive: true, filter: (path) => !NOT_COPIED.test(path) });
    }
    // One link for each package: the tools keep caches beside the packages, and a copy has its own.
    mkdirSync(join(this.folder, "node_modules"));
    for (const name of readdirSync("node_modules").filter((entry) => !/^\.(?!bin$)/.test(entry))) {
      symlinkSync(join(process.cwd(), "node_modules", name), join(this.folder, "node_modules", name));
    }
  }

  protected abstract start(): Promise<DevServer>;

  /** The path of a file of the copy. */
  path(name: string): string {
    return join(this.folder, name);
  }

  read(name: string): string {
    return readFileSync(this.path(name), "utf8");
  }

  write(name: string, text: string): void {
    writeFileSync(this.path(name), text);
    this.#written = { name, text };
  }

  /** Saves the file that was written last once more. */
  saveAgain(): void {
    if (this.#written !== undefined) this.write(this.#written.name, this.#written.text);
  }

  edit(name: string, from: string | RegExp, to: string): void {
    const text = this.read(name);
    const edited = text.replace(from, to);
    if (edited === text) throw new Error(`Cannot edit ${name}: it does not contain ${String(from)}`);
    this.write(name, edited);
  }

  /** Serves the copy as it is now, after ending what served it before, and resolves with its address. */
  async serve(): Promise<string> {
    await this.stop();
    this.#server = await this.start();
    return this.#server.url;
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
    this.#server = undefined;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
