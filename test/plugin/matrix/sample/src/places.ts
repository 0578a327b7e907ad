import { cached } from "@autocache/edge";

type Place = readonly [latitude: number, longitude: number];

export const distance = cached(
  async function distance([fromLatitude, fromLongitude]: Place, [toLatitude, toLongitude]: Place): Promise<number> {
    const radius = 6371;
    const radians = (degrees: number): number => (degrees * Math.PI) / 180;

    function haversine(angle: number): number {
      return Math.sin(angle / 2) ** 2;
    }

    const chord =
      haversine(radians(toLatitude - fromLatitude)) +
      Math.cos(radians(fromLatitude)) * Math.cos(radians(toLatitude)) * haversine(radians(toLongitude - fromLongitude));
    return 2 * radius * Math.asin(Math.sqrt(chord));
  },
  { name: "distance" },
);
