/**
 * A process of its own: redis-server, and in front of it a server that speaks Upstash's REST protocol.
 * It prints one line of JSON when both answer, and ends, with Redis, when its standard input does: so nothing is left
 * behind however the process that started it goes.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serve } from "@hono/node-server";
import { createApp } from "@humanwhocodes/upstash-redis-server";
import { Hono, type MiddlewareHandler } from "hono";
import { findOrThrow, REDIS } from "./tools.ts";

const HOST = "127.0.0.1";

async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts Redis, on another port if somebody else took the one that was free a moment ago. */
async function startRedis(folder: string): Promise<{ port: number; kill: () => void }> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const log: string[] = [];
    const redis = spawn(
      findOrThrow(REDIS),
      ["--bind", HOST, "--port", String(port), "--save", "", "--appendonly", "no", "--dir", folder],
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    const ready = await new Promise<boolean>((resolve) => {
      const read = (chunk: Buffer): void => {
        log.push(chunk.toString());
        if (log.join("").includes("Ready to accept connections")) resolve(true);
      };
      redis.stdout.on("data", read);
      redis.stderr.on("data", read);
      redis.once("error", (error) => {
        log.push(error.message);
        resolve(false);
      });
      redis.once("exit", () => resolve(false));
    });
    if (ready) return { port, kill: () => redis.kill("SIGKILL") };
    if (attempt === 3) throw new Error(`Cannot start "redis-server": ${log.join("").trim()}`);
  }
}

/** Upstash asks every path for the token, and refuses in JSON; the server used here does neither. */
function authorization(token: string): MiddlewareHandler {
  return async (context, next) => {
    if (context.req.header("authorization") === `Bearer ${token}`) return next();
    return context.json({ error: "WRONGPASS invalid or missing auth token" }, 401);
  };
}

/** Upstash answers in Base64 when it is asked to, as `@upstash/redis` does: it then decodes whatever looks like it. */
const base64: MiddlewareHandler = async (context, next) => {
  await next();
  if (context.req.header("upstash-encoding") !== "base64" || !context.res.ok) return;
  const answer: unknown = await context.res.json();
  context.res = Response.json(Array.isArray(answer) ? answer.map(encodeResult) : encodeResult(answer));
};

function encodeResult(answer: unknown): unknown {
  if (typeof answer !== "object" || answer === null || !("result" in answer)) return answer;
  return { ...answer, result: encode(answer.result) };
}

function encode(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(encode);
  return typeof value === "string" && value !== "OK" ? Buffer.from(value).toString("base64") : value;
}

const token = process.env["UPSTASH_REDIS_REST_TOKEN"];
if (token === undefined) throw new Error('Cannot start the Redis REST server: "UPSTASH_REDIS_REST_TOKEN" is not set');

const folder = mkdtempSync(join(tmpdir(), "autocache-redis-"));
const redis = await startRedis(folder);
const redisUrl = `redis://${HOST}:${redis.port}`;

function stop(): never {
  redis.kill();
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
}
process.stdin.once("close", stop).resume();
process.once("SIGINT", stop);
process.once("SIGTERM", stop);

const app = new Hono().use(authorization(token)).use(base64).route("/", createApp({ token, redisUrl }));
serve({ fetch: app.fetch, hostname: HOST, port: 0 }, ({ port }) => {
  process.stdout.write(`${JSON.stringify({ url: `http://${HOST}:${port}`, redisUrl })}\n`);
});
