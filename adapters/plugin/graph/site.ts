import type { Place, SiteText } from "../source/summary.ts";

/** One call of `cached()` and its like, and the fingerprint of all it reaches. */
export interface Site {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  readonly kind: SiteText["kind"];
  readonly place: Place;
  readonly name: string | undefined;
  readonly literalName: string | undefined;
  readonly isNamed: boolean;
  /** The variables of enclosing functions whose values belong in the key. */
  readonly captured: readonly string[];
  /** "a1_" and 22 characters; undefined where an error-severity diagnostic says that there is no sound value. */
  readonly fingerprint: string | undefined;
}

/** What a site's function is called in keys, as far as the source tells. */
export function nameOf({ literalName, name }: Pick<Site, "literalName" | "name">): string | undefined {
  return literalName ?? name;
}

/** A class that extends one with cached methods: where its body ends, and the fingerprint of the whole of it. */
export interface Subclass {
  readonly bodyEnd: number;
  readonly fingerprint: string;
}

/** What of a file is instrumented. */
export interface Instrumentable {
  readonly sites: readonly Site[];
  readonly subclasses: readonly Subclass[];
}
