import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export interface RedisRest {
  /** Where the REST server answers, as Upstash's would. */
  readonly url: string;
  readonly token: string;
  /** The Redis behind it, for a test that looks at what was really stored. */
  readonly redisUrl: string;
}

export interface RunningRedisRest extends RedisRest {
  stop(): Promise<void>;
}

/** Starts a Redis of its own, empty and without persistence, behind a REST server; both on free ports of 127.0.0.1. */
export async function startRedisRest(): Promise<RunningRedisRest> {
  const token = randomUUID();
  const server = spawn(process.execPath, [fileURLToPath(new URL("redis-rest-server.ts", import.meta.url))], {
    env: { ...process.env, UPSTASH_REDIS_REST_TOKEN: token },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const exited = once(server, "exit");
  const lines = createInterface({ input: server.stdout });
  const first: unknown = await Promise.race([
    once(lines, "line").then(([line]) => line),
    exited.then(() => {
      throw new Error("Cannot start the Redis REST server: its process ended, see above");
    }),
  ]);
  const { url, redisUrl } = JSON.parse(String(first)) as { url: string; redisUrl: string };
  return {
    url,
    token,
    redisUrl,
    async stop() {
      server.stdin.end();
      await exited;
    },
  };
}
