import * as fc from "fast-check";
import { runInNewContext } from "node:vm";
import { afterEach, describe, expect, it, vi } from "vitest";
import { readWhole, recordBody } from "../../src/http/body.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

afterEach(() => void vi.unstubAllGlobals());

describe("recordBody()", () => {
  it("hands the client the bytes of the origin, and records them", async () => {
    const { stream, recorded } = recordBody(origin(texts("a", "", "bc", "d")).body, { maxBytes: 10 });
    expect(await new Response(stream).text()).toBe("abcd");
    expect(await recorded).toEqual({ bytes: bytesOf("abcd") });
  });

  it("hands on the first chunk before the origin makes the second", async () => {
    const { body, controller } = controlled();
    const { stream, recorded } = recordBody(body, { maxBytes: MIB });
    const reader = stream.getReader();
    const first = reader.read();
    controller.enqueue(bytesOf("first"));
    expect(await first).toEqual({ done: false, value: bytesOf("first") });
    controller.enqueue(bytesOf("second"));
    controller.close();
    expect(await drain(reader)).toEqual(bytesOf("second"));
    expect(await recorded).toEqual({ bytes: bytesOf("firstsecond") });
  });

  it("hands a client that waits the chunk itself, not a copy", async () => {
    const { body, controller } = controlled();
    const reader = recordBody(body, { maxBytes: MIB }).stream.getReader();
    const chunk = bytesOf("chunk");
    const read = reader.read();
    controller.enqueue(chunk);
    expect((await read).value).toBe(chunk);
  });

  it.each([
    ["is empty", 0, 10],
    ["is empty, and nothing may be kept", 0, 0],
    ["is shorter than what is read ahead", 9, 10],
    ["is as long as what is read ahead", 10, 10],
  ])("records a body that %s before the client reads", async (_, length, maxBytes) => {
    const { stream, recorded } = recordBody(origin(texts(..."a".repeat(length))).body, { maxBytes });
    expect(await recorded).toEqual({ bytes: bytesOf("a".repeat(length)) });
    expect(await new Response(stream).text()).toBe("a".repeat(length));
  });

  it("reads no further ahead of the client than it may", async () => {
    const source = origin(repeat(new Uint8Array(10 * KIB), 100));
    const reader = recordBody(source.body, { maxBytes: MIB, readAheadBytes: 100 * KIB }).stream.getReader();
    let consumed = 0;
    for (let reads = 0; reads < 10; reads++) {
      await turn();
      expect(source.produced() - consumed).toBeGreaterThan(100 * KIB);
      expect(source.produced() - consumed).toBeLessThanOrEqual(110 * KIB);
      consumed += (await reader.read()).value?.length ?? 0;
    }
  });

  it("reads one MiB ahead unless told otherwise", async () => {
    const source = origin(repeat(new Uint8Array(64 * KIB), 64));
    recordBody(source.body, { maxBytes: 10 * MIB });
    await turn();
    expect(source.produced()).toBe(MIB + 64 * KIB);
  });

  it("drops the record of a body that is too large, and the client gets all of it", async () => {
    const { stream, recorded } = recordBody(origin(texts("abc", "def", "ghi")).body, { maxBytes: 5 });
    expect(await recorded).toEqual({ refusal: "too-large" });
    expect(await new Response(stream).text()).toBe("abcdefghi");
  });

  it.each([
    ["that never waits", 0],
    ["that waits now and then", 7],
    ["that waits each time", 1],
  ])("holds no more than what is read ahead of 50 MB that are too large, for a client %s", async (_, pace) => {
    const chunkBytes = 50_000;
    const source = origin(repeat(new Uint8Array(chunkBytes), 1_000));
    const { stream, recorded } = recordBody(source.body, { maxBytes: 2 * MIB, readAheadBytes: 256 * KIB });
    let consumed = 0;
    let reads = 0;
    const outstanding: number[] = [];
    for await (const chunk of stream) {
      outstanding.push(source.produced() - consumed);
      consumed += chunk.length;
      if (++reads % pace === 0) await turn();
    }
    expect(consumed).toBe(50_000_000);
    expect(await recorded).toEqual({ refusal: "too-large" });
    expect(Math.max(...outstanding)).toBeLessThanOrEqual(256 * KIB + 3 * chunkBytes);
    expect(Math.max(...outstanding.slice(-900))).toBeLessThanOrEqual(2 * chunkBytes);
  });

  it("reads nothing ahead once it records no more", async () => {
    const source = origin(repeat(bytesOf("a"), 100));
    const { stream, recorded } = recordBody(source.body, { maxBytes: 5 });
    expect(await recorded).toEqual({ refusal: "too-large" });
    await turn();
    expect(source.produced()).toBe(6);
    const reader = stream.getReader();
    let consumed = 0;
    while (consumed < 6) consumed += (await reader.read()).value?.length ?? 0;
    await turn();
    expect(source.produced()).toBe(6);
    expect((await drain(reader)).length).toBe(94);
  });

  it("tiny-chunk flood: hands the client a few large pieces of what was read ahead", async () => {
    const { stream, recorded } = recordBody(origin(repeat(bytesOf("a"), 200 * KIB)).body, { maxBytes: MIB });
    await recorded;
    const sizes: number[] = [];
    for await (const chunk of stream) sizes.push(chunk.length);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(200 * KIB);
    expect(Math.max(...sizes)).toBe(64 * KIB);
    expect(sizes.length).toBeLessThan(25);
  });

  it("announced-length attack: takes no memory for bytes that do not come", async () => {
    const { body, controller } = controlled();
    const { recorded } = recordBody(body, { maxBytes: 2 ** 52 }, 2 ** 51);
    controller.enqueue(bytesOf("a"));
    controller.close();
    expect(await recorded).toEqual({ refusal: "failed" });
  });

  it("poisoning by the client: the record stays what the origin sent when a client writes to its chunks", async () => {
    for (const isEarly of [true, false]) {
      const { stream, recorded } = recordBody(origin(texts("abc", "def")).body, { maxBytes: 10 });
      if (!isEarly) await recorded;
      for await (const chunk of stream) chunk.fill(0);
      expect(await recorded).toEqual({ bytes: bytesOf("abcdef") });
    }
  });

  it("poisoning by the client: the record stays what the origin sent when a client transfers its chunks", async () => {
    for (const isEarly of [true, false]) {
      const { stream, recorded } = recordBody(origin(texts("abc", "def")).body, { maxBytes: 10 });
      if (!isEarly) await recorded;
      for await (const chunk of stream) structuredClone(chunk, { transfer: [chunk.buffer as ArrayBuffer] });
      expect(await recorded).toEqual({ bytes: bytesOf("abcdef") });
    }
  });

  it("records bytes of their own buffer, without room for more", async () => {
    const chunk = new Uint8Array(10).subarray(2, 5);
    const { recorded } = recordBody(origin([chunk, chunk, chunk]).body, { maxBytes: 100 });
    const { bytes } = (await recorded) as { bytes: Uint8Array };
    expect([bytes.byteOffset, bytes.length, bytes.buffer.byteLength]).toEqual([0, 9, 9]);
  });

  it("takes Uint8Arrays of another realm", async () => {
    const foreign = runInNewContext("new Uint8Array([1, 2])") as Uint8Array;
    const { recorded } = recordBody(origin([foreign, Buffer.from([3])]).body, { maxBytes: 10 });
    expect(await recorded).toEqual({ bytes: new Uint8Array([1, 2, 3]) });
  });

  it("refuses a body that somebody reads already", () => {
    const { body } = origin(texts("a"));
    body.getReader();
    expect(() => recordBody(body, { maxBytes: 10 })).toThrow(TypeError);
  });
});

