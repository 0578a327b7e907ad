import { cached, cachedMethod, createCache } from "@autocache/edge";
import { cacheKey } from "@autocache/edge/keys";
import { type Register, same } from "./fact.ts";

const runs = new Map<string, number>();

function count(what: string): number {
  const now = (runs.get(what) ?? 0) + 1;
  runs.set(what, now);
  return now;
}

class Shop {
  readonly country: string;

  constructor(country: string) {
    this.country = country;
  }

  [cacheKey](): readonly string[] {
    return ["Shop", this.country];
  }

  @cached({ ttl: "1h" })
  async price(id: string): Promise<string> {
    return `${this.country} ${id} ${count(this.country + id)}`;
  }
}

const cache = createCache({ ttl: "1h" });

class Clock {
  @cache.cached({ name: "Clock.now", version: 1 })
  static async now(zone: string): Promise<number> {
    return count(zone);
  }
}

/** Standard decorators, in a syntax that the runtime knows or that something has rewritten for it. */
export function testDecorators(test: Register): void {
  test("@cached() caches a method, for each of what stands for its instance", async () => {
    const [norway, sweden] = [new Shop("no"), new Shop("se")];
    same(await norway.price("1"), "no 1 1", "the first");
    same(await new Shop("no").price("1"), "no 1 1", "that of an equal shop");
    same(await sweden.price("1"), "se 1 1", "that of another");
    await cachedMethod(norway, "price").invalidate("1");
    same([await norway.price("1"), await sweden.price("1")], ["no 1 2", "se 1 1"], "after an invalidation");
  });

  test("@cache.cached() caches a static method", async () => {
    same([await Clock.now("utc"), await Clock.now("utc"), await Clock.now("cet")], [1, 1, 1], "the calls");
    same((await cachedMethod(Clock, "now").trace("utc")).verdict, "hit", "the verdict");
  });
}
