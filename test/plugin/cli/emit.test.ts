import { existsSync, lstatSync, mkdirSync, readdirSync, statSync, symlinkSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FILES, Shop, TIMEOUT_MS } from "./shop.ts";

const emit = ["fingerprint", "--emit", ".autocache"];

describe("autocache fingerprint --emit", { timeout: TIMEOUT_MS }, () => {
  it("writes a copy with the fingerprints in the code, and every line where it was", async () => {
    const shop = new Shop();
    const { code, out, err } = await shop.run(emit);
    expect([code, out, err]).toEqual([0, `.autocache written (6 changes): 6 files\n`, ""]);
    const copy = shop.read(".autocache/src/users.ts");
    expect(copy).toMatch(/cached\(loadUser, \{ name: "user", ttl: "5m" \}, \{ fp: "a1_[\w-]{22}", name: "user" \}\)/);
    for (const path of Object.keys(FILES)) {
      const [before, after] = [shop.read(path), shop.read(`.autocache/${path}`)];
      expect(after.split("\n")).toHaveLength(before.split("\n").length);
      if (path !== "src/users.ts") continue;
      expect(after.split("\n").slice(0, 7)).toEqual(before.split("\n").slice(0, 7));
    }
    expect(shop.read(".autocache/src/lib/text.ts")).toBe(shop.read("src/lib/text.ts"));
  });

  it("copies what is no code, and leaves out packages, built and hidden files", async () => {
    const shop = new Shop();
    shop.write("public/logo.bin", "\u0000\uFFFD");
    shop.write("wrangler.toml", "");
    for (const path of ["node_modules/a/index.js", "dist/a.js", ".git/config", ".dev.vars", "src/dist/b.js"]) {
      shop.write(path, "");
    }
    await shop.run(emit);
    expect(readdirSync(shop.path(".autocache")).toSorted()).toEqual([
      ".autocache-emit.json",
      "package.json",
      "public",
      "src",
      "wrangler.toml",
    ]);
    expect(shop.read(".autocache/public/logo.bin")).toBe("\u0000\uFFFD");
    expect(existsSync(shop.path(".autocache/src/dist"))).toBe(false);
  });

  it("takes along what a function reaches in a folder that is left out", async () => {
    const shop = new Shop();
    shop.write("src/dist/table.ts", "export const table = [1];\n");
    shop.edit("src/weather.ts", "city.length", "city.length + table.length");
    shop.edit("src/weather.ts", "import", `import { table } from "./dist/table.ts";\nimport`);
    await shop.run(emit);
    expect(shop.read(".autocache/src/dist/table.ts")).toBe("export const table = [1];\n");
  });

  it("leaves untouched what has not changed, and removes what is gone", async () => {
    const shop = new Shop();
    await shop.run(emit);
    const stamp = (path: string): unknown[] => {
      const { mtimeMs, ino } = statSync(shop.path(path));
      return [mtimeMs, ino];
    };
    const [users, text] = [stamp(".autocache/src/users.ts"), stamp(".autocache/src/lib/text.ts")];
    expect((await shop.run(emit)).out).toBe(".autocache unchanged: 6 files\n");
    shop.edit("src/lib/text.ts", "String(value)", "`${value}`");
    shop.remove("src/weather.ts");
    expect((await shop.run(emit)).out).toBe(".autocache written (4 changes): 5 files\n");
    expect(stamp(".autocache/src/users.ts")).not.toEqual(users);
    expect(stamp(".autocache/src/lib/text.ts")).not.toEqual(text);
    expect(existsSync(shop.path(".autocache/src/weather.ts"))).toBe(false);
    shop.remove("src/lib");
    shop.write("src/users.ts", "");
    shop.write("src/orders.ts", "");
    await shop.run(emit);
    expect(existsSync(shop.path(".autocache/src/lib"))).toBe(false);
  });

  it("writes a manifest beside the copy, and keeps files that are not its own", async () => {
    const shop = new Shop();
    const both = [...emit, "--out", ".autocache/manifest.json"];
    expect((await shop.run(both)).code).toBe(0);
    shop.write(".autocache/mine.txt", "mine");
    expect((await shop.run(both)).out).toBe(
      ".autocache unchanged: 6 files\n.autocache/manifest.json unchanged: 4 functions\n",
    );
    expect(shop.read(".autocache/mine.txt")).toBe("mine");
  });

  it("refuses a folder with the project in it, or with the files of somebody else", async () => {
    const shop = new Shop();
    const refusal = async (folder: string): Promise<string> => {
      const { code, err } = await shop.run(["fingerprint", "--emit", folder]);
      expect(code).toBe(2);
      return err;
    };
    expect(await refusal(".")).toBe(
      `Cannot emit to ".": the copy has a folder of its own: received one with the project in it\n`,
    );
    expect(await refusal("..")).toContain("received one with the project in it");
    expect(await refusal("src")).toBe(
      `Cannot emit to "src": the folder is empty or holds a copy: received other files in it\n`,
    );
    expect(await refusal("package.json")).toBe(
      `Cannot emit to "package.json": the copy is a folder: received a file\n`,
    );
    shop.write("copy/.autocache-emit.json", `{ "files": ["../src/users.ts"] }`);
    expect(await refusal("copy")).toContain("it lists the files of a copy: received something else");
    expect(existsSync(shop.path("src/users.ts"))).toBe(true);
  });

  it("writes nothing where a function has no sound fingerprint", async () => {
    const shop = new Shop();
    shop.edit("src/weather.ts", "return city.length", "return eval(city)");
    const { code, err } = await shop.run(emit);
    expect(code).toBe(2);
    expect(err).toMatch(/error\[eval\] [^\n]*\n1 error\nNothing was written\n$/);
    expect(existsSync(shop.path(".autocache"))).toBe(false);
  });

  it("links packages where they would not be found from the copy", async () => {
    const shop = new Shop();
    shop.write("packages/a/node_modules/b/index.js", "");
    shop.write("packages/a/index.ts", "export {};\n");
    shop.write("node_modules/c/index.js", "");
    await shop.run(emit);
    expect(lstatSync(shop.path(".autocache/packages/a/node_modules")).isSymbolicLink()).toBe(true);
    expect(existsSync(shop.path(".autocache/node_modules"))).toBe(false);
    const elsewhere = new Shop({});
    await shop.run(["fingerprint", "--emit", elsewhere.path("copy")]);
    expect(existsSync(elsewhere.path("copy/node_modules/c/index.js"))).toBe(true);
  });

  it("follows links, and is not caught in a circle", async () => {
    const shop = new Shop();
    mkdirSync(shop.path("assets"));
    symlinkSync(shop.path("package.json"), shop.path("assets/manifest.json"));
    symlinkSync(shop.path("."), shop.path("assets/round"));
    expect((await shop.run(emit)).code).toBe(0);
    expect(shop.read(".autocache/assets/manifest.json")).toBe(shop.read("package.json"));
    expect(existsSync(shop.path(".autocache/assets/round"))).toBe(false);
  });
});
