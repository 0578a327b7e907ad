import type { CacheEvent, Report } from "./events.ts";
import type { FoundReading, Reading } from "./reading.ts";
import type { StampKeys } from "./stamping.ts";

/** For whom something is done: what facts call it, where these go, and what it makes of an entry. */
export interface Asker {
  readonly name: string;
  readonly report: Report;
  /** The stamps that are known before the entry is read; absent, or `undefined`, for none. */
  readonly stamps?: () => Promise<StampKeys | undefined>;
  /** Whether the entry's envelope has bytes. */
  readonly isBinary?: boolean;
  /** What was read is worth something to this call, or why it is not. @default it is */
  readonly accept?: ((reading: FoundReading) => Reading | Promise<Reading>) | undefined;
}

type Facts<Type> = Omit<Extract<CacheEvent, { readonly type: Type }>, "type" | "name">;

/** Tells a fact of an asker. */
export function tell<Type extends CacheEvent["type"]>(
  { name, report }: Pick<Asker, "name" | "report">,
  type: Type,
  facts: Facts<Type>,
): void {
  report({ type, name, ...facts } as unknown as CacheEvent);
}
