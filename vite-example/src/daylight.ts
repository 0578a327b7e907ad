import { radians } from "./angles.ts";
import { cache } from "./cache.ts";
import type { Place } from "./places.ts";
import { declination } from "./sun.ts";

/** Tells how many hours of daylight a place has on a day of the year. */
export const daylight = cache.cached(async function daylight(place: Place, dayOfYear: number): Promise<number> {
  const cosine = -Math.tan(radians(place.latitude)) * Math.tan(declination(dayOfYear));
  // Past 1 the sun does not rise, and below -1 it does not set.
  return (24 / Math.PI) * Math.acos(Math.min(1, Math.max(-1, cosine)));
});
