import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { BlockProject, hostOf, type Host } from "./support/block-project.ts";
import { type Block, blocksOf, DOCUMENTS, examplesOf, placeOf, PUBLISHED_SOURCES, read } from "./support/documents.ts";
import { complaintOfCommands } from "./support/shell-blocks.ts";

const blocks = DOCUMENTS.flatMap(blocksOf);
const examples = PUBLISHED_SOURCES.flatMap(examplesOf);
const typescript = [...blocks, ...examples].filter(({ language }) => language === "ts");

const project = new BlockProject();
const paths = new Map(
  typescript.filter((block) => hostOf(block) !== "deno").map((block) => [block, project.add(block)]),
);
afterAll(() => project.remove());
const programs = typescript.filter(({ marks }) => marks["run"] === "node");

/** Tells which check a block passes or fails; a block of a kind that nothing checks fails. */
function complaint(block: Block): string | undefined {
  switch (block.language) {
    case "ts":
      // Type-checked below; those with a server are run in test/e2e/docs.test.ts.
      return undefined;
    case "sh":
      return complaintOfCommands(block.code);
    case "json":
      JSON.parse(block.code);
      return undefined;
    case "jsonc":
      JSON.parse(block.code.replaceAll(/^\s*\/\/.*$/gm, "").replaceAll(/,(\s*[\]}])/g, "$1"));
      return undefined;
    case "text":
      // What a command prints is compared in test/docs-fingerprints.test.ts.
      return block.marks["command"] !== undefined || isPrinted(block) ? undefined : "a text that nothing prints";
    case "http":
      // The headers of a first and a second answer: compared in test/e2e/docs.test.ts.
      return isAnswer(block) ? undefined : "headers that no program of the same section answers with";
    case "toml":
      return servesWith(block) ? undefined : "a wrangler.toml that no Worker of the same section runs with";
    default:
      return "a kind of block that nothing checks";
  }
}

function servesWith(block: Block): boolean {
  return block.marks["title"] === "wrangler.toml" && runsBeside(block, (run) => run === "workers");
}

function isAnswer(block: Block): boolean {
  const { title = "" } = block.marks;
  return ["miss", "hit"].includes(title) && runsBeside(block, (run) => run !== undefined && run !== "node");
}

function runsBeside({ file, heading }: Block, isRun: (run: string | undefined) => boolean): boolean {
  return blocks.some((block) => block.file === file && block.heading === heading && isRun(block.marks["run"]));
}

/** Tells whether the block before it is a program, whose whole output it then is. */
function isPrinted(block: Block): boolean {
  return programs.some((program) => printedBy(program) === block);
}

function printedBy(program: Block): Block | undefined {
  const next = blocks[blocks.indexOf(program) + 1];
  return next?.file === program.file && next.marks["title"] === "printed" ? next : undefined;
}

describe("the documents", () => {
  it("have blocks, of kinds that are checked", () => {
    expect(typescript.length).toBeGreaterThan(30);
    for (const block of [...blocks, ...examples])
      expect([placeOf(block), complaint(block)]).toEqual([placeOf(block), undefined]);
  });

  it.each(["node", "workers", "bun"] satisfies Host[])("type-check on %s", (host) => {
    expect(project.check(host)).toBe("");
  });

  it("are joined by a block of each @example in a doc comment", () => {
    for (const file of PUBLISHED_SOURCES) {
      const titled = read(file).match(/^\s*\* @example/gm)?.length ?? 0;
      const languages = examplesOf(file).map(({ language }) => language);
      expect([file, languages.length]).toEqual([file, titled]);
      expect(languages.filter((language) => language !== "ts" && language !== "sh")).toEqual([]);
    }
  });

  it("link to files and headings that are there", () => {
    const broken = DOCUMENTS.flatMap((file) =>
      linksOf(file)
        .filter((link) => !leads(file, link))
        .map((link) => `${file}: ${link}`),
    );
    expect(broken).toEqual([]);
  });
});

describe("the blocks that run on Node", () => {
  it.each(programs.map((block) => [placeOf(block), block] as const))("%s prints what its comments say", (_, block) => {
    const { status, stdout, stderr } = project.run(paths.get(block) ?? "", block);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const said = [...block.code.matchAll(/^\s*console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text]) => text);
    const printed = printedBy(block)?.code.trimEnd().split("\n") ?? said;
    if (block.code.includes("console.log(")) expect(stdout.trimEnd().split("\n")).toEqual(printed);
  });
});

function linksOf(file: string): string[] {
  const prose = read(file).replaceAll(/^(`{3,}).*?^\1$/gms, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link).filter((link) => !/^https?:/.test(link));
}

function leads(file: string, link: string): boolean {
  const [path = "", anchor] = link.split("#", 2);
  const target = path === "" ? file : join(dirname(file), path);
  if (!existsSync(target)) return false;
  return anchor === undefined || anchorsOf(target).includes(anchor);
}

/** The anchors that GitHub makes of a document's headings. */
function anchorsOf(file: string): string[] {
  return [...read(file).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
