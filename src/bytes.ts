const CHUNK = 0x2000;

// Not on every runtime yet: Node 24 has neither, so there both ways go by btoa and atob.
type Native = { toBase64?(): string };
const native = Uint8Array as unknown as { fromBase64?(text: string): Uint8Array<ArrayBuffer> };

/** Writes bytes as base64 with padding (RFC 4648 §4). */
export function toBase64(bytes: Uint8Array): string {
  const written = (bytes as Native).toBase64?.();
  if (written !== undefined) return written;
  let binary = "";
  for (let i = 0; i < bytes.length; i += CHUNK) {
    // Spread, they would be iterated, which takes four times as long.
    binary += Reflect.apply(String.fromCharCode, null, bytes.subarray(i, i + CHUNK));
  }
  return btoa(binary);
}

/**
 * Reads what `toBase64` wrote.
 *
 * @throws {DOMException | SyntaxError} where the text is not base64
 */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  if (native.fromBase64 !== undefined) return native.fromBase64(text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** How long a number of bytes is in base64 with padding. */
export function base64Length(byteLength: number): number {
  return 4 * Math.ceil(byteLength / 3);
}

/** Writes bytes as base64url without padding (RFC 4648 §5). */
export function toBase64Url(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * Reads what `toBase64Url` wrote.
 *
 * @throws {DOMException | SyntaxError} where the text is not base64url
 */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  return fromBase64(text.replaceAll("-", "+").replaceAll("_", "/"));
}

const encoder = new TextEncoder();

/** The length of a text in bytes of UTF-8. */
export function utf8Length(text: string): number {
  return encoder.encode(text).length;
}

/** Tells whether two runs of bytes are the same; none is not the same as an empty one. */
export function isSameBytes(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  if (one === other) return true;
  if (one === undefined || other === undefined || one.length !== other.length) return false;
  return one.every((byte, i) => byte === other[i]);
}
