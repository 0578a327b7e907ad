import { globSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { loadConfig } from "../adapters/plugin/config.ts";
import { SEVERITIES } from "../adapters/plugin/graph/diagnostics.ts";
import { lockedShop } from "./plugin/cli/reports.ts";
import { TIMEOUT_MS } from "./plugin/cli/shop.ts";
import { blocksOf, read, tableUnder } from "./support/documents.ts";

const PAGE = "docs/fingerprints.md";

/** The options that a configuration with an unknown one is told of. */
function knownOptions(): string[] {
  const folder = mkdtempSync(join(tmpdir(), "autocache-config-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "autocache.config.json"), JSON.stringify({ bogus: 1 }));
  try {
    loadConfig(folder);
  } catch (error) {
    return /the options are (.*): received/.exec(String(error))?.[1]?.split(", ") ?? [];
  }
  return [];
}

describe("the page about fingerprints", () => {
  it("names exactly the options of the plugin", () => {
    const documented = tableUnder(PAGE, "Telling the plugin more").map(([name]) => name);
    expect(documented.toSorted()).toEqual(["root", ...knownOptions()].toSorted());
  });

  it("names exactly the diagnostics, and how bad they are", () => {
    const documented = tableUnder(PAGE, "Diagnostics").flatMap(([codes = "", severity = ""]) =>
      codes.split(", ").map((code) => [code, severity.split(",")[0]]),
    );
    expect(Object.fromEntries(documented)).toEqual(SEVERITIES);
  });

  it("names diagnostics that the plugin gives, and all of them", () => {
    const sources = globSync("adapters/plugin/**/*.ts").map(read).join("\n");
    const given = sources.matchAll(/(?:diagnose|diagnostic|problem|hides)\(\s*"([a-z-]+)"|\bcode: "([a-z-]+)"/g);
    const codes = new Set(Array.from(given, ([, called, written]) => called ?? written));
    expect([...codes].filter((code) => code !== undefined && !(code in SEVERITIES))).toEqual([]);
    const unused = Object.keys(SEVERITIES).filter(
      (code) => !sources.replace(/SEVERITIES.*?\n}/s, "").includes(`"${code}"`),
    );
    expect(unused).toEqual([]);
  });

  it("names every command, and no other", { timeout: TIMEOUT_MS }, async () => {
    const named = blocksOf(PAGE).flatMap(({ code }) =>
      Array.from(code.matchAll(/(?:npx |")autocache ([a-z]+)/g), ([, name]) => name),
    );
    const { out } = await (await lockedShop()).run(["--help"]);
    const commands = Array.from(out.matchAll(/^ {2}([a-z]+) {2,}\w/gm), ([, name]) => name);
    expect([...new Set(named)].toSorted()).toEqual(commands.toSorted());
  });

  it("shows what `autocache diff` prints", { timeout: TIMEOUT_MS }, async () => {
    const block = blocksOf(PAGE).find(({ language }) => language === "text");
    const shop = await lockedShop();
    shop.edit("src/lib/constants.ts", `"0"`, `" "`);
    expect((await shop.run(["diff"])).out).toBe(block?.code);
  });
});
