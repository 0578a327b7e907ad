import { describe, expect, it } from "vitest";
import { cachedHandler } from "../../src/http/index.ts";
import { createCache } from "../../src/index.ts";

const wait = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

describe("how long a request waits for another's run", () => {
  it("is three times what the handler took, from its first run on", async () => {
    // The second run is past the second that any run is waited for, and within three times the first.
    const runsMs = [700, 1_500];
    let runs = 0;
    const handler = cachedHandler(
      async () => {
        await wait(runsMs[runs++] ?? 0);
        return new Response("page", { headers: { "cache-control": "max-age=60" } });
      },
      { cache: createCache(), name: "page" },
    );
    const ask = async (): Promise<string> => (await handler(new Request("https://example.com/page"))).text();
    await ask();
    await handler.invalidate(new Request("https://example.com/page"));
    await Promise.all([ask(), ask()]);
    expect(runs).toBe(2);
  });
});
