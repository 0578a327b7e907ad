import { GrowingBytes, isBytes, notBytes } from "./growing-bytes.ts";

/** How a recording ends: with all bytes of the body, or with the reason why it is not kept. */
export type Recorded =
  | { readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly refusal: "too-large" | "left" | "failed" };

/** A body on its way to the client, and what is kept of it. */
export interface Recording {
  /** What the client reads: the very bytes of the origin, in order, its error too. */
  readonly stream: ReadableStream<Uint8Array>;
  /**
   * Settles once the body is whole or will not be kept; never rejects. The bytes serve the client too, as long as it
   * reads: they are neither to be written to nor transferred.
   */
  readonly recorded: Promise<Recorded>;
  /** Gives up recording, as if the client had left: the bytes still stream through. Does nothing once it is settled. */
  abandon(): void;
}

/** How much of a body is kept, and how much of it is read before the client asks for it. */
export interface RecordingLimits {
  /** The longest body that is kept, in bytes. */
  readonly maxBytes: number;
  /**
   * How far the reading may be ahead of the client, in bytes, one chunk more or less.
   *
   * @default 1 MiB; never more than `maxBytes`, as past it nothing is read ahead
   */
  readonly readAheadBytes?: number;
}

// https://developers.cloudflare.com/workers/platform/limits/#memory: 128 MB for an isolate, so a hundred slow clients fit.
const DEFAULT_READ_AHEAD_BYTES = 1024 * 1024;
// What fetch hands over at once, in Node and in Workers: no more is copied for one read.
const PIECE_BYTES = 64 * 1024;

// By the stream that a client would read.
const recordings = new WeakMap<ReadableStream<Uint8Array>, Promise<Recorded>>();

/**
 * Records a body while it streams through to the client.
 *
 * A slow client slows the origin, but for what is read ahead of it: a body shorter than that is recorded before
 * anybody reads the stream. Nothing is read ahead any more when nothing is recorded any more. A client that cancels
 * cancels the origin, and the record is refused as "left"; an error of the origin reaches the client after the bytes
 * before it.
 *
 * @param expectedBytes the exact length, where it is known: a longer one than `maxBytes` is not recorded at all, and a
 *   body that ends with another number of bytes is refused as "failed", while the client gets it as it is
 * @throws {TypeError} where somebody reads the body already
 */
export function recordBody(
  body: ReadableStream<Uint8Array>,
  limits: RecordingLimits,
  expectedBytes?: number,
): Recording {
  if (expectedBytes !== undefined && expectedBytes > limits.maxBytes) {
    return { stream: body, recorded: Promise.resolve({ refusal: "too-large" }), abandon() {} };
  }
  const recorder = new Recorder(body, limits, expectedBytes);
  recordings.set(recorder.stream, recorder.recorded);
  return recorder;
}

/**
 * Reads a body to its end, or up to a cap: past it the rest is cancelled, and there is no result.
 *
 * @throws {TypeError} where a chunk is not a Uint8Array, or somebody reads the body already
 * @throws the error of the body
 */
export async function readWhole(
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const bytes = new GrowingBytes(maxBytes);
  if (body === null) return bytes.whole();
  const reader = body.getReader();
  while (true) {
    const { done, value } = await reader.read();
    if (done) return bytes.whole();
    if (!isBytes(value)) {
      const error = notBytes(value);
      discard(reader, error);
      throw error;
    }
    if (bytes.length + value.length > maxBytes) {
      discard(reader, undefined);
      return undefined;
    }
    bytes.append(value);
  }
}

/** Reads a body for the sake of what is recorded of it, and cancels it once nothing is, or where nothing ever was. */
export async function drain(body: ReadableStream<Uint8Array> | null): Promise<void> {
  if (body === null) return;
  const recorded = recordings.get(body);
  const reader = body.getReader();
  if (recorded === undefined) return reader.cancel();
  void recorded.then((result) => {
    if ("refusal" in result) discard(reader, result.refusal);
  });
  while (!(await reader.read()).done);
}

/**
 * What is read ahead of the client waits in the record, not in the stream's queue: an error would empty that queue,
 * and a megabyte of one-byte chunks would take a hundred times its size there.
 */
class Recorder implements Recording {
  readonly stream: ReadableStream<Uint8Array>;
  readonly recorded: Promise<Recorded>;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #maxBytes: number;
  readonly #readAheadBytes: number;
  readonly #expectedBytes: number | undefined;
  #settle: (recorded: Recorded) => void = () => {};
  /** The record: undefined once nothing is kept. */
  #bytes: GrowingBytes | undefined;
  /** How much of the record the client has. */
  #sentBytes = 0;
  /** What the client gets before anything of the record. */
  #chunks: Uint8Array[] = [];
  #origin: "open" | "closed" | "errored" | "cancelled" = "open";
  #error: unknown;
  #reading: Promise<void> | undefined;
  #isReadingAhead = false;
  /** Whether the client has all and waits: the next chunk goes to it as it is, with no copy made for it. */
  #isAwaited = false;

