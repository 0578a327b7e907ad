import { describe, expect, it, vi } from "vitest";
import { createCache, memory } from "../src/index.ts";
import { altered, Gate } from "./support/backends.ts";
import { Story } from "./support/story.ts";

const never = new Promise<never>(() => {});

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
