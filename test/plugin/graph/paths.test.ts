import { describe, expect, it } from "vitest";
import {
  foldersAbove,
  isAbsolutePath,
  joinPath,
  normalPath,
  parentOf,
  relativePath,
} from "../../../adapters/plugin/graph/paths.ts";

describe("normalPath()", () => {
  it.each([
    ["C:\\repo\\src\\a.ts", "C:/repo/src/a.ts"],
    ["c:\\repo\\a.ts", "C:/repo/a.ts"],
    ["c:/repo/a.ts", "C:/repo/a.ts"],
    ["\\\\?\\C:\\very\\long\\a.ts", "C:/very/long/a.ts"],
    ["\\\\?\\c:\\a.ts", "C:/a.ts"],
    ["\\\\server\\share\\a.ts", "//server/share/a.ts"],
    ["\\\\?\\UNC\\server\\share\\a.ts", "//server/share/a.ts"],
    ["C:\\repo\\mixed/with\\both.ts", "C:/repo/mixed/with/both.ts"],
  ])("writes %s as %s, wherever it runs", (path, normal) => {
    expect(normalPath(path, "\\")).toBe(normal);
    expect(normalPath(path, "/")).toBe(normal);
    expect(normalPath(normal)).toBe(normal);
  });

  it("takes a relative path apart on Windows alone, for elsewhere a backslash is a letter", () => {
    expect(normalPath("src\\a.ts", "\\")).toBe("src/a.ts");
    expect(normalPath("src\\a.ts", "/")).toBe("src\\a.ts");
    expect(normalPath("/repo/odd\\name.ts", "/")).toBe("/repo/odd\\name.ts");
  });
});

describe("paths", () => {
  it("finds the folder above, to the top of a drive and of the file system", () => {
    expect([...foldersAbove("C:/a/b/c.ts")]).toEqual(["C:/a/b", "C:/a", "C:/"]);
    expect([...foldersAbove("/a/b/c.ts")]).toEqual(["/a/b", "/a", "/"]);
    expect(parentOf("/")).toBeUndefined();
    expect(parentOf("C:/")).toBeUndefined();
  });

  it("joins and relates paths of both kinds", () => {
    expect(joinPath("C:/a/b", "../c.ts")).toBe("C:/a/c.ts");
    expect(joinPath("//server/share/a", "../c.ts")).toBe("//server/share/c.ts");
    expect(joinPath("/a", "C:/b.ts")).toBe("C:/b.ts");
    expect(joinPath("/a/b", "./c.ts")).toBe("/a/b/c.ts");
    expect(relativePath("C:/a/b", "C:/a/c/d.ts")).toBe("../c/d.ts");
    expect(relativePath("/a", "/a/b.ts")).toBe("b.ts");
  });

  it("knows what starts at the top", () => {
    expect(["/a", "C:/a", "d:/a"].every(isAbsolutePath)).toBe(true);
    expect(["a", "./a", "npm:a", "c:a"].some(isAbsolutePath)).toBe(false);
  });
});
