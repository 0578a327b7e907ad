import { describe, expect, it } from "vitest";
import type { Site } from "../../../adapters/plugin/graph/project.ts";
import { Previous } from "../../../adapters/plugin/inject/previous.ts";
import type { LockedFunction } from "../../../adapters/plugin/lock.ts";
import { makeProject } from "../toolchains/project-folder.ts";

const [CURRENT, LOCKED, OLDER] = ["c", "l", "o"].map((letter) => `a1_${letter.repeat(22)}`) as [string, string, string];

/** What is injected of the function "product", in src/a.ts, with a lock file that says this of it. */
function versions(locked: Partial<LockedFunction>, { algorithm = "a1", name = "product" } = {}): object {
  const entry = { fingerprint: LOCKED, at: "src/a.ts", declarations: {}, ...locked };
  const folder = makeProject({
    "src/a.ts": "",
    "src/b.ts": "",
    "autocache.lock.json": JSON.stringify({ format: 1, algorithm, functions: { [name]: entry } }),
  });
  return new Previous(folder.root).of(site(folder.path("src/a.ts")), CURRENT);
}

function site(file: string): Site {
  const place = { start: 0, end: 0 };
  const where = { file, line: 1, column: 1, kind: "call", place } as const;
  return { ...where, name: "product", literalName: undefined, isNamed: true, captured: [], fingerprint: CURRENT };
}

describe("Previous", () => {
  it("gives the locked fingerprint of a function that has changed", () => {
    expect(versions({})).toEqual({ fp: CURRENT, previous: LOCKED });
  });

  it("gives the one before the locked fingerprint where nothing has changed since", () => {
    expect(versions({ fingerprint: CURRENT, previous: OLDER })).toEqual({ fp: CURRENT, previous: OLDER });
    expect(versions({ fingerprint: CURRENT })).toEqual({ fp: CURRENT });
  });

  it("goes on to serve as what the author vouches for, until the function changes again", () => {
    expect(versions({ fingerprint: CURRENT, servesAs: OLDER })).toEqual({ fp: OLDER });
    expect(versions({ servesAs: OLDER })).toEqual({ fp: CURRENT, previous: OLDER });
  });

  it("knows nothing of a function that the lock file does not have", () => {
    expect(versions({}, { name: "other" })).toEqual({ fp: CURRENT });
    expect(versions({}, { name: "constructor" })).toEqual({ fp: CURRENT });
  });

  it("knows nothing of a function of that name in another file", () => {
    expect(versions({ at: "src/b.ts" })).toEqual({ fp: CURRENT });
  });

  it("knows nothing of a function that shares its name with another of the file", () => {
    const entry = { fingerprint: LOCKED, at: "src/a.ts", declarations: {} };
    const folder = makeProject({
      "src/a.ts": "",
      "autocache.lock.json": JSON.stringify({ format: 1, algorithm: "a1", functions: { product: entry } }),
    });
    const [one, other] = [site(folder.path("src/a.ts")), site(folder.path("src/a.ts"))];
    const previous = new Previous(folder.root);
    expect(previous.of(one, CURRENT, [one])).toEqual({ fp: CURRENT, previous: LOCKED });
    expect(previous.of(one, CURRENT, [one, other])).toEqual({ fp: CURRENT });
  });

  it("knows a function whose file has moved", () => {
    expect(versions({ at: "src/gone.ts" })).toEqual({ fp: CURRENT, previous: LOCKED });
  });

  it("knows nothing from a lock file of another algorithm", () => {
    expect(versions({}, { algorithm: "a2" })).toEqual({ fp: CURRENT });
  });

  it("refuses to do without a lock file that was asked for", () => {
    const folder = makeProject({ "src/a.ts": "" });
    const previous = new Previous(folder.root, "config/lock.json");
    expect(() => previous.of(site(folder.path("src/a.ts")), CURRENT)).toThrow(/config\/lock\.json": .*received none$/);
  });

  it("reads the lock file again when it has changed", () => {
    const folder = makeProject({ "src/a.ts": "" });
    const previous = new Previous(folder.root);
    const file = folder.path("src/a.ts");
    expect(previous.of(site(file), CURRENT)).toEqual({ fp: CURRENT });
    const functions = { product: { fingerprint: LOCKED, at: "src/a.ts", declarations: {} } };
    folder.write("autocache.lock.json", JSON.stringify({ format: 1, algorithm: "a1", functions }));
    expect(previous.of(site(file), CURRENT)).toEqual({ fp: CURRENT });
    previous.invalidate();
    expect(previous.of(site(file), CURRENT)).toEqual({ fp: CURRENT, previous: LOCKED });
  });
});
