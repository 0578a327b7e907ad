import { describe, expect, it } from "vitest";
import { readLock } from "../../../adapters/plugin/lock.ts";
import { makeProject } from "../toolchains/project-folder.ts";

const FINGERPRINT = `a1_${"x".repeat(22)}`;
const FUNCTION = { fingerprint: FINGERPRINT, at: "src/a.ts", declarations: { "src/a.ts#b": "0123456789" } };
const LOCK = { format: 1, algorithm: "a1", functions: { product: FUNCTION } };

const read = (text: string) => readLock(makeProject({ "autocache.lock.json": text }).path("autocache.lock.json"));

describe("readLock()", () => {
  it("reads what was locked", () => {
    expect(read(JSON.stringify(LOCK))).toEqual(LOCK);
  });

  it("says nothing of a lock file that is not there", () => {
    expect(readLock(makeProject({}).path("autocache.lock.json"))).toBeUndefined();
  });

  it("leaves alone what it does not know", () => {
    const newer = { ...LOCK, tool: "2.0", functions: { product: { ...FUNCTION, note: 1 } } };
    expect(read(JSON.stringify(newer))).toEqual(newer);
  });

  it("reads a file that an editor has saved with a byte order mark and CRLF", () => {
    expect(read(`\uFEFF${JSON.stringify(LOCK, null, 2).replaceAll("\n", "\r\n")}`)).toEqual(LOCK);
  });

  it.for<readonly [what: string, text: string, complaint: string]>([
    ["the marks of a merge", `<<<<<<< HEAD\n${JSON.stringify(LOCK)}`, "it is JSON"],
    ["nothing", "", "it is JSON"],
    ["a list", "[]", "it is an object"],
    ["another format", JSON.stringify({ ...LOCK, format: 2 }), "its format is 1: received 2"],
    ["no algorithm", JSON.stringify({ ...LOCK, algorithm: undefined }), `"algorithm" is a string: received nothing`],
    ["a list of functions", JSON.stringify({ ...LOCK, functions: [] }), `"functions" is an object`],
    [
      "a fingerprint of another length",
      JSON.stringify({ ...LOCK, functions: { a: { ...FUNCTION, fingerprint: "a1_x" } } }),
      `"fingerprint" is a fingerprint: received "a1_x", for "a"`,
    ],
    [
      "a number for the one before",
      JSON.stringify({ ...LOCK, functions: { a: { ...FUNCTION, previous: 1 } } }),
      `"previous" is a fingerprint: received 1, for "a"`,
    ],
    [
      "no place",
      JSON.stringify({ ...LOCK, functions: { a: { ...FUNCTION, at: undefined } } }),
      `"at" is a path: received nothing, for "a"`,
    ],
    [
      "no digests",
      JSON.stringify({ ...LOCK, functions: { a: { ...FUNCTION, declarations: { b: 1 } } } }),
      `"declarations" is an object of strings: received {"b":1}, for "a"`,
    ],
  ])("refuses %s, and names the file", ([, text, complaint]) => {
    expect(() => read(text)).toThrow(/^Cannot read the lock file ".*\/autocache\.lock\.json": /);
    expect(() => read(text)).toThrow(complaint);
  });

  it("refuses what is no file", () => {
    expect(() => readLock(makeProject({}).root)).toThrow(/^Cannot read the lock file/);
  });
});
