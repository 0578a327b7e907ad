import { describe, expect, it } from "vitest";
import { cacheApi } from "../../adapters/cache-api.ts";

describe("cacheApi()", () => {
  it("says at first use that Node has no Cache API", async () => {
    const backend = cacheApi();
    const works = [backend.get("key"), backend.set("key", { text: "a" }, { ttlMs: 1_000 }), backend.delete("key")];
    for (const result of await Promise.allSettled(works)) {
      expect(result).toMatchObject({
        status: "rejected",
        reason: {
          code: "missing-binding",
          message:
            "Cannot use the Cache API: Cloudflare Workers and Deno have it, Node and Bun have not: received no global caches",
        },
      });
    }
  });
});
