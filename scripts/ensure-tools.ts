/** Finds the programs that the tests need and npm does not bring, or installs them; says in one line what it could not. */
import { spawnSync } from "node:child_process";
import { CHROMIUM, find, REDIS, type Tool } from "../test/support/tools.ts";

interface Installer {
  readonly command: string;
  /** Whether it writes to the system, so that anybody but root needs sudo. */
  readonly asRoot: boolean;
  readonly refresh?: readonly string[];
  readonly install: readonly string[];
  /** Package names by tool, tried one after another. */
  readonly packages: ReadonlyMap<Tool, readonly (readonly string[])[]>;
}

const INSTALLERS: readonly Installer[] = [
  {
    command: "apt-get",
    asRoot: true,
    refresh: ["update", "-q"],
    install: ["install", "-q", "-y", "--no-install-recommends"],
    packages: new Map([
      [REDIS, [["redis-server"], ["valkey-server"]]],
      // Ubuntu's name; there the package brings a snap.
      [CHROMIUM, [["chromium"], ["chromium-browser"]]],
    ]),
  },
  {
    command: "brew",
    asRoot: false,
    install: ["install"],
    packages: new Map([
      [REDIS, [["redis"]]],
      [CHROMIUM, [["--cask", "google-chrome"]]],
    ]),
  },
  {
    command: "apk",
    asRoot: true,
    install: ["add", "--no-cache"],
    packages: new Map([
      [REDIS, [["redis"], ["valkey"]]],
      [CHROMIUM, [["chromium"]]],
    ]),
  },
  {
    command: "dnf",
    asRoot: true,
    install: ["install", "-y"],
    packages: new Map([
      [REDIS, [["redis"], ["valkey"]]],
      [CHROMIUM, [["chromium"]]],
    ]),
  },
];

function succeeds(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: "ignore" }).status === 0;
}

/** The words before the installer's own; `undefined` where it would have to ask for a password. */
function prefix(installer: Installer): readonly string[] | undefined {
  if (!installer.asRoot || process.getuid?.() === 0) return [];
  return succeeds("sudo", ["-n", "true"]) ? ["sudo", "-n"] : undefined;
}

function run(words: readonly string[]): boolean {
  const [command = "", ...args] = words;
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: "utf8",
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (status === 0) return true;
  process.stderr.write(`${words.join(" ")}: ${error?.message ?? `exit ${status}`}\n${stdout ?? ""}${stderr ?? ""}`);
  return false;
}

function install(tool: Tool, installer: Installer, before: readonly string[]): string | undefined {
  if (installer.refresh) run([...before, installer.command, ...installer.refresh]);
  for (const names of installer.packages.get(tool) ?? []) {
    const words = [...before, installer.command, ...installer.install, ...names];
    console.log(`${tool.title} is not installed: ${words.join(" ")}`);
    const path = run(words) ? find(tool) : undefined;
    if (path !== undefined) return path;
  }
  return undefined;
}

/** The command that a person would type. */
function advice(tool: Tool, installer: Installer | undefined): string {
  const names = installer?.packages.get(tool)?.[0]?.join(" ") ?? tool.candidates[0] ?? "";
  if (installer === undefined) return `install ${names}`;
  const before = installer.asRoot && process.getuid?.() !== 0 ? "sudo " : "";
  return `${before}${installer.command} install ${names}`.replace("apk install", "apk add");
}

function ensure(tool: Tool): boolean {
  const found = find(tool);
  const chosen = process.env[tool.variable] ?? "";
  if (found === undefined && chosen !== "") {
    console.error(`Cannot find ${tool.title}: ${tool.variable} names no program: received "${chosen}"`);
    return false;
  }
  const installer = INSTALLERS.find(({ command }) => succeeds(command, ["--version"]));
  const before = installer && prefix(installer);
  const path = found ?? (installer && before && install(tool, installer, before));
  if (path === undefined) {
    console.error(
      `Cannot find ${tool.title}: ${advice(tool, installer)}, or name its program in the variable ${tool.variable}`,
    );
    return false;
  }
  console.log(`${tool.title}: ${path}`);
  return true;
}

// Both are looked for before giving up, so that one run tells everything that is missing.
const found = [REDIS, CHROMIUM].map(ensure);
process.exitCode = found.every(Boolean) ? 0 : 1;
