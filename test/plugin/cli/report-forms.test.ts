import { describe, expect, it } from "vitest";
import { header, lockedShop, text } from "./reports.ts";
import { TIMEOUT_MS, withoutValues } from "./shop.ts";

describe("autocache diff --markdown", { timeout: TIMEOUT_MS }, () => {
  it("has a heading with counts, a table by causes, and folded details", async () => {
    const shop = await lockedShop();
    shop.edit("src/lib/constants.ts", `"0"`, `" "`);
    shop.edit("src/weather.ts", "city.length", "city.length | 1");
    shop.edit("src/weather.ts", "async function forecast", "async function forecast_a");
    shop.write(
      "src/news.ts",
      `${header}export const news = cached(async function news() {}, { name: "a|b \`c\`" });\n`,
    );
    shop.remove("src/weather.ts");
    expect(withoutValues((await shop.run(["diff", "--markdown"])).out)).toBe(
      text(
        "### autocache: 2 of 4 functions start cold",
        "",
        "| because of | start cold |",
        "| --- | --- |",
        "| `src/lib/constants.ts#PAD` changed | `order`, `user` |",
        "",
        "<details>",
        "<summary>Details: 2 cold, 1 new, 1 gone, of 4 cached functions</summary>",
        "",
        "| function | where | because of | fingerprint |",
        "| --- | --- | --- | --- |",
        "| `order` | src/orders.ts:5 | `src/lib/constants.ts#PAD` changed | `a1_AAAAAAAAAAAAAAAAAAAAAA`<br>`a1_BBBBBBBBBBBBBBBBBBBBBB` |",
        "| `user` | src/users.ts:8 | `src/lib/constants.ts#PAD` changed | `a1_CCCCCCCCCCCCCCCCCCCCCC`<br>`a1_DDDDDDDDDDDDDDDDDDDDDD` |",
        "",
        "1 function is new:",
        "",
        "- `` a\\|b `c` `` src/news.ts:2",
        "",
        "1 function is gone:",
        "",
        "- `forecast` src/weather.ts",
        "",
        "</details>",
      ),
    );
  });

  it("is a line where nothing is lost", async () => {
    const shop = await lockedShop();
    expect((await shop.run(["diff", "--markdown"])).out).toBe("### autocache: no function starts cold\n");
  });

  it("names in the open what is renamed, back or accepted", async () => {
    const shop = await lockedShop();
    await shop.git("init", "-q");
    await shop.git("add", ".");
    await shop.git("commit", "-q", "-m", "base");
    shop.edit("src/users.ts", `name: "user"`, `name: "account"`);
    shop.edit("src/weather.ts", "city.length", "city.length + 0");
    await shop.run(["accept", "forecast"]);
    const { out } = await shop.run(["diff", "--markdown", "--base", "HEAD"]);
    expect(withoutValues(out)).toBe(
      text(
        "### autocache: 1 of 4 functions starts cold",
        "",
        "- `user` is renamed `account`, and starts cold: the name is in the key.",
        "- `forecast` has other code and the same entries (serves a1_AAAAAAAAAAAAAAAAAAAAAA).",
      ),
    );
  });
});

describe("autocache diff --json", { timeout: TIMEOUT_MS }, () => {
  it("says the same for programs", async () => {
    const shop = await lockedShop();
    const { user } = shop.lock().functions;
    shop.edit("src/users.ts", "`user ", "`person ");
    shop.remove("src/weather.ts");
    const { code, out } = await shop.run(["diff", "--json"]);
    expect(code).toBe(0);
    const now: unknown = expect.stringMatching(/^a1_/);
    expect(JSON.parse(out)).toEqual({
      format: 1,
      isCurrent: false,
      functions: 3,
      cold: [
        {
          name: "user",
          file: "src/users.ts",
          line: 8,
          column: 21,
          fingerprint: now,
          before: user?.fingerprint,
          now,
          causes: [{ label: "src/users.ts#loadUser", change: "changed" }],
        },
      ],
      returned: [],
      kept: [],
      serving: [],
      renamed: [],
      new: [],
      removed: [{ name: "forecast", file: "src/weather.ts", fingerprint: now }],
    });
  });
});
