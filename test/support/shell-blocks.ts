import { readFileSync } from "node:fs";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly scripts: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, unknown>>;
}

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;

/** What `npm pack` names its file. */
export const TARBALL: string = `${manifest.name.replace("@", "").replace("/", "-")}-${manifest.version}.tgz`;

const AUTOCACHE_COMMANDS: readonly string[] = ["fingerprint", "lock", "diff", "check", "accept", "explain"];

/** The commands a document may name, and what has to hold for each. */
const COMMANDS: readonly (readonly [pattern: RegExp, holds: (...groups: string[]) => boolean])[] = [
  [/^npm ci$/, () => true],
  [/^npm pack$/, () => true],
  [/^npm (start|test)$/, (name) => name in manifest.scripts],
  [/^npm run ([\w:-]+)$/, (name) => name in manifest.scripts],
  [/^npm test -- ([\w: -]+)$/, (words) => words.split(" ").every(isStep)],
  [/^PORT=\d+ npm start$/, () => true],
  [/^(?:npm i|bun add) (@\S+)$/, (name) => name === manifest.name],
  [/^deno add npm:(@\S+)$/, (name) => name === manifest.name],
  [/^(?:npm i|bun add) \S*\/([^/]+\.tgz)$/, (file) => file === TARBALL],
  [/^(?:npm i|bun add|deno add) (?:npm:)?hono(?: npm:@autocache\/edge| @autocache\/edge)?$/, () => true],
  [/^npm create cloudflare@latest [\w-]+ -- --type=hello-world --lang=ts(?: --no-[\w]+)+$/, () => true],
  [/^npm init -y$/, () => true],
  [/^npm pkg set type=module$/, () => true],
  [/^(?:deno init|bun init -y|mkdir|cd) my-app$/, () => true],
  [/^npx wrangler (?:dev|types|deploy|kv namespace create CACHE)$/, () => true],
  [/^(?:deno serve|bun|node) main\.ts$/, () => true],
  [/^curl (?:-i )?http:\/\/localhost:(?:8787|8000|3000)\/oslo$/, () => true],
  [/^npx autocache ([a-z]+)(?: [\w./-]+)*$/, (command) => AUTOCACHE_COMMANDS.includes(command)],
  [
    /^(?:(?:node|tsx) --import|bun --preload|deno run (?:-A |--allow-all )?--preload) (?:npm:)?@autocache\/edge(\/\w+) \S+$/,
    (path) => `.${path}` in manifest.exports,
  ],
];

/** Tells what is wrong with a block of commands; `undefined` where all are known. Comments begin with `#`. */
export function complaintOfCommands(code: string): string | undefined {
  for (const command of commandsOf(code)) {
    const isKnown = COMMANDS.some(([pattern, holds]) => {
      const match = pattern.exec(command);
      return match !== null && holds(...match.slice(1));
    });
    if (!isKnown) return `a command that is not known: ${command}`;
  }
  return undefined;
}

export function commandsOf(code: string): string[] {
  return code
    .split("\n")
    .map((line) => line.replace(/(?:^|\s)#.*$/, "").trim())
    .flatMap((line) => line.split(" && "))
    .filter((line) => line !== "");
}

/** A step of `npm test`: named in its script, or a script of its own. */
function isStep(name: string): boolean {
  if (name === "--verbose") return true;
  return name in manifest.scripts || readFileSync("scripts/test.ts", "utf8").includes(`"${name}"`);
}
