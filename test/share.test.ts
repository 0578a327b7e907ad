import { describe, expect, it } from "vitest";
import { createCache } from "../src/index.ts";

interface Page {
  readonly list: { id: number }[];
}

const load = async (): Promise<Page> => ({ list: [{ id: 1 }] });
const first = (page: Page): { id: number } => page.list[0] ?? { id: 0 };

describe("share", () => {
  it("is frozen by default: one value for all, that nobody can change, on a miss and on a hit", async () => {
    const cache = createCache();
    const page = cache.cached(load, { name: "page" });
    for (const value of [await page(), await page()]) {
      expect(Object.isFrozen(value) && Object.isFrozen(value.list) && Object.isFrozen(first(value))).toBe(true);
      expect(() => (first(value).id = 2)).toThrow(TypeError);
    }
    await cache.settled();
    expect(await page()).toBe(await page());
  });

  it("as a copy gives each caller its own", async () => {
    const cache = createCache({ share: "copy" });
    const page = cache.cached(load, { name: "page" });
    const [one, two] = [await page(), await page()];
    first(one).id = 2;
    expect([first(two).id, first(await page()).id]).toEqual([1, 1]);
  });

  it("unfrozen gives all callers the one that they can change", async () => {
    const cache = createCache();
    const page = cache.cached(load, { name: "page", share: "unfrozen" });
    await page();
    await cache.settled();
    first(await page()).id = 2;
    expect(first(await page()).id).toBe(2);
  });

  it("leaves the function's own value as it is", async () => {
    const own = { list: [{ id: 1 }] };
    const page = createCache().cached(async () => own, { name: "page" });
    await page();
    first(own).id = 2;
    expect(first(await page()).id).toBe(1);
  });

  it("refuses another word", () => {
    expect(() => createCache({ share: "clone" as never })).toThrow(
      'Cannot make a cache: share is one of frozen, copy, unfrozen: received "clone"',
    );
  });
});
