import { dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startWranglerDev } from "../../scripts/wrangler-dev.ts";
import { fingerprintsIn, viteBuild, wranglerDryRun } from "./bundles.ts";
import { ask, type Report, ViteCopy } from "./vite-copy.ts";

const FINGERPRINT = /^a1_[\w-]{22}$/;

const copy = new ViteCopy();
let url = "";
let builds = 0;

const daylight = (at = url): Promise<Report> => ask(at, "/daylight/oslo/172");
const distance = (at = url): Promise<Report> => ask(at, "/distance/oslo/nairobi");

const SAVE_AGAIN_MS = 3_000;

beforeAll(async () => {
  copy.edit(
    "vite-example/src/index.ts",
    "\nexport default",
    '\napp.get("/build", (c) => c.text("build 0"));\n\nexport default',
  );
  url = await copy.serve();
});
afterAll(() => copy.remove());

/** Asks until the answer is of other code than before, after an edit of the Worker that is served. */
async function next(fn: () => Promise<Report>, before: Report): Promise<Report> {
  let answer = before;
  let savedAt = Date.now();
  const version = async (): Promise<string> => {
    // Vite's watcher may miss an edit of a file that has just been made: whoever edits then saves again.
    if (Date.now() - savedAt > SAVE_AGAIN_MS) {
      copy.saveAgain();
      savedAt = Date.now();
    }
    answer = await fn();
    return answer.version;
  };
  await expect.poll(version, { timeout: 30_000 }).not.toBe(before.version);
  return answer;
}

/** Edits a file while the Worker is served, and waits until it has been loaded anew. */
async function edit(name: string, from: string | RegExp, to: string): Promise<void> {
  copy.edit(`vite-example/src/${name}`, from, to);
  copy.edit("vite-example/src/index.ts", /build \d+/, `build ${++builds}`);
  await expect.poll(async () => (await fetch(`${url}/build`)).text(), { timeout: 30_000 }).toBe(`build ${builds}`);
}

describe("fingerprints of the example for Vite", () => {
  it("are the versions of a function and of a decorated method", async () => {
    const [first, second] = [await daylight(), await distance()];
    expect(first).toEqual({
      value: expect.closeTo(18.46, 2),
      verdict: "miss",
      version: expect.stringMatching(FINGERPRINT),
    });
    expect(second).toEqual({
      value: expect.closeTo(7170, 0),
      verdict: "miss",
      version: expect.stringMatching(FINGERPRINT),
    });
    expect(first.version).not.toBe(second.version);
    expect(await daylight()).toEqual({ ...first, verdict: "hit", backend: "memory" });
    expect(await distance()).toEqual({ ...second, verdict: "hit", backend: "memory" });
  });

  it("change with a helper two modules away, and no other function's do", async () => {
    const [before, neighbour] = [await daylight(), await distance()];
    copy.edit("vite-example/src/orbit.ts", "NEW_YEAR = 10", "NEW_YEAR = 40");
    const after = await next(daylight, before);
    expect(after.verdict).toBe("miss");
    expect(after.value).not.toBeCloseTo(before.value, 1);
    expect(await distance()).toMatchObject({ verdict: "hit", version: neighbour.version });

    copy.edit("vite-example/src/orbit.ts", "NEW_YEAR = 40", "NEW_YEAR = 10");
    expect(await next(daylight, after)).toMatchObject({ verdict: "hit", value: before.value, version: before.version });
    expect(await distance()).toMatchObject({ verdict: "hit", version: neighbour.version });
  });

  it("change with a helper that the function's own module imports, in a new file too", async () => {
    const before = await daylight();
    copy.edit("vite-example/src/sun.ts", "TILT = 23.44", "TILT = 20");
    const after = await next(daylight, before);
    expect(after.verdict).toBe("miss");
    expect(after.value).not.toBeCloseTo(before.value, 1);

    copy.write("vite-example/src/axis.ts", "export const TILT = 23.44;\n");
    copy.edit("vite-example/src/sun.ts", "const TILT = 20;", 'import { TILT } from "./axis.ts";');
    const moved = await next(daylight, after);
    expect(moved).toMatchObject({ verdict: "hit", value: before.value, version: before.version });

    copy.edit("vite-example/src/axis.ts", "23.44", "20.0");
    expect(await next(daylight, moved)).toMatchObject({ verdict: "hit", value: after.value, version: after.version });
    copy.edit("vite-example/src/axis.ts", "20.0", "23.44");
    expect(await next(daylight, after)).toMatchObject({ version: before.version });
  });

  it("of a method change with what it calls through this", async () => {
    const [before, neighbour] = [await distance(), await daylight()];
    copy.edit("vite-example/src/planet.ts", "this.radiusKm * angle", "this.radiusKm * angle * 2");
    const after = await next(distance, before);
    expect(after).toMatchObject({ verdict: "miss", value: before.value * 2 });
    expect(await daylight()).toMatchObject({ verdict: "hit", version: neighbour.version });

    copy.edit("vite-example/src/planet.ts", "angle * 2", "angle");
    expect(await next(distance, after)).toMatchObject({ verdict: "hit", value: before.value, version: before.version });
  });

  it("do not change with comments, types, names of locals and line breaks", async () => {
    const before = [await daylight(), await distance()];
    copy.edit("vite-example/src/sun.ts", "/** Of the Earth's axis, in degrees. */", "// In degrees.\n\n");
    copy.edit("vite-example/src/sphere.ts", /\bcosine\b/g, "product");
    await edit(
      "daylight.ts",
      "(place: Place, dayOfYear: number)",
      "(\n  place: Readonly<Place>,\n  dayOfYear: number,\n)",
    );
    for (const [i, { verdict, version }] of [await daylight(), await distance()].entries()) {
      expect({ verdict, version }).toEqual({ verdict: "hit", version: before[i]?.version });
    }
  });

  it("are the same after a restart, with entries that are found again in KV", async () => {
    const before = [await daylight(), await distance()];
    url = await copy.serve();
    const after = [await daylight(), await distance()];
    expect(after).toEqual(before.map((report) => ({ ...report, verdict: "hit", backend: "workers-kv" })));
  });
});

describe("the same source by other tools, on one KV", () => {
  const stored: Report[] = [];

  beforeAll(async () => {
    stored.push(await daylight(), await distance());
    await copy.stop();
  });

  /** Serves a configuration with `wrangler dev`, and expects to be answered from what `vite dev` has stored. */
  async function expectHits(config: string): Promise<void> {
    const server = await startWranglerDev({ config, persistTo: copy.state });
    try {
      const reports = [await daylight(server.url), await distance(server.url)];
      expect(reports).toEqual(stored.map((report) => ({ ...report, verdict: "hit", backend: "workers-kv" })));
    } finally {
      await server.stop();
    }
  }

  it("finds its entries as vite build has bundled it, and as wrangler would deploy that", async () => {
    const expected = stored.map(({ version }) => version).toSorted();
    const config = `${viteBuild(copy)}/wrangler.json`;
    expect(fingerprintsIn(dirname(copy.path(config)))).toEqual(expected);
    expect(fingerprintsIn(wranglerDryRun(copy, config))).toEqual(expected);
    await expectHits(copy.path(config));
  });

  it.each(["manifest", "emit"] as const)("finds its entries as wrangler has bundled it: %s", async (way) => {
    const config = copy.wranglerConfig(way);
    expect(fingerprintsIn(wranglerDryRun(copy, config))).toEqual(stored.map(({ version }) => version).toSorted());
    await expectHits(copy.path(config));
  });
});
