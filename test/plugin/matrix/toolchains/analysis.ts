import { join } from "node:path";
import { Project } from "../../../../adapters/plugin/graph/project.ts";
import type { Reading } from "../read.ts";
import { readingsOf, type Readings, type Toolchain } from "../toolchain.ts";
import { LastingPlace, pathsOf } from "../workplace.ts";

/** The analysis by itself, with nothing remembered. */
export const analysis: Toolchain = {
  name: "analysis",
  isRun: false,
  read: async ({ folder }) => readProject(new Project({ root: folder, cacheDir: false })),
};

/** A new analysis each time, with what the one before has left in its cache on disk. */
export function cachedAnalysis(): Toolchain {
  const place = new LastingPlace();
  return {
    name: "analysis, cache on disk",
    isRun: false,
    async read({ folder }) {
      place.become(folder);
      const project = new Project({ root: place.folder });
      const readings = readProject(project);
      project.save();
      return readings;
    },
    close: () => place.remove(),
  };
}

/** One analysis that is told what has changed, as in a development server. */
export function lastingAnalysis(): Toolchain {
  const place = new LastingPlace();
  let project: Project | undefined;
  return {
    name: "analysis, kept open",
    isRun: false,
    async read({ folder }) {
      const changed = place.become(folder);
      project ??= new Project({ root: place.folder, cacheDir: false });
      for (const path of changed) project.invalidate(join(place.folder, path));
      return readProject(project);
    },
    close() {
      place.remove();
      project = undefined;
    },
  };
}

function readProject(project: Project): Readings {
  const sources = pathsOf(project.root).filter((path) => path.startsWith("src/") && path.endsWith(".ts"));
  const sites = sources.flatMap((path) => project.sites(join(project.root, path)));
  const named = sites.map((site): [string, Reading] => [
    site.literalName ?? site.name ?? "",
    { fingerprint: site.fingerprint, captured: site.captured.map(() => "at run time"), text: "" },
  ]);
  return readingsOf(Object.fromEntries(named));
}
