import * as fc from "fast-check";
import { describe, expect, inject, it, test } from "vitest";
import { upstash } from "../adapters/upstash.ts";
import { around } from "../src/around.ts";
import type { Backend, Envelope } from "../src/backend.ts";
import { seal } from "../src/entry.ts";
import { foldBytes } from "../src/folding.ts";
import { memory } from "../src/memory.ts";
import { resolveCacheOptions } from "../src/options.ts";
import { Store } from "../src/store.ts";
import { tiered } from "../src/tiers.ts";
import { reference } from "./backends/reference.ts";
import { testBackend } from "./conformance/index.ts";
import { altered } from "./support/backends.ts";
import { Story } from "./support/story.ts";
import { TextBackend } from "./support/text-backend.ts";

const forever = { ttlMs: Infinity };
const hour = 3_600_000;
const { url, token } = inject("upstash");

/** A storage of text, with every method. */
function texts(): Backend {
  const whole = reference();
  return { ...whole, name: "texts", capabilities: { ...whole.capabilities, binary: false } };
}

/** Once folded, it keeps bytes: the suite is told so. */
function binary(backend: Backend): Backend {
  return { ...around(backend, (_, work) => work()), capabilities: { ...backend.capabilities, binary: true } };
}

const entryText = fc.jsonValue().map((value) => JSON.stringify(value));
const anyEnvelope: fc.Arbitrary<Envelope> = fc.oneof(
  fc.record({ text: entryText }),
  fc.record({ text: entryText, bytes: fc.uint8Array({ maxLength: 50 }) }),
);

describe("backends of text conform with bytes folded", () => {
  const backends: Record<string, () => Backend> = {
    "every method": () => binary(foldBytes(texts())),
    "three methods": () => {
      const { name, capabilities, get, set, delete: remove } = texts();
      return binary(foldBytes({ name, capabilities, get, set, delete: remove }));
    },
    "upstash()": () => binary(foldBytes(upstash({ url, token }))),
    "tiered([memory(), upstash()])": () => binary(foldBytes(tiered([memory(), upstash({ url, token })]))),
  };
  const counts = Object.entries(backends).map(([name, create]) => {
    return testBackend({ name, test, create });
  });

  it("have the cases of bytes", () => {
    expect(counts).toEqual([41, 24, 41, 41]);
  });
});

describe("foldBytes()", () => {
  it("leaves a backend as it is that keeps bytes", () => {
    const backend = memory();
    expect(foldBytes(backend)).toBe(backend);
  });

  it("writes how many bytes, the text, a newline and the bytes as base64", async () => {
    const backend = texts();
    await foldBytes(backend).set("key", { text: "{}", bytes: new Uint8Array([0, 255, 254, 253]) }, forever);
    expect(await backend.get("key")).toEqual({ text: "4:{}\nAP/+/Q==" });
  });

  it("hands back an envelope without bytes as the same object", async () => {
    const backend = memory();
    const capabilities = { ...backend.capabilities, binary: false };
    const folded = foldBytes({
      ...texts(),
      ...altered(backend, { capabilities, getMany: backend.getMany!.bind(backend) }),
    });
    const envelope = Object.freeze({ text: "{}" });
    await folded.set("key", envelope, forever);
    expect(await folded.get("key")).toBe(envelope);
    expect((await folded.getMany?.(["key"]))?.get("key")).toBe(envelope);
  });

  it("folds each tier of a stack by itself", async () => {
    const [whole, text] = [memory(), texts()];
    const envelope = { text: "{}", bytes: new Uint8Array([1]) };
    await foldBytes(tiered([whole, tiered([text])])).set("key", envelope, forever);
    expect(await whole.get("key")).toBe(envelope);
    expect(await text.get("key")).toEqual({ text: "1:{}\nAQ==" });
  });

  it("hands back what was written, by every method", async () => {
    const backend = foldBytes(texts());
    await fc.assert(
      fc.asyncProperty(anyEnvelope, anyEnvelope, async (one, other) => {
        await backend.set("one", one, forever);
        await backend.setMany?.(new Map([["other", other]]), forever);
        expect(await backend.get("one")).toEqual(one);
        expect(await backend.getMany?.(["one", "other", "absent"])).toEqual(new Map(Object.entries({ one, other })));
        expect(await backend.compareAndSet?.("one", one, other, forever)).toBe(true);
        expect(await backend.get("one")).toEqual(other);
      }),
    );
  });

  it("makes no bytes of a fold that was cut off anywhere", async () => {
    const backend = texts();
    const folded = foldBytes(backend);
    await folded.set("key", { text: '{"a":1}', bytes: new Uint8Array(100).fill(7) }, forever);
    const { text = "" } = (await backend.get("key")) ?? {};
    for (let length = 0; length < text.length; length++) {
      const cut = { text: text.slice(0, length) };
      await backend.set("cut", cut, forever);
      expect(await folded.get("cut"), cut.text).toEqual(cut);
    }
  });

  it.each([
    ["no length", "{}\nAQ=="],
    ["a length alone", "1:"],
    ["a length after it", "{}\n1:AQ=="],
    ["a shorter length", "1:{}\nAQA="],
    ["a longer length", "4:{}\nAQA="],
    ["a negative length", "-1:{}\nAQ=="],
    ["a length in hexadecimal", "0x1:{}\nAQ=="],
    ["a length past all numbers", `${"9".repeat(1000)}:{}\nAQ==`],
    ["no newline", "1:{}.AQ=="],
    ["base64url", "3:{}\n_-_-"],
    ["bad base64", "1:{}\nA*=="],
    ["base64 that goes on", "1:{}\nAQ==AQ=="],
    ["padding in its base64", "4:{}\nAQ==AQ=="],
  ])("hands back a text with %s as it is", async (_, text) => {
    const backend = texts();
    await backend.set("key", { text }, forever);
    expect(await foldBytes(backend).get("key")).toEqual({ text });
    expect((await foldBytes(backend).getMany?.(["key"]))?.get("key")).toEqual({ text });
  });

  it("hands on what is no envelope at all", async () => {
    const backend = { ...texts(), get: async () => ({}) as Envelope };
    expect(await foldBytes(backend).get("key")).toEqual({});
  });
});

