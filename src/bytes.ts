// `Uint8Array.prototype.toBase64` is not on every runtime yet (Node 24 has none), so both ways go by btoa and atob.
const CHUNK = 0x2000;

/** Writes bytes as base64url without padding (RFC 4648 §5). */
export function toBase64Url(bytes: Uint8Array): string {
  let binary = "";
  for (let i = 0; i < bytes.length; i += CHUNK) {
    binary += String.fromCharCode(...bytes.subarray(i, i + CHUNK));
  }
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * Reads what `toBase64Url` wrote.
 *
 * @throws {DOMException} where the text is not base64url
 */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

const encoder = new TextEncoder();

/** The length of a text in bytes of UTF-8. */
export function utf8Length(text: string): number {
  return encoder.encode(text).length;
}
