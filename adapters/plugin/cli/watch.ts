import { type FSWatcher, readdirSync, watch as watchFolder } from "node:fs";
import { join, resolve, sep } from "node:path";
import { failureText } from "./failure.ts";
import type { Screen } from "./screen.ts";
import { SKIPPED_FOLDERS } from "./sources.ts";
import type { Workspace } from "./workspace.ts";

/** Editors write a file in several steps. */
const SETTLING_MS = 50;

/** Runs a command again after each change in the project, until the program is stopped; `written` are its own files. */
export function watch(
  workspace: Workspace,
  written: readonly string[],
  run: () => unknown,
  screen: Screen,
): Promise<never> {
  const watchers = new Map<string, FSWatcher>();
  let timer: NodeJS.Timeout | undefined;

  const settle = (): void => {
    workspace.project.invalidate();
    observe();
    try {
      run();
    } catch (error) {
      screen.lines([failureText(error)]);
    }
  };
  const isOwn = (path: string): boolean => written.some((own) => path === own || path.startsWith(own + sep));
  // Each folder for itself: a recursive watch would take in what is skipped.
  const observe = (): void => {
    const folders = new Set(foldersOf(resolve(workspace.root), isOwn));
    for (const [folder, watcher] of watchers) {
      if (folders.has(folder)) continue;
      watcher.close();
      watchers.delete(folder);
    }
    for (const folder of folders) {
      if (watchers.has(folder)) continue;
      const watcher = watchFolder(folder, (_event, name) => {
        if (name !== null && (isOwn(join(folder, name)) || name.endsWith(".tmp"))) return;
        clearTimeout(timer);
        timer = setTimeout(settle, SETTLING_MS);
      });
      watcher.on("error", () => watcher.close());
      watchers.set(folder, watcher);
    }
  };
  observe();
  screen.lines(["Watching for changes"]);
  return new Promise(() => {});
}

function foldersOf(folder: string, isOwn: (path: string) => boolean): string[] {
  const below = readdirSync(folder, { withFileTypes: true }).filter(
    (entry) =>
      entry.isDirectory() &&
      !entry.name.startsWith(".") &&
      !SKIPPED_FOLDERS.includes(entry.name) &&
      !isOwn(join(folder, entry.name)),
  );
  return [folder, ...below.flatMap(({ name }) => foldersOf(join(folder, name), isOwn))];
}
