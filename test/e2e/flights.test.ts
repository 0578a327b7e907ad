import { createRequire } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Answer, Host } from "./flights/host.ts";
import { type Ask, COMPUTATION_MS, type End, LEAVE_MS, SLOW_WRITE_MS, type Work } from "./flights/protocol.ts";

// The floor of the package's own flightTimeout, which is what these functions get.
const FLIGHT_TIMEOUT_MS = 1_000;
// For a machine with two slow cores, on which five of these tests run at once.
const SCHEDULING_MS = 2_000;
const LONGEST_WAIT_MS = COMPUTATION_MS + FLIGHT_TIMEOUT_MS + SCHEDULING_MS;
const NAIVE_PATIENCE_MS = 3_000;
const CROWD = 200;
// A fifth of an isolate's 128 MB for 1,000 of them.
const MAX_BYTES_EACH = 25_600;

/** How the request that leads a flight comes to its end; `staysMs`: its client is gone by then. */
interface Death {
  readonly title: string;
  readonly end: End;
  readonly staysMs?: number;
}

const DEATHS: readonly Death[] = [
  { title: "answers without it", end: "leave" },
  { title: "fails beside it", end: "throw" },
  { title: "loses its client", end: "value", staysMs: LEAVE_MS },
];
const ABORTS: readonly Death[] = [
  { title: "is aborted", end: "abort" },
  { title: "is aborted in the turn of the call", end: "abort-at-once" },
];
const WORKS = ["timer", "fetch"] as const;
const VARIANTS = (["memory", "kv"] as const).flatMap((backend) => WORKS.map((work) => ({ backend, work })));

let host: Host;
let asked = 0;
const figures = new Map<string, { runs: number; "longest wait (ms)": number; "most computations": number }>();

beforeAll(async () => {
  host = await Host.start();
});
afterAll(async () => {
  await host.stop();
  console.table(Object.fromEntries([...figures].toSorted()));
});

/** A function of its own for each test, so that nothing is known of it, not even its version's digest. */
function fresh(ask: Omit<Ask, "id">): Ask {
  return { ...ask, id: `f${++asked}` };
}

const right = ({ id }: Ask): object => ({ status: 200, body: [`right ${id}`] });
const times = <Item>(count: number, make: (index: number) => Promise<Item>): Promise<Item[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)));

/** Request 1 leads and dies; request 2 comes 50 ms after it, request 3 1.5 s after it, and then the crowd. */
async function abandon(ask: Ask, death: Death): Promise<Answer[]> {
  const answers = await outlive(ask, death);
  return [...answers, ...(await times(CROWD, () => host.send("/ask", ask)))];
}

async function outlive(ask: Ask, { end, staysMs }: Death, patienceMs?: number): Promise<Answer[]> {
  const first = host.send("/ask", { ...ask, end }, staysMs);
  await sleep(50);
  const second = host.send("/ask", ask, patienceMs);
  await sleep(1_450);
  const third = host.send("/ask", ask, patienceMs);
  await first;
  return [await second, await third];
}

/** The same without the package: what must fail, so that the other tests prove something. */
async function expectHang(work: Work, death: Death): Promise<void> {
  const ask = fresh({ way: "naive", backend: "memory", work });
  for (const answer of await outlive(ask, death, NAIVE_PATIENCE_MS)) expect(answer.status).toBeUndefined();
}

/** Expects what is promised of those who come after a death, and tells the story so far. */
async function expectRight(
  ask: Ask,
  answers: readonly Answer[],
  what: string,
  mostComputations = 2,
): Promise<readonly string[]> {
  const longest = Math.round(Math.max(...answers.map(({ waitedMs }) => waitedMs)));
  const { computations, events } = await host.facts(ask.id);
  const row = figures.get(what);
  figures.set(what, {
    runs: (row?.runs ?? 0) + 1,
    "longest wait (ms)": Math.max(longest, row?.["longest wait (ms)"] ?? 0),
    "most computations": Math.max(computations, row?.["most computations"] ?? 0),
  });
  for (const answer of answers) expect(answer).toMatchObject(right(ask));
  expect(longest).toBeLessThan(LONGEST_WAIT_MS);
  expect(computations).toBeLessThanOrEqual(mostComputations);
  return events;
}

async function storedTimes({ id }: Ask): Promise<number> {
  return (await host.facts(id)).events.filter((event) => event === "stored").length;
}

