import type { CallContext } from "../../src/index.ts";
import type { Clock, Request } from "./clock.ts";
import { changes, type Op } from "./commands.ts";

/** An instant, and its place among all that happened: much can happen at one instant. */
export interface Moment {
  readonly tick: number;
  readonly at: number;
}

/** A value or an error that was made: by a run of a function, or by hand. Each is like no other, so that an answer tells where it is from. */
export interface Made {
  readonly serial: number;
  readonly subject: number;
  readonly isolate: number;
  readonly request: Request | undefined;
  readonly by: "run" | "hand";
  /** Why the function ran. */
  readonly reason: CallContext["reason"] | undefined;
  readonly begun: Moment;
  ended: Moment | undefined;
  isError: boolean;
  /** When, and for which isolate, the storage that both share has taken it. */
  readonly landings: (Moment & { readonly isolate: number })[];
  readonly writes: { settled: number }[];
}

/** One operation that was asked for, once for each of its times. */
export interface Asked {
  readonly op: Op;
  readonly request: Request;
  readonly begun: Moment;
  /** When it began to lead a flight: later than it began itself, where it has waited for another's in vain. */
  ledAt: number;
  settled: Moment | undefined;
  died: Moment | undefined;
  isRejected: boolean;
  /** Whether the storage failed meanwhile, so that it may not have done all it says. */
  isHurt: boolean;
  /** The same of its reads. */
  isBlind: boolean;
}

/** All that happened in one story. */
export class Ledger {
  readonly made: Made[] = [];
  readonly asked: Asked[] = [];
  /** What the storage that both share holds, by subject. */
  readonly stored: Map<number, Made | undefined> = new Map();
  /** How many stamps there are: each takes an instant of its own, so time in entries is ahead by so many milliseconds at most. */
  stamps = 0;
  readonly #clock: Clock;
  #ticks = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  moment(): Moment {
    this.#ticks += 1;
    return { tick: this.#ticks, at: this.#clock.now };
  }

  make(
    what: Pick<Made, "subject" | "isolate" | "request" | "by"> & {
      readonly reason?: CallContext["reason"] | undefined;
    },
  ): Made {
    const made: Made = {
      reason: undefined,
      ...what,
      serial: this.made.length,
      begun: this.moment(),
      ended: undefined,
      isError: false,
      landings: [],
      writes: [],
    };
    this.made.push(made);
    return made;
  }

  ask(op: Op, request: Request): Asked {
    const begun = this.moment();
    const ledAt = begun.at;
    const asked = {
      op,
      request,
      begun,
      ledAt,
      settled: undefined,
      died: undefined,
      isRejected: false,
      isHurt: false,
      isBlind: false,
    };
    this.asked.push(asked);
    return asked;
  }

  /** What was made with this text in it, an answer's, an error's or an envelope's. */
  find(text: string): Made | undefined {
    const serial = /#(\d+)#/.exec(text)?.[1];
    return serial === undefined ? undefined : this.made[Number(serial)];
  }

  askedBy(request: Request | undefined): Asked | undefined {
    return request === undefined ? undefined : this.asked[request.id];
  }

  /** Whether something is under way that may yet change what is stored, or what is joined. */
  isBusy(subject: number): boolean {
    return (
      this.made.some((made) => made.subject === subject && made.by === "run" && made.ended === undefined) ||
      this.asked.some(({ op, settled }) => changes(op, subject) && op.act !== "set" && settled === undefined)
    );
  }

  /** The runs that have not ended, of one subject in one isolate. */
  running(subject: number, isolate: number): Made[] {
    return this.runs(subject, isolate).filter(({ ended }) => ended === undefined);
  }

  runs(subject: number, isolate: number): Made[] {
    return this.made.filter((made) => made.by === "run" && made.subject === subject && made.isolate === isolate);
  }
}

/** How a value names what it is: in an answer, an error's message, an envelope. */
export function mark({ serial }: Made): string {
  return `#${serial}#`;
}
