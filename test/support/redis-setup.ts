import type { TestProject } from "vitest/node";
import { startRedisRest, type RedisRest } from "./redis-rest.ts";

declare module "vitest" {
  interface ProvidedContext {
    upstash: RedisRest;
  }
}

/** Gives each test file of the project `inject("upstash")`: one Redis behind Upstash's REST protocol. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { stop, ...upstash } = await startRedisRest();
  project.provide("upstash", upstash);
  return stop;
}
