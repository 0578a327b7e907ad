/**
 * Gives cached functions their fingerprints in programs that are run from their sources, without a build: import it
 * before the program.
 *
 * The options are those of `autocache.config.ts` in the working directory, if there is one.
 *
 * @example
 * ```sh
 * node --import @autocache/edge/register src/index.ts
 * tsx --import @autocache/edge/register src/index.ts
 * deno run --allow-all --preload npm:@autocache/edge/register src/index.ts
 * bun --preload @autocache/edge/register src/index.ts
 * ```
 * @module
 */
import { readFileSync } from "node:fs";
import * as nodeModule from "node:module";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { transformLoaded } from "./inject/loaded.ts";
import type { Teller } from "./inject/messages.ts";
import { Session } from "./inject/session.ts";
import { parseModule } from "./source/parse.ts";

/** What is used of Bun, whose types would bring all its globals. */
interface BunRuntime {
  plugin(plugin: { readonly name: string; setup(build: BunBuild): void }): void;
}

interface BunBuild {
  onLoad(
    options: { readonly filter: RegExp },
    load: (file: { readonly path: string }) => { contents: string; loader: string },
  ): void;
}

const session = new Session();

const teller: Teller = {
  warn: (message) => process.emitWarning(message, "AutocacheWarning"),
  fail(message) {
    throw new Error(message);
  },
  watch() {
    // The program starts anew when a file changes, and this with it.
  },
};

// The project's configuration is a module too: it is read before there are hooks that would ask for it.
session.open();

const { Bun: bun } = globalThis as { readonly Bun?: BunRuntime };
if (bun === undefined) registerInNode();
else registerInBun(bun);

function registerInNode(): void {
  if (typeof nodeModule.registerHooks !== "function") {
    throw new Error(
      `Cannot register "@autocache/edge": Node has module.registerHooks() since 22.15: received ${process.version}`,
    );
  }
  // A part of the parser is loaded with the first text, which Deno cannot do from within a hook.
  parseModule("/first.ts", "");
  nodeModule.registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (!url.startsWith("file:") || loaded.source === undefined || loaded.source === null) return loaded;
      const code = typeof loaded.source === "string" ? loaded.source : new TextDecoder().decode(loaded.source);
      const id = fileURLToPath(url) + new URL(url).search;
      const isModule = loaded.format !== "commonjs" && loaded.format !== "commonjs-typescript";
      const source = isModule ? transformLoaded(session, code, id, teller) : session.transform(code, id, teller)?.code;
      return source === undefined ? loaded : { ...loaded, source };
    },
  });
}

// Bun has no way to pass on a file that a plugin does not want, and takes every file that it gets from one for a module:
// it is told the names of those that are wanted.
function registerInBun({ plugin }: BunRuntime): void {
  const names = session.files().map((file) =>
    file
      .split("/")
      .map(escaped)
      .join(String.raw`[\\/]`),
  );
  if (names.length === 0) return;
  plugin({
    name: "autocache",
    setup({ onLoad }) {
      onLoad({ filter: new RegExp(`^(?:${names.join("|")})$`) }, ({ path }) => {
        const code = readFileSync(path, "utf8");
        return { contents: session.transform(code, path, teller)?.code ?? code, loader: loaderOf(path) };
      });
    },
  });
}

function loaderOf(path: string): string {
  return extname(path).replace(/^\.[cm]?/, "");
}

function escaped(text: string): string {
  return text.replace(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
}
