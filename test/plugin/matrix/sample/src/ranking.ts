import type { CachedFunction } from "@autocache/edge";
import { cache } from "./cache.ts";

/** Makes a ranking in which a vote weighs as much as so many views. */
export function rankBy(weight: number): CachedFunction<[votes: number, views: number], number> {
  const damping = 10;
  const scale = (votes: number): number => votes * weight;

  return cache.cached(
    async (votes: number, views: number): Promise<number> => scale(votes) / Math.log10(damping + views),
    { name: "ranking", ttl: "1m" },
  );
}
