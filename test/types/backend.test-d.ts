import { describe, expectTypeOf, it } from "vitest";
import { type Backend, type Capabilities, createCache, type Envelope, memory, tiered } from "../../src/index.ts";

/** Ten lines, as in the README. */
function onMap(texts: Map<string, string>): Backend {
  return {
    name: "map",
    capabilities: { minTtlMs: 1, ttlStepMs: 1, maxKeyBytes: 512, maxValueBytes: 1_000_000, consistency: "strong" },
    async get(key) {
      const text = texts.get(key);
      return text === undefined ? undefined : { text };
    },
    async set(key, { text }) {
      texts.set(key, text);
    },
    async delete(key) {
      texts.delete(key);
    },
  };
}

const capabilities: Capabilities = onMap(new Map()).capabilities;
const get = async (): Promise<Envelope | undefined> => undefined;
const set = async (): Promise<void> => {};
const remove = async (): Promise<void> => {};

describe("Backend", () => {
  it("is three methods, a name and capabilities, and its parameters are inferred", () => {
    createCache({ backend: onMap(new Map()) });
    const backend: Backend = {
      name: "typed",
      capabilities,
      get,
      async set(key, envelope, { ttlMs }, context) {
        expectTypeOf(key).toEqualTypeOf<string>();
        expectTypeOf(envelope).toEqualTypeOf<Envelope>();
        expectTypeOf(ttlMs).toEqualTypeOf<number>();
        context?.failed("set", "typed", new Error("a"));
        context?.waitUntil(Promise.resolve());
        // @ts-expect-error a backend does not change what it keeps
        envelope.text = "";
      },
      delete: remove,
    };
    void backend;
  });

  it("can be a class", () => {
    class Ours implements Backend {
      readonly name = "ours";
      readonly capabilities = capabilities;
      get = get;
      set = set;
      delete = remove;
      async list(prefix: string): Promise<{ keys: string[] }> {
        return { keys: [prefix] };
      }
    }
    expectTypeOf(createCache).toBeCallableWith({ backend: new Ours() });
    expectTypeOf(tiered).toBeCallableWith([memory(), new Ours()]);
  });

  it("is refused where something is missing or differs", () => {
    // @ts-expect-error a backend can delete
    createCache({ backend: { name: "a", capabilities, get, set } });
    // @ts-expect-error a backend says what it can
    createCache({ backend: { name: "a", get, set, delete: remove } });
    // @ts-expect-error absent is undefined, and never null
    createCache({ backend: { name: "a", capabilities, get: async () => null, set, delete: remove } });
    // @ts-expect-error methods are async
    createCache({ backend: { name: "a", capabilities, get: () => undefined, set, delete: remove } });
    // @ts-expect-error an envelope is an object with a text
    createCache({ backend: { name: "a", capabilities, get: async () => "text", set, delete: remove } });
    // @ts-expect-error a consistency is one of two
    createCache({ backend: { ...onMap(new Map()), capabilities: { ...capabilities, consistency: "weak" } } });
    // @ts-expect-error tiers are a list
    tiered(memory(), memory());
  });

  it("may have each optional method by itself", () => {
    expectTypeOf<Backend["getMany"]>().toExtend<
      ((keys: readonly string[]) => Promise<ReadonlyMap<string, Envelope>>) | undefined
    >();
    createCache({ backend: { ...onMap(new Map()), list: async () => ({ keys: [] }) } });
    createCache({ backend: { ...onMap(new Map()), compareAndSet: async () => true } });
  });
});
