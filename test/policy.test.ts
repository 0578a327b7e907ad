import { assert, double, nat, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { decide, FRESH_ONLY, graceMs, type Policy } from "../src/policy.ts";

const times = (expiresAt: number, tookMs = 10) => ({ createdAt: 0, expiresAt, tookMs });

describe("decide()", () => {
  const policy: Policy = { swrMs: 50, staleIfErrorMs: 200, earlyRefresh: 0 };

  it.each([
    [99, "fresh"],
    [100, "stale"],
    [149, "stale"],
    [150, "fallback"],
    [299, "fallback"],
    [300, "expired"],
  ] as const)("of an entry that expires at 100, at %i: %s", (now, verdict) => {
    expect(decide(times(100), policy, now, 0.5)).toBe(verdict);
  });

  it("knows two verdicts where nothing but the ttl is said", () => {
    expect([99, 100, 1e9].map((now) => decide(times(100), FRESH_ONLY, now, 0.5))).toEqual([
      "fresh",
      "expired",
      "expired",
    ]);
  });

  it("never expires an entry without an end", () => {
    expect(decide(times(Infinity), { ...policy, earlyRefresh: 10 }, Number.MAX_SAFE_INTEGER, 0.999_999)).toBe("fresh");
  });

  it("is exhaustive and pure: one verdict for every state, by the windows alone", () => {
    const ms = nat({ max: 1_000 });
    assert(
      property(
        ms,
        ms,
        ms,
        ms,
        ms,
        double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (expiresAt, tookMs, swrMs, staleIfErrorMs, now, random) => {
          const state = { swrMs, staleIfErrorMs, earlyRefresh: 0 };
          const verdict = decide(times(expiresAt, tookMs), state, now, random);
          const past = now - expiresAt;
          expect(verdict).toBe(
            past < 0 ? "fresh" : past < swrMs ? "stale" : past < staleIfErrorMs ? "fallback" : "expired",
          );
          // Nothing is an answer of any kind past what backends are told to keep.
          if (past >= graceMs(state)) expect(verdict === "expired" || past < 0).toBe(true);
          expect(decide(times(expiresAt, tookMs), state, now, random)).toBe(verdict);
        },
      ),
      { numRuns: 20_000 },
    );
  });
});

describe("early refresh (XFetch)", () => {
  const policy: Policy = { swrMs: 0, staleIfErrorMs: 0, earlyRefresh: 1 };
  const isEarly = (now: number, tookMs: number, random: number): boolean =>
    decide(times(1_000, tookMs), policy, now, random) === "early";

  it("is likelier near the end, and never for a chance of 0", () => {
    const share = (now: number): number =>
      Array.from({ length: 1_000 }, (_, i) => isEarly(now, 100, i / 1_000)).filter(Boolean).length;
    expect(share(0)).toBeLessThan(share(900));
    expect(share(900)).toBeLessThan(share(990));
    expect(isEarly(999, 100, 0)).toBe(false);
  });

  it("has the probability of the paper: exp(-remaining / took)", () => {
    const n = 100_000;
    const early = Array.from({ length: n }, (_, i) => isEarly(800, 100, i / n)).filter(Boolean).length;
    expect(early / n).toBeCloseTo(Math.exp(-200 / 100), 3);
  });

  it("is likelier for a function that takes long", () => {
    expect(isEarly(900, 10, 0.99)).toBe(false);
    expect(isEarly(900, 1_000, 0.99)).toBe(true);
  });
});
