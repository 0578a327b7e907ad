import { describe, expect, it } from "vitest";
import { formatDiagnostic, severityOf } from "../../../adapters/plugin/graph/diagnostics.ts";

describe("severityOf()", () => {
  it.each([
    ["syntax", "error", "error"],
    ["wrapper", "error", "error"],
    ["captures-this", "error", "error"],
    ["a code that is new", "error", "error"],
    ["unresolved", "warning", "error"],
    ["opaque", "warning", "error"],
    ["mutable", "warning", "warning"],
    ["env", "warning", "warning"],
    ["capture", "info", "info"],
    ["over-reach", "info", "info"],
  ])("says of %s: %s, and %s in strict mode", (code, severity, strict) => {
    expect(severityOf(code, false)).toBe(severity);
    expect(severityOf(code, true)).toBe(strict);
  });
});

describe("formatDiagnostic()", () => {
  it("writes the place from the root, the code and the message", () => {
    const diagnostic = { file: "/repo/src/a.ts", line: 3, column: 7, code: "mutable", message: "it changes" };
    const line = formatDiagnostic({ ...diagnostic, severity: "warning" }, "/repo");
    expect(line).toBe("src/a.ts:3:7 [mutable] it changes");
  });
});
