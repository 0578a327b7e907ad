import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type Registry, startRegistry } from "../../../scripts/test/registry.ts";
import { type Answer, InstalledExample } from "./installed-example.ts";

interface Example {
  readonly name: string;
  /** What is asked for, and by which method it is forgotten. */
  readonly path: string;
  readonly forgetBy?: "PUT" | "DELETE";
  /** A change of the code that it reaches. */
  readonly edit: readonly [file: string, from: string, to: string];
  /** Whether what is stored outlives the process. */
  readonly isLasting: boolean;
  /** What the same change does not touch. */
  readonly untouched?: string;
  readonly checkTypes: string;
}

const EXAMPLES: readonly Example[] = [
  {
    name: "bun-serve",
    path: "/oslo",
    edit: ["main.ts", "Fair", "Foul"],
    isLasting: false,
    checkTypes: "npx tsc",
  },
  {
    name: "decorators",
    path: "/no/tea",
    forgetBy: "DELETE",
    edit: ["main.ts", "costs", "is sold for"],
    isLasting: false,
    checkTypes: "npx tsc",
  },
  {
    name: "deno-serve",
    path: "/oslo",
    edit: ["main.ts", "Fair", "Foul"],
    isLasting: true,
    checkTypes: "deno check main.ts",
  },
  {
    name: "node-hono",
    path: "/products/tea",
    forgetBy: "PUT",
    edit: ["prices.ts", "NOK", "SEK"],
    isLasting: true,
    checkTypes: "npx tsc",
  },
  {
    name: "workers-hono",
    path: "/products/tea",
    forgetBy: "PUT",
    edit: ["src/index.ts", "NOK", "SEK"],
    isLasting: true,
    checkTypes: "npx tsc",
  },
  {
    name: "workers-plain",
    path: "/oslo",
    edit: ["src/words.ts", "degrees", "points"],
    isLasting: true,
    untouched: "/api/oslo",
    checkTypes: "npx tsc",
  },
];

const { url, token } = inject("upstash");
const environment = { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token };

let registry: Registry;

beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.close());

describe("examples/", () => {
  it("are all among these", () => {
    expect(readdirSync("examples").toSorted()).toEqual(EXAMPLES.map(({ name }) => name));
  });

  it.for(EXAMPLES)("$name has a short README, with its commands", ({ name }) => {
    const lines = readFileSync(`examples/${name}/README.md`, "utf8").split("\n");
    expect(lines.length).toBeLessThan(20);
    expect(lines.filter((line) => line.startsWith("```"))).toEqual(["```sh", "```"]);
  });
});

describe.each(EXAMPLES)("examples/$name", (example) => {
  const { path, forgetBy, edit, isLasting, untouched } = example;
  let program: InstalledExample;
  let first: Answer;

  beforeAll(async () => {
    program = new InstalledExample(example.name, registry, environment);
    await program.setUp();
    await program.start();
  });
  afterAll(() => program.remove());

  it("answers with a miss, then with a hit", async () => {
    first = await program.ask(path);
    expect(first.verdict).toBe("miss");
    expect(await program.ask(path)).toEqual({ verdict: "hit", body: first.body });
    expect((await program.ask(`${path}-2`)).verdict).toBe("miss");
  });

  if (forgetBy !== undefined)
    it("forgets what it is told to", async () => {
      await program.ask(path, forgetBy);
      const again = await program.ask(path);
      expect(again.body).not.toBe(first.body);
      first = again;
      expect(await program.ask(path)).toEqual({ verdict: "hit", body: first.body });
    });

  it("ends when it is told to, and misses when its code has changed", async () => {
    expect(await program.stop()).toBe(true);
    program.edit(...edit);
    await program.start();
    const changed = await program.ask(path);
    expect(changed.verdict).toBe("miss");
    expect(changed.body).toContain(edit[2]);
    expect((await program.ask(path)).verdict).toBe("hit");
    if (untouched !== undefined) expect((await program.ask(untouched)).verdict).toBe("hit");
  });

  if (isLasting)
    it("hits again after a restart, when the change is taken back", async () => {
      expect(await program.stop()).toBe(true);
      program.edit(edit[0], edit[2], edit[1]);
      await program.start();
      expect(await program.ask(path)).toEqual({ verdict: "hit", body: first.body });
    });

  it("type-checks where it is installed", async () => {
    await program.run(example.checkTypes);
  });
});
