import type { CacheEvent } from "../../src/index.ts";
import { brief } from "../support/story.ts";
import { problemOf } from "./answers.ts";
import { type Clock, currentRequest } from "./clock.ts";
import { changes, isStamp, opText, SUBJECTS } from "./commands.ts";
import type { Result } from "./isolate.ts";
import type { Asked, Ledger, Made } from "./ledger.ts";
import { limitMs } from "./limits.ts";
import { Runs } from "./runs.ts";
import type { Setting } from "./setting.ts";
import type { Storage, Witness } from "./storage.ts";
import { problemOfStory, type Story, storyOf } from "./stories.ts";
import { type Warm, Warmth } from "./warmth.ts";

/** Hears of all that happens, and says what must not have. */
export class Judge {
  /** What has happened, line by line. */
  readonly lines: string[] = [];
  /** The first thing that is not as it should be. */
  problem: string | undefined;
  readonly #setting: Setting;
  readonly #clock: Clock;
  readonly #ledger: Ledger;
  readonly #keys: readonly string[];
  readonly #runs: readonly [Runs, Runs];
  readonly #warmth: readonly [Warmth, Warmth];
  readonly #lost: [number, number] = [0, 0];
  readonly #openBreakers = new Set<number>();
  #fault: Storage["faultOn"] | "none" = "none";
  #wellSince = 0;
  #readsWellSince = 0;

  constructor(setting: Setting, clock: Clock, ledger: Ledger, keys: readonly string[]) {
    this.#setting = setting;
    this.#clock = clock;
    this.#ledger = ledger;
    this.#keys = keys;
    this.#runs = [new Runs(setting, clock, ledger, 0), new Runs(setting, clock, ledger, 1)];
    this.#warmth = [new Warmth(setting, ledger, 0), new Warmth(setting, ledger, 1)];
  }

