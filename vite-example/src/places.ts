export interface Place {
  /** Degrees, north positive. */
  readonly latitude: number;
  /** Degrees, east positive. */
  readonly longitude: number;
}

export const PLACES: Readonly<Record<string, Place>> = {
  oslo: { latitude: 59.91, longitude: 10.75 },
  nairobi: { latitude: -1.29, longitude: 36.82 },
  ushuaia: { latitude: -54.8, longitude: -68.3 },
};
