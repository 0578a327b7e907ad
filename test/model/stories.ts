import type { CacheEvent, Trace } from "../../src/index.ts";

type EventType = CacheEvent["type"];

// What a call also tells of, without being answered by it.
const ASIDE: ReadonlySet<EventType> = new Set<EventType>([
  "stored",
  "not-stored",
  "backend-failed",
  "invalidated",
  "refresh-failed",
]);

/** Which story makes which verdict. A refresh that the call has begun may have ended before the call has. */
const STORIES: Readonly<Record<Trace<unknown>["verdict"], readonly string[]>> = {
  hit: ["hit", "hit computed"],
  stale: ["stale", "stale computed", "joined stale"],
  miss: ["miss computed", "miss joined", "miss joined abandoned computed", "computed"],
  bypass: ["bypass"],
};

/** Says what is wrong with the story of one call that has been answered: it has one end, which makes its verdict. */
export function problemOfStory({ events, verdict, joined }: Trace<unknown>): string | undefined {
  const words = events.map(({ type }) => type).filter((type) => !ASIDE.has(type));
  const text = words.join(" ");
  if (joined !== words.includes("joined")) return `joined is ${joined} after: ${text}`;
  // One that it waited for in vain, or for nothing, because another had taken over.
  const rest = text.replace(/^(?:joined (?:abandoned )?)+(?!$)/, "");
  // Who joins has no story of its own.
  if (rest === "joined" || STORIES[verdict].includes(rest)) return undefined;
  return `it is a ${verdict} after: ${text}`;
}
