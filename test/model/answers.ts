import { changes, isStamp } from "./commands.ts";
import type { Asked, Ledger, Made } from "./ledger.ts";
import { LAG_MS, type Setting, SLOW_MS, TAG_TTL_MS } from "./setting.ts";

/** What one operation came to: something that was made, given as fresh or as stale. */
export interface Answer {
  readonly made: Made;
  /** `undefined` for an operation that does not tell. */
  readonly verdict: "hit" | "stale" | "miss" | undefined;
  /** Whether the call may have been given what another call of its isolate has read or computed. */
  readonly isShared: boolean;
  /** Since when nothing has been in anybody's way. */
  readonly wellSince: number;
}

/** Says why an answer must not have been given; `undefined` where it may. */
export function problemOf(answer: Answer, asked: Asked, ledger: Ledger, setting: Setting): string | undefined {
  const { made } = answer;
  const what = `${made.isError ? "an error" : "a value"} (number ${made.serial})`;
  if (made.subject !== asked.op.subject) return `${what} of another key`;
  const limitMs = oldestMs(answer, asked, setting) + ledger.stamps;
  const ageMs = (asked.settled?.at ?? Infinity) - createdAt(made);
  if (ageMs >= limitMs && ageMs > 0) return `${what} is ${ageMs} ms old, and may be less than ${limitMs}`;
  const change = ledger.asked.find(
    (candidate) =>
      comesBetween(made, candidate, asked) &&
      (!isHalfDone(candidate) || isLast(candidate, asked, ledger)) &&
      counts(candidate, answer, asked, setting) &&
      !isExcused(candidate, answer, asked, ledger, setting),
  );
  return change === undefined
    ? undefined
    : `${what} is from before the ${change.op.act} in isolate ${change.op.isolate} at ${change.begun.at}`;
}

/** An entry's age begins when its value is known. */
export function createdAt({ by, begun, ended }: Made): number {
  return by === "hand" ? begun.at : (ended?.at ?? Infinity);
}

/** How old an answer may be when it is given, at most. */
function oldestMs({ made, verdict }: Answer, { op }: Asked, setting: Setting): number {
  const { ttlMs, swrMs, staleIfErrorMs, errorTtlMs } = setting;
  if (made.isError) return errorTtlMs;
  const isFresh = op.act === "peek" || op.act === "refresh" || verdict === "hit" || verdict === "miss";
  return isFresh ? ttlMs : ttlMs + Math.max(swrMs, staleIfErrorMs);
}

/** Whether a change began after something was made, and was done before an operation began. */
function comesBetween(made: Made, { op, begun, settled, isRejected }: Asked, asked: Asked): boolean {
  if (!changes(op, asked.op.subject)) return false;
  if (settled === undefined || isRejected || settled.tick > asked.begun.tick) return false;
  // Two operations that overlap may take effect in either order.
  if (made.by === "hand") return (made.ended?.tick ?? Infinity) < begun.tick;
  return made.begun.tick < begun.tick;
}

/** Whether a change is one that this answer must not be from before. */
function counts(change: Asked, answer: Answer, asked: Asked, setting: Setting): boolean {
  const isOwn = change.op.isolate === asked.op.isolate;
  const { made, wellSince, isShared } = answer;
  const doneAt = change.settled?.at ?? Infinity;
  const isWell = wellSince < change.begun.tick;
  const { stack, flightTimeoutMs = Infinity } = setting;
  if (isStamp(change.op)) {
    // Tags are of a result, which an error is not.
    if (made.isError && change.op.act === "invalidate tag") return false;
    if (isOwn) return true;
    const lagMs = stack.includes("eventual") ? LAG_MS : 0;
    // A stamp that cannot be read is taken for one that is not there.
    return isWell && !isShared && asked.begun.at > doneAt + TAG_TTL_MS + lagMs + 2 * SLOW_MS;
  }
  // What the storage shows for a while is copied into memory, until it expires.
  if (stack === "tiered eventual") return false;
  // A copy in the memory of another isolate lives until the entry expires, and no longer: see `oldestMs()`.
  if (stack === "tiered" && !isOwn) return false;
  if (stack === "eventual") {
    if (asked.begun.at <= doneAt + LAG_MS + SLOW_MS) return false;
    // What cannot be seen yet cannot be marked as expired.
    if (change.op.act === "expire" && made.landings.some(({ at }) => at >= change.begun.at - LAG_MS)) return false;
  }
  // What the other has read may have been from before.
  if (!isOwn && isShared) return false;
  if (change.op.act === "expire") {
    if (answer.verdict === "stale") return false;
    // The memory of the isolate has taken the mark, even if the storage behind it has not.
    if (isOwn && stack === "tiered" && made.isolate === asked.op.isolate) return !change.isBlind;
    if (isOwn) return !change.isHurt;
    // What is invalid by its tags in one isolate is not there to be marked, though another may not know yet.
    return !change.isHurt && !setting.isTagged;
  }
  if (change.op.act !== "refresh") return true;
  // The new value is an answer before it is stored: a write that fails, hangs or takes too long leaves the old one, and
  // so does a value that is not to be stored until the old one has been removed.
  return isOwn && isWell && !setting.isPicky && asked.op.act !== "peek" && flightTimeoutMs > SLOW_MS;
}

/** Whether a change may be undone by the next: a refresh is done before it is stored, and one tier of a stack may fail. */
function isHalfDone({ op, isHurt }: Asked): boolean {
  return op.act === "refresh" || ((op.act === "set" || op.act === "expire") && isHurt);
}

/** Whether no change in the same isolate has begun since that could undo it. */
function isLast(change: Asked, asked: Asked, ledger: Ledger): boolean {
  return !ledger.asked.some(
    ({ op, begun }) =>
      op.isolate === change.op.isolate &&
      changes(op, asked.op.subject) &&
      !(change.op.act !== "refresh" && (op.act === "set" || op.act === "expire")) &&
      begun.tick > change.begun.tick &&
      begun.tick < (asked.settled?.tick ?? Infinity),
  );
}

/** Whether what was made before a change came into the storage, or to this answer, in a way that the change cannot know of. */
function isExcused(change: Asked, { made }: Answer, { op }: Asked, ledger: Ledger, { stack }: Setting): boolean {
  const isOwn = change.op.isolate === op.isolate;
  const { tick } = change.begun;
  if (isStamp(change.op)) {
    // The stamps of one isolate are ahead of time, and another does not know: its own may take their place.
    const isOfOne = isOwn && made.isolate === op.isolate;
    return !isOfOne && change.begun.at - made.begun.at <= ledger.stamps;
  }
  const isOthers = (isolate: number): boolean => isolate !== change.op.isolate || stack === "eventual";
  if (made.landings.some((landing) => landing.tick > tick && isOthers(landing.isolate))) return true;
  if (isOwn || made.isolate !== op.isolate) return false;
  return (made.ended?.tick ?? Infinity) > tick || made.writes.some(({ settled }) => settled > tick);
}
