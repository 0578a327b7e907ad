import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** A project in a folder of its own, with a library that keeps what is injected where a test can see it. */
export interface ProjectFolder {
  readonly root: string;
  path(name: string): string;
  read(name: string): string;
  write(name: string, text: string): void;
}

/** Makes a project for one test, which removes it. */
export function makeProject(files: Readonly<Record<string, string>>): ProjectFolder {
  const folder = keepProject(files);
  onTestFinished(() => removeProject(folder));
  return folder;
}

/** Makes a project that several tests use. */
export function keepProject(files: Readonly<Record<string, string>>): ProjectFolder {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "autocache-plugin-")));
  const path = (name: string): string => join(root, name);
  const folder: ProjectFolder = {
    root,
    path,
    read: (name) => readFileSync(path(name), "utf8"),
    write(name, text) {
      mkdirSync(dirname(path(name)), { recursive: true });
      writeFileSync(path(name), text);
    },
  };
  const manifest = JSON.stringify({ name: "project", private: true, type: "module" });
  for (const [name, text] of Object.entries({ "package.json": manifest, ...LIBRARY, ...files }))
    folder.write(name, text);
  return folder;
}

export function removeProject({ root }: ProjectFolder): void {
  rmSync(root, { recursive: true, force: true, maxRetries: 3 });
}

const LIBRARY: Readonly<Record<string, string>> = {
  "node_modules/@autocache/edge/package.json": JSON.stringify({
    name: "@autocache/edge",
    version: "0.0.0",
    type: "module",
    exports: { ".": "./index.js", "./hono": "./hono.js", "./http": "./http.js" },
  }),
  "node_modules/@autocache/edge/index.js": `
    const keep = (fn, record) => Object.assign((...args) => fn(...args), { record: record ?? fn[Symbol.for("autocache.fingerprint")] });
    export function cached(target, options, record) {
      if (typeof target === "function") return keep(target, record);
      return (fn, context, other) => keep(fn, context === undefined ? other : options);
    }
    export const createCache = () => ({ cached, cachedBatch: cached });
  `,
  "node_modules/@autocache/edge/http.js": `export { cached as cachedHandler } from "./index.js";`,
  "node_modules/@autocache/edge/hono.js": `export const routeCache = (options, record) => ({ record });`,
};