describe.concurrent.each(DEATHS)("a flight whose leader $title", (death) => {
  it.each(VARIANTS)("goes on under waitUntil: $backend, $work", async (variant) => {
    const ask = fresh({ way: "autocache", ...variant });
    await expectRight(ask, await abandon(ask, death), death.title);
  });

  it.each(WORKS)("is not given up while it goes on, with nobody waiting for a timeout: %s", async (work) => {
    const ask = fresh({ way: "autocache", backend: "kv", work, options: { flightTimeout: 25_000 } });
    await host.send("/ask", { ...ask, end: death.end }, death.staysMs);
    expect(await host.send("/ask", ask)).toMatchObject(right(ask));
    expect(await host.facts(ask.id)).toMatchObject({ computations: 1 });
  });

  it.each(VARIANTS)("is taken over where waitUntil is switched off: $backend, $work", async (variant) => {
    const ask = fresh({ way: "forgetful", ...variant });
    const events = await expectRight(ask, await abandon(ask, death), `${death.title}, no waitUntil`);
    expect(events).toContain("abandoned");
    // The slot is free again: the next call joins nobody. What it writes to KV dies with it.
    await host.send("/invalidate", ask);
    const { length } = (await host.facts(ask.id)).events;
    expect(await host.send("/ask", ask)).toMatchObject(right(ask));
    expect((await host.facts(ask.id)).events.slice(length, length + 2)).toEqual(["miss", "computed"]);
  });

  it.each(WORKS)("leaves later requests hanging in a naive map: %s", (work) => expectHang(work, death));
});

describe.concurrent.each(ABORTS)("a flight whose leader $title", (death) => {
  it.each(VARIANTS)("is taken over: $backend, $work", async (variant) => {
    const ask = fresh({ way: "autocache", ...variant });
    // A runtime without ctx.abort() fails here, so that these tests cannot pass without one.
    expect(await host.facts(ask.id)).toMatchObject({ canAbort: true });
    expect(await expectRight(ask, await abandon(ask, death), death.title)).toContain("abandoned");
  });

  it.each(WORKS)("leaves later requests hanging in a naive map: %s", (work) => expectHang(work, death));
});

describe.concurrent("followers of a dead leader", () => {
  it.each(VARIANTS)("all get the value that one of them computes: $backend, $work", async (variant) => {
    const ask = fresh({ way: "forgetful", ...variant });
    await host.send("/ask", { ...ask, end: "leave-at-once" });
    const answers = await times(CROWD, () => host.send("/ask", ask));
    await expectRight(ask, answers, `answers at once, no waitUntil, ${CROWD} waiting`);
  });

  it.each(VARIANTS)("do not depend on the first of them: $backend, $work", async (variant) => {
    const ask = fresh({ way: "forgetful", ...variant });
    await host.send("/ask", { ...ask, end: "leave-at-once" });
    const gone = host.send("/ask", ask, LEAVE_MS);
    await sleep(10);
    const answers = await times(10, () => host.send("/ask", ask));
    expect(await gone).toMatchObject({ status: undefined });
    await expectRight(ask, answers, "and its first follower loses its client, no waitUntil");
  });

  it("that died with its write are answered, and compute anew", async () => {
    const ask = fresh({ way: "autocache", backend: "slow-kv", work: "timer" });
    await host.send("/ask", { ...ask, end: "abort-after-value" });
    const during = await host.send("/ask", ask);
    await sleep(FLIGHT_TIMEOUT_MS);
    await expectRight(ask, [during, await host.send("/ask", ask)], "is aborted while it writes");
  });
});

describe.concurrent("a read that requests share", () => {
  it("is made anew where the request that made it is aborted", async () => {
    const ask = fresh({ way: "autocache", backend: "kv", work: "timer" });
    const first = host.send("/ask", { ...ask, keys: ["dead"], end: "abort-at-once" });
    const answers = await times(50, (index) => host.send("/ask", { ...ask, keys: [`k${index}`] }));
    expect(await first).toMatchObject({ status: 500 });
    answers.forEach(({ body, waitedMs }, index) => {
      expect(body).toEqual([`right k${index}`]);
      expect(waitedMs).toBeLessThan(LONGEST_WAIT_MS);
    });
  });
});

