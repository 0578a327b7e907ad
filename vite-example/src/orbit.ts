import { radians } from "./angles.ts";

const DAYS_FROM_SOLSTICE_TO_NEW_YEAR = 10;

/** How far round the sun the Earth is on a day of the year, in radians from the December solstice. */
export function orbitalAngle(dayOfYear: number): number {
  return radians((360 / 365) * (dayOfYear + DAYS_FROM_SOLSTICE_TO_NEW_YEAR));
}
