import { beforeAll, describe, expect, it } from "vitest";
import { type Edit, FUNCTIONS, type FunctionName } from "./edit.ts";
import { EDITS } from "./edits/index.ts";
import { type Files, readSample } from "./files.ts";
import { serve, type Served } from "./toolchains/library.ts";
import { makeWorkplace } from "./workplace.ts";

/** What the matrix rests on, and what it is for: the truth is what the program answers, and the library's keys follow it. */
describe("edits of the sample", () => {
  let before: Readonly<Record<FunctionName, Served>>;

  beforeAll(async () => {
    before = await serveFiles(readSample());
  });

  it("are 17 unrelated ones and 26 related ones, which concern 31 functions", () => {
    const related = EDITS.filter(({ changes }) => changes.length > 0);
    expect(EDITS.length - related.length).toBe(17);
    expect(related.length).toBe(26);
    expect(related.flatMap(({ changes }) => changes).length).toBe(31);
    expect(new Set(EDITS.map(({ id }) => id)).size).toBe(EDITS.length);
  });

  it("meet functions that answer, each under keys of its own", () => {
    expect(FUNCTIONS.filter((name) => before[name].answer === "" || before[name].keys === "")).toEqual([]);
    expect(new Set(FUNCTIONS.map((name) => before[name].keys)).size).toBe(FUNCTIONS.length);
  });

  it.each(EDITS.map((edit): [string, Edit] => [`${edit.id} ${edit.title}`, edit]))(
    "change the answers and the keys of the functions that they concern, and no others: %s",
    async (_, edit) => {
      const after = await serveFiles(await edit.apply(readSample()));
      const concerned = FUNCTIONS.filter((name) => edit.changes.includes(name));
      expect(FUNCTIONS.filter((name) => after[name].answer !== before[name].answer)).toEqual(concerned);
      expect(FUNCTIONS.filter((name) => after[name].keys !== before[name].keys)).toEqual(concerned);
    },
    30_000,
  );
});

async function serveFiles(files: Files): Promise<Readonly<Record<FunctionName, Served>>> {
  const place = makeWorkplace(files);
  try {
    return await serve(place);
  } finally {
    place.remove();
  }
}
