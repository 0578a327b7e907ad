import { readdirSync, statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Shop, TIMEOUT_MS, withoutValues } from "./shop.ts";

const header = `import { cached } from "@autocache/edge";\n`;

describe("autocache fingerprint", { timeout: TIMEOUT_MS }, () => {
  it("prints a table of all functions", async () => {
    const { code, out, err } = await new Shop().run(["fingerprint"]);
    expect([code, err]).toEqual([0, ""]);
    expect(withoutValues(out)).toBe(
      [
        "order     a1_AAAAAAAAAAAAAAAAAAAAAA  src/orders.ts:5",
        "invoice   a1_BBBBBBBBBBBBBBBBBBBBBB  src/orders.ts:13",
        "user      a1_CCCCCCCCCCCCCCCCCCCCCC  src/users.ts:8",
        "forecast  a1_DDDDDDDDDDDDDDDDDDDDDD  src/weather.ts:3",
        "",
      ].join("\n"),
    );
  });

  it("looks in the files and folders that are named", async () => {
    const shop = new Shop();
    shop.write("other/news.ts", `${header}export const news = cached(async function news() {});\n`);
    const names = async (...paths: string[]): Promise<string[]> =>
      (await shop.run(["fingerprint", ...paths])).out.split("\n").flatMap((line) => line.split(" ")[0] || []);
    expect(await names("other")).toEqual(["news"]);
    expect(await names("src/users.ts", "other")).toEqual(["news", "user"]);
    shop.write("autocache.config.mjs", `export default { include: ["other/**", /weather/] };\n`);
    expect(await names()).toEqual(["news", "forecast"]);
  });

  it("leaves out packages, built and hidden folders, and declarations", async () => {
    const text = `${header}export const no = cached(async function no() {});\n`;
    const shop = new Shop({
      "index.ts": text.replaceAll("no", "yes"),
      "dist/a.js": text,
      "node_modules/a/index.js": text,
      ".hidden/a.ts": text,
      "a.d.ts": `declare const no: number;\n`,
    });
    expect((await shop.run(["fingerprint"])).out).toMatch(/^yes .*\n$/);
  });

  it("prints what each function captures", async () => {
    const shop = new Shop({
      "src/a.ts": `${header}export function make(weight: number, rate: number) {
  return cached(async function weighed(value: number) { return value * weight * rate; });
}\n`,
    });
    expect(withoutValues((await shop.run(["fingerprint"])).out)).toBe(
      "weighed  a1_AAAAAAAAAAAAAAAAAAAAAA  src/a.ts:3  captures weight, rate\n",
    );
  });

  it("prints JSON", async () => {
    const shop = new Shop();
    const { functions } = JSON.parse((await shop.run(["fingerprint", "src/users.ts", "--json"])).out) as {
      functions: unknown[];
    };
    expect(functions).toEqual([
      {
        name: "user",
        file: "src/users.ts",
        line: 8,
        column: 21,
        fingerprint: expect.stringMatching(/^a1_/),
        captured: [],
      },
    ]);
  });

  it("says so where there is no cached function", async () => {
    const shop = new Shop({ "src/a.ts": "export const a = 1;\n" });
    expect(await shop.run(["fingerprint"])).toEqual({ code: 0, out: "", err: "No cached function in 1 module\n" });
  });

  it("counts what the build replaces, if it is read", async () => {
    const shop = new Shop();
    shop.edit("src/weather.ts", "city.length", "city.length + REGION");
    const values = async (...args: string[]): Promise<string[]> =>
      (await shop.run(["fingerprint", ...args])).out.match(/a1_[\w-]+/g) ?? [];
    const [none, one, two] = [
      await values(),
      await values("--define", "REGION=1"),
      await values("--define", "REGION=2", "--define", "OTHER=a=b"),
    ];
    const changed = (a: string[], b: string[]): boolean[] => a.map((value, index) => value !== b[index]);
    expect(changed(none, one)).toEqual([false, false, false, true]);
    expect(changed(one, two)).toEqual([false, false, false, true]);
    shop.write("autocache.config.json", `{ "defines": { "REGION": "2" } }`);
    expect(await values()).toEqual(two);
  });

  it("tells what is wrong with the code on standard error, each thing once, and counts it", async () => {
    const shop = new Shop();
    shop.edit(
      "src/lib/text.ts",
      "export function pad",
      "let width = 0;\nexport const widen = () => width++;\nexport function pad",
    );
    shop.edit("src/lib/text.ts", "padStart(width,", "padStart(width + widen(),");
    const { code, err } = await shop.run(["fingerprint"]);
    expect(code).toBe(0);
    expect(err).toMatch(/^src\/lib\/text\.ts:\d+:\d+ warning\[mutable\] [^\n]*\n1 warning\n$/);
  });

  it("ends with 2 where a function has no sound fingerprint", async () => {
    const shop = new Shop();
    shop.edit("src/weather.ts", "return city.length", "return eval(city)");
    const { code, out, err } = await shop.run(["fingerprint"]);
    expect(code).toBe(2);
    expect(out).toMatch(/\nforecast {2}none +src\/weather\.ts:3\n$/);
    expect(err).toMatch(/\n1 error\n$/);
  });
});