const now = Date.now();
const head = { createdAt: now, expiresAt: now + hour, tookMs: 0 };
const bytes = crypto.getRandomValues(new Uint8Array(60_000));
const sealed = seal({ status: 200 }, head, "page", bytes);

function storeOf(backend: Backend): { store: Store; story: Story } {
  const story = new Story();
  return { store: new Store(resolveCacheOptions({ backend, onEvent: story.onEvent }, memory)), story };
}

describe("a cache keeps bytes", () => {
  const backends: Record<string, () => Backend> = {
    "memory()": () => memory(),
    "a backend of text": () => new TextBackend(),
    "upstash()": () => upstash({ url, token }),
    "a stack of memory and text": () => tiered([memory(), new TextBackend()]),
    "a stack of text and upstash()": () => tiered([new TextBackend(), upstash({ url, token })]),
  };

  it.each(Object.entries(backends))("in %s", async (_, make) => {
    const { store } = storeOf(make());
    const [key, other] = [`page:${crypto.randomUUID()}`, `text:${crypto.randomUUID()}`];
    await store.put(key, { name: "page", report: store.emit }, sealed, hour);
    await store.put(other, { name: "text", report: store.emit }, seal(1, head, "text"), hour);
    const [reading, plain] = await Promise.all([
      store.read(key, { name: "page", report: store.emit, isBinary: true }),
      store.read(other, { name: "text", report: store.emit }),
    ]);
    expect(reading.entry?.read("frozen")).toEqual({ status: 200 });
    expect(reading.envelope?.bytes).toEqual(bytes);
    expect(plain.entry?.read("frozen")).toBe(1);
    expect(plain.envelope).not.toHaveProperty("bytes");
  });

  it("and misses what was cut off in the storage", async () => {
    const backend = new TextBackend();
    const { store } = storeOf(backend);
    await store.put("key", { name: "page", report: store.emit }, sealed, hour);
    const text = backend.only;
    const end = text.indexOf("\n");
    for (const length of [3, 6, 10, end - 1, end, end + 1, end + 5, text.length - 4, text.length - 1]) {
      backend.texts.set("key", text.slice(0, length));
      expect(await store.read("key", { name: "page", report: store.emit, isBinary: true })).toMatchObject({
        reason: "unreadable",
      });
    }
  });

  it("which it copies into the tiers above", async () => {
    const [above, below] = [memory(), new TextBackend()];
    const { store } = storeOf(tiered([above, below]));
    await storeOf(below).store.put("key", { name: "page", report: () => {} }, sealed, hour);
    await store.read("key", { name: "page", report: store.emit, isBinary: true });
    await store.settled();
    expect((await above.get("key"))?.bytes).toEqual(bytes);
  });

  it("and counts them once, or a third more where they are folded", async () => {
    const folded = sealed.text.length + "\n60000:".length + 80_000;
    const backendsAndSizes = [
      [memory(), sealed.text.length + 60_000],
      [new TextBackend(), folded],
      [tiered([memory(), memory()]), sealed.text.length + 60_000],
      [tiered([memory(), new TextBackend()]), folded],
    ] as const;
    for (const [backend, size] of backendsAndSizes) {
      const { store, story } = storeOf(backend);
      await store.put("key", { name: "page", report: store.emit }, sealed, hour);
      await store.putMany(new Map([["key", sealed]]), new Map(), hour);
      expect(story.events.map((event) => event.type === "stored" && event.bytes)).toEqual([size, size]);
    }
    const text = new TextBackend();
    await storeOf(text).store.put("key", { name: "page", report: () => {} }, sealed, hour);
    expect(text.only.length).toBe(folded);
  });

  it("where they fit: a stack takes what one of its tiers can hold, and rids the others of it", async () => {
    const limited = (backend: Backend, maxValueBytes: number): Backend =>
      altered(backend, { capabilities: { ...backend.capabilities, maxValueBytes } });
    const size = sealed.text.length + 60_000;
    const [whole, text] = [limited(memory(), size), limited(new TextBackend(), size + 10_000)];
    await text.set("key", { text: "old" }, forever);
    for (const stack of [tiered([whole, text]), tiered([tiered([text]), tiered([text, whole])])]) {
      const { store } = storeOf(stack);
      await store.put("key", { name: "page", report: store.emit }, sealed, hour);
      expect((await whole.get("key"))?.bytes).toEqual(bytes);
      expect(await text.get("key")).toBeUndefined();
      await whole.delete("key");
    }
    const { store, story } = storeOf(text);
    expect(await store.write("key", { name: "page", report: store.emit }, sealed, hour)).toBe(false);
    expect(story.events).toEqual([
      expect.objectContaining({ type: "not-stored", reason: "too-large", bytes: expect.any(Number) }),
    ]);
    await expect(
      storeOf(tiered([text, text])).store.put("key", { name: "page", report: () => {} }, sealed, hour),
    ).rejects.toThrow(
      `Cannot store "page" in tiered: an entry is at most ${size + 10_000} bytes there: received ${size + 20_007}`,
    );
  });
});
