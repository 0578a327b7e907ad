import { existsSync } from "node:fs";
import { isAbsolute } from "node:path";
import { realPath } from "../graph/paths.ts";

/** Finds the file of a module by the bundler's name for it; `undefined` where it is no code of the project. */
export function projectFile(id: string): string | undefined {
  const [path = "", query = ""] = id.split("?", 2);
  // A virtual module may have the name of a file that does not exist.
  if (!isAbsolute(path) || !isScript(path) || isRead(query) || !existsSync(path)) return undefined;
  const file = realPath(path);
  return isPackaged(file) ? undefined : file;
}

export function isScript(path: string): boolean {
  return /\.[cm]?[jt]sx?$/.test(path) && !/\.d\.[cm]?ts$/.test(path);
}

/** Tells whether a file is a package's own, not linked from elsewhere. */
export function isPackaged(file: string): boolean {
  return file.includes("/node_modules/");
}

/** Tells whether a module is the text or the address of its file rather than its code. */
function isRead(query: string): boolean {
  return /(?:^|&)(?:raw|url|inline)(?:&|=|$)/.test(query);
}
