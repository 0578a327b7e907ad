import type { Screen } from "./screen.ts";

const PATIENCE_MS = 1000;
const INTERVAL_MS = 100;

/** A line that says how far long work is; on a terminal, and for work that takes more than a second. */
export class Progress {
  readonly #screen: Screen;
  readonly #total: number;
  readonly #what: string;
  #next = performance.now() + PATIENCE_MS;
  #isShown = false;

  constructor(screen: Screen, total: number, what: string) {
    this.#screen = screen;
    this.#total = total;
    this.#what = what;
  }

  at(done: number): void {
    if (!this.#screen.isTerminal || performance.now() < this.#next) return;
    this.#next = performance.now() + INTERVAL_MS;
    this.#isShown = true;
    const [shown, total] = [done, this.#total].map((number) => number.toLocaleString("en-US"));
    this.#screen.write(`\r\u001B[K${this.#screen.paint("dim", `${shown} of ${total} ${this.#what}`)}`);
  }

  end(): void {
    if (this.#isShown) this.#screen.write("\r\u001B[K");
    this.#isShown = false;
  }
}
