import { describe, expect, it, vi } from "vitest";
import { createCache, memory } from "../src/index.ts";
import { altered, Gate } from "./support/backends.ts";
import { Story } from "./support/story.ts";

const never = new Promise<never>(() => {});
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe("a flight whose leader has died", () => {
  it("is abandoned after flightTimeout, and one of those who waited computes for all", async () => {
    const story = new Story();
    const cache = createCache({ flightTimeout: 50, onEvent: story.onEvent });
    let runs = 0;
    const slow = cache.cached(() => (++runs === 1 ? never : Promise.resolve("right")), { name: "slow" });
    void slow();
    const answers = await Promise.all(Array.from({ length: 200 }, () => slow()));
    expect(new Set(answers)).toEqual(new Set(["right"]));
    expect(runs).toBe(2);
    expect(story.take()).toContain("abandoned");
  });

  it("is not waited for by a call that comes after its deadline", async () => {
    const cache = createCache({ flightTimeout: 30 });
    let runs = 0;
    const slow = cache.cached(() => (++runs === 1 ? never : Promise.resolve("right")), { name: "slow" });
    void slow();
    await new Promise((resolve) => setTimeout(resolve, 60));
    const startedAt = performance.now();
    expect(await slow()).toBe("right");
    expect(performance.now() - startedAt).toBeLessThan(30);
  });

  it("is given more time by the next, so that a function slower than the timeout is not run for each who waits", async () => {
    const cache = createCache({ flightTimeout: 20 });
    let runs = 0;
    const slow = cache.cached(
      () => {
        runs++;
        return new Promise((resolve) => setTimeout(() => resolve("right"), 150));
      },
      { name: "slow" },
    );
    const answers = await Promise.all(Array.from({ length: 100 }, () => slow()));
    expect(new Set(answers)).toEqual(new Set(["right"]));
    expect(runs).toBeLessThanOrEqual(4);
  });

  it("that comes back late is answered, and does not overwrite the newer value", async () => {
    const story = new Story();
    const cache = createCache({ flightTimeout: 20, onEvent: story.onEvent });
    const gate = new Gate<string>();
    let runs = 0;
    const slow = cache.cached(() => (++runs === 1 ? gate.promise : Promise.resolve("newer")), { name: "slow" });
    const late = slow();
    expect(await slow()).toBe("newer");
    gate.open("older");
    expect(await late).toBe("older");
    await cache.settled();
    expect(await slow.peek()).toBe("newer");
    expect(story.take()).toContain("not-stored superseded");
  });

  it("while it was writing is not an answer past the entry's time", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: 1_000_000 });
    try {
      let n = 0;
      const cache = createCache({
        backend: altered(memory(), { set: () => never }),
        ttl: "100ms",
        flightTimeout: "1m",
      });
      const count = cache.cached(async () => ++n, { name: "count" });
      expect(await count()).toBe(1);
      expect(await count()).toBe(1);
      vi.setSystemTime(1_000_100);
      expect(await count()).toBe(2);
    } finally {
      vi.useRealTimers();
    }
  });

  it("while it was writing is not an answer past its deadline", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: 1_000_000 });
    try {
      let n = 0;
      const cache = createCache({ backend: altered(memory(), { set: () => never }), flightTimeout: "1s" });
      const count = cache.cached(async () => ++n, { name: "count" });
      await count();
      vi.setSystemTime(1_001_000);
      expect(await count()).toBe(2);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("flights whose leaders die one after another", () => {
  // Not what the digests of a key use.
  const fake = (): unknown => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });

  it("keep a call waiting no longer than work can go on in the background on Workers", async () => {
    fake();
    try {
      const cache = createCache();
      let runs = 0;
      const slow = cache.cached(() => (++runs <= 11 ? never : Promise.resolve("right")), { name: "slow" });
      for (let leaders = 1; leaders <= 10; leaders++) {
        void slow();
        // Past the deadline of the one before it, and so the next to lead.
        await vi.advanceTimersByTimeAsync(3_600_000);
        await vi.waitFor(() => expect(runs).toBe(leaders));
      }
      void slow();
      await vi.advanceTimersByTimeAsync(1);
      const last = slow();
      await vi.advanceTimersByTimeAsync(30_000);
      expect(await last).toBe("right");
    } finally {
      vi.useRealTimers();
    }
  });

  it("keep settled() waiting no longer than a minute", async () => {
    fake();
    try {
      const cache = createCache();
      const slow = cache.cached(() => never, { name: "slow" });
      void slow();
      const settled = cache.settled();
      await vi.advanceTimersByTimeAsync(60_000);
      await settled;
      await cache.settled();
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("a refresh whose leader has died", () => {
  const options = { ttl: 20, swr: 40, staleIfError: "1m", flightTimeout: 200 } as const;

  it("is waited for until its deadline by a call whose entry is past its grace, which then computes", async () => {
    const story = new Story();
    const cache = createCache({ onEvent: story.onEvent });
    let runs = 0;
    const count = cache.cached(() => (++runs === 2 ? never : Promise.resolve(runs)), { name: "count", ...options });
    expect(await count()).toBe(1);
    await sleep(30);
    expect(await count()).toBe(1);
    await sleep(50);
    expect(new Set(await Promise.all(Array.from({ length: 20 }, () => count())))).toEqual(new Set([3]));
    expect(story.take()).toContain("abandoned");
  });

  it("is given more time by the next, so that a slow function is not refreshed again and again", async () => {
    const backend = memory();
    let runs = 0;
    const slow = async (): Promise<string> => {
      runs++;
      await sleep(runs === 1 ? 0 : 300);
      return "right";
    };
    const stale = { name: "slow", version: 1, ttl: 1, swr: "1m", flightTimeout: 20 } as const;
    await createCache({ backend }).cached(slow, stale)();
    await sleep(10);
    const elsewhere = createCache({ backend }).cached(slow, stale);
    const begunAt = Date.now();
    for (let i = 0; i < 25; i++) {
      expect(await elsewhere()).toBe("right");
      await sleep(10);
    }
    // 20, 40, 80 and 160 ms, and so on where the machine is slow.
    expect(runs - 1).toBeLessThanOrEqual(1 + Math.floor(Math.log2((Date.now() - begunAt) / 20 + 1)));
  });
});

describe("flightTimeout", () => {
  it("grows with the time that the function usually takes", async () => {
    const story = new Story();
    const cache = createCache({ onEvent: story.onEvent });
    const takes = async (ms: number): Promise<string> => {
      await new Promise((resolve) => setTimeout(resolve, ms));
      return "right";
    };
    const slow = cache.cached(() => takes(500), { name: "slow", shouldCache: () => false });
    await slow();
    const calls = [slow(), new Promise((resolve) => setTimeout(resolve, 5)).then(() => slow())];
    expect(await Promise.all(calls)).toEqual(["right", "right"]);
    expect(story.take()).not.toContain("abandoned");
  });

  it('may be longer than a timer can run: "forever" waits for everybody', async () => {
    const story = new Story();
    const cache = createCache({ flightTimeout: "forever", onEvent: story.onEvent });
    let runs = 0;
    const slow = cache.cached(
      async () => {
        await new Promise((resolve) => setTimeout(resolve, 50));
        return ++runs;
      },
      { name: "slow" },
    );
    expect(new Set(await Promise.all(Array.from({ length: 20 }, () => slow())))).toEqual(new Set([1]));
    expect(story.take()).not.toContain("abandoned");
  });
});
