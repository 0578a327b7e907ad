import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DevServer } from "../../scripts/dev-server.ts";
import { startViteDev } from "../../scripts/vite-dev.ts";
import { startWranglerDev } from "../../scripts/wrangler-dev.ts";
import { ask, type Report, ViteCopy } from "./vite-copy.ts";

/** What the example has no use for: added to a copy of it. */
const ADDED = `
import { cached, cachedMethod } from "@autocache/edge";
import { Hono } from "hono";
import { cache } from "./cache.ts";
import { PLACES } from "./places.ts";
import { Planet } from "./planet.ts";
import { steepness } from "./relief.ts";

/** Of the same size, and so of the same key as the Earth: its code alone is another. */
class Bumpy extends Planet {
  override arcKm(angle: number): number {
    return super.arcKm(angle) * steepness();
  }
}

const rounded = (digits: number) =>
  cache.cached(async (value: number) => Number(value.toFixed(digits)), { name: "rounded" });

/** Makes a class whose base is known at run time only. */
const mixed = (Base: typeof Planet) => class extends Base {};

const planets: Record<string, Planet> = { earth: new Planet(6371), bumpy: new Bumpy(6371) };

export const hard = new Hono();

hard.get("/rounded/:digits/:value", async (c) => {
  const { value, verdict, version } = await rounded(Number(c.req.param("digits"))).trace(Number(c.req.param("value")));
  return c.json({ value, verdict, version });
});

hard.get("/planets/:planet", async (c) => {
  const planet = c.req.param("planet") === "unseen" ? new (mixed(Planet))(6371) : planets[c.req.param("planet")];
  const { value, verdict, version } = await cachedMethod(planet, "distance").trace(PLACES.oslo, PLACES.nairobi);
  return c.json({ value, verdict, version });
});
`;

const copy = new ViteCopy();

beforeAll(() => {
  copy.write("vite-example/src/hard.ts", ADDED);
  copy.write("vite-example/src/relief.ts", "export const steepness = () => 1.25;\n");
  copy.edit("vite-example/src/index.ts", "\nexport default", '\napp.route("/hard", hard);\n\nexport default');
  copy.edit("vite-example/src/index.ts", "import { Hono", 'import { hard } from "./hard.ts";\nimport { Hono');
});
afterAll(() => copy.remove());

const SERVERS = [
  { title: "vite dev", start: () => startViteDev(copy.path("vite-example")) },
  {
    title: "wrangler dev of an emitted copy",
    start: () => startWranglerDev({ config: copy.path(copy.wranglerConfig("emit")), persistTo: copy.path("state") }),
  },
];

describe.each(SERVERS)("on $title", ({ start }) => {
  let server: DevServer;
  const askHard = (path: string): Promise<Report> => ask(server.url, `/hard${path}`);
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server?.stop());

  it("captured values tell functions of one text apart", async () => {
    const [one, two] = [await askHard("/rounded/1/3.14159"), await askHard("/rounded/2/3.14159")];
    expect(one).toMatchObject({ value: 3.1, verdict: "miss", version: expect.stringMatching(/^a1_[\w-]{22}$/) });
    expect(two).toMatchObject({ value: 3.14, verdict: "miss", version: one.version });
    expect(await askHard("/rounded/1/3.14159")).toEqual({ ...one, verdict: "hit" });
    expect(await askHard("/rounded/2/3.14159")).toEqual({ ...two, verdict: "hit" });
  });

  it("a subclass that overrides what a cached method calls has entries of its own", async () => {
    const [earth, bumpy] = [await askHard("/planets/earth"), await askHard("/planets/bumpy")];
    expect(earth.verdict).toBe("miss");
    expect(bumpy).toMatchObject({ verdict: "miss", value: earth.value * 1.25 });
    expect(bumpy.version).toMatch(new RegExp(`^${earth.version}\\+a1_[\\w-]{22}$`));
    expect(await askHard("/planets/earth")).toEqual({ ...earth, verdict: "hit" });
    expect(await askHard("/planets/bumpy")).toEqual({ ...bumpy, verdict: "hit" });
  });

  it("a subclass has new entries when what it calls has changed, and its base does not", async () => {
    const [earth, bumpy] = [await askHard("/planets/earth"), await askHard("/planets/bumpy")];
    copy.edit("vite-example/src/relief.ts", "1.25", "1.5");
    let steep = bumpy;
    const version = async (): Promise<string> => (steep = await askHard("/planets/bumpy")).version;
    await expect.poll(version, { timeout: 30_000 }).not.toBe(bumpy.version);
    expect(steep).toMatchObject({ verdict: "miss", value: earth.value * 1.5 });
    expect(await askHard("/planets/earth")).toMatchObject({ verdict: "hit", version: earth.version });

    copy.edit("vite-example/src/relief.ts", "1.5", "1.25");
    await expect.poll(version, { timeout: 30_000 }).toBe(bumpy.version);
    expect(steep).toMatchObject({ verdict: "hit", value: bumpy.value });
  });

  it("a subclass that the build has not seen is refused", async () => {
    await expect(askHard("/planets/unseen")).rejects.toThrow(/500 Cannot cache "distance" of the subclass/);
  });
});
