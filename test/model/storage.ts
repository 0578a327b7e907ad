import type { Backend, Envelope } from "../../src/index.ts";
import { sleep } from "./clock.ts";
import type { Fault } from "./commands.ts";
import { LAG_MS, type Setting, SLOW_MS } from "./setting.ts";

/** Who is told what the storage did, and when. */
export interface Witness {
  writing(key: string, envelope: Envelope | undefined): () => void;
  landed(isolate: number, key: string, envelope: Envelope | undefined): void;
}

interface State {
  readonly at: number;
  readonly envelope: Envelope | undefined;
  readonly keptUntil: number;
}

const GARBAGE = [
  "",
  "null",
  "[1",
  '"autocache"',
  '{"autocache":2,"value":1}',
  '{"autocache":1,"created":0,"expires":null,"took":0,"form":"tagged","value":{"$nothing":1}}',
];
const LONGER_MS = 60_000;
const never = new Promise<never>(() => {});

/**
 * A storage elsewhere that both isolates share, and that can be told to fail. It takes its time, and takes an operation
 * in at some instant of that time. Where it is eventually consistent, a read is of the state at some instant of the last `LAG_MS`.
 */
export class Storage {
  fault: Fault | undefined;
  faultOn: "reads" | "writes" | "both" = "both";
  readonly #states = new Map<string, State[]>();
  readonly #setting: Setting;
  readonly #random: () => number;
  readonly #witness: Witness;

  constructor(setting: Setting, random: () => number, witness: Witness) {
    this.#setting = setting;
    this.#random = random;
    this.#witness = witness;
  }

  /** The storage as one isolate sees it. */
  seenFrom(isolate: number): Backend {
    const isEventual = this.#setting.stack.includes("eventual");
    const get = (key: string): Promise<Envelope | undefined> => this.#operate("reads", () => this.#read(key));
    return {
      name: "storage",
      capabilities: {
        minTtlMs: 1,
        ttlStepMs: 1,
        maxKeyBytes: 512,
        maxValueBytes: 1_000_000,
        consistency: isEventual ? "eventual" : "strong",
      },
      get,
      set: (key, envelope, { ttlMs }) => this.#write(isolate, key, envelope, ttlMs),
      delete: (key) => this.#write(isolate, key, undefined, Infinity),
      ...(this.#setting.isBulk && {
        getMany: (keys) =>
          this.#operate("reads", () => {
            const found = keys.map((key) => [key, this.#read(key)] as const);
            return new Map(found.flatMap(([key, envelope]) => (envelope === undefined ? [] : [[key, envelope]])));
          }),
      }),
    };
  }

  /** Overwrites what is kept with something that no cache has written. */
  corrupt(key: string): void {
    if (this.#stateAt(key, Infinity)?.envelope !== undefined) this.#push(key, this.#garbage(), Infinity);
  }

  async #write(isolate: number, key: string, envelope: Envelope | undefined, ttlMs: number): Promise<void> {
    const settled = this.#witness.writing(key, envelope);
    const keepMs = this.#setting.keepsLonger ? Math.max(ttlMs, LONGER_MS) : ttlMs;
    try {
      await this.#operate("writes", () => this.#land(isolate, key, envelope, Date.now() + keepMs));
    } finally {
      settled();
    }
  }

  #land(isolate: number, key: string, envelope: Envelope | undefined, keptUntil: number): void {
    // As from the network: what was decoded from an envelope does not come with it.
    this.#push(key, envelope && { text: envelope.text }, keptUntil);
    this.#witness.landed(isolate, key, envelope);
  }

  #push(key: string, envelope: Envelope | undefined, keptUntil: number): void {
    const states = this.#states.get(key) ?? [];
    states.push({ at: Date.now(), envelope, keptUntil });
    this.#states.set(key, states);
  }

  #read(key: string): Envelope | undefined {
    const now = Date.now();
    const lagMs = this.#setting.stack.includes("eventual") ? Math.floor(this.#random() * (LAG_MS + 1)) : 0;
    const state = this.#stateAt(key, now - lagMs);
    return state === undefined || state.keptUntil <= now ? undefined : state.envelope;
  }

  #stateAt(key: string, at: number): State | undefined {
    return this.#states.get(key)?.findLast((state) => state.at <= at);
  }

  async #operate<Result>(on: "reads" | "writes", work: () => Result): Promise<Result> {
    const fault = this.faultOn === "both" || this.faultOn === on ? this.fault : undefined;
    const totalMs = Math.floor(this.#random() * (this.#longest(on, fault === "is slow") + 1));
    const beforeMs = Math.floor(this.#random() * (totalMs + 1));
    await sleep(beforeMs);
    if (fault === "fails") throw new Error("the storage fails");
    if (fault === "hangs") return never;
    const result = work();
    await sleep(totalMs - beforeMs);
    if (fault === "loses answers") throw new Error("the storage has lost its answer");
    return fault === "corrupts" && on === "reads" ? (this.#corrupted(result) as Result) : result;
  }

  /** A write that the cache has given up is not taken in later: nobody could tell how it ended. */
  #longest(on: "reads" | "writes", isSlow: boolean): number {
    const longest = isSlow ? SLOW_MS : this.#setting.latencyMs;
    return on === "reads" ? longest : Math.min(longest, this.#setting.backendTimeoutMs * 5 - 1);
  }

  #corrupted(result: unknown): unknown {
    if (result === undefined) return this.#random() < 0.5 ? undefined : this.#garbage();
    if (!(result instanceof Map)) return this.#garbage(result as Envelope);
    return new Map(Array.from(result as Map<string, Envelope>, ([key, envelope]) => [key, this.#garbage(envelope)]));
  }

  #garbage(envelope?: Envelope): Envelope {
    const of = this.#random();
    if (envelope !== undefined && of < 0.5) return { text: envelope.text.slice(0, envelope.text.length * of * 1.9) };
    return { text: GARBAGE[Math.floor(of * GARBAGE.length)] ?? "" };
  }
}
