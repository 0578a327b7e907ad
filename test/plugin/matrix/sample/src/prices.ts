import { cache } from "./cache.ts";
import { Currency, Digits, round } from "./lib/money.ts";

const VAT = 0.19;

export const price = cache.cached(
  async (net: number, currency: Currency): Promise<string> => {
    const gross = net * (1 + VAT);
    switch (currency) {
      case Currency.Yen:
        return `${currency} ${round(gross, Digits.None)}`;
      default:
        return `${currency} ${round(gross, Digits.Cents)}`;
    }
  },
  { name: "price", ttl: "1h" },
);
