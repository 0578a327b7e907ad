import { describe, expectTypeOf, it } from "vitest";
import {
  type AutocacheError,
  type CacheEvent,
  createCache,
  type ErrorCode,
  type HitEvent,
  isAutocacheError,
  type MissReason,
  type Operation,
} from "../../src/index.ts";

describe("CacheEvent", () => {
  it("is narrowed by its type", () => {
    const onEvent = (event: CacheEvent): void => {
      // @ts-expect-error only some events have an age
      void event.ageMs;
      switch (event.type) {
        case "hit":
          expectTypeOf(event).toEqualTypeOf<HitEvent>();
          expectTypeOf(event.ageMs).toEqualTypeOf<number>();
          expectTypeOf(event.backend).toEqualTypeOf<string>();
          break;
        case "miss":
          expectTypeOf(event.reason).toEqualTypeOf<MissReason>();
          expectTypeOf(event.key).toEqualTypeOf<string>();
          // @ts-expect-error a miss has no age
          void event.ageMs;
          break;
        case "computed":
          expectTypeOf(event.durationMs).toEqualTypeOf<number>();
          break;
        case "stored":
          expectTypeOf(event.bytes).toEqualTypeOf<number>();
          expectTypeOf(event.ttlMs).toEqualTypeOf<number>();
          break;
        case "not-stored":
          expectTypeOf(event.bytes).toEqualTypeOf<number | undefined>();
          break;
        case "bypass":
          expectTypeOf(event.error).toEqualTypeOf<unknown>();
          // @ts-expect-error a call that went by the cache has no key
          void event.key;
          break;
        case "backend-failed":
          expectTypeOf(event.operation).toEqualTypeOf<Operation>();
          expectTypeOf(event.key).toEqualTypeOf<string | undefined>();
          expectTypeOf(event.error).toEqualTypeOf<unknown>();
          break;
        // @ts-expect-error there is no such event
        case "hits":
          break;
      }
    };
    createCache({ onEvent });
  });

  it("can be told apart to the last", () => {
    const types: Readonly<Record<CacheEvent["type"], true>> = {
      hit: true,
      stale: true,
      miss: true,
      joined: true,
      abandoned: true,
      computed: true,
      "refresh-failed": true,
      stored: true,
      "not-stored": true,
      bypass: true,
      warning: true,
      "backend-failed": true,
      breaker: true,
      "tags-invalidated": true,
      "tags-expired": true,
      purged: true,
      invalidated: true,
      expired: true,
    };
    void types;
    expectTypeOf<Extract<CacheEvent, { type: "hit" }>>().toEqualTypeOf<HitEvent>();
  });

  it("cannot be changed", () => {
    createCache({
      onEvent: (event) => {
        // @ts-expect-error a fact is read-only
        event.type = "hit";
      },
    });
  });
});

describe("isAutocacheError()", () => {
  it("narrows what was caught, to a code where one is asked for", () => {
    const caught: unknown = new Error("a");
    if (isAutocacheError(caught)) {
      expectTypeOf(caught).toExtend<AutocacheError>();
      expectTypeOf(caught.code).toExtend<ErrorCode>();
      expectTypeOf(caught.cause).toEqualTypeOf<unknown>();
    }
    if (isAutocacheError(caught, "too-large")) expectTypeOf(caught).toExtend<AutocacheError>();
    // @ts-expect-error there is no such code
    isAutocacheError(caught, "too-small");
  });
});
