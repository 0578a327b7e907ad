import { cached } from "@autocache/edge";
import * as numbers from "./lib/numbers/index.ts";
import { pad } from "./lib/text.ts";

export const parity = cached(
  async (value: number): Promise<string> => {
    const word = numbers.isEven(Math.abs(value)) ? "even" : "odd";
    return `${pad(value, 3)}: ${numbers.spell(word)}`;
  },
  { name: "parity" },
);
