export enum Currency {
  Euro = "EUR",
  Franc = "CHF",
  Yen = "JPY",
}

export const enum Digits {
  None,
  Cents = 2,
  Mills,
}

export function round(amount: number, digits: Digits): string {
  return amount.toFixed(digits);
}
