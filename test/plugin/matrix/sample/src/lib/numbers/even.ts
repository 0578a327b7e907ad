import { isOdd } from "./odd.ts";

export function isEven(value: number): boolean {
  return value === 0 ? true : isOdd(value - 1);
}
