import { describe, expect, it, vi } from "vitest";
import { ask, behind, Door, textsOf } from "./crowd.ts";
import { ok, onStage, storyWith } from "./story.ts";

describe("the option earlyRefresh", () => {
  const slow = (): Response => {
    vi.setSystemTime(Date.now() + 5_000);
    return new Response("slow", { headers: { "cache-control": "max-age=60" } });
  };
  storyWith({ earlyRefresh: 1_000_000 }, "a fresh response is refreshed before it expires", [
    { origin: slow, body: "slow" },
    { after: 1, from: "cache", runs: 1, body: "slow" },
  ]);
  storyWith({ earlyRefresh: true }, "one that is far from its end is not", [
    { origin: ok({ "cache-control": "max-age=60" }) },
    { after: 1, from: "cache" },
  ]);
});

describe("the options softTimeout and hardTimeout", () => {
  const stale = { "cache-control": "max-age=1, stale-if-error=60" };
  it("softTimeout: a stale response is the answer where the origin is slow, which goes on", () =>
    onStage({ softTimeout: 5 }, async (stage) => {
      stage.script = ok(stale);
      await stage.ask();
      stage.pass(3);
      const door = new Door();
      stage.script = behind(door, { "cache-control": "max-age=60" });
      expect(await (await ask(stage)).text()).toBe("run 1");
      door.open();
      await stage.settle();
      expect((await stage.ask()).body).toBe("run 2");
      expect(stage.runs).toBe(2);
    }));
  it("hardTimeout: there is no answer where the origin is slow", () =>
    onStage({ hardTimeout: 5 }, async (stage) => {
      const door = new Door();
      stage.script = behind(door, { "cache-control": "max-age=60" });
      await expect(ask(stage)).rejects.toMatchObject({ code: "timeout" });
      door.open();
      await stage.settle();
    }));
  it("hardTimeout: a stale response is the answer where it may be one", () =>
    onStage({ hardTimeout: 5 }, async (stage) => {
      stage.script = ok(stale);
      await stage.ask();
      stage.pass(3);
      const door = new Door();
      stage.script = behind(door, {});
      expect(await (await ask(stage)).text()).toBe("run 1");
      door.open();
      await stage.settle();
    }));
  it("hardTimeout: the time counts to the head of a response, not to the end of its body", () =>
    onStage({ hardTimeout: 50 }, async (stage) => {
      stage.script = () => {
        const body = new ReadableStream({
          async start(controller) {
            await new Promise((resolve) => setTimeout(resolve, 100));
            controller.enqueue(new TextEncoder().encode("late"));
            controller.close();
          },
        });
        return new Response(body, { headers: { "cache-control": "max-age=60" } });
      };
      const answers = [ask(stage), ask(stage)];
      expect(await textsOf(answers)).toEqual(["late", "late"]);
      await stage.settle();
      expect((await stage.ask()).body).toBe("late");
      expect(stage.runs).toBe(1);
    }));
});

describe("the option maxBodyBytes", () => {
  const fresh = { "cache-control": "max-age=60" };
  storyWith({ maxBodyBytes: 4 }, "a body of so many bytes is stored", [
    { origin: ok(fresh, "1234") },
    { from: "cache", body: "1234" },
  ]);
  storyWith({ maxBodyBytes: 4 }, "a longer one goes to the client whole, and is not stored", [
    { origin: ok(fresh, "12345"), body: "12345" },
    { from: "origin", body: "12345" },
  ]);
  storyWith({ maxBodyBytes: 0 }, "none at all: an empty body is stored", [
    { origin: ok(fresh, "") },
    { from: "cache", body: "" },
  ]);
  it("a body that is shorter than its Content-Length says is not stored", () =>
    onStage({}, async (stage) => {
      stage.script = () => new Response("short", { headers: { "cache-control": "max-age=60", "content-length": "9" } });
      expect((await stage.ask()).body).toBe("short");
      await stage.ask();
      expect(stage.runs).toBe(2);
    }));
  it("a body that breaks off is not stored", () =>
    onStage({}, async (stage) => {
      stage.script = () => {
        const body = new ReadableStream({
          start(controller) {
            controller.enqueue(new TextEncoder().encode("half"));
            queueMicrotask(() => controller.error(new Error("broken")));
          },
        });
        return new Response(body, { headers: { "cache-control": "max-age=60" } });
      };
      await expect(stage.ask()).rejects.toThrow("broken");
      await stage.settle();
      stage.script = ok({ "cache-control": "max-age=60" });
      expect((await stage.ask()).body).toBe("run 2");
    }));
});
