import type { Backend, Envelope } from "./backend.ts";

/**
 * The place that a backend in this process keeps an envelope in: who remembers what an envelope holds can tell from it,
 * without asking the backend, whether that would still answer with it.
 */
export interface Holding {
  readonly keeper: Keeper;
  /** Whether the backend would answer with the envelope, until it expires. */
  isHeld: boolean;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  /** Whether it was used since room was last made: who answers in the backend's place says so here. */
  wasUsed: boolean;
  /** Is told when the envelope is held no more. */
  holder: Holder | undefined;
}

/** A backend in this process that makes its holdings known. */
export interface Keeper extends Backend {
  /** Counts what is kept beside an envelope for as long as it is held; `false` where there is no room for both. */
  charge(holding: Holding, bytes: number): boolean;
}

/** Who relies on a holding. */
export interface Holder {
  release(): void;
}

/** What this process knows of an envelope. */
export interface Notes {
  /** What was decoded from it once. */
  entry: object | undefined;
  /** Of two backends that hold it, the last to take it counts. */
  holding: Holding | undefined;
}

/** An envelope that carries its notes itself: thousands of them in a WeakMap are work for each garbage collection. */
export class NotedEnvelope implements Envelope {
  readonly text: string;
  declare readonly bytes?: Uint8Array;
  readonly #notes: Notes = { entry: undefined, holding: undefined };

  constructor(text: string, bytes: Uint8Array | undefined) {
    this.text = text;
    if (bytes !== undefined) this.bytes = bytes;
  }

  static notesOf(envelope: Envelope): Notes {
    if (#notes in envelope) return envelope.#notes;
    const notes = foreign.get(envelope) ?? { entry: undefined, holding: undefined };
    foreign.set(envelope, notes);
    return notes;
  }
}

// By the envelope, which every layer hands on as it is: those that backends have made.
const foreign = new WeakMap<Envelope, Notes>();

/** Makes the holding of an envelope known. */
export function hold(envelope: Envelope, holding: Holding): void {
  NotedEnvelope.notesOf(envelope).holding = holding;
}

/** Ends a holding, and tells who relies on it. */
export function letGo(holding: Holding): void {
  holding.isHeld = false;
  holding.holder?.release();
}

/** Takes a holding over from who has relied on it. */
export function relyOn(holding: Holding, holder: Holder): void {
  holding.holder?.release();
  holding.holder = holder;
}

/** Where this backend holds the envelope; `undefined` where it does not, or another has taken it since. */
export function holdingOf(envelope: Envelope, backend: Backend): Holding | undefined {
  const { holding } = NotedEnvelope.notesOf(envelope);
  return holding?.isHeld === true && holding.keeper === backend ? holding : undefined;
}

/** The backend that answers first: of a stack its first tier, before which nothing newer can be. */
export function nearestOf(backend: Backend): Backend {
  if (backend.withTiers === undefined) return backend;
  let first: Backend | undefined;
  backend.withTiers((tier) => {
    first ??= tier;
    return tier;
  });
  return first === undefined ? backend : nearestOf(first);
}
