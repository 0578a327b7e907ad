import { describe, expect, it } from "vitest";
import { header, lockedShop, text } from "./reports.ts";
import { Shop, TIMEOUT_MS, withoutValues } from "./shop.ts";

describe("autocache diff", { timeout: TIMEOUT_MS }, () => {
  it("says so where nothing is lost", async () => {
    const shop = await lockedShop();
    expect(await shop.run(["diff"])).toEqual({ code: 0, out: "No function starts cold\n", err: "" });
    shop.edit("src/lib/text.ts", "export function", "/** Fills up. */\n\nexport function");
    shop.edit("src/users.ts", "async function loadUser(id: number)", "async function loadUser(number: number)");
    shop.edit("src/users.ts", "pad(id, 6)", "pad(number, 6)");
    expect(await shop.run(["diff"])).toEqual({ code: 0, out: "No function starts cold\n", err: "" });
  });

  it("names the constant two modules away, and nothing that only reaches it", async () => {
    const shop = await lockedShop();
    shop.edit("src/lib/constants.ts", `"0"`, `" "`);
    expect(await shop.run(["diff"])).toEqual({
      code: 0,
      out: text(
        "2 of 4 functions start cold",
        "",
        "  changed  src/lib/constants.ts#PAD",
        "    order  src/orders.ts:5",
        "    user   src/users.ts:8",
      ),
      err: "",
    });
  });

  it("groups functions by what has changed, the most first, and tells their own code apart", async () => {
    const shop = await lockedShop();
    shop.edit("src/lib/constants.ts", `"EUR"`, `"CHF"`);
    shop.edit("src/weather.ts", "city.length", "city.length + 1");
    shop.edit("src/users.ts", "return `user ${pad(id, 6)}`", "return `user ${shown(id)}`");
    shop.edit(
      "src/users.ts",
      "async function",
      "function shown(id: number): string {\n  return String(id);\n}\n\nasync function",
    );
    expect((await shop.run(["diff"])).out).toBe(
      text(
        "4 of 4 functions start cold",
        "",
        "  changed  src/lib/constants.ts#CURRENCY",
        "    order    src/orders.ts:5",
        "    invoice  src/orders.ts:13",
        "",
        "  changed  its own code",
        "    forecast  src/weather.ts:3",
        "",
        "  changed  src/users.ts#loadUser",
        "  new      src/users.ts#shown",
        "  gone     src/lib/constants.ts#PAD",
        "  gone     src/lib/text.ts#pad",
        "    user  src/users.ts:12",
      ),
    );
  });

  it("takes a declaration that has moved, or has another name, for the same", async () => {
    const shop = await lockedShop();
    shop.edit("src/lib/constants.ts", `export const PAD = "0";\n`, "");
    shop.write("src/lib/filling.ts", `export const FILL = "0";\n`);
    shop.edit("src/lib/text.ts", `import { PAD } from "./constants.ts"`, `import { FILL } from "./filling.ts"`);
    shop.edit("src/lib/text.ts", "width, PAD", "width, FILL");
    expect((await shop.run(["diff"])).out).toBe("No function starts cold\n");
    shop.edit("src/users.ts", "`user ", "`person ");
    expect((await shop.run(["diff"])).out).toBe(
      text("1 of 4 functions starts cold", "", "  changed  src/users.ts#loadUser", "    user  src/users.ts:8"),
    );
  });

  it("tells of functions that are new, gone, renamed, and back", async () => {
    const shop = await lockedShop();
    shop.edit("src/orders.ts", "return total() + id", "return id + total()");
    await shop.run(["lock"]);
    shop.edit("src/orders.ts", "return id + total()", "return total() + id");
    shop.edit("src/users.ts", `name: "user"`, `name: "account"`);
    shop.remove("src/weather.ts");
    shop.write("src/news.ts", `${header}export const news = cached(async function news() {});\n`);
    expect((await shop.run(["diff"])).out).toBe(
      text(
        "1 of 4 functions starts cold",
        "",
        "1 function has another name, which is in the key",
        "    user → account  src/users.ts:8",
        "",
        "1 function is back at the code before, whose entries may still be there",
        "    invoice  src/orders.ts:13",
        "",
        "1 function is new",
        "    news  src/news.ts:2",
        "",
        "1 function is gone",
        "    forecast  src/weather.ts",
      ),
    );
  });

  it("tells which functions serve earlier entries", async () => {
    const shop = await lockedShop();
    shop.edit("src/users.ts", "`user ", "`person ");
    await shop.run(["accept", "user"]);
    expect(withoutValues((await shop.run(["diff"])).out)).toBe(
      text(
        "No function starts cold",
        "",
        "1 function serves the entries of earlier code, as accepted",
        "    user  src/users.ts:8  serves a1_AAAAAAAAAAAAAAAAAAAAAA",
      ),
    );
  });

  it("names the salt where it is what has changed", async () => {
    const shop = await lockedShop();
    shop.write("autocache.config.json", `{ "salt": "2026-11-22" }`);
    expect((await shop.run(["diff"])).out).toMatch(/^4 of 4 functions start cold\n\n {2}new {2}the option salt\n/);
  });

  it("says so where the fingerprints are made in another way", async () => {
    const shop = await lockedShop();
    shop.write("autocache.lock.json", shop.read("autocache.lock.json").replaceAll("a1", "a0"));
    expect((await shop.run(["diff"])).out).toMatch(
      /^4 of 4 functions start cold, for the algorithm is a1 and was a0\n\n {4}order +src\/orders.ts:5\n/,
    );
  });

  it("compares with the lock file of a commit", async () => {
    const shop = await lockedShop();
    await shop.git("init", "-q");
    await shop.git("commit", "-q", "--allow-empty", "-m", "start");
    await shop.git("add", ".");
    await shop.git("commit", "-q", "-m", "base");
    shop.edit("src/lib/constants.ts", `"0"`, `" "`);
    await shop.run(["lock"]);
    expect((await shop.run(["diff"])).out).toBe("No function starts cold\n");
    expect((await shop.run(["diff", "--base", "HEAD"])).out).toContain("  changed  src/lib/constants.ts#PAD\n");
    expect((await shop.run(["diff", "--base", "HEAD~"])).out).toContain("4 functions are new\n");
    const { code, err } = await shop.run(["diff", "--base", "nonsense"]);
    expect(code).toBe(2);
    expect(err).toMatch(
      /^Cannot read the lock file of "nonsense": --base is a commit that git knows: received fatal: /,
    );
  });

  it("says what to do where there is no lock file", async () => {
    const { code, out } = await new Shop().run(["diff"]);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^There is no autocache\.lock\.json yet: `npx autocache lock` writes it\n\nNo function starts cold\n\n4 functions are new\n/,
    );
  });
});

