import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Reading } from "../read.ts";
import { readingsOf, type Readings, readRun, run, type Toolchain } from "../toolchain.ts";
import { type Workplace, write } from "../workplace.ts";
import { bundleWithEsbuild } from "./esbuild.ts";

const CLI = fileURLToPath(new URL("../../../../adapters/plugin/cli/main.ts", import.meta.url));

const COMMAND = `"${process.execPath}" "${CLI}" fingerprint`;

const MANIFEST = ".autocache/manifest.json";

/** What the command line writes, for tools that take no plugin. */
export const COMMANDS: readonly Toolchain[] = [
  {
    name: "manifest",
    isRun: false,
    refuses: ["ranking"],
    async read({ folder }) {
      captureNothing(folder);
      await run(process.execPath, [CLI, "fingerprint", "--out", MANIFEST], folder);
      const { functions } = JSON.parse(readFileSync(join(folder, MANIFEST), "utf8")) as Manifest;
      const readings = Object.entries(functions).map(([name, { fp }]): [string, Reading] => [
        name,
        { fingerprint: fp, captured: [], text: "" },
      ]);
      return readingsOf(Object.fromEntries(readings));
    },
  },
  {
    name: "emitted source, esbuild",
    isRun: true,
    async read(place) {
      await run(process.execPath, [CLI, "fingerprint", "--emit", ".autocache"], place.folder);
      const entry = join(place.folder, ".autocache/src/index.ts");
      return readRun(place, await bundleWithEsbuild({ ...place, entry }, []));
    },
  },
];

/** Takes away the function that a manifest cannot have: what it captures is known where it is made, and there alone. */
function captureNothing(folder: string): void {
  const uncached =
    "export const rankBy = (weight: number) => async (votes: number, views: number) => (votes * weight) / views;";
  write(join(folder, "src/ranking.ts"), uncached);
}

interface Manifest {
  readonly functions: Readonly<Record<string, { readonly fp: string }>>;
}

/** Wrangler takes no plugins: fingerprints come as a manifest by name, or in a copy of the source. */
export const WRANGLER: readonly Toolchain[] = [
  {
    name: "wrangler deploy, manifest",
    isRun: true,
    refuses: ["ranking"],
    read(place) {
      captureNothing(place.folder);
      return deploy(place, {
        alias: { "@autocache/edge/manifest": `./${MANIFEST}` },
        build: { command: `${COMMAND} --out ${MANIFEST}` },
        main: "src/index.ts",
      });
    },
  },
  {
    name: "wrangler deploy, emitted source",
    isRun: true,
    read: (place) =>
      deploy(place, {
        build: { command: `${COMMAND} --emit .autocache` },
        main: ".autocache/src/index.ts",
      }),
  },
];

async function deploy(place: Workplace, configuration: Readonly<Record<string, unknown>>): Promise<Readings> {
  const text = JSON.stringify({ name: "shop", compatibility_date: "2026-10-01", ...configuration });
  write(join(place.folder, "wrangler.json"), text);
  await run("wrangler", ["deploy", "--dry-run", "--outdir", "out"], place.folder);
  return readRun(place, join(place.folder, "out/index.js"));
}
