import { describe, expect, it } from "vitest";
import { Shop, TIMEOUT_MS, withoutValues } from "./shop.ts";

describe("autocache explain", { timeout: TIMEOUT_MS }, () => {
  it("prints the tree of what a function reaches, with digests", async () => {
    const { code, out } = await new Shop().run(["explain", "user"]);
    expect(code).toBe(0);
    expect(withoutValues(out).replaceAll(/ {2}[\w-]{8}(?=\n)/g, "  DIGEST")).toBe(
      [
        "user  src/users.ts:8",
        "  fingerprint  a1_AAAAAAAAAAAAAAAAAAAAAA",
        "",
        "src/users.ts:8  DIGEST",
        "  src/users.ts#loadUser  DIGEST",
        "    src/lib/text.ts#pad  DIGEST",
        "      src/lib/constants.ts#PAD  DIGEST",
        "",
      ].join("\n"),
    );
  });

  it("lists the files", async () => {
    expect((await new Shop().run(["explain", "user", "--files"])).out).toBe(
      "src/lib/constants.ts\nsrc/lib/text.ts\nsrc/users.ts\n",
    );
  });

  it("tells what the lock file adds, what is captured, and every note", async () => {
    const shop = new Shop();
    await shop.run(["lock"]);
    shop.edit("src/users.ts", "`user ", "`person ");
    await shop.run(["accept", "user"]);
    expect(withoutValues((await shop.run(["explain", "user"])).out)).toContain(
      "\n  fingerprint  a1_AAAAAAAAAAAAAAAAAAAAAA\n  serves       a1_BBBBBBBBBBBBBBBBBBBBBB (accepted)\n\n",
    );
    shop.edit("src/users.ts", "`person ", "`human ");
    expect((await shop.run(["explain", "user"])).out).toMatch(/\n {2}previous {5}a1_/);
    shop.write(
      "src/a.ts",
      `import { cached } from "@autocache/edge";
export function make(rate: number) {
  return cached(async function rated(value: number) { return value * rate; });
}\n`,
    );
    const { out, err } = await shop.run(["explain", "rated"]);
    expect(out).toContain("\n  captured     rate\n");
    expect(err).toMatch(/src\/a\.ts:3:\d+ info\[capture\] .*\n1 note\n$/);
  });

  it("takes a name alone if no other function has it", async () => {
    const shop = new Shop({
      "src/a.ts": `import { cached } from "@autocache/edge";
export default [cached(async () => 1), cached(async () => 2)];\n`,
    });
    const { out } = await shop.run(["fingerprint"]);
    expect(out).toContain("unnamed (src/a.ts)     a1_");
    expect((await shop.run(["explain", "unnamed (src/a.ts, 2)"])).code).toBe(0);
    expect((await shop.run(["explain", "unnamed"])).err).toBe(
      `Cannot explain "unnamed": a name stands for one function: received that of "unnamed (src/a.ts)", "unnamed (src/a.ts, 2)"\n`,
    );
  });
});
