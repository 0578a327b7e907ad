/** A figure of several runs: the middle one, and how far they lie apart. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/**
 * The middle of some numbers.
 *
 * @throws {RangeError} of none
 */
export function median(numbers: readonly number[]): number {
  if (numbers.length === 0) throw new RangeError("Cannot take a median: there is at least one number: received none");
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The middle of some numbers with the least and the greatest of them. */
export function spreadOf(numbers: readonly number[]): Spread {
  return { median: median(numbers), min: Math.min(...numbers), max: Math.max(...numbers) };
}

/**
 * The middle of the ratios of two series, each number to that of the same round: what slows a whole round down counts
 * for neither.
 *
 * @throws {RangeError} where the series are of different lengths, or a divisor is not positive
 */
export function pairedRatio(samples: readonly number[], floor: readonly number[]): number {
  if (samples.length !== floor.length) {
    throw new RangeError(
      `Cannot pair samples with those of the floor: there is one of each in a round: received ${samples.length} and ${floor.length}`,
    );
  }
  return median(samples.map((sample, round) => sample / positive(floor[round])));
}

function positive(divisor = 0): number {
  if (divisor > 0) return divisor;
  throw new RangeError(`Cannot divide by a sample of the floor: it took some time: received ${divisor}`);
}

/** Puts a list into a random order. */
export function shuffled<Value>(values: readonly Value[], random: () => number = Math.random): Value[] {
  const order = [...values];
  for (let i = order.length - 1; i > 0; i--) {
    const other = Math.floor(random() * (i + 1));
    [order[i], order[other]] = [order[other] as Value, order[i] as Value];
  }
  return order;
}
