/**
 * The package on a host of the edge-light kind, as Vercel's: an isolate with web standards alone, without `eval`, and
 * without a module to import `waitUntil` from. It is Node's, with the globals that such a host documents: the package
 * `edge-runtime`, which is the same, has had no release since 2024.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createContext, Script } from "node:vm";
import { build } from "esbuild";

/** https://vercel.com/docs/functions/runtimes/edge, supported APIs; and `performance`, there since Next.js 14.2 (vercel/next.js#62955). */
const GLOBALS = [
  "AbortController AbortSignal Blob DOMException Event EventTarget File FormData Headers Request Response",
  "ByteLengthQueuingStrategy CompressionStream CountQueuingStrategy DecompressionStream ReadableStream",
  "ReadableStreamBYOBReader ReadableStreamDefaultReader TextDecoderStream TextEncoderStream TransformStream",
  "WritableStream WritableStreamDefaultWriter TextDecoder TextEncoder URL URLSearchParams CryptoKey SubtleCrypto",
  "atob btoa clearInterval clearTimeout console crypto fetch performance queueMicrotask setInterval setTimeout",
  "structuredClone",
].flatMap((names) => names.split(" "));

interface Program {
  readonly tests: ReadonlyMap<string, () => Promise<void>>;
  readonly handler: (request: Request) => Promise<Response>;
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`Cannot test on edge-light: "${name}" is not set`);
  return value;
}

const environment = (name: string): Record<string, string> => ({ [name]: JSON.stringify(required(name)) });

const { outputFiles, metafile } = await build({
  absWorkingDir: required("AUTOCACHE_CONSUMER"),
  entryPoints: ["runtime/edge-light/program.ts"],
  bundle: true,
  conditions: ["edge-light", "worker", "browser"],
  define: { ...environment("UPSTASH_REDIS_REST_URL"), ...environment("UPSTASH_REDIS_REST_TOKEN") },
  format: "iife",
  globalName: "program",
  metafile: true,
  platform: "neutral",
  target: "es2022",
  write: false,
});

const web = Object.fromEntries(GLOBALS.map((name) => [name, Reflect.get(globalThis, name)]));
const context = createContext(web, { codeGeneration: { strings: false, wasm: false } });
new Script(`globalThis.self = globalThis;\n${outputFiles[0]?.text ?? ""}`, { filename: "program.js" }).runInContext(
  context,
);
const { tests, handler } = web["program"] as Program;

for (const [title, run] of tests) test(title, run);

test("a request of the host's misses, the next hits, from the backend", async () => {
  const ask = async (): Promise<string> => {
    const response = await handler(new Request("https://edge-light.test/page"));
    return `${response.headers.get("cache-status")?.split(";")[1]} ${await response.text()}`;
  };
  assert.equal(await ask(), 'fwd=uri-miss {"path":"/page","made":1}');
  assert.equal(await ask(), 'hit {"path":"/page","made":1}');
});

test("the bundle is whole: it imports nothing, and has no part of Workers", () => {
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
  assert.deepEqual(imports, []);
  const inputs = Object.keys(metafile.inputs);
  assert.ok(inputs.includes("node_modules/@autocache/edge/dist/runtime/default.js"), inputs.join("\n"));
  assert.ok(!inputs.includes("node_modules/@autocache/edge/dist/runtime/workerd.js"));
  assert.doesNotMatch(outputFiles[0]?.text ?? "", /["'](?:cloudflare|node):/);
});

test("the isolate has all tests", () => {
  assert.equal(tests.size, 121);
});
