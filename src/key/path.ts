/** One step on the way to a value: an index, the name of a member, or `null` where the place itself stands for the value. */
export type Step = number | string | null;

/**
 * Where a walk stands: one place per array or object on the way, so that a refusal can name the path and a value that
 * contains itself is found.
 */
export interface Place {
  readonly value: object;
  readonly step: Step;
  readonly parent: Place | undefined;
  readonly depth: number;
  /** How the members were reached, when not by plain access: `.entries()`. */
  readonly via?: string;
}

export function enter(value: object, step: Step, parent: Place | undefined, via?: string): Place {
  const depth = parent === undefined ? 0 : parent.depth + 1;
  return via === undefined ? { value, step, parent, depth } : { value, step, parent, depth, via };
}

/** Tells whether the walk is already inside this object. */
export function isInside(value: object, place: Place | undefined): boolean {
  for (let at = place; at !== undefined; at = at.parent) {
    if (at.value === value) return true;
  }
  return false;
}

/** Writes the way to a member as a person would: `args[1].filter["first name"]`. */
export function pathTo(step: Step, parent: Place | undefined): string {
  if (parent === undefined) return String(step);
  const base = pathTo(parent.step, parent.parent) + (parent.via ?? "");
  if (step === null) return base;
  if (typeof step === "number") return `${base}[${step}]`;
  return /^[A-Za-z_$][\w$]*$/.test(step) ? `${base}.${step}` : `${base}[${JSON.stringify(step)}]`;
}
