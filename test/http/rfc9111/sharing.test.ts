import { describe, expect, it } from "vitest";
import { ask, asked, behind, Door, textsOf, turns } from "./crowd.ts";
import { ok, onStage, ORIGIN } from "./story.ts";

const FRESH = { "cache-control": "max-age=60" };

describe("requests that wait for a response which is not for them", () => {
  it.each([
    ["private", { "cache-control": "private, max-age=60" }],
    ["no-store", { "cache-control": "no-store" }],
    ["with a cookie", { ...FRESH, "set-cookie": "user=1" }],
    ["one that varies on everything", { ...FRESH, vary: "*" }],
  ])("%s: each runs the handler itself", (_, headers) =>
    onStage({}, async (stage) => {
      const door = new Door();
      stage.script = behind(door, headers, (request) => `for ${request.headers.get("x-user")}`);
      const users = Array.from({ length: 10 }, (_each, i) => String(i));
      const answers = users.map((user) => ask(stage, { send: { "x-user": user } }));
      await asked(stage, 1);
      door.open();
      expect(await textsOf(answers)).toEqual(users.map((user) => `for ${user}`));
      expect(stage.runs).toBe(users.length);
    }),
  );

  it("a 304 that makes the stored one private: each asks itself", () =>
    onStage({}, async (stage) => {
      stage.script = ok({ "cache-control": "max-age=1", etag: '"1"' });
      await stage.ask();
      stage.pass(3);
      const door = new Door();
      stage.script = async (request) => {
        await door.opened;
        const headers = { "cache-control": "private, max-age=60", "x-user": request.headers.get("x-user") ?? "" };
        return request.headers.has("if-none-match")
          ? new Response(null, { status: 304, headers })
          : new Response("whole", { headers });
      };
      const answers = ["a", "b", "c"].map((user) => ask(stage, { send: { "x-user": user } }));
      await asked(stage, 2);
      await turns();
      door.open();
      const users = (await Promise.all(answers)).map(({ headers }) => headers.get("x-user"));
      expect(users).toEqual(["a", "b", "c"]);
    }));

  it("do not wait a second time, and wait again once a response is for all", () =>
    onStage({}, async (stage) => {
      stage.script = () => new Response("mine", { headers: { "cache-control": "private" } });
      await stage.ask();
      const door = new Door();
      stage.script = behind(door, FRESH);
      const answers = [ask(stage), ask(stage)];
      await asked(stage, 3);
      door.open();
      expect(new Set(await textsOf(answers))).toEqual(new Set(["run 2", "run 3"]));
      await stage.settle();
      await stage.invalidate(`${ORIGIN}/page`);
      const second = new Door();
      stage.script = behind(second, FRESH);
      const later = [ask(stage), ask(stage)];
      await asked(stage, 4);
      await turns();
      second.open();
      expect(new Set(await textsOf(later))).toEqual(new Set(["run 4"]));
    }));

  it("with Authorization: its response is for it alone", () =>
    onStage({}, async (stage) => {
      const door = new Door();
      stage.script = behind(door, FRESH, (request) => `for ${request.headers.get("authorization")}`);
      const answers = ["a", "b"].map((authorization) => ask(stage, { send: { authorization } }));
      await asked(stage, 1);
      door.open();
      expect(await textsOf(answers)).toEqual(["for a", "for b"]);
    }));
});

