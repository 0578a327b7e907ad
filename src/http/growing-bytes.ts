/**
 * Bytes that are appended, in blocks each as long as all before it: none is copied to make room, and a length that was
 * only announced takes no memory.
 */
export class GrowingBytes {
  readonly #maxBytes: number;
  #blocks: Uint8Array<ArrayBuffer>[] = [];
  #capacity = 0;
  #length = 0;

  /** @param maxBytes the most that is ever appended: no room is made for more */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** How many bytes there are. */
  get length(): number {
    return this.#length;
  }

  /** Copies a chunk to the end. */
  append(chunk: Uint8Array): void {
    const room = this.#capacity - this.#length;
    const last = this.#blocks.at(-1);
    if (last !== undefined) last.set(chunk.subarray(0, room), last.length - room);
    this.#length += chunk.length;
    if (chunk.length <= room) return;
    const wanted = Math.max(chunk.length - room, this.#capacity);
    const block = new Uint8Array(Math.min(wanted, this.#maxBytes - this.#capacity));
    block.set(chunk.subarray(room));
    this.#blocks.push(block);
    this.#capacity += block.length;
  }

  /** Copies up to so many bytes from one place on: fewer where a block ends. */
  piece(start: number, maxBytes: number): Uint8Array<ArrayBuffer> {
    let offset = start;
    for (const block of this.#blocks) {
      if (offset < block.length) return block.slice(offset, offset + Math.min(maxBytes, this.#length - start));
      offset -= block.length;
    }
    return new Uint8Array(0);
  }

  /** All bytes in one piece, without room for more. */
  whole(): Uint8Array<ArrayBuffer> {
    const [first] = this.#blocks;
    if (first !== undefined && first.length === this.#length) return first;
    const bytes = new Uint8Array(this.#length);
    let offset = 0;
    for (const block of this.#blocks) {
      bytes.set(block.subarray(0, this.#length - offset), offset);
      offset += block.length;
    }
    this.#blocks = [bytes];
    this.#capacity = this.#length;
    return bytes;
  }
}

/** Whether a chunk of a stream is a Uint8Array, of whatever realm: hence no `instanceof`. */
export function isBytes(chunk: unknown): chunk is Uint8Array {
  return ArrayBuffer.isView(chunk) && (chunk as Uint8Array)[Symbol.toStringTag] === "Uint8Array";
}

/** The error for a chunk of another kind: a TypeError, as in https://fetch.spec.whatwg.org/#incrementally-read-a-body. */
export function notBytes(chunk: unknown): TypeError {
  return new TypeError(`Cannot read a body: its chunks are Uint8Arrays: received ${typeof chunk}`);
}
