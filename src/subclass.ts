import { fingerprintOfClass } from "./key/fingerprint.ts";

/** A decorated method, and what its class calls it. */
export interface Method {
  readonly fn: object;
  readonly key: string | symbol;
  readonly isStatic: boolean;
}

/**
 * Tells what code a subclass adds to a cached method that it inherits: the method may call what the subclass overrides,
 * which no analysis of the method's own class can see.
 *
 * @param self the instance, or the class itself for a static method
 * @returns the fingerprint of the subclass; `undefined` where `self` is of the class that declares the method
 * @throws {TypeError} where the build has not seen the subclass
 */
export function subclassOf(self: unknown, { fn, key }: Method): string | undefined {
  const own: unknown = typeof self === "function" ? self : Object.getPrototypeOf(Object(self));
  let declaring = own;
  while (declaring !== null && Object.getOwnPropertyDescriptor(declaring, key)?.value !== fn) {
    declaring = Object.getPrototypeOf(declaring);
  }
  // Under another decorator the method is not found; then its class is not known to be another.
  if (declaring === null || declaring === own) return undefined;
  const subclass = Object(own === self ? self : (own as object).constructor) as { readonly name?: unknown };
  const fingerprint = fingerprintOfClass(subclass);
  if (fingerprint !== undefined) return fingerprint;
  throw new TypeError(
    `Cannot cache "${String(key)}" of the subclass "${String(subclass.name)}": it may override what the method calls, and the build has not seen it: received a class that is made at run time: pass \`version\``,
  );
}
