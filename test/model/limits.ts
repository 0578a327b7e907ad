import type { Asked, Ledger } from "./ledger.ts";
import { type Setting, SLOWEST_ORIGIN_MS } from "./setting.ts";

// Changes wait for the writes of requests that may have died, and for copies this long.
const LAST_BACKFILL_MS = 1_000;
const WRITE_FACTOR = 5;
// A wait for another's computation grows no longer than this.
const MAX_FLIGHT_TIMEOUT_MS = 30_000;

/**
 * How long an operation may take, in virtual time; `Infinity` where its own function hangs.
 *
 * @param isAlone whether it has told that it joined nobody
 * @param lost how many requests of the isolate have died, and runs have never ended
 */
export function limitMs(
  { op, request }: Asked,
  isAlone: boolean,
  lost: number,
  ledger: Ledger,
  setting: Setting,
): number {
  const { flightTimeoutMs = 3 * SLOWEST_ORIGIN_MS, backendTimeoutMs, hardTimeoutMs, isTagged } = setting;
  // The stamps of tags that only the entry tells are read after it.
  const readMs = backendTimeoutMs * (isTagged ? 2 : 1);
  const writeMs = backendTimeoutMs * WRITE_FACTOR;
  if (op.act === "peek") return readMs;
  if (op.act !== "call" && op.act !== "refresh") return writeMs + LAST_BACKFILL_MS + readMs + writeMs;
  // Who asks third in a turn is answered as the second is, even where that has to run the function itself.
  const { group } = request;
  const hangs = ledger.made.some(
    (made) => made.by === "run" && made.ended === undefined && group.some((one) => one === made.request),
  );
  const usualMs = Math.min(SLOWEST_ORIGIN_MS, hardTimeoutMs);
  const runMs = hangs ? hardTimeoutMs : usualMs;
  if (op.act === "refresh") return runMs;
  if (isAlone) return readMs + runMs;
  // Each that is waited for in vain gives the next twice the time, until that is longer than it takes: a slow one is
  // waited for in vain for less than twice as long in all, and one that is lost for as long as a wait can be.
  const waitMs = flightTimeoutMs + 2 * (readMs + usualMs) + lost * Math.max(MAX_FLIGHT_TIMEOUT_MS, flightTimeoutMs);
  return waitMs + readMs + runMs;
}
