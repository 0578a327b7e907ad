import type { Backend, Envelope } from "../../src/backend.ts";

export type Complete = Required<Omit<Backend, "prepare" | "withTiers">>;

/** A backend with every method, kept apart from `memory()` so that the two can disagree. */
export function reference(): Complete {
  const slots = new Map<string, { envelope: Envelope; expiresAt: number }>();
  const peek = (key: string): Envelope | undefined => {
    const slot = slots.get(key);
    return slot !== undefined && slot.expiresAt > Date.now() ? slot.envelope : undefined;
  };
  const put = (key: string, { text, bytes }: Envelope, ttlMs: number): unknown =>
    slots.set(key, { envelope: { text, ...(bytes && { bytes: bytes.slice() }) }, expiresAt: Date.now() + ttlMs });
  return {
    name: "reference",
    capabilities: {
      minTtlMs: 1,
      ttlStepMs: 1,
      maxKeyBytes: 1024,
      maxValueBytes: 2 * 1024 * 1024,
      consistency: "strong",
      binary: true,
    },
    get: async (key) => peek(key),
    async set(key, envelope, { ttlMs }) {
      put(key, envelope, ttlMs);
    },
    async delete(key) {
      slots.delete(key);
    },
    async getMany(keys) {
      const pairs = keys.flatMap((key) => {
        const envelope = peek(key);
        return envelope === undefined ? [] : [[key, envelope] as const];
      });
      return new Map(pairs);
    },
    async setMany(envelopes, { ttlMs }) {
      for (const [key, envelope] of envelopes) put(key, envelope, ttlMs);
    },
    async deleteMany(keys) {
      for (const key of keys) slots.delete(key);
    },
    list: async (prefix) => ({ keys: [...slots.keys()].filter((key) => key.startsWith(prefix) && peek(key)) }),
    async compareAndSet(key, expected, next, { ttlMs }) {
      if (spelled(peek(key)) !== spelled(expected)) return false;
      put(key, next, ttlMs);
      return true;
    },
  };
}

/** A text that two envelopes have in common only where they are the same. */
function spelled(envelope: Envelope | undefined): string | undefined {
  return envelope && JSON.stringify([envelope.text, envelope.bytes && Array.from(envelope.bytes)]);
}
