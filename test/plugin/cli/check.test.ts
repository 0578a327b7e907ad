import { describe, expect, it } from "vitest";
import { Shop, TIMEOUT_MS } from "./shop.ts";

describe("autocache check", { timeout: TIMEOUT_MS }, () => {
  it("passes where the lock file is up to date", async () => {
    const shop = new Shop();
    await shop.run(["lock"]);
    expect(await shop.run(["check"])).toEqual({
      code: 0,
      out: "autocache.lock.json is up to date: 4 functions\n",
      err: "",
    });
    expect((await shop.run(["check", "--markdown"])).out).toBe("### autocache: no function starts cold\n");
  });

  it("fails with the reason and the command that mends it, and changes nothing", async () => {
    const shop = new Shop();
    await shop.run(["lock"]);
    const before = shop.read("autocache.lock.json");
    shop.edit("src/lib/constants.ts", `"0"`, `" "`);
    const { code, out, err } = await shop.run(["check"]);
    expect([code, out]).toEqual([1, (await shop.run(["diff"])).out]);
    expect(err).toBe(
      [
        "",
        "autocache.lock.json is out of date: run `npx autocache lock` and commit it",
        "For a change that leaves results as they are: `npx autocache accept order` keeps its entries",
        "",
      ].join("\n"),
    );
    expect(shop.read("autocache.lock.json")).toBe(before);
    await shop.run(["lock"]);
    expect((await shop.run(["check"])).code).toBe(0);
  });

  it("fails where only names and places differ, and says that nothing starts cold", async () => {
    const shop = new Shop();
    await shop.run(["lock"]);
    shop.edit("src/orders.ts", "function total", "function sum");
    shop.write("src/orders.ts", shop.read("src/orders.ts").replaceAll("total()", "sum()"));
    const { code, out, err } = await shop.run(["check"]);
    expect([code, out]).toEqual([1, "No function starts cold\n"]);
    expect(err).toContain("\nNothing starts cold by that: names and places have changed, or functions come or go\n");
  });

  it("fails where there is no lock file", async () => {
    const { code, err } = await new Shop().run(["check", "--json"]);
    expect([code, err]).toEqual([1, "\nThere is no autocache.lock.json: run `npx autocache lock` and commit it\n"]);
  });

  it("ends with 2 where a function has no sound fingerprint", async () => {
    const shop = new Shop();
    await shop.run(["lock"]);
    shop.edit("src/weather.ts", "return city.length", "return eval(city)");
    const { code, out, err } = await shop.run(["check"]);
    expect(code).toBe(2);
    expect(err).toContain("error[eval]");
    expect(out).not.toContain("forecast");
    shop.edit("src/weather.ts", "return eval(city)", "return +");
    const { out: other, err: syntax } = await shop.run(["check"]);
    expect(syntax).toContain("error[syntax]");
    expect(other).not.toContain("forecast");
  });
});
