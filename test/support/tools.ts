import { accessSync, constants } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/** A program the tests need that npm does not bring. */
export interface Tool {
  readonly title: string;
  /** The environment variable that names another program to use. */
  readonly variable: string;
  /** Names looked for in PATH, and absolute paths, best first. */
  readonly candidates: readonly string[];
}

export const REDIS: Tool = {
  title: "Redis",
  variable: "REDIS_SERVER",
  candidates: [
    "redis-server",
    "valkey-server",
    "/opt/homebrew/bin/redis-server",
    "/usr/local/bin/redis-server",
    "/usr/sbin/redis-server",
  ],
};

export const CHROMIUM: Tool = {
  title: "Chromium",
  variable: "CHROMIUM",
  candidates: [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/snap/bin/chromium",
  ],
};

/** Finds a tool; `undefined` where it is not installed. */
export function find(tool: Tool): string | undefined {
  const chosen = process.env[tool.variable];
  const candidates = chosen === undefined || chosen === "" ? tool.candidates : [chosen];
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return candidates
    .flatMap((name) => (isAbsolute(name) ? [name] : folders.map((folder) => join(folder, name))))
    .find(isExecutable);
}

/** Finds a tool that the tests cannot do without. */
export function findOrThrow(tool: Tool): string {
  const path = find(tool);
  if (path !== undefined) return path;
  const tried = [`$${tool.variable}`, ...tool.candidates].join(", ");
  throw new Error(`Cannot find ${tool.title}: run scripts/ensure-tools.ts, which installs it: tried ${tried}`);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
