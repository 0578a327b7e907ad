import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keyFor } from "../src/keys.ts";
import { Shortcuts } from "../src/shortcuts.ts";
import { story } from "./model/commands.ts";
import { listen, play } from "./model/play.ts";
import { type Stack, STACKS, settingOf } from "./model/setting.ts";

/**
 * How many stories are played: always the same ones with `npm test`; as many new ones as AUTOCACHE_SOAK says with
 * `AUTOCACHE_SOAK=500000 npx vitest run --project node test/model.test.ts`.
 */
const SOAK = process.env["AUTOCACHE_SOAK"];
const STORIES = Number(SOAK ?? 25_000);
const SEED = SOAK === undefined ? { seed: 20_261_122 } : {};

const keys: string[] = [];
const { digest } = crypto.subtle;
let deafen = (): void => {};
let unwatch = (): void => {};
let shortcuts = 0;

beforeAll(async () => {
  for (const [name, arg] of [
    ["user", "a"],
    ["user", "b"],
    ["team", "a"],
  ] as const) {
    keys.push(await keyFor({ namespace: "autocache", name, version: 1, args: [{ id: arg, of: ["model"] }] }));
  }
  keys.push("autocache:=note");
  // Digests are made outside of virtual time: here at once, so that time does not run ahead of them.
  crypto.subtle.digest = async (_algorithm, data) =>
    new Uint8Array(
      createHash("sha256")
        .update(data as Uint8Array)
        .digest(),
    ).buffer;
  deafen = listen();
  const { answer } = Shortcuts.prototype;
  Shortcuts.prototype.answer = function (...args) {
    const given = answer.apply(this, args);
    if (given !== undefined) shortcuts += 1;
    return given;
  };
  unwatch = () => {
    Shortcuts.prototype.answer = answer;
  };
});

afterAll(() => {
  crypto.subtle.digest = digest;
  deafen();
  unwatch();
});

/** Elsewhere calls join others of their turn; where memory comes first, most stories have hits without the read path as well. */
function requireShortcuts(stack: Stack, stories: number): void {
  const isNear = stack === "memory" || stack.startsWith("tiered");
  if (SOAK === undefined) expect(shortcuts > stories).toBe(isNear);
}

describe("the read path", () => {
  it.each(STACKS)("does what the model says, over %s", { timeout: 3_600_000 }, async (stack) => {
    const property = fc.asyncProperty(settingOf(stack), story, (setting, commands) => play(setting, commands, keys));
    shortcuts = 0;
    const details = await fc.check(property, { ...SEED, numRuns: Math.ceil(STORIES / STACKS.length) });
    if (!details.failed) return requireShortcuts(stack, details.numRuns);
    const { errorInstance, seed, counterexamplePath } = details;
    const message = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
    throw new Error(`${message}\n(seed ${seed}, path ${counterexamplePath}, after ${details.numRuns} stories)`);
  });
});