  constructor(body: ReadableStream<Uint8Array>, limits: RecordingLimits, expectedBytes: number | undefined) {
    this.#reader = body.getReader();
    this.#maxBytes = limits.maxBytes;
    this.#readAheadBytes = limits.readAheadBytes ?? DEFAULT_READ_AHEAD_BYTES;
    this.#expectedBytes = expectedBytes;
    this.#bytes = new GrowingBytes(expectedBytes ?? limits.maxBytes);
    this.recorded = new Promise((resolve) => (this.#settle = resolve));
    this.stream = new ReadableStream<Uint8Array>(
      { pull: (controller) => this.#pull(controller), cancel: (reason) => this.#cancel(reason) },
      { highWaterMark: 0 },
    );
    void this.#readAhead();
  }

  abandon(): void {
    if (this.#origin === "open") this.#refuse("left");
  }

  async #pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    let chunk = this.#nextChunk();
    while (chunk === undefined && this.#origin === "open") {
      this.#isAwaited = true;
      await this.#read();
      chunk = this.#nextChunk();
    }
    if (this.#origin === "cancelled") return;
    if (chunk !== undefined) {
      controller.enqueue(chunk);
      void this.#readAhead();
    } else if (this.#origin === "errored") controller.error(this.#error);
    else controller.close();
  }

  async #cancel(reason: unknown): Promise<void> {
    const wasOpen = this.#origin === "open";
    this.abandon();
    this.#origin = "cancelled";
    this.#bytes = undefined;
    this.#chunks = [];
    if (wasOpen) await this.#reader.cancel(reason);
  }

  #nextChunk(): Uint8Array | undefined {
    return this.#chunks.shift() ?? this.#nextPiece();
  }

  /** A copy of what comes next in the record: the client may write to it, or transfer it. */
  #nextPiece(): Uint8Array | undefined {
    if (this.#bytes === undefined || this.#bytes.length === this.#sentBytes) return undefined;
    const piece = this.#bytes.piece(this.#sentBytes, PIECE_BYTES);
    this.#sentBytes += piece.length;
    return piece;
  }

  async #readAhead(): Promise<void> {
    if (this.#isReadingAhead) return;
    this.#isReadingAhead = true;
    // "At most", not "below": the end of a body that is just as long is seen without the client.
    while (
      this.#origin === "open" &&
      this.#bytes !== undefined &&
      this.#bytes.length - this.#sentBytes <= this.#readAheadBytes
    ) {
      await this.#read();
    }
    this.#isReadingAhead = false;
  }

  /** Takes the next chunk of the origin; whoever asks while one is on its way waits for the same. */
  #read(): Promise<void> {
    this.#reading ??= this.#readChunk().then(() => (this.#reading = undefined));
    return this.#reading;
  }

  async #readChunk(): Promise<void> {
    try {
      const { done, value } = await this.#reader.read();
      if (this.#origin !== "open") return;
      if (done) this.#close();
      else if (isBytes(value)) this.#take(value);
      else {
        const error = notBytes(value);
        discard(this.#reader, error);
        this.#fail(error);
      }
    } catch (error) {
      if (this.#origin === "open") this.#fail(error);
    }
  }

  #take(chunk: Uint8Array): void {
    const length = (this.#bytes?.length ?? 0) + chunk.length;
    if (this.#expectedBytes !== undefined && length > this.#expectedBytes) this.#refuse("failed");
    else if (length > this.#maxBytes) this.#refuse("too-large");
    if (this.#bytes === undefined) {
      this.#chunks.push(chunk);
      return;
    }
    this.#bytes.append(chunk);
    if (this.#isAwaited) {
      this.#isAwaited = false;
      this.#chunks.push(chunk);
      this.#sentBytes = length;
    }
  }

  #close(): void {
    this.#origin = "closed";
    if (this.#bytes === undefined) return;
    if (this.#expectedBytes !== undefined && this.#bytes.length !== this.#expectedBytes) {
      this.#refuse("failed");
      return;
    }
    this.#settle({ bytes: this.#bytes.whole() });
  }

  #fail(error: unknown): void {
    this.#origin = "errored";
    this.#error = error;
    this.#refuse("failed");
  }

  /** Drops the record, but for what the client has still to get of it. */
  #refuse(refusal: "too-large" | "left" | "failed"): void {
    if (this.#bytes === undefined) return;
    for (let piece = this.#nextPiece(); piece !== undefined; piece = this.#nextPiece()) this.#chunks.push(piece);
    this.#bytes = undefined;
    this.#settle({ refusal });
  }
}

/** Cancels without waiting: nobody is left to hear how that ends. */
function discard(reader: ReadableStreamDefaultReader<Uint8Array>, reason: unknown): void {
  reader.cancel(reason).catch(() => {});
}
