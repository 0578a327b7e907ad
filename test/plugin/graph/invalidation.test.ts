import { rmSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Project } from "../../../adapters/plugin/graph/project.ts";
import { CACHED, type Files, put, write } from "./fixture.ts";

const FILES: Files = {
  "a.ts": `${CACHED}import { f } from "./b";\nimport config from "./config.json";\nimport { z } from "zed";\nimport { q } from "#q";\nconst pages = import.meta.glob("./pages/*.ts");\nclass C { x = 1 }\ncached(() => [f(1), config.limit, z, q, pages, new C()], { name: "x" });`,
  "b.ts":
    'import { cache } from "./cache";\nimport { later } from "./later";\nexport const f = cache.cached((x: number) => x + later, { ttl: 1 });',
  "cache.ts": 'import { createCache } from "@autocache/edge";\nexport const cache: any = createCache();',
  "config.json": '{"limit":1}',
  "pages/one.ts": "export default 1;",
  "q.ts": "export const q = 1;",
  "package.json": '{"name":"x","imports":{"#q":"./q.ts"}}',
  "package-lock.json": '{"packages":{"node_modules/zed":{"version":"1.0.0","integrity":"sha512-A"}}}',
  "tsconfig.json": '{"compilerOptions":{"target":"es2022"}}',
  "node_modules/zed/package.json": '{"name":"zed","version":"1.0.0","main":"i.js"}',
  "node_modules/zed/i.js": "",
};

/** A change of the files: their new texts, or nothing for those that go. */
type Change = Readonly<Record<string, string | undefined>>;

const CHANGES: readonly (readonly [title: string, change: Change])[] = [
  ["the file itself", { "a.ts": `${CACHED}cached(() => 1, { name: "x" });` }],
  ["code that is reached", { "b.ts": "export const f = (x: number) => x;" }],
  ["a comment", { "b.ts": `// new\n${FILES["b.ts"]}` }],
  ["a file that was missing", { "later.ts": "export const later = 1;" }],
  ["a folder in its place", { "later/index.ts": "export const later = 1;" }],
  ["a file that goes", { "q.ts": undefined }],
  ["a file that is in the way of another", { "b.tsx": "export const f = 2;", "b.ts": undefined }],
  ["what makes a callee one of ours", { "cache.ts": "export const cache: any = { cached: (fn: any) => fn };" }],
  ["data", { "config.json": '{"limit":2}' }],
  ["a file that a pattern matches", { "pages/two.ts": "export default 2;" }],
  ["a file that a pattern no longer matches", { "pages/one.ts": undefined }],
  ["package imports", { "package.json": '{"name":"x","imports":{"#q":"./b.ts"}}' }],
  [
    "a lock file",
    { "package-lock.json": '{"packages":{"node_modules/zed":{"version":"1.0.0","integrity":"sha512-B"}}}' },
  ],
  ["a version of a package", { "node_modules/zed/package.json": '{"name":"zed","version":"2.0.0","main":"i.js"}' }],
  ["a patch", { "patches/zed+1.0.0.patch": "+1" }],
  ["settings of the compiler", { "tsconfig.json": '{"compilerOptions":{"target":"es2020"}}' }],
];

function apply(folder: string, change: Change): readonly string[] {
  for (const [path, text] of Object.entries(change)) {
    if (text === undefined) rmSync(join(folder, path), { force: true, recursive: true });
    else put(folder, { [path]: text });
  }
  return Object.keys(change).map((path) => join(folder, path));
}

/** All that a project says of its files; what was found is made readable on other machines. */
function everything(project: Project, files: readonly string[]): unknown {
  return files.flatMap((file) =>
    project.sites(join(project.root, file)).map((site) => ({
      site,
      told: project.diagnostics(site),
      files: [...project.files(site)],
      declared: [...project.declarations(site)],
      tree: project.explain(site),
    })),
  );
}

const SITES = ["a.ts", "b.ts"];

