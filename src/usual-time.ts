// A flight of a function that nobody has timed yet, or of a fast one, is waited for this long.
const MIN_FLIGHT_TIMEOUT_MS = 1_000;
const FLIGHT_TIMEOUT_FACTOR = 3;
// How much the newest run counts in what a function usually takes.
const NEWEST = 0.3;

/** What a function usually takes, learned from its runs. */
export class UsualTime {
  #usualMs: number | undefined;

  observe(tookMs: number): void {
    this.#usualMs = this.#usualMs === undefined ? tookMs : this.#usualMs + NEWEST * (tookMs - this.#usualMs);
  }

  /**
   * Tells how long a call waits for another's run: some times what the function usually takes.
   *
   * @param chosenMs what the options say instead
   */
  flightTimeoutMs(chosenMs: number | undefined): number {
    return chosenMs ?? Math.max(MIN_FLIGHT_TIMEOUT_MS, (this.#usualMs ?? 0) * FLIGHT_TIMEOUT_FACTOR);
  }
}
