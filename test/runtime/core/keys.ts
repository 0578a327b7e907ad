import { createCache } from "@autocache/edge";
import * as keys from "@autocache/edge/keys";
import { check } from "../../vectors/check.ts";
import vectors from "../../vectors/keys.json" with { type: "json" };
import { type Register, rejection, same } from "./fact.ts";

/** Keys: the vectors, and what stands for the arguments. */
export function testKeys(test: Register): void {
  test("keys are those of the vectors", async () => {
    const { vectors: checked, failures } = await check(keys, vectors);
    same(failures, [], "what differs");
    same(checked, vectors.canonical.length + vectors.keys.length, "how many were checked");
  });

  test("equal arguments have one key, others have others", async () => {
    const { keyOf } = createCache().cached(async (_value: unknown) => 1, { name: "keyed", version: 1 });
    same(await keyOf({ a: 1, b: [new Date(0)] }), await keyOf({ b: [new Date(0)], a: 1 }), "the key in another order");
    const others = [{ a: 1 }, { a: "1" }, { a: 1n }, { a: [1] }, { a: new Uint8Array([1]) }, { a: new Set([1]) }];
    const found = new Set(await Promise.all(others.map((value) => keyOf(value))));
    same(found.size, others.length, "how many keys");
  });

  test("a secret hides what is in a key, and is needed to find it again", async () => {
    const keyWith = (secret: string): Promise<string> =>
      createCache({ secret })
        .cached(async (_id: string) => 1, { name: "hidden", version: 1 })
        .keyOf("alice");
    same((await keyWith("a secret that is long enough to be one")).includes("alice"), false, "whether it is readable");
    const [one, again, other] = await Promise.all(
      ["first secret, 16+", "first secret, 16+", "other secret, 16+"].map(keyWith),
    );
    same(one === again, true, "whether one secret makes one key");
    same(one === other, false, "whether another secret makes the same key");
  });

  test("an argument that cannot be in a key is refused, with its path", async () => {
    const fn = createCache().cached(async (_value: object) => 1, { name: "refusing" });
    const error = await rejection(fn({ here: { is: () => {} } }));
    same(String(error).includes("args[0].here.is"), true, String(error));
  });
}
