import { equal, fail, sameMembers } from "./assert.ts";
import { textsOf, type Suite } from "./suite.ts";

/** More than a bulk read of Workers KV takes (100), and not a multiple of it. */
const MANY = 250;

/** Reading, writing, removing and listing many keys, as far as the backend can. */
export function testMany(suite: Suite): void {
  testGetMany(suite);
  testSetMany(suite);
  testDeleteMany(suite);
  testList(suite);
}

function testGetMany({ backend, test, keys, fill, settled }: Suite): void {
  if (backend.getMany === undefined) return;
  const getMany = backend.getMany.bind(backend);

  test("reads many keys, leaves out absent ones, and takes a key twice", async () => {
    const [a = "", b = "", absent = ""] = keys(3, "getMany");
    await fill([a, b], (key) => `of ${key}`);
    await settled(async () => {
      const found = await getMany([b, absent, a, b]);
      sameMembers(textsOf(found), [`${a}=of ${a}`, `${b}=of ${b}`], "what was read");
    });
    equal((await getMany([])).size, 0, "how many of no keys");
    equal((await getMany([absent])).size, 0, "how many of an absent key");
  });

  test(`reads ${MANY} keys in one call`, async () => {
    const all = keys(MANY, "getMany");
    const present = all.filter((_, index) => index % 3 !== 0);
    await fill(present, (key) => key);
    await settled(async () => {
      const found = await getMany(all.toReversed());
      sameMembers(
        textsOf(found),
        present.map((key) => `${key}=${key}`),
        "what was read",
      );
    });
  });
}

function testSetMany({ backend, test, keys, ttlMs, expectText }: Suite): void {
  if (backend.setMany === undefined) return;
  const setMany = backend.setMany.bind(backend);

  test("writes many envelopes, over old ones too", async () => {
    const [a = "", b = ""] = keys(2, "setMany");
    await backend.set(a, { text: "old" }, { ttlMs });
    await setMany(new Map([a, b].map((key) => [key, { text: "1" }])), { ttlMs });
    await expectText(a, "1");
    await expectText(b, "1");
    await setMany(new Map(), { ttlMs });
  });

  test(`writes ${MANY} envelopes in one call`, async () => {
    const all = keys(MANY, "setMany");
    await setMany(new Map(all.map((key) => [key, { text: key }])), { ttlMs });
    await Promise.all(all.filter((_, index) => index % 10 === 9).map((key) => expectText(key, key)));
  });
}

function testDeleteMany({ backend, test, keys, manyKeys, fill, expectText }: Suite): void {
  if (backend.deleteMany === undefined) return;
  const deleteMany = backend.deleteMany.bind(backend);

  test("removes many keys, absent ones among them, and no other", async () => {
    const [a = "", b = "", kept = "", absent = ""] = keys(4, "deleteMany");
    await fill([a, b, kept], () => "x");
    await deleteMany([a, absent, b, a]);
    await deleteMany([]);
    await expectText(a, undefined);
    await expectText(b, undefined);
    await expectText(kept, "x");
  });

  test(`removes ${manyKeys} keys in one call`, async () => {
    const all = keys(manyKeys, "deleteMany");
    await fill(all, () => "x");
    await deleteMany(all);
    await Promise.all(all.filter((_, index) => index % 100 === 49).map((key) => expectText(key, undefined)));
  });
}

function testList({ backend, test, key, keys, manyKeys, fill, settled }: Suite): void {
  if (backend.list === undefined) return;
  const list = backend.list.bind(backend);

  async function listAll(prefix: string): Promise<Set<string>> {
    const found = new Set<string>();
    const cursors = new Set<string>();
    let cursor: string | undefined;
    do {
      const page = await list(prefix, cursor);
      for (const name of page.keys) found.add(name);
      cursor = page.cursor;
      if (cursor !== undefined && cursors.has(cursor))
        fail(`the cursor "${cursor}" comes again, and so without an end`);
      if (cursor !== undefined) cursors.add(cursor);
    } while (cursor !== undefined);
    return found;
  }

  test("lists the keys of a prefix, and no other", async () => {
    const prefix = key("list");
    const inside = ["", ":a", ":b", "1"].map((end) => prefix + end);
    await fill([...inside, prefix.slice(0, -1), prefix.toUpperCase()], () => "x");
    await settled(async () => sameMembers(await listAll(prefix), inside, "the keys listed"));
    await backend.delete(inside[1] ?? "");
    const left = inside.filter((_, index) => index !== 1);
    await settled(async () => sameMembers(await listAll(prefix), left, "the keys left"));
    sameMembers(await listAll(key("nothing")), [], "the keys of a prefix without any");
  });

  test(`lists ${manyKeys} keys, page by page`, async () => {
    const all = keys(manyKeys, "page");
    await fill(all, () => "x");
    await settled(async () => sameMembers(await listAll(all[0]?.slice(0, -1) ?? ""), all, "the keys listed"));
  });

  test("takes a prefix by its letters, glob and pattern characters among them", async () => {
    const base = key("glob");
    const ends = ["*", "?", "[a]", "[^a]", "\\", "\\*", "%", "_", "a", "b", "{a,b}", "."];
    const all = ends.map((end) => `${base}${end}:1`);
    await fill(all, () => "x");
    for (const end of ends) {
      const expected = all.filter((name) => name.startsWith(base + end));
      await settled(async () => sameMembers(await listAll(base + end), expected, `the keys under "${end}"`));
    }
  });
}
