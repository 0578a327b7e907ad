import type { Envelope } from "./backend.ts";

// No text of an entry begins with it: read as text, a frame is no entry.
const MARK = 0;
const TEXT_LENGTH_AT = 1;
const BYTES_LENGTH_AT = 5;
const TEXT_AT = 9;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

/** Writes text and bytes as one run: a zero byte, the lengths of both (32 bits each, big-endian), the text as UTF-8, the bytes. */
export function toFrame({ text, bytes }: Required<Envelope>): Uint8Array<ArrayBuffer> {
  const encoded = encoder.encode(text);
  const frame = new Uint8Array(TEXT_AT + encoded.length + bytes.length);
  const view = new DataView(frame.buffer);
  view.setUint8(0, MARK);
  view.setUint32(TEXT_LENGTH_AT, encoded.length);
  view.setUint32(BYTES_LENGTH_AT, bytes.length);
  frame.set(encoded, TEXT_AT);
  frame.set(bytes, TEXT_AT + encoded.length);
  return frame;
}

/** Reads what `toFrame` wrote, its bytes as a view; `undefined` where it is no frame, or not a whole one. */
export function fromFrame(frame: Uint8Array): Required<Envelope> | undefined {
  if (frame.length < TEXT_AT || frame[0] !== MARK) return undefined;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const bytesAt = TEXT_AT + view.getUint32(TEXT_LENGTH_AT);
  if (bytesAt + view.getUint32(BYTES_LENGTH_AT) !== frame.length) return undefined;
  try {
    return { text: decoder.decode(frame.subarray(TEXT_AT, bytesAt)), bytes: frame.subarray(bytesAt) };
  } catch {
    return undefined;
  }
}

/** Reads a frame, or else a text as UTF-8: of a frame that is not whole, one that is no entry. */
export function fromFrameOrText(stored: Uint8Array): Envelope {
  return fromFrame(stored) ?? { text: lenient.decode(stored) };
}
