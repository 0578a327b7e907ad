import { describe, expect, it } from "vitest";
import { median, pairedRatio, shuffled, spreadOf } from "../../bench/harness/statistics.ts";

describe("median()", () => {
  it("is the middle number, whatever the order", () => {
    expect(median([9, 1, 5])).toBe(5);
  });

  it("is between the two middle ones of an even count", () => {
    expect(median([4, 1, 2, 10])).toBe(3);
  });

  it("orders numbers as numbers", () => {
    expect(median([100, 9, 20])).toBe(20);
  });

  it("leaves the list as it was", () => {
    const numbers = [3, 1, 2];
    median(numbers);
    expect(numbers).toEqual([3, 1, 2]);
  });

  it("refuses none", () => {
    expect(() => median([])).toThrow(
      new RangeError("Cannot take a median: there is at least one number: received none"),
    );
  });
});

describe("spreadOf()", () => {
  it("tells the least and the greatest beside the median", () => {
    expect(spreadOf([2, 8, 3])).toEqual({ median: 3, min: 2, max: 8 });
  });
});

describe("pairedRatio()", () => {
  it("divides each sample by the floor's of the same round", () => {
    // The second round was ten times as slow for both: it counts like the others.
    expect(pairedRatio([4, 40, 6], [2, 20, 2])).toBe(2);
  });

  it("is not the ratio of the medians", () => {
    expect(pairedRatio([1, 2, 9], [1, 1, 3])).toBe(2);
    expect(pairedRatio([1, 9, 2], [1, 3, 4])).toBe(1);
  });

  it("refuses series of different lengths", () => {
    expect(() => pairedRatio([1, 2], [1])).toThrow("received 2 and 1");
  });

  it("refuses a floor that took no time", () => {
    expect(() => pairedRatio([1], [0])).toThrow("Cannot divide by a sample of the floor");
  });
});

describe("shuffled()", () => {
  it("keeps every value once, in an order that chance decides", () => {
    const values = [1, 2, 3, 4, 5, 6, 7, 8];
    const order = shuffled(values, () => 0);
    expect(order).not.toEqual(values);
    expect(order.toSorted((a, b) => a - b)).toEqual(values);
  });

  it("gives every value every place", () => {
    const seen = new Set(Array.from({ length: 200 }, () => shuffled(["a", "b", "c"]).join("")));
    expect(seen.size).toBe(6);
  });
});
