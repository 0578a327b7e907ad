import { describe, expect, inject, it, test } from "vitest";
import { upstash } from "../../adapters/upstash.ts";
import type { Backend, Capabilities, Envelope } from "../../src/backend.ts";
import { memory } from "../../src/memory.ts";
import { tiered } from "../../src/tiers.ts";
import { testBackend } from "../conformance/index.ts";
import { reference, type Complete } from "./reference.ts";

type Break = (good: Complete) => Partial<Complete>;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe("stacks conform", () => {
  const { url, token } = inject("upstash");
  const stacks: Record<string, () => Backend> = {
    "tiered([memory()])": () => tiered([memory()]),
    "tiered([memory(), memory()])": () => tiered([memory({ maxEntries: 10 }), memory()]),
    "tiered([memory(), upstash()])": () => tiered([memory(), upstash({ url, token })]),
    "a backend with three methods": () => {
      const { name, capabilities, get, set, delete: remove } = reference();
      return { name, capabilities, get, set, delete: remove };
    },
  };
  const counts = Object.entries(stacks).map(([name, create]) => testBackend({ name, test, create }));

  it("have the cases of every method they have", () => {
    expect(counts).toEqual([41, 41, 31, 24]);
  });
});

/** What goes wrong in storages and in adapters, and the facts that stop being true with it. */
const BROKEN: [attack: string, broken: Break, facts: readonly string[]][] = [
  [
    "null for undefined",
    ({ get }) => ({ get: async (key) => (await get(key)) ?? (null as never) }),
    ["answers an absent key with undefined"],
  ],
  [
    "falsy is absent",
    ({ get }) => ({ get: async (key) => ((await get(key))?.text ? get(key) : undefined) }),
    ["keeps an empty text"],
  ],
  ["automatic deserialisation", rewrite((text) => String(parsed(text))), ["keeps a text that looks like JSON"]],
  ["trimming", rewrite((text) => text.trim()), ["keeps every character of Unicode"]],
  ["Unicode normalisation", rewrite((text) => text.normalize("NFC")), ["keeps every character of Unicode"]],
  ["C strings", rewrite((text) => text.split("\0")[0] ?? ""), ["keeps every character of Unicode"]],
  ["a column of 64 KB", rewrite((text) => text.slice(0, 65_536)), ["keeps a text of 100000 bytes"]],
  ["keys cut at 200", renamed((key) => key.slice(0, 200)), ["takes keys of 1024 bytes"]],
  ["keys without case", renamed((key) => key.toLowerCase()), ["keeps apart keys that differ in case"]],
  ["keys decoded", renamed((key) => decodeURIComponent(key)), ["keeps apart keys that differ in case, escaping"]],
  [
    "keys as paths",
    renamed((key) => new URL(`http://host/${key}`).href),
    ["takes every character that a key is made of"],
  ],
  [
    "an error for an absent key",
    (good) => ({
      async delete(key) {
        if ((await good.get(key)) === undefined) throw new Error("no such key");
        await good.delete(key);
      },
    }),
    ["removes a key, and removes an absent one"],
  ],
  [
    "delete by prefix",
    ({ list, deleteMany }) => ({ delete: async (key) => deleteMany((await list(key)).keys) }),
    ["leaves keys alone that begin with the one removed"],
  ],
  [
    "undefined for absent ones in a batch",
    ({ get }) => ({
      getMany: async (keys) =>
        new Map(await Promise.all(keys.map(async (key) => [key, (await get(key)) as Envelope] as const))),
    }),
    ["reads many keys"],
  ],
  ["bulk reads of 100", ({ getMany }) => ({ getMany: (keys) => getMany(keys.slice(0, 100)) }), ["reads 250 keys"]],
  [
    "bulk writes of 100",
    ({ setMany }) => ({ setMany: (all, options) => setMany(new Map([...all].slice(0, 100)), options) }),
    ["writes 250 envelopes"],
  ],
  [
    "bulk deletes of 1,000",
    ({ deleteMany }) => ({ deleteMany: (keys) => deleteMany(keys.slice(0, 1000)) }),
    ["removes 1050 keys"],
  ],
  [
    "one page only",
    ({ list }) => ({ list: async (prefix) => ({ keys: (await list(prefix)).keys.slice(0, 1000) }) }),
    ["lists 1050 keys"],
  ],
  [
    "pages without an end",
    ({ list }) => ({ list: async (prefix) => ({ ...(await list(prefix)), cursor: "0" }) }),
    ["lists the keys of a prefix"],
  ],
  [
    "a glob for a prefix",
    ({ list }) => ({
      list: async (prefix) => ({ keys: (await list("")).keys.filter((key) => glob(prefix).test(key)) }),
    }),
    ["takes a prefix by its letters"],
  ],
  [
    "a prefix without case",
    ({ list }) => ({
      list: async (prefix) => ({
        keys: (await list("")).keys.filter((key) => key.toLowerCase().startsWith(prefix.toLowerCase())),
      }),
    }),
    ["lists the keys of a prefix, and no other"],
  ],
  [
    "read, then write",
    (good) => ({
      async compareAndSet(key, expected, next, options) {
        const now = await good.get(key);
        await wait(1);
        if (now?.text !== expected?.text) return false;
        await good.set(key, next, options);
        return true;
      },
    }),
    ["lets exactly one of 50 concurrent adds win", "loses none of concurrent increments"],
  ],
  [
    "comparison of numbers",
    (good) => ({
      async compareAndSet(key, expected, next, options) {
        const now = await good.get(key);
        const same = now?.text === expected?.text || Number(now?.text) === Number(expected?.text);
        return good.compareAndSet(key, same ? now : expected, next, options);
      },
    }),
    ["replaces exactly the text that is expected"],
  ],
  [
    "no expiry",
    ({ set }) => ({ set: (key, envelope) => set(key, envelope, { ttlMs: Infinity }) }),
    ["has dropped an entry"],
  ],
  [
    "no expiry in bulk",
    ({ setMany }) => ({ setMany: (all) => setMany(all, { ttlMs: Infinity }) }),
    ["has dropped an entry"],
  ],
  [
    "no expiry after a swap",
    ({ compareAndSet }) => ({
      compareAndSet: (key, expected, next) => compareAndSet(key, expected, next, { ttlMs: Infinity }),
    }),
    ["has dropped an entry"],
  ],
  [
    "timers of 32 bits",
    ({ set }) => ({
      set: (key, envelope, { ttlMs }) => set(key, envelope, { ttlMs: ttlMs > 2 ** 31 ? 1 : ttlMs }),
    }),
    ["counts from the last write"],
  ],
  [
    "whole milliseconds only",
    ({ set }) => ({
      async set(key, envelope, { ttlMs }) {
        if (ttlMs % 1 !== 0) throw new Error("value is not an integer or out of range");
        await set(key, envelope, { ttlMs });
      },
    }),
    ["takes a ttl without an end, and one in fractions"],
  ],
  [
    "a time that is never extended",
    (good) => ({
      async set(key, envelope, options) {
        const now = await good.get(key);
        if (now === undefined) await good.set(key, envelope, options);
        else Object.assign(now, envelope);
      },
    }),
    ["counts from the last write"],
  ],
  [
    "a shortest time that does not hold",
    ({ capabilities }) => ({ capabilities: { ...capabilities, minTtlMs: 60_000 } }),
    ["keeps an entry longer than its ttl"],
  ],
  [
    "a limit that is no number",
    ({ capabilities }) => ({ capabilities: { ...capabilities, maxValueBytes: NaN } }),
    ["declares what it can do"],
  ],
  [
    "keys too short to be of use",
    ({ capabilities }) => ({ capabilities: { ...capabilities, maxKeyBytes: 250 } }),
    ["declares what it can do"],
  ],
  [
    "bytes left out",
    rewrite((text) => text),
    [
      "keeps no bytes at all",
      "keeps every value of a byte",
      "keeps 1048576 random bytes",
      "replaces exactly the bytes",
    ],
  ],
  [
    "bytes as UTF-8",
    rewriteBytes((bytes) => new TextEncoder().encode(new TextDecoder().decode(bytes))),
    ["keeps every value of a byte", "keeps 1048576 random bytes"],
  ],
  [
    "bytes as a C string",
    rewriteBytes((bytes) => bytes.subarray(0, bytes.indexOf(0))),
    ["keeps every value of a byte"],
  ],
  ["a blob of 64 KB", rewriteBytes((bytes) => bytes.slice(0, 65_535)), ["keeps 1048576 random bytes"]],
  [
    "the whole buffer for a part of it",
    ({ set }) => ({
      set: (key, { text, bytes }, options) =>
        set(key, bytes === undefined ? { text } : { text, bytes: new Uint8Array(bytes.buffer) }, options),
    }),
    ["keeps of a larger buffer the bytes that were given"],
  ],
  [
    "no bytes are absent ones",
    rewriteBytes((bytes) => (bytes.length === 0 ? undefined : bytes)),
    ["keeps no bytes at all"],
  ],
  [
    "no bytes for absent ones",
    rewriteBytes((bytes) => bytes, new Uint8Array(0)),
    ["hands back a text without bytes", "replaces bytes by others, by none, and none by some"],
  ],
  [
    "bytes kept beside the text that replaces them",
    (good) => ({
      async set(key, envelope, options) {
        await good.set(key, { ...(await good.get(key)), ...envelope }, options);
      },
    }),
    ["replaces bytes by others, by none"],
  ],
  [
    "bytes left out in a batch",
    ({ getMany, setMany }) => ({
      getMany: async (keys) => new Map([...(await getMany(keys))].map(([key, { text }]) => [key, { text }])),
      setMany: (all, options) => setMany(new Map([...all].map(([key, { text }]) => [key, { text }])), options),
    }),
    ["reads many keys, with and without bytes", "writes many envelopes, with and without bytes"],
  ],
  [
    "comparison of the text alone",
    (good) => ({
      async compareAndSet(key, expected, next, options) {
        const now = await good.get(key);
        return good.compareAndSet(key, now?.text === expected?.text ? now : expected, next, options);
      },
    }),
    ["replaces exactly the bytes that are expected"],
  ],
  ["a write accepted before it is made", late, ["replaces what a key held"]],
];

