import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fingerprintsIn, wranglerDryRun } from "./bundles.ts";
import { type Call, call, ExampleCopy } from "./example-copy.ts";

const FINGERPRINT = /^a1_[\w-]{22}$/;

const copy = new ExampleCopy();
let url = "";
let builds = 0;

const document = (): Promise<Call> => call(url, "/documents/README.md");
const facts = (): Promise<Call> => call(url, "/packages/hono");

beforeAll(async () => {
  copy.edit(
    "worker-example/index.ts",
    "export default",
    'app.get("/build", (c) => c.text("build 0"));\n\nexport default',
  );
  url = await copy.serve();
});
afterAll(() => copy.remove());

/** Asks until the answer is of other code than before, after an edit of the Worker that is served. */
async function nextDocument(before: Call): Promise<Call> {
  let next = before;
  const ask = async (): Promise<string | undefined> => (next = await document()).version;
  await expect.poll(ask, { timeout: 30_000 }).not.toBe(before.version);
  return next;
}

/** Edits a file while the Worker is served, and waits until the Worker has been built anew. */
async function edit(name: string, from: string | RegExp, to: string): Promise<void> {
  copy.edit(name, from, to);
  copy.edit("worker-example/index.ts", /build \d+/, `build ${++builds}`);
  await expect.poll(async () => (await call(url, "/build")).body, { timeout: 30_000 }).toBe(`build ${builds}`);
}

describe("fingerprints of the example Worker", () => {
  it("are its functions' versions", async () => {
    const [first, second] = [await document(), await facts()];
    expect(first).toMatchObject({ status: 200, verdict: "miss", versionSource: "manifest" });
    expect(second).toMatchObject({ status: 200, verdict: "miss", versionSource: "manifest" });
    expect(first.version).toMatch(FINGERPRINT);
    expect(second.version).toMatch(FINGERPRINT);
    expect(first.version).not.toBe(second.version);
  });

  it("are those of what would be deployed", async () => {
    const deployed = fingerprintsIn(wranglerDryRun(copy, "wrangler.toml"));
    expect(deployed).toEqual(expect.arrayContaining([(await document()).version, (await facts()).version]));
    // And those of listDocuments, which the page asks for, and of the five cached routes.
    expect(deployed).toHaveLength(8);
  });

  it("change with a helper two modules away, and no other function's do", async () => {
    const [before, neighbour] = [await document(), await facts()];
    copy.edit("worker-example/token-classes.ts", "`t-${token}`", "`t-${token} tinted`");
    const after = await nextDocument(before);
    expect(after).toMatchObject({ verdict: "miss", body: expect.stringContaining(' tinted">') });
    expect(await facts()).toMatchObject({ verdict: "hit", backend: "cache-api", version: neighbour.version });

    copy.edit("worker-example/token-classes.ts", " tinted", "");
    const { version, body } = before;
    expect(await nextDocument(after)).toMatchObject({ verdict: "hit", backend: "workers-kv", version, body });
    expect(await facts()).toMatchObject({ verdict: "hit", backend: "cache-api", version: neighbour.version });
  });

  it("do not change with another function", async () => {
    const [before, neighbour] = [await document(), await facts()];
    await edit("worker-example/packages.ts", "return response.json();", "return { ...(await response.json()) };");
    const { version, body } = before;
    expect(await document()).toMatchObject({ verdict: "hit", backend: "workers-kv", version, body });
    const after = await facts();
    expect(after).toMatchObject({ verdict: "miss", body: neighbour.body });
    expect(after.version).not.toBe(neighbour.version);
  });

  it("do not change with comments, types, names of locals and line breaks", async () => {
    const { version, body } = await document();
    copy.edit("worker-example/token-classes.ts", "  pre(node)", "  // Said in other words.\n\n\n  pre(node)");
    copy.edit(
      "worker-example/highlight.ts",
      "(source: string, language: string)",
      "(source: string,\nlanguage: `${string}`)",
    );
    await edit("worker-example/markdown.ts", /\bmarkdown\b(?!-)/g, "renderer");
    expect(await document()).toMatchObject({ verdict: "hit", backend: "workers-kv", version, body });
  });

  it("are the same after a restart, with entries that are found again", async () => {
    const [before, neighbour] = [await document(), await facts()];
    url = await copy.serve();
    expect(await document()).toMatchObject({ verdict: "hit", backend: "workers-kv", version: before.version });
    expect(await facts()).toMatchObject({ verdict: "hit", backend: "cache-api", version: neighbour.version });
  });
});
