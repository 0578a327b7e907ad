import { toBase64Url } from "../bytes.ts";

const encoder = new TextEncoder();

/** The SHA-256 of a text's UTF-8, as base64url: 43 characters. */
export async function sha256(text: string): Promise<string> {
  return toBase64Url(new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(text))));
}

// Not every runtime's types have a name for it.
type ImportedKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

// One secret per deployment is the rule; a program that makes up secrets must not grow this without bound.
const MAX_SECRETS = 64;
// Keys, not promises of them: on Workers a promise may die with the request that made it.
const secrets = new Map<string, ImportedKey>();

async function importSecret(secret: string): Promise<ImportedKey> {
  const known = secrets.get(secret);
  if (known !== undefined) return known;
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
  ]);
  if (secrets.size >= MAX_SECRETS) secrets.clear();
  secrets.set(secret, key);
  return key;
}

/** The HMAC-SHA-256 of a text's UTF-8 under a secret's UTF-8, as base64url: 43 characters. */
export async function hmacSha256(secret: string, text: string): Promise<string> {
  const signature = await crypto.subtle.sign("HMAC", await importSecret(secret), encoder.encode(text));
  return toBase64Url(new Uint8Array(signature));
}
