import { fingerprintOfClass } from "./key/fingerprint.ts";

/**
 * Tells what code a subclass adds to a cached method that it inherits: the method may call what the subclass overrides,
 * which no analysis of the method's own class can see.
 *
 * @param self the instance, or the class itself for a static method
 * @param method the decorated method, to find the class that declares it by the name it has there
 * @returns the fingerprint of the subclass; `undefined` where `self` is of the declaring class itself
 * @throws {TypeError} where the build has not seen the subclass
 */
export function subclassOf(self: unknown, method: object, key: string | symbol): string | undefined {
  const isStatic = typeof self === "function";
  if (!isStatic && (typeof self !== "object" || self === null)) return undefined;
  const own: object | null = isStatic ? self : Object.getPrototypeOf(self);
  const declaring = declaringOf(own, method, key);
  // Under another decorator the method is not found; then its class is not known to be another.
  if (declaring === undefined || declaring === own || own === null) return undefined;
  const of: unknown = isStatic ? self : (own as { constructor?: unknown }).constructor;
  const fingerprint = typeof of === "function" ? fingerprintOfClass(of) : undefined;
  if (fingerprint !== undefined) return fingerprint;
  const subclass = typeof of === "function" ? of.name : "";
  throw new TypeError(
    `Cannot cache "${String(key)}" of the subclass "${subclass}": it may override what the method calls, and the build has not seen it: received a class that is made at run time: pass \`version\``,
  );
}

function declaringOf(start: object | null, method: object, key: string | symbol): object | undefined {
  for (let at = start; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    if (Object.getOwnPropertyDescriptor(at, key)?.value === method) return at;
  }
  return undefined;
}
