import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export type Environment = Readonly<Record<string, string | undefined>>;

const HOST = "127.0.0.1";
const STARTS_WITHIN_MS = 60_000;
const ENDS_WITHIN_MS = 10_000;
/** What is written after an answer gets so long before a server is ended. */
const WRITES_WITHIN_MS = 500;
const READY = /(?:listening|ready) on http|^listening$/im;

/** Local only: nothing is reported, looked up or asked for. */
const OFFLINE: Environment = {
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  NO_COLOR: "1",
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_SEND_METRICS: "false",
  X_LOCAL_EXPLORER: "false",
};

/** A server that a command of a document starts, on Node, Deno, Bun or wrangler. */
export class ServedProgram {
  readonly url: string;
  readonly #process: ChildProcess;

  private constructor(url: string, process: ChildProcess) {
    this.url = url;
    this.#process = process;
  }

  /** Runs a command on a port, by what each runtime takes it from, and resolves when it serves. */
  static async start(command: string, cwd: string, env: Environment, port: number): Promise<ServedProgram> {
    const [program = "", ...args] = withPort(command, port);
    const child = spawn(program, args, {
      cwd,
      // npm and npx put a shell between: all of them end together.
      detached: true,
      env: { ...env, ...OFFLINE, PORT: String(port), DENO_SERVE_ADDRESS: `tcp:${HOST}:${port}` } as NodeJS.ProcessEnv,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += String(chunk)));
    child.once("error", (error) => (output += error.message));
    const served = new ServedProgram(`http://${HOST}:${port}`, child);
    const deadline = Date.now() + STARTS_WITHIN_MS;
    while (!READY.test(output)) {
      if (child.exitCode !== null || child.pid === undefined || Date.now() > deadline) {
        await served.stop();
        throw new Error(`Cannot start "${command}": it has to tell where it listens: received\n${output}`);
      }
      await sleep(20);
    }
    return served;
  }

  /** Ends it, and tells whether all of it has ended by the usual signal. */
  async stop(): Promise<boolean> {
    const { pid, exitCode } = this.#process;
    if (pid === undefined) return true;
    await sleep(WRITES_WITHIN_MS);
    const ended = exitCode === null ? once(this.#process, "close").then(() => true) : true;
    signal(pid, "SIGTERM");
    const isOrderly = await Promise.race([ended, sleep(ENDS_WITHIN_MS, false, { ref: false })]);
    if (!isOrderly) signal(pid, "SIGKILL");
    return isOrderly && !(await isServed(this.url));
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

function withPort(command: string, port: number): readonly string[] {
  if (command.includes("wrangler dev")) {
    return `${command} --ip ${HOST} --port ${port} --inspector-port 0 --show-interactive-dev-session=false`.split(" ");
  }
  return command.replace(/^deno serve /, `deno serve --host ${HOST} --port ${port} `).split(" ");
}

function signal(group: number, name: NodeJS.Signals): void {
  try {
    process.kill(-group, name);
  } catch {
    // It has ended already.
  }
}

async function isServed(url: string): Promise<boolean> {
  return await fetch(url).then(
    () => true,
    () => false,
  );
}
