/**
 * A new user's path on each runtime, timed: runs the commands of docs/quick-start.md in an empty folder, with empty
 * caches, and prints the seconds until the first hit. `node bench/first-hit.ts Deno Bun` does some of them.
 *
 * The package is what `npm pack` makes, from a registry on loopback; everything else is downloaded from where npm, Deno
 * and Bun get it. What a person takes to read and to copy is not in it, nor is installing the runtime itself.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { type Registry, registryEnvironment, startRegistry } from "../scripts/test/registry.ts";
import { type Environment, freePort, ServedProgram } from "../scripts/test/served-program.ts";
import { type Block, blocksOf } from "../test/support/documents.ts";

const DOCUMENT = "docs/quick-start.md";
const run = promisify(execFile);
/** A template and all that it needs come over the network. */
const COMMAND_LIMIT_MS = 300_000;

interface Start {
  readonly title: string;
  readonly setUp: readonly string[];
  readonly files: readonly (readonly [name: string, text: string])[];
  /** What the page says to run before the server, once the files are there. */
  readonly prepare: readonly string[];
  readonly serve: string;
}

interface Timing {
  readonly title: string;
  readonly steps: readonly (readonly [what: string, seconds: number])[];
  readonly failure?: string;
}

/** What the page says of each runtime: under its heading, commands, a program with its file in the first line, commands. */
function startsOf(blocks: readonly Block[]): Start[] {
  return blocks
    .filter(({ marks }) => marks["run"] !== undefined)
    .map(({ heading, code }) => {
      const section = blocks.filter((block) => block.heading === heading);
      const shell = section.filter(({ language }) => language === "sh").map((block) => linesOf(block.code));
      const [, file = "", serve = ""] = /^\/\/ (\S+): (.+)\n/.exec(code) ?? [];
      const configs = section
        .filter(({ marks }) => marks["title"]?.includes(".") === true)
        .map((block) => [block.marks["title"] ?? "", block.code] as const);
      const last = shell.at(-1) ?? [];
      const prepare = last.slice(0, last.indexOf(serve));
      return { title: heading, setUp: shell[0] ?? [], files: [[file, code], ...configs], prepare, serve };
    });
}

function linesOf(shell: string): string[] {
  return shell
    .split("\n")
    .map((line) => line.replace(/\s*#.*$/, ""))
    .filter((line) => line !== "");
}

/** An empty home, in which the scope of the package is at the registry of ours, and all others are where they were. */
function makeHome(registry: Registry, folder: string): Environment {
  const home = join(folder, "home");
  mkdirSync(home);
  const settings = join(homedir(), ".npmrc");
  const kept = existsSync(settings) ? `${readFileSync(settings, "utf8")}\n` : "";
  writeFileSync(join(home, ".npmrc"), `${kept}@autocache:registry=${registry.url}\n`);
  const bin = join(process.cwd(), "node_modules", ".bin");
  return {
    ...registryEnvironment(registry, folder),
    NPM_CONFIG_REGISTRY: process.env["NPM_CONFIG_REGISTRY"],
    NPM_CONFIG_YES: "true",
    CI: "1",
    HOME: home,
    PATH: [bin, process.env["PATH"]].join(delimiter),
  };
}

async function follow({ title, setUp, files, prepare, serve }: Start, registry: Registry): Promise<Timing> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "autocache-first-hit-")));
  const env = makeHome(registry, folder);
  const steps: [string, number][] = [];
  const timed = async <Value>(what: string, work: () => Promise<Value>): Promise<Value> => {
    const startedAt = performance.now();
    const value = await work();
    steps.push([what, (performance.now() - startedAt) / 1000]);
    return value;
  };
  let cwd = join(folder, "work");
  mkdirSync(cwd);
  const command = async (line: string): Promise<void> => {
    const [program = "", ...args] = line.split(" ");
    if (program === "cd") cwd = join(cwd, args[0] ?? "");
    else await timed(line, () => run(program, args, { cwd, env: env as NodeJS.ProcessEnv, timeout: COMMAND_LIMIT_MS }));
  };
  let server: ServedProgram | undefined;
  try {
    for (const line of setUp) await command(line);
    for (const [name, text] of files) {
      mkdirSync(dirname(join(cwd, name)), { recursive: true });
      writeFileSync(join(cwd, name), text);
    }
    for (const line of prepare) await command(line);
    const port = await freePort();
    server = await timed(serve, () => ServedProgram.start(serve, cwd, env, port));
    const { url } = server;
    await timed("a miss", () => expectVerdict(url, "miss"));
    await timed("a hit", () => expectVerdict(url, "hit"));
    return { title, steps };
  } catch (error) {
    return { title, steps, failure: error instanceof Error ? error.message : String(error) };
  } finally {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function expectVerdict(url: string, expected: "miss" | "hit"): Promise<void> {
  const response = await fetch(`${url}/oslo`);
  const body = await response.text();
  const status = response.headers.get("cache-status");
  const verdict =
    status === null ? /"verdict":"(\w+)"/.exec(body)?.[1] : /;fwd=/.test(status) ? "miss" : status.split(";")[1];
  if (verdict !== expected) throw new Error(`Expected a ${expected}: received ${status ?? body}`);
}

function print({ title, steps, failure }: Timing): void {
  const total = steps.reduce((sum, [, seconds]) => sum + seconds, 0);
  console.log(`${failure === undefined ? `${total.toFixed(1)} s` : "failed"}  ${title}`);
  for (const [what, seconds] of steps) console.log(`  ${seconds.toFixed(1).padStart(6)} s  ${what}`);
  if (failure !== undefined) console.log(failure.replaceAll(/^/gm, "  | "));
}

const wanted = process.argv.slice(2);
const starts = startsOf(blocksOf(DOCUMENT)).filter(({ title }) => wanted.length === 0 || wanted.includes(title));
const registry = await startRegistry();
try {
  for (const start of starts) {
    const timing = await follow(start, registry);
    print(timing);
    if (timing.failure !== undefined) process.exitCode = 1;
  }
} finally {
  await registry.close();
}
if (starts.length === 0)
  throw new Error(`Cannot follow ${DOCUMENT}: it has no runtime of that name: ${wanted.join(", ")}`);
