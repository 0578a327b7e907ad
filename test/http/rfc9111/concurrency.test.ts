import { describe, expect, it } from "vitest";
import { type Backend, createCache, memory } from "../../../src/index.ts";
import { ask, asked, behind, Door, textsOf } from "./crowd.ts";
import { ok, onStage, ORIGIN } from "./story.ts";

const FRESH = { "cache-control": "max-age=60" };
const BURST = 100;

describe("many requests at once", () => {
  it("1,000 for a URL that is not stored are one run", () =>
    onStage({}, async (stage) => {
      const door = new Door();
      stage.script = behind(door, FRESH);
      const answers = Array.from({ length: 1_000 }, () => ask(stage));
      await asked(stage, 1);
      door.open();
      expect(new Set(await textsOf(answers))).toEqual(new Set(["run 1"]));
      expect(stage.runs).toBe(1);
    }));

  it("for a stale response within its window are one refresh, and none waits for it", () =>
    onStage({}, async (stage) => {
      stage.script = ok({ "cache-control": "max-age=1, stale-while-revalidate=60" });
      await stage.ask();
      stage.pass(3);
      const door = new Door();
      stage.script = behind(door, FRESH);
      expect(new Set(await textsOf(Array.from({ length: BURST }, () => ask(stage))))).toEqual(new Set(["run 1"]));
      expect(stage.runs).toBe(2);
      door.open();
      await stage.settle();
      expect((await stage.ask()).body).toBe("run 2");
    }));

  it("for a stale response that is to be validated are one conditional run", () =>
    onStage({}, async (stage) => {
      stage.script = ok({ "cache-control": "max-age=1", etag: '"1"' });
      await stage.ask();
      stage.pass(3);
      const door = new Door();
      stage.script = async () => {
        await door.opened;
        return new Response(null, { status: 304 });
      };
      const answers = Array.from({ length: BURST }, () => ask(stage));
      await asked(stage, 2);
      door.open();
      expect(new Set(await textsOf(answers))).toEqual(new Set(["run 1"]));
      expect(stage.runs).toBe(2);
      expect(stage.seen[1]?.headers.get("if-none-match")).toBe('"1"');
    }));

  it("for different URLs do not wait for each other", () =>
    onStage({}, async (stage) => {
      const door = new Door();
      stage.script = async ({ url }) => {
        if (url.endsWith("/slow")) await door.opened;
        return new Response(url, { headers: FRESH });
      };
      const slow = ask(stage, { url: "/slow" });
      expect(await (await ask(stage, { url: "/quick" })).text()).toBe(`${ORIGIN}/quick`);
      door.open();
      expect(await (await slow).text()).toBe(`${ORIGIN}/slow`);
    }));

  it("get each what they asked for: whole, part, or that they have it already", () =>
    onStage({}, async (stage) => {
      const door = new Door();
      stage.script = behind(door, { ...FRESH, etag: '"1"' });
      const answers = [{}, { "if-none-match": '"1"' }, { "if-none-match": '"2"' }].map((send) => ask(stage, { send }));
      await asked(stage, 1);
      door.open();
      const told = await Promise.all(answers);
      expect(told.map(({ status }) => status)).toEqual([200, 304, 200]);
      expect(await Promise.all(told.map((each) => each.text()))).toEqual(["run 1", "", "run 1"]);
      expect(stage.runs).toBe(1);
    }));
});

describe("requests for different variants at once", () => {
  const varied = { ...FRESH, vary: "foo" };
  const ownText = (request: Request): string => `foo ${request.headers.get("foo")}`;

  it("do not mix where nothing is known of the URL", () =>
    onStage({}, async (stage) => {
      const door = new Door();
      stage.script = behind(door, varied, ownText);
      const answers = Array.from({ length: BURST }, (_, i) => ask(stage, { send: { foo: String(i % 4) } }));
      await asked(stage, 1);
      door.open();
      expect(await textsOf(answers)).toEqual(Array.from({ length: BURST }, (_, i) => `foo ${i % 4}`));
      await stage.settle();
    }));

  it("do not wait for each other where it is known what tells them apart", () =>
    onStage({}, async (stage) => {
      stage.script = ok(varied);
      await stage.ask({ send: { foo: "0" } });
      const door = new Door();
      stage.script = async (request) => {
        if (request.headers.get("foo") === "1") await door.opened;
        return new Response(ownText(request), { headers: varied });
      };
      const slow = [1, 2, 3].map(() => ask(stage, { send: { foo: "1" } }));
      expect(await (await ask(stage, { send: { foo: "2" } })).text()).toBe("foo 2");
      door.open();
      expect(await textsOf(slow)).toEqual(["foo 1", "foo 1", "foo 1"]);
      await stage.settle();
      expect(stage.runs).toBe(3);
      expect((await stage.ask({ send: { foo: "0" } })).body).toBe("run 1");
      expect((await stage.ask({ send: { foo: "1" } })).body).toBe("foo 1");
      expect((await stage.ask({ send: { foo: "2" } })).body).toBe("foo 2");
      expect(stage.runs).toBe(3);
    }));

  it("are all stored, though they are written at once", () =>
    onStage({}, async (stage) => {
      stage.script = ok(varied);
      await stage.ask({ send: { foo: "seed" } });
      const door = new Door();
      stage.script = behind(door, varied, ownText);
      const names = Array.from({ length: 8 }, (_, i) => String(i));
      const answers = names.map((foo) => ask(stage, { send: { foo } }));
      await asked(stage, 9);
      door.open();
      await textsOf(answers);
      await stage.settle();
      for (const foo of names) expect((await stage.ask({ send: { foo } })).body).toBe(`foo ${foo}`);
      expect(stage.runs).toBe(9);
    }));

  it("do not mix where the first response is still being written", () => {
    const door = new Door();
    return onStage({ cache: createCache({ backend: slowToWrite(door) }) }, async (stage) => {
      stage.script = (request) => new Response(ownText(request), { headers: varied });
      for (const foo of ["1", "2", "3", "1"]) {
        expect(await (await ask(stage, { send: { foo } })).text()).toBe(`foo ${foo}`);
      }
      door.open();
    });
  });

  it("share what is still being written, once it is known what tells them apart", () => {
    const door = new Door();
    return onStage({ cache: createCache({ backend: slowToWrite(door) }) }, async (stage) => {
      stage.script = (request) => new Response(ownText(request), { headers: varied });
      for (const foo of ["0", "1", "1", "1"]) {
        expect(await (await ask(stage, { send: { foo } })).text()).toBe(`foo ${foo}`);
      }
      expect(stage.runs).toBe(2);
      door.open();
    });
  });
});

/** A backend that takes no write until the door is open. */
function slowToWrite(door: Door): Backend {
  const backend = memory();
  return {
    name: "slow",
    capabilities: backend.capabilities,
    get: (key) => backend.get(key),
    set: async (key, envelope, options) => {
      await door.opened;
      await backend.set(key, envelope, options);
    },
    delete: (key) => backend.delete(key),
  };
}
