import { describe, expect, it } from "vitest";
import { UsualTime } from "../src/usual-time.ts";

describe("UsualTime", () => {
  it("lets a call wait for a second where nothing is known, or the function is fast", () => {
    const usual = new UsualTime();
    expect(usual.flightTimeoutMs(undefined)).toBe(1_000);
    usual.observe(5);
    expect(usual.flightTimeoutMs(undefined)).toBe(1_000);
  });

  it("lets a call wait for three times what the first run took", () => {
    const usual = new UsualTime();
    usual.observe(2_000);
    expect(usual.flightTimeoutMs(undefined)).toBe(6_000);
  });

  it("follows newer runs by and by", () => {
    const usual = new UsualTime();
    usual.observe(2_000);
    usual.observe(1_000);
    expect(usual.flightTimeoutMs(undefined)).toBeCloseTo(5_100);
    for (let i = 0; i < 30; i++) usual.observe(1_000);
    expect(usual.flightTimeoutMs(undefined)).toBeCloseTo(3_000, 0);
  });

  it("takes the time that the options say", () => {
    const usual = new UsualTime();
    usual.observe(2_000);
    expect(usual.flightTimeoutMs(250)).toBe(250);
  });
});
