import { cacheKey } from "@autocache/edge/keys";
import { cache } from "./cache.ts";
import type { Place } from "./places.ts";
import { angleBetween } from "./sphere.ts";

export class Planet {
  readonly radiusKm: number;

  constructor(radiusKm: number) {
    this.radiusKm = radiusKm;
  }

  /** What tells one planet from another in the keys of its methods. */
  [cacheKey](): readonly unknown[] {
    return ["Planet", this.radiusKm];
  }

  /** Tells how many kilometres of ground lie between two places. */
  @cache.cached()
  async distance(from: Place, to: Place): Promise<number> {
    return this.arcKm(angleBetween(from, to));
  }

  arcKm(angle: number): number {
    return this.radiusKm * angle;
  }
}

export const earth = new Planet(6371);
