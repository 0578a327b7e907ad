import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { makeProject, type ProjectFolder } from "./project-folder.ts";

const REGISTER = fileURLToPath(new URL("../../../adapters/plugin/register.ts", import.meta.url));
const NODE = [process.execPath, "--disable-warning=ExperimentalWarning", "--import", REGISTER] as const;

/** Runs a program and gives what it printed, or how it failed. */
async function run(folder: ProjectFolder, [command, ...args]: readonly [string, ...string[]], entry: string) {
  const options = { cwd: folder.root, env: { ...process.env, NO_COLOR: "1" } };
  const running = promisify(execFile)(command, [...args, folder.path(entry)], options);
  return running.catch((error: unknown) => error as { stdout: string; stderr: string });
}

describe("@autocache/edge/register", { timeout: 30_000 }, () => {
  it("refuses a module without a sound value, and says where", async () => {
    const folder = makeProject({
      "src/index.ts": `
        import { cached } from "@autocache/edge";
        export const run = cached(async (code: string) => eval(code), { name: "run" });
      `,
    });
    expect((await run(folder, NODE, "src/index.ts")).stderr).toMatch(/Error: src\/index\.ts:3:\d+: .* \[eval\]/);
  });

  it("leaves every line where it was", async () => {
    const folder = makeProject({
      "src/index.ts": `
        import { cached } from "@autocache/edge";
        class Shop {
          @cached({
            ttl: "1h",
          })
          async price(): Promise<string> { return String(new Error().stack?.split("\\n")[1]); }
        }
        console.log(await new Shop().price());
      `,
    });
    expect((await run(folder, NODE, "src/index.ts")).stdout).toMatch(/index\.ts:7:\d+/);
  });

  it("reads the project's configuration, which may be a module of its own", async () => {
    const folder = makeProject({
      "autocache.config.ts": `const salt: string = "a";\nexport default { salt, quiet: true };\n`,
      "src/index.ts": `
        import { cached } from "@autocache/edge";
        let limit = 1;
        export const setLimit = (value: number): void => { limit = value; };
        const a = cached(async () => limit, { name: "a" });
        console.log((a as any).record.fp);
      `,
    });
    const before = await run(folder, NODE, "src/index.ts");
    expect(before).toMatchObject({ stdout: expect.stringMatching(/^a1_/) as unknown, stderr: "" });
    folder.write("autocache.config.ts", `export default { salt: "b" };\n`);
    const after = await run(folder, NODE, "src/index.ts");
    expect(after.stdout).not.toBe(before.stdout);
    expect(after.stderr).toMatch(/AutocacheWarning: src\/index\.ts:\d+:\d+: .* \[mutable\]/);
  });

  it("leaves CommonJS, and code without cached functions, to Bun", async () => {
    const folder = makeProject({
      "src/index.ts": `
        import { cached } from "@autocache/edge";
        import settings from "./settings.cjs";
        enum Unit { Gram = 3 }
        const a = cached(async () => settings.limit, { name: "a" });
        console.log((a as any).record.name, settings.limit, Unit.Gram, typeof settings.folder);
      `,
      "src/settings.cjs": `module.exports = { limit: require("./limit.cjs"), folder: __dirname };`,
      "src/limit.cjs": `module.exports = 7;`,
      "src/broken.ts": `export const b = (;`,
    });
    const { stdout } = await run(folder, ["bun", "--preload", REGISTER], "src/index.ts");
    expect(stdout).toBe("a 7 3 string\n");
  });

  it.for([
    ["tsx", ["tsx", "--import", REGISTER]],
    ["deno", ["deno", "run", "--allow-all", "--preload", REGISTER]],
  ] as const)("leaves decorators to %s that cannot be written in another way", async ([, command]) => {
    const folder = makeProject({
      "src/index.ts": `
        import { cached } from "@autocache/edge";
        const same = (fn: any): any => fn;
        class Shop {
          @cached({}) @same async price(): Promise<number> { return 1; }
        }
        console.log(await new Shop().price());
      `,
    });
    expect((await run(folder, command, "src/index.ts")).stdout).toBe("1\n");
  });
});
