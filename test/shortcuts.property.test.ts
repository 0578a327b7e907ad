import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  type Backend,
  type Cache,
  type CachedFunction,
  type CacheOptions,
  createCache,
  type Envelope,
  memory,
  tiered,
} from "../src/index.ts";
import { cacheKey } from "../src/keys.ts";
import { Story } from "./support/story.ts";

type Fn = CachedFunction<[unknown?, unknown?], string>;

const { digest } = crypto.subtle;
const { random } = Math;
let digests = 0;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2026, 10, 22) });
  // The same for all who ask at one instant: a shortcut asks less often.
  Math.random = () => ((Date.now() * 7_919) % 9_973) / 9_973;
  crypto.subtle.digest = async (_algorithm, data) => {
    digests += 1;
    const hash = createHash("sha256").update(data as Uint8Array);
    return new Uint8Array(hash.digest()).buffer;
  };
});
afterEach(() => {
  vi.useRealTimers();
  Math.random = random;
  crypto.subtle.digest = digest;
});

class Named {
  [cacheKey](): unknown {
    return ["named", { id: 1 }];
  }
}

/** What is asked for, each time made anew, and in several ways that come to the same. */
const SUBJECTS: readonly (readonly (() => [unknown?, unknown?])[])[] = [
  [() => ["a"], () => ["a", undefined], () => ["a", { signal: new AbortController().signal }]],
  [() => [{ page: 1, of: ["x"] }], () => [{ of: ["x"], none: undefined, page: 1 }], () => [{ page: 1, of: ["x"] }, {}]],
  [() => [[1, [Number.NaN, -0, null]], 2], () => [[1, [Number.NaN, 0, null]], 2]],
  [() => [new Named()], () => [Object.assign(new Named(), { more: 1 })]],
  [() => [new Date(5), new Map([["k", 1]])]],
  [() => []],
];

type Act =
  | { readonly do: "call" | "trace" | "peek" | "many" | "refresh" | "invalidate" | "expire" | "set" | "key" }
  | { readonly do: "purge" | "tags" | "expire tags" | "namespace" | "clear" | "lose" | "origin" }
  | { readonly do: "wait"; readonly ms: number };

interface Step {
  readonly act: Act;
  /** Which function: two of one name in one cache, one of that name in another cache, one of another name. */
  readonly fn: number;
  readonly subject: number;
  readonly way: number;
  /** How often a call is made, each in another of the ways. */
  readonly times: number;
}

const act = fc.oneof(
  { weight: 30, arbitrary: fc.constant<Act>({ do: "call" }) },
  {
    weight: 8,
    arbitrary: fc.constantFrom<Act["do"]>("trace", "peek", "many", "refresh", "invalidate", "expire", "set", "key"),
  },
  {
    weight: 5,
    arbitrary: fc.constantFrom<Act["do"]>("purge", "tags", "expire tags", "namespace", "clear", "lose", "origin"),
  },
  {
    weight: 8,
    arbitrary: fc.constantFrom(1, 10, 99, 100, 101, 250, 700, -60, -500).map((ms): Act => ({ do: "wait", ms })),
  },
) as fc.Arbitrary<Act | Act["do"]>;

const program: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    act: act.map((one): Act => (typeof one === "string" ? ({ do: one } as Act) : one)),
    fn: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.nat(3) }),
    subject: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, { weight: 2, arbitrary: fc.nat(SUBJECTS.length - 1) }),
    way: fc.nat(2),
    times: fc.nat(4),
  }),
  { minLength: 4, maxLength: 40, size: "max" },
);

const setting = fc.record({
  ttl: fc.constantFrom(100, 1_000),
  swr: fc.constantFrom(0, 200),
  staleIfError: fc.constantFrom(0, 500),
  errorTtl: fc.constantFrom(0, 150),
  earlyRefresh: fc.constantFrom(0, 0, 5),
  tagTtl: fc.constantFrom(0, 120, 10_000),
  purgeable: fc.boolean(),
  isTagged: fc.boolean(),
  isStacked: fc.boolean(),
  takesMs: fc.constantFrom(0, 3),
  maxEntries: fc.constantFrom(3, 1_000),
  share: fc.constantFrom("frozen" as const, "copy" as const),
});
type Setting = typeof setting extends fc.Arbitrary<infer One> ? One : never;

/** memory(), or the same where nobody can tell what it holds. */
function near(maxEntries: number, isHolding: boolean): Backend {
  const inner = memory({ maxEntries });
  if (isHolding) return inner;
  const copied = (envelope: Envelope | undefined): Envelope | undefined => envelope && { ...envelope };
  return {
    name: inner.name,
    capabilities: inner.capabilities,
    get: async (key) => copied(await inner.get(key)),
    set: (...args) => inner.set(...args),
    delete: (...args) => inner.delete(...args),
    list: async (prefix) => (await inner.list?.(prefix)) ?? { keys: [] },
  };
}

