import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeConsumer, type Consumer } from "../../scripts/test/consumer.ts";
import { startWranglerDev } from "../../scripts/wrangler-dev.ts";
import { type Block, blocksOf, DOCUMENTS, placeOf } from "../support/documents.ts";
import { TARBALL } from "../support/shell-blocks.ts";

const HOST = "127.0.0.1";
const BIN = join(process.cwd(), "node_modules", ".bin");
const STARTS_WITHIN_MS = 20_000;

interface Served {
  readonly url: string;
  stop(): Promise<void>;
}

/** A program of the documents: where its first line says it is, and the command that it says to run there. */
interface Program {
  readonly title: string;
  readonly host: string;
  readonly folder: string;
  readonly file: string;
  readonly command: readonly string[];
  readonly code: string;
  readonly config: Block | undefined;
  /** What the page says that the first answer and the second are; the README does not say. */
  readonly answers: readonly string[];
  /** Whether the answers are told by a header. */
  readonly tellsByHeader: boolean;
}

/** The time between two answers of a person at a terminal: what the first has stored has landed. */
const PAUSE_MS = 500;
/** What differs from run to run: instants, and keys that are made of the code. */
const VARYING: readonly (readonly [RegExp, string])[] = [
  [/"madeAt":"[^"]+"/, '"madeAt":"…"'],
  [/;key="[^"]+"/, ""],
  [/;ttl=(?:300|29\d)/, ";ttl=300"],
];

const blocks = DOCUMENTS.flatMap(blocksOf);
const programs = blocks
  .filter(({ marks }) => ["workers", "deno", "bun", "node-server"].includes(marks["run"] ?? ""))
  .map((block, index) => programOf(block, `program-${index}`));

function programOf(block: Block, folder: string): Program {
  const [, file, command] = /^\/\/ (\S+): (.+)\n/.exec(block.code) ?? [];
  if (file === undefined || command === undefined)
    throw new Error(`${placeOf(block)} does not begin with "// file: command"`);
  const beside = blocks.filter(({ file: document, heading }) => document === block.file && heading === block.heading);
  const config = beside.find(({ marks }) => marks["title"]?.startsWith("wrangler."));
  const answers = ["miss", "hit"].flatMap((title) => beside.filter(({ marks }) => marks["title"] === title));
  return {
    title: `${block.heading} (${placeOf(block)})`,
    host: block.marks["run"] ?? "",
    folder,
    file,
    command: command.split(" "),
    code: block.code,
    config,
    answers: answers.map(({ code }) => code.trim()),
    tellsByHeader: answers.some(({ language }) => language === "http"),
  };
}

function withoutVarying(text: string): string {
  return VARYING.reduce((rest, [varying, same]) => rest.replace(varying, same), text);
}

let consumer: Consumer;

beforeAll(async () => {
  const written = mkdtempSync(join(tmpdir(), "autocache-programs-"));
  for (const { folder, file, code, config } of programs) {
    const path = join(written, folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, code);
    if (config !== undefined) writeFileSync(join(written, folder, config.marks["title"] ?? ""), config.code);
  }
  consumer = await makeConsumer(written);
  rmSync(written, { recursive: true });
});
afterAll(() => consumer.remove());

async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Runs a program by its own command, on a port of ours. */
async function serve(program: Program): Promise<Served> {
  const cwd = join(consumer.folder, program.folder);
  if (program.host === "workers") {
    expect(program.command).toEqual(["npx", "wrangler", "dev"]);
    const config = join(cwd, program.config?.marks["title"] ?? "");
    return startWranglerDev({ config, persistTo: join(cwd, "state") });
  }
  const port = await freePort();
  const [name = "", ...words] = program.command;
  // Deno takes the port as a flag, Bun from the environment.
  const args = name === "deno" ? [words[0] ?? "", "--host", HOST, "--port", String(port), ...words.slice(1)] : words;
  return await started(join(BIN, name), args, cwd, port);
}

async function started(path: string, args: readonly string[], cwd: string, port: number): Promise<Served> {
  const env = {
    ...process.env,
    PORT: String(port),
    DENO_DIR: join(consumer.folder, ".deno"),
    DENO_NO_UPDATE_CHECK: "1",
  };
  const child = spawn(path, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => output.push(chunk.toString()));
  const exited = once(child, "exit");
  const stop = async (): Promise<void> => {
    child.kill();
    await exited;
  };
  const deadline = Date.now() + STARTS_WITHIN_MS;
  while (!/listening/i.test(output.join(""))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`${path} ${args.join(" ")} does not serve:\n${output.join("")}`);
    }
    await sleep(50);
  }
  return { url: `http://${HOST}:${port}`, stop };
}

