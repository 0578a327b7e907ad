import type { Envelope } from "./backend.ts";

/**
 * The place that a backend in this process keeps an envelope in: who remembers what an envelope holds can tell from it,
 * without asking the backend, whether that would still answer with it.
 */
export interface Holding {
  /** What the backend is called. */
  readonly backend: string;
  /** Whether the backend would answer with the envelope, until it expires. */
  isHeld: boolean;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  /** Whether it was used since room was last made: who answers in the backend's place says so here. */
  wasUsed: boolean;
  /** Is told when the envelope is held no more. */
  release: (() => void) | undefined;
}

// By the envelope, which every layer hands on as it is. Of two backends that hold it, the last to take it counts.
const holdings = new WeakMap<Envelope, Holding>();

/** Makes the holding of an envelope known. */
export function hold(envelope: Envelope, holding: Holding): void {
  holdings.set(envelope, holding);
}

/** Ends a holding, and tells who relies on it. */
export function letGo(holding: Holding): void {
  holding.isHeld = false;
  holding.release?.();
}

/** Where a backend in this process holds the envelope. */
export function holdingOf(envelope: Envelope): Holding | undefined {
  const holding = holdings.get(envelope);
  return holding?.isHeld === true ? holding : undefined;
}
