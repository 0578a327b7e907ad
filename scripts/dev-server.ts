import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";

/** A Worker that does not build keeps its server waiting for a change: nobody else should. */
const START_LIMIT_MS = 90_000;

/** Local only: nothing is reported, looked up or asked for. */
const OFFLINE = {
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_SEND_METRICS: "false",
  X_LOCAL_EXPLORER: "false",
};

export interface DevServerOptions {
  /** What it is called in errors. */
  readonly title: string;
  /** A script for Node, and its arguments. */
  readonly command: readonly string[];
  readonly cwd: string;
  /** Finds the address in the line that tells it. */
  readonly ready: RegExp;
  readonly onOutput?: ((text: string) => void) | undefined;
}

export interface DevServer {
  readonly url: string;
  /** Resolves with the exit code when the server has ended, by itself or by `stop()`. */
  readonly exited: Promise<number | null>;
  stop(): Promise<void>;
}

/** Starts a development server on workerd, and resolves when it answers. */
export async function startDevServer(options: DevServerOptions): Promise<DevServer> {
  const server = spawn(process.execPath, options.command, {
    cwd: options.cwd,
    env: { ...process.env, ...OFFLINE },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = once(server, "exit").then(([code]) => code as number | null);
  const stop = async (): Promise<void> => {
    server.kill("SIGTERM");
    await exited;
  };
  for (const stream of [server.stdout, server.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => options.onOutput?.(text));
  }
  return { url: await whenReady(server, exited, options), exited, stop };
}

/** Waits for the line that says where the server answers. */
async function whenReady(
  server: ChildProcess,
  exited: Promise<number | null>,
  { title, ready }: DevServerOptions,
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let output = "";
  const read = (text: string): void => {
    output += text;
    const url = ready.exec(output)?.[1];
    if (url !== undefined) resolve(url);
  };
  const fail = (reason: string): void => reject(new Error(`Cannot start "${title}": ${reason}\n${output}`));
  const timer = setTimeout(() => {
    fail(`not ready after ${START_LIMIT_MS / 1000} seconds`);
    server.kill("SIGTERM");
  }, START_LIMIT_MS);
  server.stdout?.on("data", read);
  server.stderr?.on("data", read);
  void exited.then((code) => fail(`exit ${code}`));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    server.stdout?.off("data", read);
    server.stderr?.off("data", read);
  }
}
