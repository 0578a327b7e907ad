import { once } from "node:events";
import { createServer, createServerModuleRunner, type ViteDevServer } from "vite";
import { describe, expect, it, onTestFinished } from "vitest";
import { autocache } from "../../../adapters/plugin/vite.ts";
import { makeProject, type ProjectFolder } from "./project-folder.ts";
import { SAMPLE } from "./sample.ts";

type Versions = Readonly<Record<string, string>>;

async function serve(folder: ProjectFolder): Promise<ViteDevServer> {
  const server = await createServer({
    appType: "custom",
    configFile: false,
    logLevel: "silent",
    optimizeDeps: { noDiscovery: true },
    plugins: [autocache({ cacheDir: false })],
    root: folder.root,
    server: { middlewareMode: true, ws: false },
  });
  onTestFinished(() => server.close());
  return server;
}

/** Writes a file and waits until the server has seen it. */
async function edit(server: ViteDevServer, folder: ProjectFolder, name: string, text: string): Promise<void> {
  const seen = once(server.watcher, "change");
  folder.write(name, text);
  await seen;
  // The plugins hear of it after the event.
  await new Promise((resolve) => setTimeout(resolve, 50));
}

describe("vite dev", { timeout: 30_000 }, () => {
  it("gives new fingerprints to what reaches a helper that is edited, two modules away", async () => {
    const folder = makeProject(SAMPLE);
    const server = await serve(folder);
    const runner = createServerModuleRunner(server.environments["ssr"]!, { hmr: { logger: false } });
    onTestFinished(() => runner.close());
    const load = async (): Promise<Versions> =>
      ((await runner.import("/src/index.ts")) as { versions: Versions }).versions;
    const sent = async (): Promise<string> =>
      (await server.environments["client"]?.transformRequest("/src/index.ts"))?.code ?? "";
    const before = await load();
    expect(await sent()).toContain(before["direct"]);

    await edit(server, folder, "src/constants.ts", "export const FACTOR = 3;");
    await expect.poll(async () => (await load())["direct"]).not.toBe(before["direct"]);
    const after = await load();
    expect(after["own"]).toBe(before["own"]);
    expect(await sent()).toContain(after["direct"]);

    await edit(server, folder, "src/constants.ts", SAMPLE["src/constants.ts"] ?? "");
    await expect.poll(load).toEqual(before);
  });

  it("gives a new one to a function whose own module imports the helper, and to what a subclass adds", async () => {
    const folder = makeProject({
      ...SAMPLE,
      "src/near.ts": "export const near = 1;",
      "src/base.ts": `
        import { cached } from "@autocache/edge";
        import { near } from "./near.ts";
        export class Base { @cached({ name: "m" }) m() { return this.step() } step() { return 1 } }
        export const direct = cached(() => near, { name: "direct" });
      `,
      "src/sub.ts": `
        import { Base } from "./base.ts";
        import { near } from "./near.ts";
        export class Sub extends Base { override step() { return near } }
      `,
    });
    const server = await serve(folder);
    const sent = async (file: string): Promise<string> =>
      /a1_[\w-]{22}/.exec((await server.environments["ssr"]?.transformRequest(file))?.code ?? "")?.[0] ?? "";
    const direct = async (): Promise<string> => {
      const code = (await server.environments["ssr"]?.transformRequest("/src/base.ts"))?.code ?? "";
      return Array.from(code.matchAll(/a1_[\w-]{22}/g), String).at(-1) ?? "";
    };
    const before = [await direct(), await sent("/src/sub.ts")];
    expect(new Set(before).size).toBe(2);

    await edit(server, folder, "src/near.ts", "export const near = 2;");
    await expect.poll(direct).not.toBe(before[0]);
    await expect.poll(() => sent("/src/sub.ts")).not.toBe(before[1]);

    await edit(server, folder, "src/near.ts", "export const near = 1;");
    await expect.poll(async () => [await direct(), await sent("/src/sub.ts")]).toEqual(before);
  });
});
