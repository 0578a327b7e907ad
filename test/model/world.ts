import { type Backend, type CallContext, type Envelope, memory, tiered } from "../../src/index.ts";
import { altered } from "../support/backends.ts";
import { createdAt } from "./answers.ts";
import { chance, Clock, currentRequest, type Request, sleep, within } from "./clock.ts";
import { type Command, type Edge, isStamp, type Op, SUBJECTS } from "./commands.ts";
import { Isolate, type Result, type Value } from "./isolate.ts";
import { Judge } from "./judge.ts";
import { type Asked, Ledger, type Made, mark } from "./ledger.ts";
import { cacheOptions, type Setting } from "./setting.ts";
import { Storage } from "./storage.ts";
import type { Warm } from "./warmth.ts";

const never = new Promise<never>(() => {});

/** Two isolates over one storage, an origin, and time: does what a story says, and lets a judge hear of it. */
export class World {
  readonly clock: Clock = new Clock();
  readonly judge: Judge;
  readonly isolates: readonly Isolate[];
  /** What is not settled yet, and what it has to find. */
  readonly pending: Map<Asked, Warm | undefined> = new Map();
  /** What has been asked for. */
  readonly subjects: Set<number> = new Set();
  readonly #setting: Setting;
  readonly #ledger: Ledger = new Ledger(this.clock);
  readonly #random: () => number;
  readonly #storage: Storage;
  readonly #shared: Backend = this.#witnessed(memory());
  readonly #keys: readonly string[];
  #origin = { takesMs: 0, fails: false };

  constructor(setting: Setting, keys: readonly string[]) {
    this.#setting = setting;
    this.#keys = keys;
    this.#random = chance(setting.seed);
    this.judge = new Judge(setting, this.clock, this.#ledger, keys);
    this.#storage = new Storage(setting, this.#random, this.judge.witness);
    this.isolates = ([0, 1] as const).map((isolate) => this.#isolate(isolate));
  }

  #isolate(isolate: 0 | 1): Isolate {
    return new Isolate({
      ...this.#setting,
      backend: this.#backend(isolate),
      options: cacheOptions(this.#setting),
      random: this.#random,
      onEvent: (event) => this.judge.told(isolate, event),
      run: (subject, context) => this.#run(isolate, subject, context),
    });
  }

  #backend(isolate: number): Backend {
    const { stack } = this.#setting;
    // What one isolate knows of stamps, another does not: it is kept by the object. What is wrapped has no shortcuts.
    if (stack === "memory") return isolate === 0 ? this.#shared : altered(this.#shared, {});
    const storage = this.#storage.seenFrom(isolate);
    return stack.startsWith("tiered") ? tiered([memory(), storage]) : storage;
  }

  /** memory() itself, since what is wrapped around it holds nothing for those who ask; it tells what it takes. */
  #witnessed(backend: Backend): Backend {
    const { set, delete: remove } = backend;
    const landed = (key: string, envelope?: Envelope): void => {
      const isolate = this.#ledger.askedBy(currentRequest())?.op.isolate ?? 0;
      this.judge.witness.landed(isolate, key, envelope);
    };
    const changes: Partial<Backend> = {
      set: async (...args) => {
        await set.apply(backend, args);
        landed(args[0], args[1]);
      },
      delete: async (key) => {
        await remove.call(backend, key);
        landed(key);
      },
    };
    return Object.assign(backend, changes, { getMany: undefined, deleteMany: undefined, compareAndSet: undefined });
  }

