import type { CacheEvent } from "../../src/index.ts";

/** Collects what a cache tells, so that a test can assert the whole story of a call as a list of short facts. */
export class Story {
  readonly events: CacheEvent[] = [];

  readonly onEvent = (event: CacheEvent): void => {
    // Told once for each function, and no part of any call: they have tests of their own.
    if (event.type !== "warning") this.events.push(event);
  };

  /** The facts since the last time, and forgets them. */
  take(): string[] {
    return this.events.splice(0).map(brief);
  }
}

/** One fact in a few words: `miss absent`, `hit memory`, `backend-failed kv get`. */
export function brief(event: CacheEvent): string {
  switch (event.type) {
    case "hit":
      return `hit ${event.backend}`;
    case "miss":
    case "stale":
    case "not-stored":
    case "bypass":
      return `${event.type} ${event.reason}`;
    case "breaker":
      return `breaker ${event.backend} ${event.state}`;
    case "backend-failed":
      return `backend-failed ${event.backend} ${event.operation}`;
    default:
      return event.type;
  }
}
