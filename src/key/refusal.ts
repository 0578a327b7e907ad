/**
 * Says that a value cannot be written. It is thrown where that is found, and each array and object that it passes on its
 * way out adds a step: what succeeds need not know where it is.
 */
export class Refusal {
  readonly reason: string;
  /** Which limit the value is past, where that is the reason. */
  readonly limit: "depth" | "length" | undefined;
  // From the innermost outwards.
  #way: readonly { readonly from: object; readonly step: string }[] = [];

  constructor(reason: string, limit?: "depth" | "length") {
    this.reason = reason;
    this.limit = limit;
  }

  /** Goes out through an object; `step` is how it leads to where the refusal comes from. */
  pass(from: object, step: string): this {
    this.#way = [...this.#way, { from, step }];
    return this;
  }

  /** Whether an object on the way contains itself; the way then ends there. A walk that goes round ends at a limit. */
  endsInCycle(): boolean {
    const at = this.#way.findLastIndex(({ from }, i) => this.#way.findLastIndex((outer) => outer.from === from) > i);
    this.#way = this.#way.slice(at + 1);
    return at !== -1;
  }

  /** The way from the outermost object to the value, as a person would write it: `[1].filter["first name"]`. */
  path(): string {
    return this.#way
      .map(({ step }) => step)
      .toReversed()
      .join("");
  }
}

/** Tells a refusal that it has left an object; anything else that was thrown is passed on as it is. */
export function passing(error: unknown, from: object, step: string): unknown {
  return error instanceof Refusal ? error.pass(from, step) : error;
}

/** Writes the step to a member or an element as a person would. */
export function stepTo(name: string | number): string {
  return typeof name === "string" && /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