  /** An operation begins; tells what it must find. */
  begun({ op, request }: Asked): Warm | undefined {
    this.tell(`${opText({ ...op, times: 1 })}: request ${request.id}`);
    const isOfStamp = isStamp(op);
    if (isOfStamp) this.#ledger.stamps += 1;
    for (const warmth of this.#warmth) {
      if (isOfStamp) warmth.stamped(this.#clock.now);
      else if (changes(op, op.subject)) warmth.lose(op.subject);
    }
    if (changes(op, op.subject) && !isOfStamp && op.act !== "refresh") of(this.#runs, op.isolate).reset(op.subject);
    return of(this.#warmth, op.isolate).of(op.subject);
  }

  answered(asked: Asked, warm: Warm | undefined, result: Result): void {
    const { op, request } = asked;
    const { value } = result;
    const trace = result.trace ?? (result.isPlain === true ? storyOf(request) : undefined);
    asked.isHurt = asked.begun.tick <= this.#wellSince;
    asked.isBlind = asked.begun.tick <= this.#readsWellSince;
    this.tell(
      `request ${request.id} ${value === undefined ? "is done" : `is given ${trace?.verdict ?? ""} ${value.id}`}`,
    );
    if (value !== undefined) this.#checkValue(asked, value, trace);
    else if (op.act === "call" || op.act === "refresh") this.check("an answer is undefined");
    if (trace !== undefined) {
      this.check(problemOfStory(trace));
      const isTold = trace.verdict !== "stale" || of(this.#runs, op.isolate).isStale(op.subject);
      this.check(isTold ? undefined : "a stale answer that nobody has told of");
    }
    const ofLook = value === undefined ? "miss" : "hit";
    this.#checkPace(asked, warm, op.act === "peek" ? ofLook : trace?.verdict);
  }

  #checkValue(asked: Asked, { of: subject, id }: NonNullable<Result["value"]>, trace: Story | undefined): void {
    const { op, request, settled } = asked;
    const made = this.#ledger.find(id);
    if (made === undefined || made.isError || made.begun.tick > (settled?.tick ?? 0)) {
      return this.check(`an answer that nobody has made: ${subject} ${id}`);
    }
    if (subject !== SUBJECTS[op.subject]) return this.check(`an answer of ${subject}`);
    if (op.act === "refresh" && made.request !== request) return this.check("a refresh that did not run the function");
    // Who joins may be given a stale answer, and is not told so.
    const verdict = trace === undefined || trace.verdict === "bypass" ? undefined : (trace.verdict ?? "stale");
    const isShared = trace === undefined ? op.act === "call" : request.hasJoined || trace.backend === "flight";
    const answer = { made, verdict, isShared, wellSince: this.#wellSince };
    this.check(problemOf(answer, asked, this.#ledger, this.#setting));
  }

  rejected(asked: Asked, warm: Warm | undefined, error: unknown): void {
    const { op, request } = asked;
    const message = error instanceof Error ? error.message : String(error);
    asked.isHurt = true;
    this.tell(`request ${request.id} fails: ${message}`);
    this.check(this.#problemOfError(asked, message));
    this.#checkPace(asked, warm, undefined);
    // What was to be done may have been done in part.
    if (changes(op, op.subject)) this.#disturb(true);
  }

  #problemOfError(asked: Asked, message: string): string | undefined {
    const { op } = asked;
    if (op.act !== "call" && op.act !== "refresh") {
      // A look at a function's entry is answered without the storage.
      const mayFail = this.#setting.stack !== "memory" && (op.act !== "peek" || this.#isByHand(op.subject));
      return mayFail ? undefined : `${op.act} fails: ${message}`;
    }
    const made = this.#ledger.find(message);
    if (made?.isError === true) {
      const answer = { made, verdict: undefined, isShared: true, wellSince: this.#wellSince };
      return problemOf(answer, asked, this.#ledger, this.#setting);
    }
    const isTimeout = message.startsWith("Cannot wait for") && this.#setting.hardTimeoutMs < Infinity;
    return isTimeout ? undefined : `a ${op.act} fails, and not because the function does: ${message}`;
  }

  #checkPace(asked: Asked, warm: Warm | undefined, verdict: string | undefined): void {
    const { op, begun, settled, request, isRejected } = asked;
    const tookMs = (settled?.at ?? Infinity) - begun.at;
    const mostMs = this.limitMs(asked);
    if (tookMs > mostMs) this.check(`request ${request.id} has taken ${tookMs} ms, and may take ${mostMs}`);
    const isUnknown = op.act === "call" && verdict === undefined && !isRejected;
    if (this.#finds(asked, warm) && !isUnknown)
      this.check(of(this.#warmth, op.isolate).problemOf(warm, asked, verdict));
  }

  /** An operation goes on that has something to find. */
  waits(asked: Asked, warm: Warm): void {
    if (!this.#finds(asked, warm)) return;
    // A bulk read is begun for all by one request, which may have died: the others wait, and ask again.
    if (this.#setting.isBulk && of(this.#lost, asked.op.isolate) > 0) return;
    this.check(of(this.#warmth, asked.op.isolate).problemOfWait(warm, asked, this.#clock.now));
  }

  /** Whether what was to be found when an operation began still is. */
  #finds({ op, request }: Asked, warm: Warm | undefined): warm is Warm {
    if (warm === undefined || request.hasJoined || changes(op, op.subject)) return false;
    return warm === of(this.#warmth, op.isolate).of(op.subject);
  }

  limitMs(asked: Asked): number {
    const { request, op } = asked;
    return limitMs(asked, !request.hasJoined, of(this.#lost, op.isolate), this.#ledger, this.#setting);
  }

  told(isolate: number, event: CacheEvent): void {
    const subject = "key" in event ? this.#keys.indexOf(event.key ?? "") : -1;
    this.tell(`  [${isolate}] ${brief(event)} ${SUBJECTS[subject] ?? ""}`);
    const request = currentRequest();
    request?.events.push(event);
    if (event.type === "joined" && request !== undefined) request.hasJoined = true;
    // Who takes over leads from now on; who waited for a refresh leads already.
    const asked = this.#ledger.askedBy(request);
    if (event.type === "abandoned" && asked !== undefined && !this.#isRefreshing(asked)) asked.ledAt = this.#clock.now;
    if (event.type === "breaker") {
      if (event.state === "open") this.#openBreakers.add(isolate);
      else this.#openBreakers.delete(isolate);
    }
    if (event.type === "breaker") this.#disturb(false);
    if (event.type === "backend-failed") this.#disturb(!event.operation.startsWith("get"));
    if (event.type === "stored" && this.#isWell) of(this.#warmth, isolate).stored(subject, event.ttlMs);
    this.check(of(this.#runs, isolate).told(event, subject));
  }

  /** Whether a refresh runs, or may run: who computes by hand is not told why. */
  #isRefreshing({ op }: Asked): boolean {
    const runs = this.#ledger.running(op.subject, op.isolate);
    return runs.some(({ reason = "stale" }) => reason === "stale" || reason === "early" || reason === "expired");
  }

  runBegun(run: Made): void {
    this.tell(
      `  number ${run.serial} of ${SUBJECTS[run.subject]} begins in isolate ${run.isolate}: ${run.reason ?? ""}`,
    );
    this.check(of(this.#runs, run.isolate).begun(run));
  }

  runEnded(run: Made): void {
    this.tell(`  number ${run.serial} ${run.isError ? "fails" : "is known"}`);
    for (const warmth of this.#warmth) warmth.lose(run.subject);
    of(this.#runs, run.isolate).ended(run);
  }

  /** A request has died, or a run that never ends has begun. */
  lost(isolate: 0 | 1): void {
    this.#lost[isolate] += 1;
    this.#disturb(false);
  }

  get hasLost(): boolean {
    return this.#lost.some((count) => count > 0);
  }

  /** The storage begins to fail, or ends; or something has been done to what it holds. */
  disturbed(fault: Storage["faultOn"] | "none" = this.#fault): void {
    const isOfWrite = fault === "writes" && this.#fault !== fault;
    this.#fault = fault;
    this.#disturb(isOfWrite);
  }

  get #isWell(): boolean {
    return this.#fault === "none" && this.#openBreakers.size === 0;
  }

  /** Nothing need be found any more, and what is under way may come to less than it says. */
  #disturb(isOfWrite: boolean): void {
    for (const warmth of this.#warmth) warmth.lose();
    const { tick } = this.#ledger.moment();
    this.#wellSince = this.#isWell ? tick : Infinity;
    if (this.#openBreakers.size > 0 || this.#fault === "reads" || this.#fault === "both")
      this.#readsWellSince = Infinity;
    else if (!isOfWrite || this.#readsWellSince === Infinity) this.#readsWellSince = tick;
  }

  readonly witness: Witness = {
    writing: (key, envelope) => {
      for (const warmth of this.#warmth) warmth.lose(this.#keys.indexOf(key));
      const write = { settled: Infinity };
      this.#ledger.find(envelope?.text ?? "")?.writes.push(write);
      return () => {
        write.settled = this.#ledger.moment().tick;
      };
    },
    landed: (isolate, key, envelope) => {
      const subject = this.#keys.indexOf(key);
      const made = this.#ledger.find(envelope?.text ?? "");
      made?.landings.push({ isolate, ...this.#ledger.moment() });
      const isExpired = Number(/"expires":(\d+)/.exec(envelope?.text ?? "")?.[1] ?? Infinity) <= this.#clock.now;
      this.#ledger.stored.set(subject, isExpired ? undefined : made);
      for (const warmth of this.#warmth) warmth.lose(subject);
    },
  };

  check(problem: string | undefined): void {
    if (problem === undefined) return;
    this.problem ??= problem;
    this.tell(`!! ${problem}`);
  }

  tell(text: string): void {
    this.lines.push(`${this.#clock.now} ${text}`);
  }

  #isByHand(subject: number): boolean {
    return SUBJECTS[subject]?.startsWith("=") === true;
  }
}

function of<Value>(each: readonly Value[], isolate: number): Value {
  const one = each[isolate];
  if (one === undefined) throw new RangeError(`no isolate ${isolate}`);
  return one;
}
