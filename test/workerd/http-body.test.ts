import { describe, expect, it } from "vitest";
import { readWhole, recordBody } from "../../src/http/body.ts";

const MIB = 1024 * 1024;

describe("recordBody() in workerd", () => {
  it("streams the bytes through a response, and records them", async () => {
    const { body } = origin(["a", "bc", "", "d"]);
    const { stream, recorded } = recordBody(body, { maxBytes: 10 });
    expect(await new Response(stream).text()).toBe("abcd");
    expect(await recorded).toEqual({ bytes: bytesOf("abcd") });
  });

  it("hands on the first chunk before the origin makes the second", async () => {
    const { body, produced, release } = origin(["first", "second"], { isHeld: true });
    const { stream, recorded } = recordBody(body, { maxBytes: MIB });
    const reader = new Response(stream).body!.getReader();
    const first = reader.read();
    release();
    expect(await first).toEqual({ done: false, value: bytesOf("first") });
    expect(produced()).toBe(5);
    release();
    expect(await reader.read()).toEqual({ done: false, value: bytesOf("second") });
    release();
    expect((await reader.read()).done).toBe(true);
    expect(await recorded).toEqual({ bytes: bytesOf("firstsecond") });
  });

  it("records a body of the host's own before the client reads", async () => {
    const text = "0123456789abcdef".repeat(10_000);
    const { stream, recorded } = recordBody(new Response(text).body!, { maxBytes: MIB }, text.length);
    expect(await recorded).toEqual({ bytes: bytesOf(text) });
    expect(await new Response(stream).text()).toBe(text);
  });

  it("holds no more than what is read ahead of a body that is too large", async () => {
    const chunkBytes = 50_000;
    const { body, produced } = origin(Array.from({ length: 1_000 }, () => new Uint8Array(chunkBytes)));
    const { stream, recorded } = recordBody(body, { maxBytes: 2 * MIB, readAheadBytes: 256 * 1024 });
    let consumed = 0;
    const outstanding: number[] = [];
    for await (const chunk of stream) {
      outstanding.push(produced() - consumed);
      consumed += chunk.length;
      if (outstanding.length % 10 === 0) await turn();
    }
    expect(consumed).toBe(50_000_000);
    expect(await recorded).toEqual({ refusal: "too-large" });
    expect(Math.max(...outstanding)).toBeLessThanOrEqual(256 * 1024 + 3 * chunkBytes);
    expect(Math.max(...outstanding.slice(-900))).toBeLessThanOrEqual(2 * chunkBytes);
  });

  it("cancels the origin and keeps nothing where the client leaves", async () => {
    const { body, cancelled } = origin(Array.from({ length: 100 }, () => "abc"));
    const { stream, recorded } = recordBody(body, { maxBytes: MIB, readAheadBytes: 10 });
    const reader = new Response(stream).body!.getReader();
    await reader.read();
    await reader.cancel("enough");
    expect(await recorded).toEqual({ refusal: "left" });
    expect(cancelled()).toEqual(["enough"]);
  });

  it("cancels an origin that is making a chunk", async () => {
    const { body, cancelled } = origin(["abc"], { isHeld: true });
    const { stream, recorded } = recordBody(body, { maxBytes: MIB });
    const reader = stream.getReader();
    const read = reader.read();
    await turn();
    await reader.cancel("enough");
    expect(await recorded).toEqual({ refusal: "left" });
    expect((await read).done).toBe(true);
    expect(cancelled()).toEqual(["enough"]);
  });

  it("gives the client the bytes before an error, then the very error", async () => {
    const error = new Error("connection reset");
    const { stream, recorded } = recordBody(origin(["abc"], { error }).body, { maxBytes: MIB });
    expect(await recorded).toEqual({ refusal: "failed" });
    const reader = stream.getReader();
    expect((await reader.read()).value).toEqual(bytesOf("abc"));
    expect(await rejection(reader.read())).toBe(error);
  });

  it("errors where a chunk is a text", async () => {
    const body = new ReadableStream<unknown>({ start: (controller) => controller.enqueue("abc") });
    const { stream, recorded } = recordBody(body as ReadableStream<Uint8Array>, { maxBytes: MIB });
    expect(await rejection(new Response(stream).text())).toBeInstanceOf(TypeError);
    expect(await recorded).toEqual({ refusal: "failed" });
  });

  it("poisoning by the client: keeps what the origin sent when a client transfers its chunks", async () => {
    for (const isEarly of [true, false]) {
      const { stream, recorded } = recordBody(origin(["abc", "def"]).body, { maxBytes: 10 });
      if (!isEarly) await recorded;
      for await (const chunk of stream) structuredClone(chunk, { transfer: [chunk.buffer as ArrayBuffer] });
      expect(await recorded).toEqual({ bytes: bytesOf("abcdef") });
    }
  });
});

describe("readWhole() in workerd", () => {
  it("reads the body of a request, and stops at the cap", async () => {
    const request = (): Request => new Request("https://example.com/", { method: "POST", body: "abcdef" });
    expect(await readWhole(request().body, 6)).toEqual(bytesOf("abcdef"));
    expect(await readWhole(request().body, 5)).toBeUndefined();
    expect(await readWhole(new Request("https://example.com/").body, 5)).toEqual(new Uint8Array(0));
  });
});

interface Origin {
  readonly body: ReadableStream<Uint8Array>;
  readonly produced: () => number;
  readonly cancelled: () => readonly unknown[];
  /** Lets a held origin make one chunk. */
  readonly release: () => void;
}

/** An origin that makes a chunk when one is asked for, and keeps none ready. */
function origin(
  chunks: readonly (string | Uint8Array)[],
  { isHeld = false, error }: { readonly isHeld?: boolean; readonly error?: unknown } = {},
): Origin {
  const reasons: unknown[] = [];
  let produced = 0;
  let index = 0;
  let released = 0;
  const gates = [...chunks, "end"].map(() => Promise.withResolvers<void>());
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (isHeld) await gates[index]?.promise;
        const chunk = chunks[index++];
        if (chunk !== undefined) {
          produced += chunk.length;
          controller.enqueue(typeof chunk === "string" ? bytesOf(chunk) : chunk);
        } else if (error === undefined) controller.close();
        else controller.error(error);
      },
      cancel: (reason) => void reasons.push(reason),
    },
    { highWaterMark: 0 },
  );
  const release = (): void => gates[released++]?.resolve();
  return { body, produced: () => produced, cancelled: () => reasons, release };
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.unreachable("it was fulfilled"),
    (error: unknown) => error,
  );
}
