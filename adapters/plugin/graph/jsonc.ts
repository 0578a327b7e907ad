/**
 * Reads JSON with comments and trailing commas, as tsconfig.json and bun.lock have it.
 *
 * @throws {SyntaxError}
 */
export function parseJsonc(text: string): unknown {
  return JSON.parse(withoutTrailingCommas(withoutComments(text.replace(/^\uFEFF/, ""))));
}

const STRING = String.raw`"(?:[^"\\]|\\[^])*"`;

// Strings are matched along, so that what looks like a comment or a comma inside of one is left alone.
function withoutComments(text: string): string {
  const pattern = new RegExp(String.raw`${STRING}|/\*[^]*?\*/|//[^\n\r]*`, "g");
  return text.replace(pattern, (match) => (match.startsWith('"') ? match : " "));
}

function withoutTrailingCommas(text: string): string {
  const pattern = new RegExp(String.raw`${STRING}|,(?=\s*[\]}])`, "g");
  return text.replace(pattern, (match) => (match.startsWith('"') ? match : ""));
}

/** Narrows what JSON gave to an object; anything else is one without members. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** The members of an object that are texts. */
export function textsIn(value: unknown): Readonly<Record<string, string>> {
  const texts = Object.entries(asRecord(value)).filter((entry) => typeof entry[1] === "string");
  return Object.fromEntries(texts) as Record<string, string>;
}