describe.concurrent("a refresh", () => {
  const options = { ttl: 200, swr: 400, staleIfError: 60_000 };

  it.each(VARIANTS)("goes on after the stale answer, and is stored: $backend, $work", async (variant) => {
    const ask = fresh({ way: "autocache", ...variant, options });
    await host.send("/ask", ask);
    await sleep(options.ttl + 50);
    const stale = await host.send("/ask", ask);
    await expect.poll(() => storedTimes(ask), { timeout: 10_000 }).toBe(2);
    await expectRight(ask, [stale], "refreshes and is over");
  });

  it.each(WORKS)("that died with its request is not waited for when the entry is past its grace: %s", async (work) => {
    const ask = fresh({ way: "forgetful", backend: "memory", work, options });
    await host.send("/ask", ask);
    await sleep(options.ttl + 50);
    const stale = await host.send("/ask", ask);
    await sleep(options.swr);
    const answers = [stale, ...(await times(20, () => host.send("/ask", ask, 10_000)))];
    // The first, the refresh that died, and the one that took its place.
    await expectRight(ask, answers, "refreshes and is over, no waitUntil", 3);
  });
});

describe("dead leaders on keys of their own", () => {
  const keysOf = (request: number): string[] => Array.from({ length: 100 }, (_, i) => `${request}-${i}`);

  // Fewer on KV, whose local simulator takes two milliseconds for each write.
  it.each([
    { backend: "memory", requests: 10 },
    { backend: "kv", requests: 2 },
  ] as const)("are each taken over, and hold little memory: $requests hundred, $backend", async (of) => {
    const ask = fresh({ way: "forgetful", backend: of.backend, work: "timer" });
    const all = (end: End): Promise<Answer[]> =>
      times(of.requests, (request) => host.send("/ask", { ...ask, keys: keysOf(request), end }));
    const before = await host.heapBytes();
    await all("leave-at-once");
    for (const answers of [await all("value"), await all("value")]) {
      answers.forEach(({ body, waitedMs }, request) => {
        expect(body).toEqual(keysOf(request).map((key) => `right ${key}`));
        expect(waitedMs).toBeLessThan(LONGEST_WAIT_MS);
      });
    }
    const leaders = of.requests * 100;
    expect((await host.facts(ask.id)).computations).toBeLessThanOrEqual(2 * leaders);
    if (of.backend === "kv") return;
    const bytesEach = Math.round(((await host.heapBytes()) - before) / leaders);
    console.log(`${bytesEach} bytes for each of ${leaders} dead leaders, its entry in memory included`);
    expect(bytesEach).toBeLessThan(MAX_BYTES_EACH);
  });
});

describe.concurrent("a write", () => {
  const isInKV = async (id: string): Promise<boolean> => (await host.facts(id)).inKV === 1;

  it.each(DEATHS)("is done though the request that computed $title", async ({ end, staysMs }) => {
    const ask = fresh({ way: "autocache", backend: "slow-kv", work: "fetch" });
    await host.send("/ask", { ...ask, end }, staysMs);
    await expect.poll(() => isInKV(ask.id), { timeout: 10_000 }).toBe(true);
    const { body } = await host.send("/trace", { ...ask, elsewhere: true });
    expect(body).toMatchObject({ value: `right ${ask.id}`, verdict: "hit", backend: "workers-kv" });
    expect(await host.facts(ask.id)).toMatchObject({ computations: 1 });
  });

  it("is done after the answer, on a connection that is closed", async () => {
    const ask = fresh({ way: "autocache", backend: "slow-kv", work: "timer" });
    expect(await host.send("/ask", ask)).toMatchObject(right(ask));
    await expect.poll(() => isInKV(ask.id), { timeout: 10_000 }).toBe(true);
    const { body } = await host.send("/trace", { ...ask, elsewhere: true });
    expect(body).toMatchObject({ value: `right ${ask.id}`, verdict: "hit", backend: "workers-kv" });
  });

  it("is lost with the request where waitUntil is switched off", async () => {
    const ask = fresh({ way: "forgetful", backend: "slow-kv", work: "timer" });
    expect(await host.send("/ask", ask)).toMatchObject(right(ask));
    await sleep(SLOW_WRITE_MS + SCHEDULING_MS);
    expect(await isInKV(ask.id)).toBe(false);
  });
});

it("runs on the workerd that wrangler brings", () => {
  const wrangler = createRequire(import.meta.resolve("wrangler/package.json"));
  expect(createRequire(import.meta.url).resolve("miniflare")).toBe(wrangler.resolve("miniflare"));
});
