import { spawn, type SpawnOptions } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/** The command line as it is in the repository: Node runs its source. */
export const MAIN = fileURLToPath(new URL("../../../adapters/plugin/cli/main.ts", import.meta.url));

/** A test starts several programs, on a machine that may be busy. */
export const TIMEOUT_MS = 60_000;

export interface Result {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

type Environment = Readonly<Record<string, string>>;

/** A project on disk that lasts as long as its test. */
export class Shop {
  readonly folder: string = realpathSync(mkdtempSync(join(tmpdir(), "autocache-cli-")));

  constructor(files: Readonly<Record<string, string>> = FILES) {
    for (const [path, text] of Object.entries(files)) this.write(path, text);
    onTestFinished(() => rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 }));
  }

  path(path: string): string {
    return join(this.folder, path);
  }

  read(path: string): string {
    return readFileSync(this.path(path), "utf8");
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    writeFileSync(this.path(path), text);
  }

  remove(path: string): void {
    rmSync(this.path(path), { recursive: true });
  }

  /** Replaces a piece of a file, which has to be there. */
  edit(path: string, from: string, to: string): void {
    const text = this.read(path);
    if (!text.includes(from)) throw new Error(`Cannot edit "${path}": it has the piece "${from}": received none`);
    this.write(path, text.replace(from, to));
  }

  lock(): LockContent {
    return JSON.parse(this.read("autocache.lock.json")) as LockContent;
  }

  /** Runs git here, as somebody with no settings of their own. */
  async git(...args: readonly string[]): Promise<Result> {
    const identity = ["-c", "user.name=test", "-c", "user.email=test@shop.example", "-c", "commit.gpgsign=false"];
    const env = { ...PLAIN, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" };
    const result = await run("git", [...identity, ...args], { cwd: this.folder, env });
    if (result.code !== 0) throw new Error(`Cannot run git ${args.join(" ")}: it ends well: received ${result.err}`);
    return result;
  }

  run(args: readonly string[], env: Environment = {}): Promise<Result> {
    return run(process.execPath, [MAIN, ...args], { cwd: this.folder, env: { ...PLAIN, ...env } });
  }
}

interface LockContent {
  readonly format: number;
  readonly algorithm: string;
  readonly functions: Readonly<Record<string, LockedContent>>;
}

interface LockedContent {
  readonly fingerprint: string;
  readonly previous?: string;
  readonly servesAs?: string;
  readonly at: string;
  readonly declarations: Readonly<Record<string, string>>;
}

// Nothing of what the person who runs the tests has set. Each run would strip the types of sixty files anew.
export const PLAIN = {
  PATH: process.env["PATH"] ?? "",
  NODE_COMPILE_CACHE: fileURLToPath(new URL("../../../node_modules/.cache/autocache-tests", import.meta.url)),
};

/** Runs a program to its end. */
export function run(command: string, args: readonly string[], options: SpawnOptions): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    let [out, err] = ["", ""];
    child.stdout?.setEncoding("utf8").on("data", (text: string) => (out += text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (err += text));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, out, err }));
  });
}

/** Puts letters in the place of fingerprints, one for each value and as long, so that texts can be written down. */
export function withoutValues(text: string): string {
  const names = new Map<string, string>();
  return text.replaceAll(/a1_[\w-]{22}/g, (value) => {
    if (!names.has(value)) names.set(value, `a1_${String.fromCharCode(65 + names.size).repeat(22)}`);
    return names.get(value) ?? "";
  });
}

export const FILES: Readonly<Record<string, string>> = {
  "package.json": `{ "name": "shop", "type": "module" }\n`,
  "src/lib/constants.ts": `export const PAD = "0";\nexport const CURRENCY = "EUR";\n`,
  "src/lib/text.ts": `import { PAD } from "./constants.ts";

export function pad(value: number, width: number): string {
  return String(value).padStart(width, PAD);
}
`,
  "src/users.ts": `import { cached } from "@autocache/edge";
import { pad } from "./lib/text.ts";

async function loadUser(id: number): Promise<string> {
  return \`user \${pad(id, 6)}\`;
}

export const user = cached(loadUser, { name: "user", ttl: "5m" });
`,
  "src/orders.ts": `import { cached } from "@autocache/edge";
import { CURRENCY } from "./lib/constants.ts";
import { pad } from "./lib/text.ts";

export const order = cached(async function order(id: number) {
  return pad(id, 8) + total();
});

function total(): string {
  return CURRENCY;
}

export const invoice = cached(async function invoice(id: number) {
  return total() + id;
});
`,
  "src/weather.ts": `import { cached } from "@autocache/edge";

export const forecast = cached(async function forecast(city: string) {
  return city.length;
});
`,
};
