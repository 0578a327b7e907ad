import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const lockfile = JSON.parse(readFileSync("package-lock.json", "utf8")) as { packages: Record<string, Locked> };
const locked = Object.entries(lockfile.packages).filter(([path]) => path !== "");

/** Looks a package up as Node does: beside the dependent, then further up. */
function isLocked(name: string, dependent: string): boolean {
  const folders = dependent
    .split("/node_modules/")
    .map((_, i, all) => all.slice(0, all.length - i).join("/node_modules/"));
  return [...folders, ""].some((folder) => `${folder}/node_modules/${name}`.replace(/^\//, "") in lockfile.packages);
}

describe("package-lock.json", () => {
  it("names no registry, so that it is right on every machine", () => {
    expect(locked.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  });

  it("holds the version and the digest of every package", () => {
    const incomplete = locked.filter(([, { integrity, version }]) => integrity === undefined || version === undefined);
    expect(incomplete.map(([path]) => path)).toEqual([]);
  });

  it("locks the binaries of every platform, which npm leaves out when it finds only this one's", () => {
    const missing = locked.flatMap(([path, { dependencies, optionalDependencies }]) =>
      Object.keys({ ...dependencies, ...optionalDependencies })
        .filter((name) => !isLocked(name, path))
        .map((name) => `${path} -> ${name}`),
    );
    expect(missing).toEqual([]);
  });

  it.for(["workerd", "wrangler", "miniflare", "vite"])("installs one %s", (name) => {
    expect(locked.map(([path]) => path).filter((path) => path.endsWith(`node_modules/${name}`))).toHaveLength(1);
  });
});
