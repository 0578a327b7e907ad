import tsdown from "../../tsdown.config.ts";

/** One page of the reference: an entry point of the package, or several that export the same. */
export interface Entry {
  readonly file: string;
  readonly title: string;
  /** What the page is about, where its module has no doc comment. */
  readonly about: string;
  /** The paths under which package.json exports it. */
  readonly paths: readonly string[];
}

export const ENTRIES: readonly Entry[] = [
  {
    file: "index.md",
    title: "@autocache/edge",
    about: "Caches of functions, the backends that every runtime has, and the types of what they take and tell.",
    paths: ["."],
  },
  {
    file: "keys.md",
    title: "@autocache/edge/keys",
    about:
      "What keys are made of, for programs that make or compare them by themselves. The guide: [keys](../keys.md).",
    paths: ["./keys"],
  },
  {
    file: "http.md",
    title: "@autocache/edge/http",
    about: "A cache of responses by RFC 9111, around a handler or around `fetch()`. The guide: [HTTP](../http.md).",
    paths: ["./http"],
  },
  {
    file: "hono.md",
    title: "@autocache/edge/hono",
    about: "The same cache as a middleware of Hono. The guide: [HTTP](../http.md).",
    paths: ["./hono"],
  },
  {
    file: "workers-kv.md",
    title: "@autocache/edge/workers-kv",
    about: "A backend on Workers KV. The guide: [backends](../backends.md).",
    paths: ["./workers-kv"],
  },
  {
    file: "cache-api.md",
    title: "@autocache/edge/cache-api",
    about: "A backend on the Cache API of Workers and Deno. The guide: [backends](../backends.md).",
    paths: ["./cache-api"],
  },
  {
    file: "upstash.md",
    title: "@autocache/edge/upstash",
    about: "A backend on Upstash Redis. The guide: [backends](../backends.md).",
    paths: ["./upstash"],
  },
  {
    file: "testing.md",
    title: "@autocache/edge/testing",
    about: "The suite that every backend has to pass. The guide: [backends](../backends.md).",
    paths: ["./testing"],
  },
  {
    file: "manifest.md",
    title: "@autocache/edge/manifest",
    about: "The module whose place a manifest of fingerprints takes. The guide: [fingerprints](../fingerprints.md).",
    paths: ["./manifest"],
  },
  {
    file: "build-plugins.md",
    title: "Build plugins",
    about:
      "What gives cached functions the fingerprints of their code, one entry point for each bundler and a hook for programs\n" +
      "without one. All take the same [options](#interface-autocacheoptions). The guide: [fingerprints](../fingerprints.md).",
    paths: ["./vite", "./rollup", "./rolldown", "./esbuild", "./webpack", "./rspack", "./bun", "./register"],
  },
];

/** What a program imports to get what a path of the exports leads to. */
export function specifierOf(path: string): string {
  return `@autocache/edge${path.slice(1)}`;
}

/** The source of a path of the exports, as the build has it. */
export function sourceOf(path: string): string {
  const name = path === "." ? "index" : path.slice(2);
  for (const { entry } of tsdown) {
    const source = (entry as Readonly<Record<string, string>>)[name];
    if (source !== undefined) return source;
  }
  throw new Error(
    `Cannot find the source of "${path}": an entry point is built: tsdown.config.ts has no entry "${name}"`,
  );
}
