import { radians } from "./angles.ts";
import { orbitalAngle } from "./orbit.ts";

/** Of the Earth's axis, in degrees. */
const TILT = 23.44;

/** How far north of the equator the sun stands at noon on a day of the year, in radians. */
export function declination(dayOfYear: number): number {
  return radians(-TILT) * Math.cos(orbitalAngle(dayOfYear));
}