describe("autocache fingerprint --out", { timeout: TIMEOUT_MS }, () => {
  it("writes a manifest of fingerprints by name, and only if it has changed", async () => {
    const shop = new Shop();
    expect(await shop.run(["fingerprint", "--out", "build/manifest.json"])).toEqual({
      code: 0,
      out: "build/manifest.json written: 4 functions\n",
      err: "",
    });
    const text = shop.read("build/manifest.json");
    expect(withoutValues(text)).toBe(
      `${JSON.stringify(
        {
          format: 1,
          functions: Object.fromEntries(
            ["forecast", "invoice", "order", "user"].map((name, i) => [name, { fp: `a1_${"ABCD"[i]?.repeat(22)}` }]),
          ),
        },
        null,
        2,
      )}\n`,
    );
    const { mtimeMs, ino } = statSync(shop.path("build/manifest.json"));
    expect((await shop.run(["fingerprint", "--out", "build/manifest.json"])).out).toBe(
      "build/manifest.json unchanged: 4 functions\n",
    );
    expect(statSync(shop.path("build/manifest.json"))).toMatchObject({ mtimeMs, ino });
    expect(readdirSync(shop.path("build"))).toEqual(["manifest.json"]);
  });

  it("has the fingerprint before from the lock file", async () => {
    const shop = new Shop();
    await shop.run(["lock"]);
    const previous = shop.lock().functions["user"]?.fingerprint;
    shop.edit("src/users.ts", "`user ", "`person ");
    await shop.run(["fingerprint", "--out", "manifest.json"]);
    expect(JSON.parse(shop.read("manifest.json"))).toMatchObject({ functions: { user: { previous } } });
  });

  it("refuses functions that cannot be found by name, with file and line, and writes nothing", async () => {
    const shop = new Shop({
      "src/a.ts": `${header}
export const load = cached(async (id: number) => id);
export default [cached(async (id: number) => id + 1)];
export const twin = cached(async () => 2, { name: "twin" });
export const other = cached(async () => 3, { name: "twin" });
export function make(rate: number) {
  return cached(async function rated(value: number) { return value * rate; });
}
`,
      "manifest.json": "before",
    });
    const { code, out, err } = await shop.run(["fingerprint", "--out", "manifest.json"]);
    expect([code, out, shop.read("manifest.json")]).toEqual([2, "", "before"]);
    const lines = err
      .split("\n")
      .map((line) => /^(src\/a\.ts:\d+):\d+ (error\[[\w-]+\])/.exec(line)?.slice(1).join(" "));
    expect(lines).toContain("src/a.ts:4 error[missing-name]");
    expect(lines).toContain("src/a.ts:6 error[duplicate-name]");
    expect(lines).toContain("src/a.ts:8 error[capture]");
    expect(err).toMatch(/\n\d errors[^\n]*\nNothing was written\n$/);
    expect(err).toContain(
      `Cannot list "twin" in the manifest: a name stands for one function: received another at src/a.ts:5`,
    );
  });

  it("takes an arrow function by the name that it is given to", async () => {
    const shop = new Shop({
      "src/a.ts": `${header}const load = async (id: number) => id;\nexport const loaded = cached(load);\n`,
    });
    expect((await shop.run(["fingerprint", "--out", "manifest.json"])).code).toBe(0);
    expect(Object.keys((JSON.parse(shop.read("manifest.json")) as { functions: object }).functions)).toEqual(["load"]);
  });
});

describe("autocache fingerprint --module", { timeout: TIMEOUT_MS }, () => {
  it("writes a module that registers the manifest", async () => {
    const shop = new Shop();
    await shop.run(["fingerprint", "src/users.ts", "--module", "autocache.gen.ts"]);
    expect(withoutValues(shop.read("autocache.gen.ts"))).toBe(
      [
        "// Written by `autocache fingerprint --module`: do not edit.",
        `import { registerManifest } from "@autocache/edge";`,
        "",
        "registerManifest({",
        `  "format": 1,`,
        `  "functions": {`,
        `    "user": {`,
        `      "fp": "a1_AAAAAAAAAAAAAAAAAAAAAA"`,
        "    }",
        "  }",
        "});",
        "",
      ].join("\n"),
    );
  });

  it("is in no fingerprint, whether it is there or not", async () => {
    const shop = new Shop();
    shop.edit("src/users.ts", "import { cached", `import "./autocache.gen.ts";\nimport { cached`);
    const write = async (): Promise<string> => {
      expect(await shop.run(["fingerprint", "--module", "src/autocache.gen.ts"])).toMatchObject({ code: 0, err: "" });
      return shop.read("src/autocache.gen.ts");
    };
    const first = await write();
    expect(await write()).toBe(first);
    shop.edit("src/weather.ts", "city.length", "city.length + 1");
    const user = (text: string): string | undefined => /"user": \{\s*"fp": "([^"]+)"/.exec(text)?.[1];
    const second = await write();
    expect([second === first, user(second)]).toEqual([false, user(first)]);
  });

  it("has the one name that fingerprints leave out", async () => {
    const { code, err } = await new Shop().run(["fingerprint", "--module", "src/manifest.ts"]);
    expect([code, err]).toEqual([
      2,
      `Cannot write "src/manifest.ts": the module is called autocache.gen.ts (or .js, .mts, .mjs, .cts, .cjs), because fingerprints leave that name out: received another name\n`,
    ]);
  });
});