describe("autocache diff on a screen", { timeout: TIMEOUT_MS }, () => {
  const many = (amount: number, nameOf: (i: number) => string): Readonly<Record<string, string>> => ({
    "src/lib/constants.ts": `export const PAD = "0";\n`,
    "src/many.ts": [
      header + `import { PAD } from "./lib/constants.ts";`,
      ...Array.from({ length: amount }, (_, i) => {
        const name = nameOf(i);
        return `export const ${name} = cached(async function ${name}() { return PAD + ${i}; });`;
      }),
    ].join("\n"),
  });

  it("puts many names side by side", async () => {
    const shop = await lockedShop(many(40, (i) => `function${i}`));
    shop.edit("src/lib/constants.ts", "0", "1");
    const { out } = await shop.run(["diff"], { COLUMNS: "80" });
    expect(out).toMatch(
      /^40 of 40 functions start cold\n\n {2}changed {2}src\/lib\/constants\.ts#PAD\n {4}function0 {3}function15 /,
    );
    expect(out.split("\n")).toHaveLength(11);
    expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    const long = await shop.run(["diff", "--verbose"]);
    expect(long.out).toContain("    function39  src/many.ts:42\n");
  });

  it("puts places below names that are too long to stand beside them", async () => {
    const name = "recommendationsForCustomersWhoHaveBoughtBefore".repeat(2);
    const shop = await lockedShop(many(1, () => name));
    shop.edit("src/lib/constants.ts", "0", "1");
    expect((await shop.run(["diff"], { COLUMNS: "80" })).out).toBe(
      text(
        "1 of 1 function starts cold",
        "",
        "  changed  src/lib/constants.ts#PAD",
        `    ${name}`,
        "      src/many.ts:3",
      ),
    );
    expect((await shop.run(["diff"])).out).toContain(`    ${name}  src/many.ts:3\n`);
  });

  it("counts causes that are too many to be read", async () => {
    const shop = await lockedShop({
      "src/a.ts": `${header}${Array.from({ length: 9 }, (_, i) => `const value${i} = ${i};\n`).join("")}
export const sum = cached(async function sum() { return ${Array.from({ length: 9 }, (_, i) => `value${i}`).join(" + ")}; });\n`,
    });
    shop.write("src/a.ts", shop.read("src/a.ts").replaceAll(/= (\d);/g, "= 1$1;"));
    const { out } = await shop.run(["diff"]);
    expect(out).toContain("  changed  src/a.ts#value5\n  and 3 more (--verbose shows them)\n    sum  src/a.ts:12\n");
    expect((await shop.run(["diff", "--verbose"])).out).toContain("  changed  src/a.ts#value8\n    sum");
  });

  it("is in colours where they are wanted, and says the same in them", async () => {
    const shop = await lockedShop();
    shop.edit("src/lib/constants.ts", `"0"`, `" "`);
    const plain = await shop.run(["diff"]);
    const coloured = await shop.run(["diff"], { FORCE_COLOR: "1" });
    expect(coloured.out).toContain("\u001B[36msrc/lib/constants.ts#PAD\u001B[39m");
    // oxlint-disable-next-line no-control-regex
    expect(coloured.out.replaceAll(/\u001B\[\d+m/g, "")).toBe(plain.out);
    // Node says on standard error that it goes by the other of the two.
    expect((await shop.run(["diff"], { FORCE_COLOR: "1", NO_COLOR: "1" })).out).toBe(plain.out);
    expect(await shop.run(["diff"], { FORCE_COLOR: "0" })).toEqual(plain);
  });
});
