import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";

interface Packed {
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

/** A little above what was measured; most of it is the build plugin and its source maps. */
const MAX_PACKED_BYTES = 700_000;
const MAX_UNPACKED_BYTES = 2_600_000;

const printed = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
  encoding: "utf8",
  stdio: ["ignore", "pipe", "ignore"],
});
const [packed] = JSON.parse(printed) as readonly [Packed];
const paths = packed.files.map(({ path }) => path);

/** What package.json points to, from whatever depth. */
function targetsOf(value: unknown): string[] {
  if (typeof value === "string") return value.startsWith("./") ? [value.slice(2)] : [];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(targetsOf) : [];
}

describe("the tarball", () => {
  it("has what is built and what a reader looks for, and nothing else", () => {
    const tops = new Set(paths.map((path) => path.split("/", 1)[0]));
    expect([...tops].toSorted()).toEqual(["CHANGELOG.md", "LICENSE", "README.md", "dist", "package.json"]);
    expect(paths.filter((path) => path.startsWith("dist/") && !/\.(?:js|d\.ts|js\.map)$/.test(path))).toEqual([]);
  });

  it("has every file that package.json names", () => {
    const { exports, imports, bin, sideEffects } = JSON.parse(readFileSync("package.json", "utf8")) as {
      readonly [field: string]: unknown;
    };
    const targets = targetsOf([exports, imports, bin, sideEffects]);
    expect(targets.length).toBeGreaterThan(15);
    expect(targets.filter((target) => !paths.includes(target))).toEqual([]);
  });

  it("has the sources in its source maps, for they are nowhere else in it", () => {
    const maps = paths.filter((path) => path.endsWith(".map"));
    const without = maps.filter((path) => {
      const map = JSON.parse(readFileSync(path, "utf8")) as { sources: string[]; sourcesContent?: (string | null)[] };
      return map.sources.some((_, index) => typeof map.sourcesContent?.[index] !== "string");
    });
    expect(maps.length).toBeGreaterThan(20);
    expect(without).toEqual([]);
  });

  it("has the declarations that its declarations import", () => {
    const missing = paths
      .filter((path) => path.endsWith(".d.ts"))
      .flatMap((path) =>
        [...readFileSync(path, "utf8").matchAll(/from "(\.[^"]+)\.js"/g)]
          .map(([, specifier]) => join(dirname(path), `${specifier}.d.ts`))
          .filter((target) => !existsSync(target)),
      );
    expect(missing).toEqual([]);
  });

  it("is not larger than it was, packed and unpacked", () => {
    expect(packed.size).toBeLessThan(MAX_PACKED_BYTES);
    expect(packed.unpackedSize).toBeLessThan(MAX_UNPACKED_BYTES);
  });
});
