import { Redis } from "@upstash/redis";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, inject } from "vitest";
import type { UpstashCredentials, UpstashRedis } from "../../adapters/upstash.ts";
import { isAutocacheError, type ErrorCode } from "../../src/errors.ts";

export const WRONG = "wrong-token-0123456789";
export const minute: { readonly ttlMs: number } = { ttlMs: 60_000 };

/** The ways a program reaches Upstash, each with settings that rewrite values in another way. */
const WAYS: Record<string, (credentials: { url: string; token: string }) => UpstashCredentials | UpstashRedis> = {
  "{ url, token }": (credentials) => credentials,
  "a Redis as it comes": (credentials) => new Redis(credentials),
  "a Redis without deserialisation, Base64 and pipelines of its own": (credentials) =>
    new Redis({
      ...credentials,
      automaticDeserialization: false,
      responseEncoding: false,
      enableAutoPipelining: false,
      retry: false,
    }),
};
export const ways = Object.entries(WAYS);

export const noRetry = (credentials: { url: string; token: string }): Redis =>
  new Redis({ ...credentials, retry: false });
export const bothWays = [ways[0], ["a Redis", noRetry] as const].filter((way) => way !== undefined);

export async function rejects(work: Promise<unknown> | undefined, code: ErrorCode, message: RegExp): Promise<Error> {
  const outcome = await Promise.resolve(work).then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if (!("error" in outcome)) return expect.fail(`it resolved with ${JSON.stringify(outcome.value)}`);
  expect(outcome.error).toSatisfy((error) => isAutocacheError(error, code));
  const error = outcome.error as Error;
  expect(error.message).toMatch(message);
  expect(`${error.message} ${String(error.cause)}`).not.toContain(WRONG);
  return error;
}

export async function command(body: readonly string[]): Promise<unknown> {
  const { url, token } = inject("upstash");
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  return ((await response.json()) as { result: unknown }).result;
}

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

export async function listen(listener: RequestListener): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  servers.push(server);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
