/** Counts how often each word was added. */
export class Tally {
  protected readonly counts = new Map<string, number>();

  add(word: string): void {
    this.counts.set(word, (this.counts.get(word) ?? 0) + 1);
  }

  get size(): number {
    return this.counts.size;
  }
}
