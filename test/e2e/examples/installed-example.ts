import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { type Registry, registryEnvironment } from "../../../scripts/test/registry.ts";
import { type Environment, freePort, ServedProgram } from "../../../scripts/test/served-program.ts";

const run = promisify(execFile);

export interface Answer {
  readonly verdict: string | undefined;
  readonly body: string;
}

/** A copy of an example, set up and started by the commands of its README, as somebody does who has copied the folder. */
export class InstalledExample {
  readonly folder: string = realpathSync(mkdtempSync(join(tmpdir(), "autocache-example-")));
  readonly #commands: readonly string[];
  readonly #env: Environment;
  #server: ServedProgram | undefined;
  /** The same each time: it is in the URL, and so in the keys of responses. */
  #port: number | undefined;

  constructor(name: string, registry: Registry, env: Environment) {
    cpSync(join("examples", name), this.folder, { recursive: true });
    const readme = readFileSync(join(this.folder, "README.md"), "utf8");
    this.#commands = /```sh\n(.*?)\n```/s.exec(readme)?.[1]?.split("\n") ?? [];
    this.#env = {
      ...registryEnvironment(registry, join(this.folder, ".packages")),
      ...env,
      PATH: [join(process.cwd(), "node_modules", ".bin"), process.env["PATH"]].join(delimiter),
    };
  }

  /** Runs the commands before the last. */
  async setUp(): Promise<void> {
    for (const command of this.#commands.slice(0, -1)) await this.run(command);
  }

  async run(command: string): Promise<void> {
    const [program = "", ...args] = command.split(" ");
    await run(program, args, { cwd: this.folder, env: this.#env as NodeJS.ProcessEnv });
  }

  /** Runs the last command, and resolves when it serves. */
  async start(): Promise<void> {
    this.#port ??= await freePort();
    this.#server = await ServedProgram.start(this.#commands.at(-1) ?? "", this.folder, this.#env, this.#port);
  }

  async ask(path: string, method = "GET"): Promise<Answer> {
    const response = await fetch(`http://127.0.0.1:${this.#port}${path}`, { method });
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
    return server === undefined || (await server.stop());
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