describe("testBackend()", () => {
  it("fails on nothing where all is well", async () => {
    expect(await failures(reference())).toEqual([]);
  });

  it.concurrent.each(BROKEN)("finds: %s", async (_, broken, facts) => {
    const good = reference();
    const failed = await failures({ ...good, ...broken(good) });
    expect(facts.filter((fact) => !failed.some((title) => title.startsWith(`broken ${fact}`)))).toEqual([]);
  });

  it("gives an eventually consistent backend time to settle, and no more than it was given", async () => {
    const good = reference();
    const capabilities: Capabilities = { ...good.capabilities, consistency: "eventual" };
    const { compareAndSet: _, ...eventual } = { ...good, ...late(good), capabilities };
    expect(await failures(eventual)).toEqual([]);
    expect(await failures(eventual, 1)).not.toEqual([]);
  });
});

async function failures(backend: Backend, settleMs?: number): Promise<string[]> {
  const cases: { title: string; run: () => Promise<void> }[] = [];
  const registered = testBackend({
    name: "broken",
    test: (title, run) => cases.push({ title, run }),
    create: () => backend,
    ...(settleMs === undefined ? {} : { settleMs }),
  });
  expect(registered).toBe(cases.length);
  const results = await Promise.allSettled(cases.map(({ run }) => run()));
  return cases.filter((__, index) => results[index]?.status === "rejected").map(({ title }) => title);
}

