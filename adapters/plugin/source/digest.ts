import * as crypto from "node:crypto";

// Node 20.12 and later, Bun and Deno have the function that makes no object for a digest: 1.7 times as fast for short texts.
const hash: typeof crypto.hash | undefined = crypto.hash;

/** Gives SHA-256 of a text's UTF-8, as base64url. */
export function digestOf(text: string): string {
  if (hash !== undefined) return hash("sha256", text, "base64url");
  return crypto.createHash("sha256").update(text).digest("base64url");
}
