import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

type Packages = Readonly<Record<string, Locked>>;

function packagesOf(file: string): Packages {
  const { packages } = JSON.parse(readFileSync(file, "utf8")) as { readonly packages: Packages };
  return Object.fromEntries(Object.entries(packages).filter(([path]) => path !== ""));
}

/** Looks a package up as Node does: beside the dependent, then further up. */
function isLocked(packages: Packages, name: string, dependent: string): boolean {
  const folders = dependent
    .split("/node_modules/")
    .map((_, i, all) => all.slice(0, all.length - i).join("/node_modules/"));
  return [...folders, ""].some((folder) => `${folder}/node_modules/${name}`.replace(/^\//, "") in packages);
}

describe.each(["package-lock.json", "bench/package-lock.json"])("%s", (file) => {
  const packages = packagesOf(file);
  const locked = Object.entries(packages);

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
        .filter((name) => !isLocked(packages, name, path))
        .map((name) => `${path} -> ${name}`),
    );
    expect(missing).toEqual([]);
  });
});

describe("package-lock.json", () => {
  const paths = Object.keys(packagesOf("package-lock.json"));

  it.for(["workerd", "wrangler", "miniflare", "vite"])("installs one %s", (name) => {
    expect(paths.filter((path) => path.endsWith(`node_modules/${name}`))).toHaveLength(1);
  });
});
