/**
 * What one request does: asks; keeps the promise that a shortcut has given, and ends or is aborted; awaits what another
 * has kept; calls three times in one turn and is stopped in it; waits for another request, which wakes it in such a turn.
 */
export interface Asked {
  readonly act:
    | "ask"
    | "hold"
    | "hold and abort"
    | "await held"
    | "stop"
    | "abort in the turn"
    | "sleep"
    | "wake and abort";
  /** Names a function of its own. */
  readonly id: string;
}

export const COMPUTATION_MS = 100;

/** The floor of the package's own flightTimeout, computations before and after it, and a slow machine. */
export const LONGEST_WAIT_MS = 5_000;
