/** What is said of code that is nested so deeply that the stack does not hold: no fingerprint is better than a crash. */
export const TOO_DEEP = "Cannot follow the code: the stack holds what is nested in it: received deeper code";

export function isTooDeep(error: unknown): boolean {
  return error instanceof RangeError && error.message.includes("call stack");
}
