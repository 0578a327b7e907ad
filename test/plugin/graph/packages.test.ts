import { describe, expect, it } from "vitest";
import { installedFolderOf, type PackagesOption, Packages } from "../../../adapters/plugin/graph/packages.ts";
import { write } from "./fixture.ts";

describe("Packages", () => {
  const option: PackagesOption = { "*": "version", "@me/*": "source", "@me/deep-*": "ignore", "@me/one": "closure" };

  it("takes the mode of the pattern that says the most, however they are ordered", () => {
    for (const patterns of [option, Object.fromEntries(Object.entries(option).toReversed())]) {
      const packages = new Packages(write({}), patterns);
      expect(packages.modeOf("zed")).toBe("version");
      expect(packages.modeOf("@me/two")).toBe("source");
      expect(packages.modeOf("@me/deep-two")).toBe("ignore");
      expect(packages.modeOf("@me/one")).toBe("closure");
      expect(packages.modeOf("@me/one-more")).toBe("source");
    }
  });

  it("takes linked packages for source, unless a pattern names them", () => {
    const packages = new Packages(write({}), { "*": "version", "@me/*": "ignore" });
    expect(packages.modeOfLinked("zed")).toBe("source");
    expect(packages.modeOfLinked("@me/two")).toBe("ignore");
  });

  it("identifies by what is loaded, in a circle too, and by where it is found", () => {
    const files = {
      "node_modules/a/package.json": '{"name":"a","version":"1.0.0","dependencies":{"b":"*"}}',
      "node_modules/a/node_modules/b/package.json":
        '{"name":"b","version":"2.0.0","peerDependencies":{"a":"*"},"optionalDependencies":{"gone":"*"}}',
      "node_modules/b/package.json": '{"name":"b","version":"1.0.0"}',
    };
    const identity = (changed: Readonly<Record<string, string>>): string => {
      const folder = write({ ...files, ...changed });
      return new Packages(folder).identify(`${folder}/node_modules/a`, "closure").identity;
    };
    const base = identity({});
    expect(identity({})).toBe(base);
    expect(identity({ "node_modules/b/package.json": '{"name":"b","version":"1.0.1"}' })).toBe(base);
    const inner = "node_modules/a/node_modules/b/package.json";
    expect(identity({ [inner]: '{"name":"b","version":"2.0.1"}' })).not.toBe(base);
    expect(identity({ "node_modules/gone/package.json": '{"name":"gone","version":"1.0.0"}' })).not.toBe(base);
  });

  it("takes a package without a name or a version for what its folder is called", () => {
    const folder = write({ "node_modules/@me/bare/package.json": "{", "node_modules/@me/bare/i.js": "" });
    const { label } = new Packages(folder).identify(`${folder}/node_modules/@me/bare`, "version");
    expect(label).toBe("@me/bare@");
  });
});

describe("installedFolderOf()", () => {
  it.each([
    ["/repo/node_modules/zed/lib/i.js", "/repo/node_modules/zed"],
    ["/repo/node_modules/@me/zed/i.js", "/repo/node_modules/@me/zed"],
    ["/repo/node_modules/.pnpm/zed@1.0.0/node_modules/zed/i.js", "/repo/node_modules/.pnpm/zed@1.0.0/node_modules/zed"],
    ["/repo/node_modules/a/node_modules/b/i.js", "/repo/node_modules/a/node_modules/b"],
    ["/repo/src/node_modules.ts", undefined],
    ["/repo/src/a.ts", undefined],
    ["C:/repo/node_modules/zed/i.js", "C:/repo/node_modules/zed"],
  ])("finds of %s %s", (file, folder) => {
    expect(installedFolderOf(file, "/repo")).toBe(folder);
  });

  it("does not take a project for installed that stands below such a folder itself", () => {
    const root = "/repo/node_modules/.cache/project";
    expect(installedFolderOf(`${root}/src/a.ts`, root)).toBeUndefined();
    expect(installedFolderOf(`${root}/node_modules/zed/i.js`, root)).toBe(`${root}/node_modules/zed`);
  });
});
