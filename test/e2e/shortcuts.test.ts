import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ServedWorker } from "./served-worker.ts";
import { type Asked, LONGEST_WAIT_MS } from "./shortcuts/protocol.ts";

const FLAGS = ["handle_cross_request_promise_resolution", "no_handle_cross_request_promise_resolution"];
const HANGS_MS = 2 * LONGEST_WAIT_MS;

describe.each(FLAGS)("a shortcut in workerd, with %s", (flag) => {
  let worker: ServedWorker;
  let asked = 0;

  beforeAll(async () => {
    worker = await ServedWorker.start("shortcuts", new URL("shortcuts/worker.ts", import.meta.url), "", [flag]);
  });
  afterAll(async () => {
    await worker.stop();
  });

  /** Sends a request; gives what it answers, or that it failed. */
  async function send(act: Asked["act"], id: string): Promise<unknown> {
    const body = JSON.stringify({ act, id } satisfies Asked);
    const response = await fetch(worker.url, { method: "POST", body, signal: AbortSignal.timeout(HANGS_MS) });
    return response.ok ? response.json() : "failed";
  }

  /** A function whose next call has a shortcut. */
  async function warm(): Promise<string> {
    const id = `f${++asked}`;
    for (let i = 0; i < 2; i++) expect(await send("ask", id)).toEqual({ right: id });
    return id;
  }

  it("is one promise for the requests that ask one after the other", async () => {
    const id = await warm();
    expect(await send("hold", id)).toBe("held");
    for (let i = 0; i < 3; i++) expect(await send("await held", id)).toEqual({ isSame: true, value: { right: id } });
  });

  it("answers others after the request was aborted that has asked for it first", async () => {
    const id = await warm();
    expect(await send("hold and abort", id)).toBe("failed");
    expect(await send("await held", id)).toEqual({ isSame: true, value: { right: id } });
    const answers = await Promise.all(Array.from({ length: 50 }, () => send("ask", id)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(new Set([JSON.stringify({ right: id })]));
  });

  it.each(["stop", "abort in the turn"] as const)(
    "leaves nothing to wait for where its turn ends by: %s",
    async (end) => {
      const id = `f${++asked}`;
      expect(await send(end, id)).toBe("failed");
      // Not in the same millisecond, and long before anything could be taken for dead.
      const answers: Promise<unknown>[] = [];
      for (let i = 0; i < 3; i++) {
        await sleep(2);
        answers.push(send("ask", id));
      }
      expect(await Promise.all(answers)).toEqual([{ right: id }, { right: id }, { right: id }]);
      expect(await send("ask", id)).toEqual({ right: id });
    },
  );

  it("leaves nothing to wait for to a request that is woken in that turn", async () => {
    const id = `f${++asked}`;
    const woken = send("sleep", id).catch(() => "hangs");
    await sleep(100);
    expect(await send("wake and abort", id)).toBe("failed");
    // Without the flag, it goes on as a part of the request that is aborted, and ends with that.
    if (!flag.startsWith("no_")) expect(await woken).toEqual({ right: id });
    expect(await send("ask", id)).toEqual({ right: id });
  });
});
