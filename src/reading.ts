import type { Envelope } from "./backend.ts";
import type { Entry } from "./entry.ts";
import type { MissReason } from "./events.ts";

/** An entry that was read, and by which backend. */
export interface FoundReading {
  readonly entry: Entry;
  readonly envelope: Envelope;
  readonly backend: string;
  /** What its stamps were judged by: until when they are known, and the newest of this isolate; absent for none. */
  readonly stamped?: { readonly until: number; readonly newest: number };
}

/** What reading one key came to. */
export type Reading =
  | FoundReading
  | { readonly entry?: undefined; readonly envelope?: Envelope; readonly reason: MissReason };