describe("invalidate()", () => {
  it.each(CHANGES)("gives what a new project gives, after a change of %s", (_, change) => {
    const folder = write(FILES);
    const project = new Project({ root: folder, cacheDir: false });
    const before = everything(project, SITES);
    for (const file of apply(folder, change)) project.invalidate(file);
    expect(everything(project, SITES)).toEqual(everything(new Project({ root: folder, cacheDir: false }), SITES));
    const undone = Object.fromEntries(Object.keys(change).map((path) => [path, FILES[path]]));
    for (const file of apply(folder, undone)) project.invalidate(file);
    expect(everything(project, SITES)).toEqual(before);
  });

  it("takes in whatever has changed where no file is named", () => {
    const folder = write(FILES);
    const project = new Project({ root: folder, cacheDir: false });
    everything(project, SITES);
    for (const [, change] of CHANGES) {
      apply(folder, change);
      project.invalidate();
      expect(everything(project, SITES)).toEqual(everything(new Project({ root: folder, cacheDir: false }), SITES));
    }
  });

  it("keeps what a site said before", () => {
    const folder = write(FILES);
    const project = new Project({ root: folder, cacheDir: false });
    const [site] = project.sites(join(folder, "a.ts"));
    if (site === undefined) throw new Error("There is no site");
    const tree = project.explain(site);
    for (const file of apply(folder, { "b.ts": "export const f = 1;" })) project.invalidate(file);
    expect(project.explain(site)).toBe(tree);
  });
});

/** Of each module, which functions of which others its functions call, and their constants. */
interface Plan {
  readonly calls: readonly (readonly number[])[];
  readonly ways: readonly ("import" | "namespace" | "barrel")[];
}

const SIZE = 12;

const plans: fc.Arbitrary<Plan> = fc.record({
  calls: fc.array(fc.array(fc.nat(SIZE - 1), { maxLength: 3 }), { minLength: SIZE, maxLength: SIZE }),
  ways: fc.array(fc.constantFrom("import", "namespace", "barrel"), { minLength: SIZE, maxLength: SIZE }),
});

function moduleText(plan: Plan, number: number, constant: number): string {
  const called = [...new Set(plan.calls[number])].filter((other) => other !== number);
  const way = plan.ways[number];
  const imports = called.map((other) => {
    if (way === "namespace") return `import * as m${other} from "./m${other}";`;
    return `import { f${other} } from "./${way === "barrel" ? "all" : `m${other}`}";`;
  });
  const calls = called.map((other) => (way === "namespace" ? `m${other}.f${other}(x)` : `f${other}(x)`));
  return `${CACHED}${imports.join("\n")}
export function f${number}(x: number): number { return ${[`x + K`, ...calls].join(" + ")}; }
const K = ${constant};
export const unrelated = ${constant + 1000};
cached(f${number}, { name: "m${number}" });`;
}

describe("a graph of modules", () => {
  it("changes in exactly those functions that reach an edit, as if it were read for the first time", () => {
    const edits = fc.array(fc.nat(SIZE - 1), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(plans, edits, (plan, edited) => {
        const numbers = Array.from({ length: SIZE }, (_, number) => number);
        const folder = write({
          ...Object.fromEntries(numbers.map((number) => [`m${number}.ts`, moduleText(plan, number, number)])),
          "all.ts": numbers.map((number) => `export { f${number} } from "./m${number}";`).join("\n"),
        });
        const values = (project: Project): readonly unknown[] =>
          numbers.map((number) => project.sites(join(folder, `m${number}.ts`))[0]?.fingerprint);
        const project = new Project({ root: folder, cacheDir: false });
        const base = values(project);
        let before = base;
        edited.forEach((number, step) => {
          put(folder, { [`m${number}.ts`]: moduleText(plan, number, 100 + step) });
          project.invalidate(join(folder, `m${number}.ts`));
          const after = values(project);
          const reaching = numbers.filter((from) => reached(plan, from).has(number));
          expect(numbers.filter((at) => after[at] !== before[at])).toEqual(reaching);
          expect(after).toEqual(values(new Project({ root: folder, cacheDir: false })));
          before = after;
        });
        for (const number of edited) put(folder, { [`m${number}.ts`]: moduleText(plan, number, number) });
        project.invalidate();
        expect(values(project)).toEqual(base);
      }),
      { numRuns: 25 },
    );
  }, 120_000);
});

function reached({ calls }: Plan, from: number): ReadonlySet<number> {
  const seen = new Set([from]);
  for (const number of seen) for (const other of calls[number] ?? []) seen.add(other);
  return seen;
}
