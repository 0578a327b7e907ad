import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, it } from "vitest";
import { keyFor } from "../src/keys.ts";
import { story } from "./model/commands.ts";
import { listen, play } from "./model/play.ts";
import { STACKS, settingOf } from "./model/setting.ts";

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

beforeAll(async () => {
  for (const [name, arg] of [
    ["user", "a"],
    ["user", "b"],
    ["team", "a"],
  ] as const) {
    keys.push(await keyFor({ namespace: "autocache", name, version: 1, args: [arg] }));
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
});

afterAll(() => {
  crypto.subtle.digest = digest;
  deafen();
});

describe("the read path", () => {
  it.each(STACKS)("does what the model says, over %s", { timeout: 3_600_000 }, async (stack) => {
    const property = fc.asyncProperty(settingOf(stack), story, (setting, commands) => play(setting, commands, keys));
    const details = await fc.check(property, { ...SEED, numRuns: Math.ceil(STORIES / STACKS.length) });
    if (!details.failed) return;
    const { errorInstance, seed, counterexamplePath } = details;
    const message = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
    throw new Error(`${message}\n(seed ${seed}, path ${counterexamplePath}, after ${details.numRuns} stories)`);
  });
});
