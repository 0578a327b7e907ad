import { readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { Project } from "../../../adapters/plugin/graph/project.ts";
import { CACHED, type Files, put, write } from "./fixture.ts";

const FILES: Files = {
  "a.ts": `${CACHED}import { f } from "./b";\ncached((x: number) => f(x), { name: "x" });`,
  "b.ts": 'import { cache } from "./c";\nexport const f = cache.cached((x: number) => x + 1, { name: "f", ttl: 1 });',
  "c.ts": 'import { createCache } from "@autocache/edge";\nexport const cache = createCache();',
};

function run(folder: string, cacheDir: string | false = "cache"): readonly unknown[] {
  const project = new Project({ root: folder, cacheDir });
  const sites = ["a.ts", "b.ts"].flatMap((file) => project.sites(join(folder, file)));
  const told = sites.map((site) => ({
    ...site,
    told: project.diagnostics(site),
    declared: project.declarations(site),
  }));
  project.save();
  return told;
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(join(folder, "cache")).map((name) => join(folder, "cache", name));
}

describe("the disk cache", () => {
  it("gives the same as without it", () => {
    const folder = write(FILES);
    const without = run(folder, false);
    expect(run(folder)).toEqual(without);
    expect(filesIn(folder)).toHaveLength(1);
    expect(run(folder)).toEqual(without);
    expect(filesIn(folder)).toHaveLength(1);
  });

  it("is what is read: a file that is in it is not parsed again", () => {
    const folder = write(FILES);
    run(folder);
    const [file = ""] = filesIn(folder);
    const text = readFileSync(file, "utf8");
    // Not as it was written, hence not believed; as it was written, it is.
    writeFileSync(file, text.replaceAll('"line":3', '"line":333'));
    expect(JSON.stringify(run(folder))).not.toContain("333");
  });

  it.each([
    ["cut off", (text: string) => text.slice(0, text.length / 2)],
    ["full of zeros", (text: string) => text.replaceAll(/./g, "\0")],
    ["empty", () => ""],
    ["of somebody else", () => "key digest {}\nother\n\n \n"],
    ["edited", (text: string) => text.replaceAll("digest", "tsegid")],
    ["of other keys", (text: string) => text.replaceAll(/^\S+/gm, "x".repeat(43))],
  ])("survives a file that is %s", (_, damage) => {
    const folder = write(FILES);
    const before = run(folder);
    for (const file of filesIn(folder)) writeFileSync(file, damage(readFileSync(file, "utf8")));
    expect(run(folder)).toEqual(before);
    expect(run(folder)).toEqual(before);
  });

  it("leaves alone what else is in its folder", () => {
    const folder = write({ ...FILES, "cache/mine.txt": "mine", "cache/odd.summaries": "odd" });
    run(folder);
    run(folder);
    expect(readFileSync(join(folder, "cache/mine.txt"), "utf8")).toBe("mine");
    expect(readFileSync(join(folder, "cache/odd.summaries"), "utf8")).toBe("odd");
  });

  it("does not take what was known of one setting for another", () => {
    const folder = write({ "a.ts": `${CACHED}cached(() => [__V__, ENV], { name: "x" });` });
    const fingerprint = (defines: Record<string, string>): string | undefined => {
      const project = new Project({ root: folder, cacheDir: "cache", defines });
      const [site] = project.sites(join(folder, "a.ts"));
      project.save();
      return site?.fingerprint;
    };
    const values = [{}, { __V__: "1" }, { __V__: "2" }, { ENV: "1" }].map(fingerprint);
    expect(new Set(values).size).toBe(4);
    expect([{}, { __V__: "1" }, { __V__: "2" }, { ENV: "1" }].map(fingerprint)).toEqual(values);
  });

  it("does not take a text for the same text of another language", () => {
    // A call in TypeScript, and two comparisons in JavaScript.
    const text = `${CACHED}cached(() => f<g>(1), { name: "x" }); function f(x) { return x } const g = 1;`;
    const folder = write({ "a.ts": text, "b.js": text });
    const values = (cacheDir: string | false): readonly unknown[] => {
      const project = new Project({ root: folder, cacheDir });
      const sites = ["a.ts", "b.js"].flatMap((file) => project.sites(join(folder, file)));
      project.save();
      return sites.map(({ fingerprint }) => fingerprint);
    };
    const expected = values(false);
    expect(new Set(expected).size).toBe(2);
    expect(values("cache")).toEqual(expected);
    expect(values("cache")).toEqual(expected);
  });

  it("becomes one file where there are many, and keeps what is newest", () => {
    const folder = write(FILES);
    for (let n = 0; n < 60; n++) {
      put(folder, { "b.ts": `export const f = (x: number) => x + ${n};` });
      run(folder);
    }
    expect(filesIn(folder).length).toBeLessThanOrEqual(25);
    expect(
      filesIn(folder)
        .map((file) => readFileSync(file, "utf8"))
        .join("")
        .match(/\n/g),
    ).toHaveLength(61);
  });

  it("never fails: not where its folder is a file, nor where it is gone", () => {
    const folder = write({ ...FILES, cache: "a file" });
    const without = run(folder, false);
    expect(run(folder)).toEqual(without);
    const project = new Project({ root: folder, cacheDir: "other" });
    project.sites(join(folder, "a.ts"));
    project.save();
    rmSync(join(folder, "other"), { recursive: true });
    project.invalidate();
    expect(project.sites(join(folder, "a.ts"))).toHaveLength(1);
  });

  it("is in node_modules if that is there, and nowhere else", () => {
    const folder = write(FILES);
    const look = (): void => {
      const project = new Project({ root: folder });
      project.sites(join(folder, "a.ts"));
      project.save();
    };
    look();
    expect(readdirSync(folder)).not.toContain("node_modules");
    put(folder, { "node_modules/.keep": "" });
    look();
    expect(readdirSync(join(folder, "node_modules/.cache/autocache"))).toHaveLength(1);
  });

  it("is written soon by itself", async () => {
    const folder = write(FILES);
    const project = new Project({ root: folder, cacheDir: "cache" });
    project.sites(join(folder, "a.ts"));
    onTestFinished(() => project.save());
    await expect.poll(() => readdirSync(folder)).toContain("cache");
  });

  it("prefers what was written last", () => {
    const folder = write(FILES);
    run(folder);
    for (const file of filesIn(folder)) utimesSync(file, 0, 0);
    put(folder, { "c.ts": "export const cache = { cached: (fn: any) => fn };" });
    const changed = run(folder);
    expect(changed).toEqual(run(folder, false));
    expect(run(folder)).toEqual(changed);
  });
});