describe("a client that leaves", () => {
  it("while the origin works, does not take the answer of those who wait", () =>
    onStage({}, async (stage) => {
      const door = new Door();
      stage.script = behind(door, FRESH);
      const leaver = new AbortController();
      const left = stage.handler(new Request(stage.request(), { signal: leaver.signal }));
      const waiting = [ask(stage), ask(stage)];
      await asked(stage, 1);
      leaver.abort(new Error("gone"));
      await expect(left).rejects.toThrow("gone");
      door.open();
      const texts = await textsOf(waiting);
      expect(new Set(texts).size).toBe(1);
      await stage.settle();
      expect((await stage.ask()).body).toBe(texts[0]);
    }));

  it("in the middle of a body that is read ahead, does not take it from the others", () =>
    onStage({}, async (stage) => {
      const door = new Door();
      stage.script = (_request, run) => {
        const body = new ReadableStream({
          async start(controller) {
            controller.enqueue(new TextEncoder().encode(`first ${run}, `));
            await door.opened;
            controller.enqueue(new TextEncoder().encode("second"));
            controller.close();
          },
        });
        return new Response(body, { headers: FRESH });
      };
      const leaving = await ask(stage);
      const waiting = ask(stage);
      await turns();
      await leaving.body?.cancel();
      door.open();
      expect(await (await waiting).text()).toMatch(/^first \d, second$/);
    }));
});

describe("what happens while the origin works", () => {
  it("an unsafe request: what began before it is not stored", () =>
    onStage({}, async (stage) => {
      const door = new Door();
      stage.script = behind(door, FRESH);
      const before = ask(stage);
      await asked(stage, 1);
      stage.script = ok();
      await (await ask(stage, { method: "POST", payload: "abc" })).text();
      door.open();
      expect(await (await before).text()).toBe("run 1");
      await stage.settle();
      stage.script = ok(FRESH);
      expect((await stage.ask()).body).toBe("run 3");
    }));

  it("an unsafe request: what comes after it does not join what began before", () =>
    onStage({}, async (stage) => {
      const door = new Door();
      stage.script = behind(door, FRESH);
      const before = ask(stage);
      await asked(stage, 1);
      stage.script = ok(FRESH);
      await (await ask(stage, { method: "POST", payload: "abc" })).text();
      expect(await (await ask(stage)).text()).toBe("run 3");
      door.open();
      expect(await (await before).text()).toBe("run 1");
      await stage.settle();
      expect((await stage.ask()).body).toBe("run 3");
    }));

  it("HEAD: it does not wait for GET, nor GET for it", () =>
    onStage({}, async (stage) => {
      const door = new Door();
      stage.script = async (request) => {
        if (request.method === "GET") await door.opened;
        return new Response(request.method === "GET" ? "whole" : null, { headers: FRESH });
      };
      const get = ask(stage);
      expect((await ask(stage, { method: "HEAD" })).status).toBe(200);
      door.open();
      expect(await (await get).text()).toBe("whole");
    }));

  it("only-if-cached: it waits for nobody", () =>
    onStage({}, async (stage) => {
      const door = new Door();
      stage.script = behind(door, FRESH);
      const first = ask(stage);
      await asked(stage, 1);
      expect((await ask(stage, { send: { "cache-control": "only-if-cached" } })).status).toBe(504);
      door.open();
      await (await first).text();
    }));

  it("no-cache: it does not wait for what was asked before it", () =>
    onStage({}, async (stage) => {
      const door = new Door();
      stage.script = behind(door, FRESH);
      const first = ask(stage);
      await asked(stage, 1);
      stage.script = ok(FRESH);
      expect(await (await ask(stage, { send: { "cache-control": "no-cache" } })).text()).toBe("run 2");
      door.open();
      await (await first).text();
    }));

  it("a failure: all who wait are told, and nothing is stored", () =>
    onStage({}, async (stage) => {
      const door = new Door();
      const broken = new Error("broken");
      stage.script = async () => {
        await door.opened;
        throw broken;
      };
      const answers = [ask(stage), ask(stage), ask(stage)];
      const settled = Promise.allSettled(answers);
      await asked(stage, 1);
      door.open();
      for (const each of await settled) expect(each).toEqual({ status: "rejected", reason: broken });
      stage.script = ok(FRESH);
      await stage.ask();
      await stage.ask();
      expect(stage.seen.length).toBeLessThanOrEqual(4);
    }));
});
