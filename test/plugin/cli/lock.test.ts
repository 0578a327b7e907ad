import { statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Shop, TIMEOUT_MS } from "./shop.ts";

describe("autocache lock", { timeout: TIMEOUT_MS }, () => {
  it("writes each function with its fingerprint, file and declarations, sorted", async () => {
    const shop = new Shop();
    expect(await shop.run(["lock"])).toEqual({
      code: 0,
      out: "autocache.lock.json written: 4 functions, 4 new\n",
      err: "",
    });
    const { format, algorithm, functions } = shop.lock();
    expect([format, algorithm, Object.keys(functions)]).toEqual([1, "a1", ["forecast", "invoice", "order", "user"]]);
    const { user } = functions;
    expect(user?.fingerprint).toMatch(/^a1_[\w-]{22}$/);
    expect(user?.at).toBe("src/users.ts");
    const labels = Object.keys(user?.declarations ?? {});
    expect(labels).toEqual(labels.toSorted());
    expect(labels).toEqual(
      expect.arrayContaining(["src/lib/constants.ts#PAD", "src/lib/text.ts#pad", "src/users.ts#loadUser"]),
    );
    expect(Object.values(user?.declarations ?? {}).every((digest) => /^[\w-]{10}$/.test(digest))).toBe(true);
    expect(shop.read("autocache.lock.json")).toMatch(/^\{\n {2}"format": 1,\n {2}"algorithm": "a1",\n[^]*\n\}\n$/);
  });

  it("leaves a file as it is that says the same, however it is formatted", async () => {
    const shop = new Shop();
    await shop.run(["lock"]);
    shop.write("autocache.lock.json", JSON.stringify(shop.lock()).replaceAll(",", ",\r\n"));
    const before = [shop.read("autocache.lock.json"), statSync(shop.path("autocache.lock.json")).mtimeMs];
    expect(await shop.run(["lock"])).toMatchObject({
      code: 0,
      out: "autocache.lock.json is up to date: 4 functions\n",
    });
    expect([shop.read("autocache.lock.json"), statSync(shop.path("autocache.lock.json")).mtimeMs]).toEqual(before);
  });

  it("keeps the fingerprint before, through changes of other functions", async () => {
    const shop = new Shop();
    await shop.run(["lock"]);
    const first = shop.lock().functions["user"]?.fingerprint;
    shop.edit("src/users.ts", "`user ", "`person ");
    expect((await shop.run(["lock"])).out).toBe("autocache.lock.json written: 4 functions, 1 cold\n");
    expect(shop.lock().functions["user"]).toMatchObject({ previous: first });
    expect(shop.lock().functions["order"]).not.toHaveProperty("previous");
    shop.edit("src/weather.ts", "city.length", "city.length + 1");
    await shop.run(["lock"]);
    expect(shop.lock().functions["user"]).toMatchObject({ previous: first });
  });

  it("changes only the lines of what has changed", async () => {
    const shop = new Shop();
    await shop.run(["lock"]);
    const before = shop.read("autocache.lock.json").split("\n");
    shop.edit("src/weather.ts", "city.length", "city.length + 1");
    await shop.run(["lock"]);
    const after = shop.read("autocache.lock.json").split("\n");
    const added = after.filter((line) => !before.includes(line));
    expect(added.length).toBeLessThanOrEqual(4);
    expect(added.join("\n")).toContain(`"previous"`);
  });

  it("drops functions that are gone and takes in new ones", async () => {
    const shop = new Shop();
    await shop.run(["lock"]);
    shop.remove("src/weather.ts");
    shop.write(
      "src/news.ts",
      `import { cached } from "@autocache/edge";\nexport const news = cached(async function news() {});\n`,
    );
    expect((await shop.run(["lock"])).out).toBe("autocache.lock.json written: 4 functions, 1 new, 1 gone\n");
    expect(Object.keys(shop.lock().functions)).toEqual(["invoice", "news", "order", "user"]);
  });

  it("goes back to the fingerprint before when the code does, and remembers the one between", async () => {
    const shop = new Shop();
    await shop.run(["lock"]);
    const first = shop.lock().functions["user"]?.fingerprint;
    shop.edit("src/users.ts", "`user ", "`person ");
    await shop.run(["lock"]);
    const second = shop.lock().functions["user"]?.fingerprint;
    shop.edit("src/users.ts", "`person ", "`user ");
    expect((await shop.run(["lock"])).out).toBe("autocache.lock.json written: 4 functions, 1 back\n");
    expect(shop.lock().functions["user"]).toMatchObject({ fingerprint: first, previous: second });
  });

  it("tells functions of one name apart by their files, and by their places there", async () => {
    const handler = (text: string): string => `export const GET = cached(async function GET() { return ${text}; });\n`;
    const header = `import { cached } from "@autocache/edge";\n`;
    const shop = new Shop({
      "src/a.ts": header + handler("1"),
      "src/b.ts": header + handler("2") + handler("3").replace("export const GET", "export const HEAD"),
    });
    await shop.run(["lock"]);
    expect(Object.keys(shop.lock().functions)).toEqual(["GET (src/a.ts)", "GET (src/b.ts)", "GET (src/b.ts, 2)"]);
    shop.edit("src/b.ts", "export const GET", handler("4").replace("GET =", "PUT =") + "export const GET");
    const { out } = await shop.run(["lock"]);
    expect(out).toBe("autocache.lock.json written: 4 functions, 1 new\n");
    expect(shop.lock().functions["GET (src/b.ts, 2)"]).not.toHaveProperty("previous");
    shop.remove("src/b.ts");
    await shop.run(["lock"]);
    expect(Object.keys(shop.lock().functions)).toEqual(["GET"]);
  });

  it("writes nothing where a function has no sound fingerprint", async () => {
    const shop = new Shop();
    await shop.run(["lock"]);
    const before = shop.read("autocache.lock.json");
    shop.edit("src/weather.ts", "return city.length", "return eval(city)");
    const { code, err } = await shop.run(["lock"]);
    expect(code).toBe(2);
    expect(err).toMatch(/^src\/weather\.ts:4:10 error\[eval\] .*\n1 error\nCannot write autocache\.lock\.json: /);
    expect(shop.read("autocache.lock.json")).toBe(before);
  });

  it("does not take the functions of a file that cannot be parsed for gone", async () => {
    const shop = new Shop();
    await shop.run(["lock"]);
    const before = shop.read("autocache.lock.json");
    shop.write("src/unrelated.ts", "const = 1;");
    expect((await shop.run(["lock"])).code).toBe(0);
    shop.edit("src/weather.ts", "return city.length", "return city.length +");
    const { code, err } = await shop.run(["lock"]);
    expect(code).toBe(2);
    expect(err).toMatch(/^src\/weather\.ts:4:23 error\[syntax\] .*\n1 error\n/);
    expect(shop.read("autocache.lock.json")).toBe(before);
  });

  it("takes the name of the file from the configuration", async () => {
    const shop = new Shop();
    shop.write("autocache.config.ts", `export default { lock: "locks/cache.json" };\n`);
    expect((await shop.run(["lock"])).out).toBe("locks/cache.json written: 4 functions, 4 new\n");
    expect((await shop.run(["check"])).code).toBe(0);
  });
});