describe("recordBody(), where the client leaves", () => {
  it("cancels the origin with the client's reason, and keeps nothing", async () => {
    const source = origin(repeat(bytesOf("a"), 100));
    const { stream, recorded } = recordBody(source.body, { maxBytes: 200, readAheadBytes: 10 });
    const reader = stream.getReader();
    await reader.read();
    const reason = new Error("enough");
    await reader.cancel(reason);
    expect(await recorded).toEqual({ refusal: "left" });
    expect(source.cancelled()).toEqual([reason]);
  });

  it("cancels an origin that is about to make a chunk", async () => {
    const { body, controller, cancelled } = controlled();
    const { stream, recorded } = recordBody(body, { maxBytes: 10 });
    const reader = stream.getReader();
    const read = reader.read();
    await turn();
    controller.enqueue(bytesOf("late"));
    await reader.cancel("enough");
    expect(await recorded).toEqual({ refusal: "left" });
    expect((await read).done).toBe(true);
    expect(cancelled()).toEqual(["enough"]);
  });

  it("lets the client know that the origin could not be cancelled", async () => {
    const error = new Error("cannot stop");
    const body = new ReadableStream<Uint8Array>({ cancel: () => Promise.reject(error) });
    const { stream, recorded } = recordBody(body, { maxBytes: 10 });
    await expect(stream.cancel()).rejects.toBe(error);
    expect(await recorded).toEqual({ refusal: "left" });
  });

  it("keeps a body that was whole before the client left", async () => {
    const source = origin(texts("abc", "def"));
    const { stream, recorded } = recordBody(source.body, { maxBytes: 10 });
    await recorded;
    await stream.cancel();
    expect(await recorded).toEqual({ bytes: bytesOf("abcdef") });
    expect(source.cancelled()).toEqual([]);
  });

  it("cancels the origin of a body that was too large", async () => {
    const source = origin(repeat(bytesOf("a"), 100));
    const { stream, recorded } = recordBody(source.body, { maxBytes: 5 });
    await recorded;
    await stream.cancel("enough");
    expect(await recorded).toEqual({ refusal: "too-large" });
    expect(source.cancelled()).toEqual(["enough"]);
  });
});

