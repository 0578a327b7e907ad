import { MortalMap } from "../../src/mortal-map.ts";
import { chance } from "./clock.ts";
import { type Command, commandText, SUBJECTS } from "./commands.ts";
import { type Setting, settingText } from "./setting.ts";
import { World } from "./world.ts";

// No story needs more timers than this to come to its end.
const MAX_TIMERS = 10_000;
// Past everything that a cache forgets by age.
const LONG_AFTER_MS = 3_700_000;
const HELD_PER_SUBJECT = 2;

const rejections: unknown[] = [];

/** Listens to what no test waits for; returns what ends that. */
export function listen(): () => void {
  const hear = (reason: unknown): void => void rejections.push(reason);
  process.on("unhandledRejection", hear);
  return () => void process.off("unhandledRejection", hear);
}

/** Plays a story, and lets it come to its end; throws its lines where something is not as it should be. */
export async function play(setting: Setting, commands: readonly Command[], keys: readonly string[]): Promise<void> {
  const world = new World(setting, keys);
  const uninstall = world.clock.install();
  const { random } = Math;
  Math.random = chance(setting.seed + 1);
  const maps = watchMaps();
  rejections.length = 0;
  try {
    for (const command of commands) {
      world.judge.lines.push(`- ${commandText(command)}`);
      await world.step(command);
    }
    world.judge.lines.push("- the end");
    await end(world, maps.all);
    require(rejections.length === 0, () => `a promise is rejected and nobody hears: ${String(rejections[0])}`);
  } catch (error) {
    const { problem = error instanceof Error ? error.stack : String(error), lines } = world.judge;
    throw new Error([problem, settingText(setting), ...lines].join("\n"), { cause: error });
  } finally {
    uninstall();
    Math.random = random;
    maps.restore();
  }
}

/** All is well again: everything settles, every key has an answer, and nothing is left behind. */
async function end(world: World, maps: ReadonlySet<{ keys(): readonly unknown[] }>): Promise<void> {
  world.heal();
  await drain(world);
  await callAll(world);
  await world.advance(LONG_AFTER_MS);
  await callAll(world);
  if (!world.judge.hasLost) {
    let settled = 0;
    for (const { cache } of world.isolates) void cache.settled().then(() => settled++);
    await drain(world);
    require(settled === world.isolates.length, () => "settled() does not settle");
    require(world.clock.pending === 0, () => `${world.clock.pending} timers are left`);
  }
  const held = [...maps].reduce((sum, map) => sum + map.keys().length, 0);
  const most = world.isolates.length * SUBJECTS.length * (world.judge.hasLost ? HELD_PER_SUBJECT : 1);
  require(held <= most, () => `${held} things are still held`);
}

async function callAll(world: World): Promise<void> {
  const calls = world.isolates.flatMap((_, isolate) =>
    [...world.subjects].map((subject) => world.perform({ act: "call", isolate, subject, times: 1 })),
  );
  await drain(world);
  for (const { settled, op } of calls) {
    require(settled !== undefined, () => `a call of ${SUBJECTS[op.subject]} is never answered again`);
  }
}

/** Lets time pass until nothing waits for it. */
async function drain(world: World): Promise<void> {
  await world.advance(0);
  for (let i = 0; i < MAX_TIMERS; i++) {
    const at = world.clock.nextAt();
    if (at === undefined) break;
    await world.advance(at - world.clock.now);
  }
  for (const asked of world.pending.keys()) {
    require(world.judge.limitMs(asked) === Infinity, () => `request ${asked.request.id} never settles`);
  }
}

function watchMaps(): { readonly all: ReadonlySet<{ keys(): readonly unknown[] }>; restore(): void } {
  const all = new Set<MortalMap<unknown, unknown>>();
  const { set } = MortalMap.prototype;
  MortalMap.prototype.set = function (...args) {
    all.add(this);
    set.apply(this, args);
  };
  return {
    all,
    restore: () => {
      MortalMap.prototype.set = set;
    },
  };
}

function require(isTrue: boolean, problem: () => string): void {
  if (!isTrue) throw new Error(problem());
}