  /** Does one step of a story, and what goes on after it without time. */
  async step(command: Command): Promise<void> {
    switch (command.do) {
      case "ops":
        // A turn of the event loop is of one request.
        for (const op of command.ops) await this.#performAtOnce(op);
        break;
      case "again":
        for (let turn = 0; turn < command.turns; turn++) {
          await this.#performAtOnce(command.op);
          await this.advance(0);
        }
        break;
      case "wait":
        return this.advance(command.ms);
      case "wait until":
        return this.advance(Math.max(0, this.#edge(command.edge, command.subject) + command.offsetMs - this.clock.now));
      case "origin":
        this.#origin = command;
        break;
      case "storage":
        this.#fail(command.fault, command.on);
        break;
      case "corrupt":
        await this.#corrupt(this.#keys[command.subject] ?? "");
        break;
      case "kill":
        this.#kill(command.nth);
    }
    return this.advance(0);
  }

  advance(ms: number): Promise<void> {
    return this.clock.advance(ms, () => {
      for (const [asked, warm] of this.pending) if (warm !== undefined) this.judge.waits(asked, warm);
      if (this.judge.problem !== undefined) throw new Error(this.judge.problem);
    });
  }

  async #performAtOnce(op: Op): Promise<void> {
    const group: Request[] = [];
    for (let i = 0; i < op.times; i++) this.perform(op, group);
  }

  /** Begins an operation, in a request of its own. */
  perform(op: Op, group: Request[] = []): Asked {
    const what: Op = isStamp(op) && !this.#setting.isTagged ? { ...op, act: "invalidate" } : op;
    const request: Request = { id: this.#ledger.asked.length, isDead: false, hasJoined: false, events: [], group };
    group.push(request);
    const asked = this.#ledger.ask(what, request);
    const warm = this.judge.begun(asked);
    this.pending.set(asked, warm);
    this.subjects.add(op.subject);
    const made: Made[] = [];
    const make = (): Value => this.#value(push(made, this.#ledger.make({ ...what, request, by: "hand" })));
    const settle = (isRejected: boolean): boolean => {
      this.pending.delete(asked);
      if (request.isDead) return false;
      asked.settled = this.#ledger.moment();
      asked.isRejected = isRejected;
      if (!isRejected) for (const one of made) one.ended = asked.settled;
      return true;
    };
    void within(request, () => this.isolates[op.isolate]?.perform(what, make))?.then(
      (result: Result) => settle(false) && this.judge.answered(asked, warm, result),
      (error: unknown) => settle(true) && this.judge.rejected(asked, warm, error),
    );
    return asked;
  }

  /** The function behind the cache. */
  async #run(isolate: 0 | 1, subject: number, context: CallContext | undefined): Promise<Value> {
    const request = currentRequest();
    const made = this.#ledger.make({ subject, isolate, request, by: "run", reason: context?.reason });
    const { takesMs, fails } = this.#origin;
    this.judge.runBegun(made);
    if (takesMs === Infinity) {
      this.judge.lost(isolate);
      return never;
    }
    await sleep(takesMs);
    made.ended = this.#ledger.moment();
    made.isError = fails;
    this.judge.runEnded(made);
    if (fails) throw new Error(`the origin fails ${mark(made)}`);
    return this.#value(made);
  }

  #value(made: Made): Value {
    return { of: SUBJECTS[made.subject] ?? "", id: mark(made) };
  }

  /** All is well again. */
  heal(): void {
    this.#origin = { takesMs: 0, fails: false };
    this.#fail(undefined, "both");
  }

  #fail(fault: Storage["fault"], on: Storage["faultOn"]): void {
    this.#storage.fault = fault;
    this.#storage.faultOn = on;
    this.judge.disturbed(fault === undefined ? "none" : on);
  }

  async #corrupt(key: string): Promise<void> {
    this.judge.disturbed();
    if (this.#setting.stack !== "memory") return this.#storage.corrupt(key);
    if ((await this.#shared.get(key)) !== undefined) await this.#shared.set(key, { text: "{" }, { ttlMs: Infinity });
  }

  /** Ends a request: nothing that it has begun goes on, neither what it waits for nor what it does in the background. */
  #kill(nth: number): void {
    const asked = this.#ledger.asked.filter(({ request }) => !request.isDead).at(-1 - nth);
    if (asked === undefined) return;
    for (const request of asked.request.group) {
      const one = this.#ledger.askedBy(request) ?? asked;
      request.isDead = true;
      one.died = this.#ledger.moment();
      this.pending.delete(one);
      this.judge.tell(`request ${request.id} dies`);
      this.judge.lost(one.op.isolate === 0 ? 0 : 1);
    }
  }

  #edge(edge: Edge, subject: number): number {
    const { ttlMs, swrMs, staleIfErrorMs, retryAfterMs, errorTtlMs } = this.#setting;
    const last = (isError: boolean): number => {
      const made = this.#ledger.made.findLast(
        (one) => one.subject === subject && one.ended !== undefined && one.isError === isError,
      );
      return made === undefined ? -Infinity : createdAt(made);
    };
    switch (edge) {
      case "ttl":
        return last(false) + ttlMs;
      case "swr":
        return last(false) + ttlMs + swrMs;
      case "staleIfError":
        return last(false) + ttlMs + staleIfErrorMs;
      case "retryAfter":
        return last(true) + retryAfterMs;
      case "errorTtl":
        return last(true) + errorTtlMs;
    }
  }
}

function push<One>(all: One[], one: One): One {
  all.push(one);
  return one;
}