describe("recordBody(), where the origin fails", () => {
  it("gives the client the bytes before the error, then the very error", async () => {
    for (const isEarly of [true, false]) {
      const error = new Error("connection reset");
      const { body, controller } = controlled();
      const { stream, recorded } = recordBody(body, { maxBytes: 10 });
      const reader = stream.getReader();
      const first = isEarly ? reader.read() : undefined;
      controller.enqueue(bytesOf("abc"));
      await turn();
      controller.error(error);
      expect(await recorded).toEqual({ refusal: "failed" });
      expect((await (first ?? reader.read())).value).toEqual(bytesOf("abc"));
      expect(await rejection(reader.read())).toBe(error);
    }
  });

  it("gives a client that leaves no error that it has not read", async () => {
    const { stream, recorded } = recordBody(failing("abc", new Error("connection reset")), { maxBytes: 10 });
    expect(await recorded).toEqual({ refusal: "failed" });
    expect(await stream.cancel()).toBeUndefined();
  });

  it("says too-large of a body that fails after that", async () => {
    const { stream, recorded } = recordBody(failing("abc", new Error("connection reset")), { maxBytes: 2 });
    await expect(new Response(stream).text()).rejects.toThrow("connection reset");
    expect(await recorded).toEqual({ refusal: "too-large" });
  });

  it.each([
    ["a text", "abc", "string"],
    ["nothing", undefined, "undefined"],
    ["null", null, "object"],
    ["an ArrayBuffer", new ArrayBuffer(1), "object"],
    ["other elements", new Uint16Array(1), "object"],
    ["what only says that it is a Uint8Array", { [Symbol.toStringTag]: "Uint8Array", length: 1 }, "object"],
  ])("errors, as fetch does, where a chunk is %s", async (_, chunk, received) => {
    await expect(new Response(origin([chunk]).body).text()).rejects.toThrow(TypeError);
    const source = origin([bytesOf("a"), chunk, bytesOf("b"), bytesOf("c")]);
    const { stream, recorded } = recordBody(source.body, { maxBytes: 10 });
    const reader = stream.getReader();
    expect((await reader.read()).value).toEqual(bytesOf("a"));
    const error = new TypeError(`Cannot read a body: its chunks are Uint8Arrays: received ${received}`);
    expect(await rejection(reader.read())).toEqual(error);
    expect(await recorded).toEqual({ refusal: "failed" });
    expect(source.cancelled()).toEqual([error]);
  });
});

