import { isEven } from "./even.ts";

export function isOdd(value: number): boolean {
  return value === 0 ? false : isEven(value - 1);
}
