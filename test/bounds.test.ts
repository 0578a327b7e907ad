import { describe, expect, it } from "vitest";
import { createCache } from "../src/index.ts";
import { Story } from "./support/story.ts";

const never = new Promise<never>(() => {});

describe("flights that never land", () => {
  it("are bounded in number: of more than 50,000, the oldest is forgotten", async () => {
    const story = new Story();
    const cache = createCache({ flightTimeout: "1h", onEvent: story.onEvent });
    const fn = cache.cached((_n: number) => never, { name: "fn", key: (n) => n });
    void fn(0);
    void fn(0);
    expect(story.take()).toEqual(["joined"]);
    for (let n = 1; n <= 50_000; n++) void fn(n);
    void fn(0);
    expect(story.take()).not.toContain("joined");
  });
});