describe("recordBody(), where the length is known", () => {
  it("does not touch a body that is longer than what is kept", async () => {
    const source = origin(texts("abc", "def"));
    const recording = recordBody(source.body, { maxBytes: 5 }, 6);
    expect(await recording.recorded).toEqual({ refusal: "too-large" });
    expect(recording.stream).toBe(source.body);
    recording.abandon();
    await turn();
    expect(source.produced()).toBe(0);
  });

  it.each([6, 7])("records a body of 6 bytes, as announced, where %i may be kept", async (maxBytes) => {
    const { stream, recorded } = recordBody(origin(texts("abc", "def")).body, { maxBytes }, 6);
    expect(await new Response(stream).text()).toBe("abcdef");
    expect(await recorded).toEqual({ bytes: bytesOf("abcdef") });
  });

  it.each([
    ["truncation: a shorter body", 7],
    ["a longer body", 5],
    ["a body where none was announced", 0],
  ])("keeps nothing of %s, and the client gets it as it is", async (_, expectedBytes) => {
    const { stream, recorded } = recordBody(origin(texts("abc", "def")).body, { maxBytes: 10 }, expectedBytes);
    expect(await new Response(stream).text()).toBe("abcdef");
    expect(await recorded).toEqual({ refusal: "failed" });
  });
});

describe("Recording.abandon()", () => {
  it("gives up recording, and the bytes still stream through", async () => {
    const { body, controller } = controlled();
    const recording = recordBody(body, { maxBytes: 100 });
    controller.enqueue(bytesOf("abc"));
    await turn();
    recording.abandon();
    expect(await recording.recorded).toEqual({ refusal: "left" });
    controller.enqueue(bytesOf("def"));
    controller.close();
    expect(await new Response(recording.stream).text()).toBe("abcdef");
  });

  it("changes nothing once the body is whole", async () => {
    const recording = recordBody(origin(texts("abc")).body, { maxBytes: 100 });
    await recording.recorded;
    recording.abandon();
    expect(await new Response(recording.stream).text()).toBe("abc");
    expect(await recording.recorded).toEqual({ bytes: bytesOf("abc") });
  });
});

describe("recordBody(), for any body and any client", () => {
  const bodies = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 });
  const pauses = fc.array(fc.nat(3), { maxLength: 40 });
  const limits = fc.record({ maxBytes: fc.nat(400), readAheadBytes: fc.nat(200) });

  it("gives the client the origin's bytes, and records the same or says that they are too many", async () => {
    await fc.assert(
      fc.asyncProperty(bodies, pauses, pauses, limits, async (chunks, making, reading, limit) => {
        const whole = new Uint8Array(Buffer.concat(chunks));
        const { body, produced } = origin(chunks, making);
        const { stream, recorded } = recordBody(body, limit);
        let consumed = 0;
        const outstanding = (): number => produced() - consumed;
        const got: Uint8Array[] = [];
        for await (const chunk of stream) {
          expect(outstanding()).toBeLessThanOrEqual(Math.min(limit.readAheadBytes, limit.maxBytes) + 3 * 40);
          consumed += chunk.length;
          got.push(chunk.slice());
          chunk.fill(0);
          await pause(reading[got.length % reading.length] ?? 0);
        }
        expect(new Uint8Array(Buffer.concat(got))).toEqual(whole);
        const kept = whole.length <= limit.maxBytes ? { bytes: whole } : { refusal: "too-large" };
        expect(await recorded).toEqual(kept);
      }),
      { numRuns: 500 },
    );
  });

  it("settles when the client leaves anywhere, or the origin fails anywhere", async () => {
    await fc.assert(
      fc.asyncProperty(bodies, pauses, limits, fc.nat(20), fc.boolean(), async (chunks, making, limit, end, leaves) => {
        const error = new Error("connection reset");
        const whole = new Uint8Array(Buffer.concat(chunks));
        const source = leaves ? origin(chunks, making).body : failing(whole, error);
        const { stream, recorded } = recordBody(source, limit);
        const reader = stream.getReader();
        const got: Uint8Array[] = [];
        if (leaves) {
          for (let i = 0; i < end; i++) got.push((await reader.read()).value ?? new Uint8Array(0));
          await reader.cancel();
        } else expect(await rejection(drain(reader, got))).toBe(error);
        const bytes = new Uint8Array(Buffer.concat(got));
        expect(bytes).toEqual(leaves ? whole.subarray(0, bytes.length) : whole);
        const result = await recorded;
        if ("bytes" in result) expect([leaves, result.bytes]).toEqual([true, whole]);
        else expect(leaves ? ["left", "too-large"] : ["failed", "too-large"]).toContain(result.refusal);
      }),
      { numRuns: 500 },
    );
  });
});

