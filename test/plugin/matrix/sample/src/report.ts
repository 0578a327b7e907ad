import { cached } from "@autocache/edge";
import { Tally } from "./lib/tally.ts";

async function digestOf(lines: readonly string[]): Promise<string> {
  class Words extends Tally {
    #longest = "";

    override add(word: string): void {
      if (word.length > this.#longest.length) this.#longest = word;
      super.add(word);
    }

    get longest(): string {
      return this.#longest;
    }
  }

  function* wordsOf(): Generator<string> {
    for (const line of lines) yield* line.split(" ");
  }

  const words = new Words();
  for (const word of wordsOf()) words.add(word);
  return `${words.size} words, the longest is ${words.longest}`;
}

export const digest = cached(digestOf, { name: "digest", ttl: "1d" });