function rewrite(change: (text: string) => string): Break {
  return ({ get }) => ({
    async get(key) {
      const envelope = await get(key);
      return envelope && { text: change(envelope.text) };
    },
  });
}

function rewriteBytes(change: (bytes: Uint8Array) => Uint8Array | undefined, absent?: Uint8Array): Break {
  return ({ get }) => ({
    async get(key) {
      const envelope = await get(key);
      if (envelope === undefined) return undefined;
      const bytes = envelope.bytes === undefined ? absent : change(envelope.bytes);
      return { text: envelope.text, ...(bytes && { bytes }) };
    },
  });
}

function renamed(change: (key: string) => string): Break {
  return (good) => ({
    get: (key) => good.get(change(key)),
    set: (key, envelope, options) => good.set(change(key), envelope, options),
    delete: (key) => good.delete(change(key)),
  });
}

async function later(change: () => Promise<void>): Promise<void> {
  setTimeout(() => void change(), 30);
}

function late(good: Complete): Partial<Complete> {
  return {
    set: (...args) => later(() => good.set(...args)),
    setMany: (...args) => later(() => good.setMany(...args)),
    delete: (...args) => later(() => good.delete(...args)),
    deleteMany: (...args) => later(() => good.deleteMany(...args)),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function glob(pattern: string): RegExp {
  const escaped = pattern
    .replaceAll(/[.+^${}()|]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  try {
    return new RegExp(`^${escaped}.*$`, "s");
  } catch {
    return /$^/;
  }
}
