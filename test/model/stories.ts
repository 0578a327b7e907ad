import type { CacheEvent, Trace } from "../../src/index.ts";
import type { Request } from "./clock.ts";

type EventType = CacheEvent["type"];
type Verdict = Trace<unknown>["verdict"];

// What a call also tells of, without being answered by it.
const ASIDE: ReadonlySet<EventType> = new Set<EventType>([
  "stored",
  "not-stored",
  "backend-failed",
  "invalidated",
  "refresh-failed",
  "breaker",
]);

const VERDICTS: ReadonlySet<EventType> = new Set<Verdict>(["hit", "stale", "miss", "bypass"]);

/** Which story makes which verdict. A refresh that the call has begun may have ended before the call has. */
const STORIES: Readonly<Record<Verdict, readonly string[]>> = {
  hit: ["hit", "hit computed"],
  stale: ["stale", "stale computed", "joined stale"],
  miss: ["miss computed", "miss joined", "miss joined abandoned computed", "computed"],
  bypass: ["bypass"],
};

const ALL = Object.values(STORIES).flat();

/** What is known of how a call was answered. */
export type Story = Pick<Trace<unknown>, "events" | "joined" | "backend"> & {
  /** `undefined` where it is that of the call which was joined. */
  readonly verdict: Verdict | undefined;
};

/** What a call without a trace has told. */
export function storyOf({ events }: Request): Story {
  const joined = events.some(({ type }) => type === "joined");
  const end = events.find(({ type }) => VERDICTS.has(type)) as Extract<CacheEvent, { type: Verdict }> | undefined;
  const backend = end !== undefined && "backend" in end ? end.backend : undefined;
  return { events: [...events], joined, backend, verdict: joined ? undefined : end?.type };
}

/** Says what is wrong with the story of one call that has been answered: it has one end, which makes its verdict. */
export function problemOfStory({ events, verdict, joined }: Story): string | undefined {
  const words = events.map(({ type }) => type).filter((type) => !ASIDE.has(type));
  const text = words.join(" ");
  if (joined !== words.includes("joined")) return `joined is ${joined} after: ${text}`;
  // One that it waited for in vain, or for nothing, because another had taken over.
  const rest = text.replace(/^(?:joined (?:abandoned )?)+(?!$)/, "");
  // Who joins has no story of its own.
  if (rest === "joined" || (verdict === undefined ? ALL : STORIES[verdict]).includes(rest)) return undefined;
  return `it is a ${verdict} after: ${text}`;
}
