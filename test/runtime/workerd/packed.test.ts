/** Bundles the Worker beside this file as wrangler would, in a project that has installed the package, and asks it for each test. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { build } from "esbuild";
import { Log, LogLevel, Miniflare } from "miniflare";

const NAME = "packed";
const HOST = "127.0.0.1";

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`Cannot test on workerd: "${name}" is not set`);
  return value;
}

const text = (name: string): { type: "text"; value: string } => ({ type: "text", value: required(name) });
const consumer = required("AUTOCACHE_CONSUMER");

const { outputFiles, metafile } = await build({
  absWorkingDir: consumer,
  entryPoints: ["runtime/workerd/worker.ts"],
  bundle: true,
  conditions: ["workerd", "worker", "browser"],
  external: ["cloudflare:*"],
  format: "esm",
  metafile: true,
  target: "es2022",
  write: false,
});

const miniflare = new Miniflare({
  host: HOST,
  port: 0,
  inspectorPort: 0,
  cf: false,
  log: new Log(LogLevel.NONE),
  workers: [
    {
      config: {
        name: NAME,
        compatibilityDate: "2026-10-20",
        env: {
          CACHE: { type: "kv", id: NAME },
          UPSTASH_REDIS_REST_URL: text("UPSTASH_REDIS_REST_URL"),
          UPSTASH_REDIS_REST_TOKEN: text("UPSTASH_REDIS_REST_TOKEN"),
        },
        manifest: {
          mainModule: "worker.js",
          modules: { "worker.js": { type: "esm", contents: outputFiles[0]?.text ?? "" } },
        },
      },
    },
  ],
});
after(() => miniflare.dispose());

const url = await miniflare.ready;
const titles = (await (await fetch(url)).json()) as readonly string[];

for (const title of titles) {
  test(title, async () => {
    const response = await fetch(`${url}?test=${encodeURIComponent(title)}`);
    const problem = await response.text();
    assert.equal(response.status, 204, problem);
  });
}

test("the Worker has all tests, those of the package as it was installed, and the part for workerd", () => {
  assert.equal(titles.length, 205);
  const inputs = Object.keys(metafile.inputs);
  assert.ok(inputs.includes("node_modules/@autocache/edge/dist/runtime/workerd.js"), inputs.join("\n"));
  assert.deepEqual(
    inputs.filter((path) => !/^(?:node_modules|runtime|vectors)\//.test(path)),
    [],
  );
});
