import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { type Registry, registryEnvironment } from "../../../scripts/test/registry.ts";

const run = promisify(execFile);
const HOST = "127.0.0.1";
const STARTS_WITHIN_MS = 60_000;
const ENDS_WITHIN_MS = 10_000;
/** What is written after an answer gets so long before a server is ended. */
const WRITES_WITHIN_MS = 500;
const READY = /(?:listening|ready) on http/i;

/** Local only: nothing is reported, looked up or asked for. */
const OFFLINE = {
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_SEND_METRICS: "false",
  X_LOCAL_EXPLORER: "false",
};

export interface Answer {
  readonly verdict: string | undefined;
  readonly body: string;
}

/** A copy of an example, set up and started by the commands of its README, as somebody does who has copied the folder. */
export class InstalledExample {
  readonly folder: string = realpathSync(mkdtempSync(join(tmpdir(), "autocache-example-")));
  readonly #commands: readonly string[];
  readonly #env: Readonly<Record<string, string | undefined>>;
  #server: ChildProcess | undefined;
  /** The same each time: it is in the URL, and so in the keys of responses. */
  #port: number | undefined;

  constructor(name: string, registry: Registry, env: Readonly<Record<string, string>> = {}) {
    cpSync(join("examples", name), this.folder, { recursive: true });
    const readme = readFileSync(join(this.folder, "README.md"), "utf8");
    this.#commands = /```sh\n(.*?)\n```/s.exec(readme)?.[1]?.split("\n") ?? [];
    this.#env = {
      ...registryEnvironment(registry, join(this.folder, ".packages")),
      ...OFFLINE,
      ...env,
      PATH: [join(process.cwd(), "node_modules", ".bin"), process.env["PATH"]].join(delimiter),
      NO_COLOR: "1",
    };
  }

  /** Runs the commands before the last. */
  async setUp(): Promise<void> {
    for (const command of this.#commands.slice(0, -1)) await this.run(command);
  }

  async run(command: string): Promise<string> {
    const [program = "", ...args] = command.split(" ");
    return (await run(program, args, { cwd: this.folder, env: this.#env as NodeJS.ProcessEnv })).stdout;
  }

  get #url(): string {
    return `http://${HOST}:${this.#port}`;
  }

  /** Runs the last command, on a free port, and resolves when it serves. */
  async start(): Promise<void> {
    const port = (this.#port ??= await freePort());
    const [program = "", ...args] = this.#commands.at(-1)?.split(" ") ?? [];
    const flags = args.includes("wrangler") ? wranglerFlags(port) : [];
    const server = spawn(program, [...args, ...flags], {
      cwd: this.folder,
      // npm and npx put a shell between: all of them end together.
      detached: true,
      env: { ...this.#env, PORT: String(port), DENO_SERVE_ADDRESS: `tcp:${HOST}:${port}` } as NodeJS.ProcessEnv,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#server = server;
    let output = "";
    for (const stream of [server.stdout, server.stderr])
      stream.on("data", (chunk: Buffer) => (output += String(chunk)));
    const deadline = Date.now() + STARTS_WITHIN_MS;
    while (!READY.test(output)) {
      if (server.exitCode !== null || Date.now() > deadline)
        throw new Error(
          `Cannot start "${this.#commands.at(-1)}": it has to tell where it listens: received\n${output}`,
        );
      await sleep(50);
    }
  }

  async ask(path: string, method = "GET"): Promise<Answer> {
    const response = await fetch(this.#url + path, { method });
    const body = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} is answered with ${response.status}: ${body}`);
    const status = response.headers.get("cache-status");
    if (status !== null) return { verdict: status.includes(";hit") ? "hit" : "miss", body };
    const verdict = /"verdict":"(\w+)"/.exec(body)?.[1];
    // What a trace tells differs from call to call; the rest of the answer does not.
    return { verdict, body: body.replace(/,"verdict".*/, "") };
  }

  edit(file: string, from: string, to: string): void {
    const path = join(this.folder, file);
    const text = readFileSync(path, "utf8");
    if (!text.includes(from)) throw new Error(`Cannot edit ${path}: it has to contain "${from}": received\n${text}`);
    writeFileSync(path, text.replaceAll(from, to));
  }

  /** Ends what it has started, and tells whether all of it has ended by the usual signal. */
  async stop(): Promise<boolean> {
    const server = this.#server;
    this.#server = undefined;
    if (server?.pid === undefined) return true;
    await sleep(WRITES_WITHIN_MS);
    const ended = server.exitCode === null ? once(server, "close").then(() => true) : true;
    signal(server.pid, "SIGTERM");
    const isOrderly = await Promise.race([ended, sleep(ENDS_WITHIN_MS, false, { ref: false })]);
    if (!isOrderly) signal(server.pid, "SIGKILL");
    return isOrderly && !(await isServed(this.#url));
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

function wranglerFlags(port: number): readonly string[] {
  const flags = `--ip ${HOST} --port ${port} --inspector-port 0 --show-interactive-dev-session=false`;
  return flags.split(" ");
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

async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