interface Report {
  readonly path: string;
  readonly madeAt: string;
}

async function ask(url: string, path: string): Promise<Report> {
  const response = await fetch(url + path);
  expect(response.status).toBe(200);
  return (await response.json()) as Report;
}

/** Asks as the page does, with curl; tells what it says of the answer. */
async function tell({ tellsByHeader }: Program, url: string): Promise<string> {
  const response = await fetch(`${url}/oslo`);
  const body = await response.text();
  await sleep(PAUSE_MS);
  return tellsByHeader ? `Cache-Status: ${response.headers.get("cache-status")}` : body;
}

describe("the quick starts", () => {
  it("are there for Workers, Hono, Deno, Bun and Node, and short", () => {
    const headings = (file: string): string[] =>
      programs.filter(({ title }) => title.includes(file)).map(({ title }) => title.replace(/ \(.*/, ""));
    expect(headings("README.md")).toEqual(["Cloudflare Workers"]);
    expect(headings("docs/quick-start.md")).toEqual(["Cloudflare Workers", "Hono on Workers", "Deno", "Bun", "Node"]);
    for (const { code } of programs) expect(code.trimEnd().split("\n").length).toBeLessThanOrEqual(19);
  });

  it.each(programs.filter(({ answers }) => answers.length > 0))("$title answers as the page says", async (program) => {
    const server = await serve(program);
    try {
      const answers = [await tell(program, server.url), await tell(program, server.url)];
      expect(answers.map(withoutVarying)).toEqual(program.answers.map(withoutVarying));
    } finally {
      await server.stop();
    }
  });

  it.each(programs)("$title serves a miss and then hits", async (program) => {
    const server = await serve(program);
    try {
      const { path, madeAt } = await ask(server.url, "/trondheim");
      expect(path).toBe("/trondheim");
      expect(await ask(server.url, "/trondheim")).toMatchObject({ path, madeAt });
      expect((await ask(server.url, "/bergen")).madeAt).not.toBe(madeAt);
      expect(await ask(server.url, "/trondheim")).toMatchObject({ path, madeAt });
    } finally {
      await server.stop();
    }
  });

  // A response belongs to its URL, and so to the port, which is another one after a restart.
  const lasting = programs.filter(({ host, tellsByHeader }) => ["deno", "workers"].includes(host) && !tellsByHeader);
  it.each(lasting)("$title survives a restart, on disk", async (program) => {
    const before = await serve(program);
    const { madeAt } = await ask(before.url, "/restart");
    await sleep(PAUSE_MS).finally(() => before.stop());
    const after = await serve(program);
    const again = await ask(after.url, "/restart").finally(() => after.stop());
    expect(again.madeAt).toBe(madeAt);
    if ("verdict" in again)
      expect(again).toMatchObject({ verdict: "hit", backend: expect.stringMatching(/^(?:workers-kv|cache-api)$/) });
  });

  it.each(programs.filter(({ host }) => host === "deno"))("$title type-checks in Deno", ({ folder, file }) => {
    const env = { ...process.env, DENO_DIR: join(consumer.folder, ".deno"), DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" };
    const cwd = join(consumer.folder, folder);
    const { status, stderr } = spawnSync(join(BIN, "deno"), ["check", file], { cwd, env, encoding: "utf8" });
    expect({ status, stderr }).toMatchObject({ status: 0 });
  });
});

describe("installing a tarball", () => {
  it("takes npm pack and npm i, and no registry", () => {
    const folder = mkdtempSync(join(tmpdir(), "autocache-install-"));
    const npm = (args: readonly string[], cwd: string): string =>
      execFileSync("npm", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    try {
      npm(["pack", "--ignore-scripts", "--pack-destination", folder], process.cwd());
      writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
      npm(["i", "--offline", "--no-audit", "--no-fund", `./${TARBALL}`], folder);
      const block = blocks.find(({ heading, marks }) => heading === "Node, or any program" && marks["run"] === "node");
      writeFileSync(join(folder, "main.ts"), block?.code ?? "");
      expect(execFileSync(process.execPath, ["main.ts"], { cwd: folder, encoding: "utf8" })).toBe("1024n\nhit\n");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
