import { describe, expect, it } from "vitest";
import { Shop, TIMEOUT_MS, withoutValues } from "./shop.ts";

async function lockedShop(): Promise<Shop> {
  const shop = new Shop();
  await shop.run(["lock"]);
  return shop;
}

const refactored = "const text = pad(id, 6);\n  return `user ${text}`;";

describe("autocache accept", { timeout: TIMEOUT_MS }, () => {
  it("lets the new code serve the entries of the code before", async () => {
    const shop = await lockedShop();
    const old = shop.lock().functions["user"]?.fingerprint;
    shop.edit("src/users.ts", "return `user ${pad(id, 6)}`;", refactored);
    const { code, out } = await shop.run(["accept", "user"]);
    expect([code, withoutValues(out)]).toEqual([
      0,
      `user: a1_${"A".repeat(22)} serves the entries of a1_${"B".repeat(22)}\n`,
    ]);
    const { user } = shop.lock().functions;
    expect(user?.servesAs).toBe(old);
    expect(user?.fingerprint).not.toBe(old);
    expect(user).not.toHaveProperty("previous");
    expect(await shop.run(["check"])).toMatchObject({
      code: 0,
      out: "autocache.lock.json is up to date: 4 functions\n",
    });
  });

  it("reaches the code: the plugin and the manifest take the fingerprint that is served", async () => {
    const shop = await lockedShop();
    const old = shop.lock().functions["user"]?.fingerprint;
    shop.edit("src/users.ts", "return `user ${pad(id, 6)}`;", refactored);
    await shop.run(["accept", "user"]);
    await shop.run(["fingerprint", "--out", "manifest.json", "--emit", "copy"]);
    expect(JSON.parse(shop.read("manifest.json"))).toMatchObject({ functions: { user: { fp: old } } });
    expect(shop.read("copy/src/users.ts")).toContain(`fp: "${old}"`);
  });

  it("keeps the first fingerprint through several refactorings", async () => {
    const shop = await lockedShop();
    const first = shop.lock().functions["user"]?.fingerprint;
    shop.edit("src/users.ts", "return `user ${pad(id, 6)}`;", refactored);
    await shop.run(["accept", "user"]);
    shop.edit("src/users.ts", "const text", "const padded");
    shop.edit("src/users.ts", "${text}", "${padded.trim()}");
    await shop.run(["accept", "user"]);
    expect(shop.lock().functions["user"]?.servesAs).toBe(first);
  });

  it("ends when the code changes again, or goes back", async () => {
    const shop = await lockedShop();
    const first = shop.lock().functions["user"]?.fingerprint;
    shop.edit("src/users.ts", "return `user ${pad(id, 6)}`;", refactored);
    await shop.run(["accept", "user"]);
    const back = shop.read("src/users.ts");
    shop.edit("src/users.ts", "`user ", "`person ");
    await shop.run(["lock"]);
    expect(shop.lock().functions["user"]).toMatchObject({ previous: first });
    expect(shop.lock().functions["user"]).not.toHaveProperty("servesAs");

    const other = await lockedShop();
    other.write("src/users.ts", back);
    await other.run(["accept", "user"]);
    other.edit("src/users.ts", refactored, "return `user ${pad(id, 6)}`;");
    expect((await other.run(["diff"])).out).toContain("1 function has other code and the same entries");
    await other.run(["lock"]);
    expect(other.lock().functions["user"]?.fingerprint).toBe(first);
    expect(other.lock().functions["user"]).not.toHaveProperty("servesAs");
    expect(other.lock().functions["user"]).not.toHaveProperty("previous");
  });

  it("leaves other functions of the lock file as they are", async () => {
    const shop = await lockedShop();
    const before = shop.lock().functions;
    shop.edit("src/lib/constants.ts", `"0"`, `"1"`);
    await shop.run(["accept", "user"]);
    const after = shop.lock().functions;
    expect(after["order"]).toEqual(before["order"]);
    expect((await shop.run(["check"])).code).toBe(1);
  });

  it("shows a reviewer what was accepted, against the lock file of another commit", async () => {
    const shop = await lockedShop();
    await shop.git("init", "-q");
    await shop.git("add", ".");
    await shop.git("commit", "-q", "-m", "base");
    shop.edit("src/users.ts", "return `user ${pad(id, 6)}`;", refactored);
    await shop.run(["accept", "user"]);
    const { out } = await shop.run(["diff", "--base", "HEAD"]);
    expect(withoutValues(out)).toBe(
      [
        "No function starts cold",
        "",
        "1 function has other code and the same entries",
        `    user  src/users.ts:9  serves a1_${"A".repeat(22)}`,
        "",
      ].join("\n"),
    );
  });

  it.each([
    [
      "usr",
      `Cannot accept "usr": it is the name of a cached function: received one that no function has: did you mean "user"?`,
    ],
    ["elephant", `Cannot accept "elephant": it is the name of a cached function: received one that no function has`],
    ["order", `Cannot accept "order": its code has changed since the lock file: received one without`],
    ["news", `Cannot accept "news": the code before is in the lock file: received a function that is new`],
  ])("refuses %s, and writes nothing", async (name, message) => {
    const shop = await lockedShop();
    const before = shop.read("autocache.lock.json");
    shop.edit("src/users.ts", "`user ", "`person ");
    shop.write(
      "src/news.ts",
      `import { cached } from "@autocache/edge";\nexport const news = cached(async function news() {});\n`,
    );
    expect(await shop.run(["accept", "user", name])).toEqual({ code: 2, out: "", err: `${message}\n` });
    expect(shop.read("autocache.lock.json")).toBe(before);
  });

  it("refuses a function that is accepted already, and one of several of its name", async () => {
    const shop = await lockedShop();
    shop.edit("src/users.ts", "`user ", "`person ");
    await shop.run(["accept", "user"]);
    expect((await shop.run(["accept", "user"])).err).toMatch(/received one that was accepted: it serves a1_/);
    shop.write(
      "src/other.ts",
      `import { cached } from "@autocache/edge";\nexport const user = cached(async () => 1, { name: "user" });\n`,
    );
    expect((await shop.run(["accept", "user"])).err).toBe(
      `Cannot accept "user": a name stands for one function: received that of "user (src/other.ts)", "user (src/users.ts)"\n`,
    );
    expect((await shop.run(["accept", "user (src/users.ts)"])).err).toContain(
      "received one of several: give it the option name",
    );
  });

  it("needs a lock file", async () => {
    expect(await new Shop().run(["accept", "user"])).toMatchObject({
      code: 2,
      err: "Cannot accept a change: autocache.lock.json says what the code before was: received none: run `npx autocache lock` on that code\n",
    });
  });
});
