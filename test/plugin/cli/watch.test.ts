import { type ChildProcess, spawn } from "node:child_process";
import { describe, expect, it, onTestFinished } from "vitest";
import { MAIN, PLAIN, Shop, TIMEOUT_MS } from "./shop.ts";

/** A program that goes on, and what it has printed. */
class Watching {
  text = "";
  readonly #child: ChildProcess;

  constructor(shop: Shop, args: readonly string[]) {
    this.#child = spawn(process.execPath, [MAIN, ...args], { cwd: shop.folder, env: PLAIN });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => (this.text += text));
    }
    onTestFinished(() => void this.#child.kill());
  }

  /** Waits for a text behind all that was seen before. */
  async see(text: string): Promise<void> {
    await expect.poll(() => this.text, { timeout: TIMEOUT_MS / 4 }).toContain(text);
    this.text = this.text.slice(this.text.indexOf(text) + text.length);
  }
}

describe("autocache fingerprint --watch", { timeout: TIMEOUT_MS }, () => {
  it("writes again after each change, in new folders too, and rests where it has written itself", async () => {
    const shop = new Shop();
    const watching = new Watching(shop, ["fingerprint", "--watch", "--out", "src/manifest.json"]);
    await watching.see("src/manifest.json written: 4 functions\n");
    await watching.see("Watching for changes\n");
    shop.edit("src/lib/constants.ts", `"0"`, `" "`);
    await watching.see("src/manifest.json written: 4 functions\n");
    shop.write("src/news/latest.ts", "");
    shop.write(
      "src/news/latest.ts",
      `import { cached } from "@autocache/edge";\nexport const a = cached(async function news() {});\n`,
    );
    await watching.see("src/manifest.json written: 5 functions\n");
    shop.edit("src/news/latest.ts", "{}", "{ return 1; }");
    await watching.see("src/manifest.json written: 5 functions\n");
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(watching.text).toBe("");
  });

  it("goes on after an error", async () => {
    const shop = new Shop();
    const watching = new Watching(shop, ["fingerprint", "--watch", "--out", "manifest.json"]);
    await watching.see("Watching for changes\n");
    shop.edit("src/weather.ts", "return city.length", "return eval(city)");
    await watching.see("Nothing was written\n");
    shop.edit("src/weather.ts", "return eval(city)", "return city.length + 1");
    await watching.see("manifest.json written: 4 functions\n");
    shop.write("src/weather.ts", `import "@autocache/edge";\nexport const = 1;`);
    await watching.see("1 error");
    shop.remove("src/weather.ts");
    await watching.see("manifest.json written: 3 functions\n");
  });
});