/** What is asked of one stack of caches, and what comes of it. */
class Side {
  readonly #story = new Story();
  readonly #backend: Backend;
  readonly #caches: readonly Cache[];
  readonly #functions: readonly Fn[];
  readonly #takesMs: number;
  #runs = 0;
  #fails = false;
  /** Of several calls at once, none takes time from the others. */
  #isAtOnce = false;

  constructor({ isTagged, isStacked, maxEntries, takesMs, ...options }: Setting, isHolding: boolean) {
    const first = near(maxEntries, isHolding);
    this.#takesMs = takesMs;
    this.#backend = first;
    const backend = isStacked ? tiered([first, near(1_000, false)]) : first;
    const ofCache: CacheOptions = { ...options, backend, retryAfter: 50, onEvent: this.#story.onEvent };
    this.#caches = [createCache(ofCache), createCache({ ...ofCache, purgeable: false })];
    const made = [
      [0, "f", isTagged],
      [0, "f", isTagged],
      [1, "f", false],
      [0, "g", !isTagged],
    ] as const;
    this.#functions = made.map(([cache, name, hasTags]) =>
      (this.#caches[cache] as Cache).cached(async (_one?: unknown, _two?: unknown) => this.#run(), {
        name,
        version: 1,
        ...(hasTags && { tags: ["t"] }),
      }),
    );
  }

  #run(): string {
    this.#runs += 1;
    if (!this.#isAtOnce) vi.setSystemTime(Date.now() + this.#takesMs);
    if (this.#fails) throw new Error(`failure ${this.#runs}`);
    return `value ${this.#runs}`;
  }

  /** Does a step, and tells all that came of it. */
  async play(step: Step): Promise<object> {
    this.#isAtOnce = step.act.do === "many";
    const result = await this.#do(step).then(
      (value) => ({ value }),
      (error: Error) => ({ error: error.message }),
    );
    for (const cache of this.#caches) await cache.settled();
    const story = this.#story.take();
    // Of several calls at once, those that are answered at once tell first.
    return { ...result, story: step.act.do === "many" ? story.toSorted() : story };
  }

  async #do({ act: { do: what, ...rest }, fn: of, subject, way }: Step): Promise<unknown> {
    const [cache] = this.#caches as [Cache];
    const fn = this.#functions[of] as Fn;
    const ways = SUBJECTS[subject] ?? [];
    const args = ways[way % ways.length]?.() ?? [];
    switch (what) {
      case "call":
        return fn(...args);
      case "trace": {
        const { value, verdict, reason, joined, backend, ageMs, key } = await fn.trace(...args);
        return { value, verdict, reason, joined, backend, ageMs, key };
      }
      case "many":
        return fn.many([args, ["b"], [9]]);
      case "set":
        return fn.set(args, `by hand ${Date.now()}`);
      case "key":
        return fn.keyOf(...args);
      case "purge":
        return fn.purge();
      case "tags":
        return cache.invalidateTags(["t"]);
      case "expire tags":
        return cache.expireTags(["t"]);
      case "namespace":
        return cache.purgeNamespace();
      case "clear":
        return cache.clear();
      case "lose":
        return this.#backend.delete(await fn.keyOf(...args));
      case "origin":
        this.#fails = !this.#fails;
        return undefined;
      case "wait":
        return vi.setSystemTime(Date.now() + (rest as { ms: number }).ms) && undefined;
      default:
        return fn[what](...args);
    }
  }
}

describe("a cache with shortcuts", () => {
  it("answers, tells and throws as one without, whatever is done to it", { timeout: 3_600_000 }, async () => {
    const runs = Number(process.env["SHORTCUT_PROGRAMS"] ?? 3_000);
    const asked = { withShortcuts: 0, without: 0 };
    await fc.assert(
      fc.asyncProperty(setting, program, async (how, steps) => {
        const start = Date.now();
        const told: unknown[][] = [];
        for (const isHolding of [true, false]) {
          vi.setSystemTime(start);
          digests = 0;
          const side = new Side(how, isHolding);
          const all: unknown[] = [];
          for (const step of steps) {
            for (let i = 0; i < (step.act.do === "call" ? step.times : 1); i++) {
              all.push({ step, at: Date.now() - start, ...(await side.play({ ...step, way: step.way + i })) });
            }
          }
          told.push(all);
          asked[isHolding ? "withShortcuts" : "without"] += digests;
        }
        expect(told[0]).toEqual(told[1]);
      }),
      { numRuns: runs },
    );
    // Each that is not asked for is a call that took a shortcut.
    expect(asked.without - asked.withShortcuts).toBeGreaterThan(runs);
  });
});
