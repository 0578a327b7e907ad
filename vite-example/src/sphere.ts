import { radians } from "./angles.ts";
import type { Place } from "./places.ts";

/** The angle between two places, as seen from the middle of the planet, in radians. */
export function angleBetween(from: Place, to: Place): number {
  const [a, b, turn] = [radians(from.latitude), radians(to.latitude), radians(to.longitude - from.longitude)];
  const cosine = Math.sin(a) * Math.sin(b) + Math.cos(a) * Math.cos(b) * Math.cos(turn);
  return Math.acos(Math.min(1, Math.max(-1, cosine)));
}