describe("readWhole()", () => {
  it.each([
    [null, ""],
    [[], ""],
    [["abc", "", "def"], "abcdef"],
  ])("reads %o", async (chunks, text) => {
    expect(await readWhole(chunks && origin(texts(...chunks)).body, 6)).toEqual(bytesOf(text));
  });

  it("stops at the first chunk past the cap, and cancels the rest", async () => {
    const source = origin(repeat(bytesOf("ab"), 100));
    expect(await readWhole(source.body, 5)).toBeUndefined();
    await turn();
    expect(source.produced()).toBeLessThanOrEqual(8);
    expect(source.cancelled()).toEqual([undefined]);
  });

  it("does not wait for the end of a cancellation, nor for its error", async () => {
    const hung = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(bytesOf("ab")),
      cancel: () => new Promise(() => {}),
    });
    expect(await readWhole(hung, 1)).toBeUndefined();
    const broken = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(bytesOf("ab")),
      cancel: () => Promise.reject(new Error("cannot stop")),
    });
    expect(await readWhole(broken, 1)).toBeUndefined();
  });

  it("rejects with the error of the body, or of a chunk that is no Uint8Array", async () => {
    const error = new Error("connection reset");
    expect(await rejection(readWhole(failing("abc", error), 10))).toBe(error);
    const source = origin([bytesOf("a"), 1]);
    const message = "Cannot read a body: its chunks are Uint8Arrays: received number";
    await expect(readWhole(source.body, 10)).rejects.toThrow(new TypeError(message));
  });

  it("reads the body of a request", async () => {
    const request = new Request("https://example.com/", { method: "POST", body: "abcdef" });
    expect(await readWhole(request.body, 6)).toEqual(bytesOf("abcdef"));
  });
});

interface Origin {
  readonly body: ReadableStream<Uint8Array>;
  /** How many bytes were asked of it. */
  readonly produced: () => number;
  readonly cancelled: () => readonly unknown[];
}

/** An origin that makes a chunk when one is asked for, and keeps none ready. */
function origin(chunks: Iterable<unknown>, pauses: readonly number[] = []): Origin {
  const iterator = chunks[Symbol.iterator]();
  const reasons: unknown[] = [];
  let produced = 0;
  let count = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        await pause(pauses[count++ % pauses.length] ?? 0);
        if (reasons.length > 0) return;
        const { done, value } = iterator.next();
        if (done === true) {
          controller.close();
          return;
        }
        produced += ArrayBuffer.isView(value) ? value.byteLength : 0;
        controller.enqueue(value as Uint8Array);
      },
      cancel: (reason) => void reasons.push(reason),
    },
    { highWaterMark: 0 },
  );
  return { body, produced: () => produced, cancelled: () => reasons };
}

interface Controlled {
  readonly body: ReadableStream<Uint8Array>;
  readonly controller: ReadableStreamDefaultController<Uint8Array>;
  readonly cancelled: () => readonly unknown[];
}

function controlled(): Controlled {
  const reasons: unknown[] = [];
  let kept: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => void (kept = controller),
    cancel: (reason) => void reasons.push(reason),
  });
  return { body, controller: kept!, cancelled: () => reasons };
}

/** A body that fails after its only chunk. */
function failing(content: string | Uint8Array, error: unknown): ReadableStream<Uint8Array> {
  let isFirst = true;
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (isFirst) controller.enqueue(typeof content === "string" ? bytesOf(content) : content);
        else controller.error(error);
        isFirst = false;
      },
    },
    { highWaterMark: 0 },
  );
}

async function drain(reader: ReadableStreamDefaultReader<Uint8Array>, got: Uint8Array[] = []): Promise<Uint8Array> {
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new Uint8Array(Buffer.concat(got));
    got.push(value);
  }
}

function* repeat<Value>(value: Value, times: number): Iterable<Value> {
  for (let i = 0; i < times; i++) yield value;
}

function texts(...chunks: string[]): Uint8Array[] {
  return chunks.map(bytesOf);
}

function bytesOf(text: string): Uint8Array {
  return new Uint8Array(new TextEncoder().encode(text));
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Passes no time, a microtask, or some turns of the event loop. */
async function pause(length: number): Promise<void> {
  if (length === 1) await Promise.resolve();
  for (let i = 1; i < length; i++) await turn();
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.unreachable("it was fulfilled"),
    (error: unknown) => error,
  );
}
