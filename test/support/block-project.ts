import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Block } from "./documents.ts";

const ROOT = process.cwd();
const MODULES = join(ROOT, "node_modules");
/** What packages that are not installed here export, as far as the documents use it. */
const OTHER_CACHES = join(ROOT, "test/support/other-caches.d.ts");
/** Answers for `https://api.example.com`, in the programs that ask it. */
const UPSTREAM = new URL("example-upstream.ts", import.meta.url).href;

/** Where a block is to run, and so whose types it is checked against. */
export type Host = "node" | "workers" | "bun" | "deno";

const TYPES: Readonly<Record<Exclude<Host, "deno">, readonly string[]>> = {
  node: ["node"],
  workers: ["@cloudflare/workers-types"],
  bun: ["bun"],
};

/** What `wrangler types` would write for the bindings that the documents use. */
const BINDINGS = `declare namespace Cloudflare {
  interface Env {
    CACHE: KVNamespace;
    SECRET: string;
    UPSTASH_REDIS_REST_URL: string;
    UPSTASH_REDIS_REST_TOKEN: string;
  }
}
`;

export function hostOf({ code, marks }: Block): Host {
  const { run } = marks;
  if (run === "node" || run === "workers" || run === "bun" || run === "deno") return run;
  if (run === "node-server") return "node";
  if (run !== undefined) throw new Error(`Cannot tell where to run a block: received run=${run}`);
  return code.includes('"cloudflare:workers"') ? "workers" : "node";
}

/** A project outside the repository, in which blocks find the built package by its name and all that is installed here. */
export class BlockProject {
  readonly folder: string = realpathSync(mkdtempSync(join(tmpdir(), "autocache-docs-")));

  constructor() {
    const modules = join(this.folder, "node_modules");
    mkdirSync(join(modules, "@autocache"), { recursive: true });
    symlinkSync(ROOT, join(modules, "@autocache/edge"));
    for (const name of readdirSync(MODULES)) {
      if (!name.startsWith(".")) symlinkSync(join(MODULES, name), join(modules, name));
    }
    writeFileSync(join(this.folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  }

  /** Writes a block into the folder of its host, each line where it is in the document, so that errors name that line. */
  add(block: Block): string {
    const folder = join(this.folder, hostOf(block));
    const path = join(folder, `${block.file.replaceAll("/", "--")}.${block.line}.ts`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, "\n".repeat(block.line) + block.code);
    return path;
  }

  /** Type-checks the blocks of a host as strictly as the project itself, but for rules of taste; tells what is wrong. */
  check(host: Exclude<Host, "deno">): string {
    const folder = join(this.folder, host);
    const compilerOptions = {
      erasableSyntaxOnly: false,
      exactOptionalPropertyTypes: true,
      lib: ["ES2024"],
      noPropertyAccessFromIndexSignature: false,
      noUnusedLocals: false,
      noUnusedParameters: false,
      types: TYPES[host],
    };
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({ extends: join(ROOT, "tsconfig.base.json"), compilerOptions, include: ["*"] }),
    );
    if (host === "workers") writeFileSync(join(folder, "bindings.d.ts"), BINDINGS);
    if (host === "node") copyFileSync(OTHER_CACHES, join(folder, "other-caches.d.ts"));
    const tsc = join(MODULES, ".bin", "tsc");
    const { stdout, error } = spawnSync(tsc, ["-p", folder, "--pretty", "false"], { encoding: "utf8" });
    return error === undefined ? stdout.replaceAll(/^.*(?:\/|\\)(?=[^/\\]+\(\d+,\d+\): )/gm, "").trim() : error.message;
  }

  /** Runs a block on Node, one marked `upstream` with an answer from there; tells what it printed, and how it ended. */
  run(
    path: string,
    { marks }: Pick<Block, "marks">,
  ): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
    const preloads = "upstream" in marks ? ["--import", UPSTREAM] : [];
    return spawnSync(process.execPath, [...preloads, path], { encoding: "utf8", timeout: 60_000 });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
