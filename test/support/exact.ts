/**
 * Tells where two values differ, down to prototypes, order, holes, `-0` and the bytes behind a view; `undefined` where
 * they do not. Stricter than any matcher, which forgive one thing or another.
 */
export function difference(actual: unknown, expected: unknown, path: string = "value"): string | undefined {
  if (typeof expected !== "object" || expected === null || typeof actual !== "object" || actual === null) {
    return Object.is(actual, expected) ? undefined : `${path}: ${brief(actual)} is not ${brief(expected)}`;
  }
  if (actual === expected) return `${path}: it is the very object`;
  if (Object.getPrototypeOf(actual) !== Object.getPrototypeOf(expected)) return `${path}: another prototype`;
  return differentMembers(actual, expected, path) ?? differentContent(actual, expected, path);
}

function differentMembers(actual: object, expected: object, path: string): string | undefined {
  if (ArrayBuffer.isView(expected)) return undefined;
  const names = Reflect.ownKeys(expected).map(String);
  const found = Reflect.ownKeys(actual).map(String);
  if (found.join("\n") !== names.join("\n")) return `${path}: the members ${found.join()} are not ${names.join()}`;
  if (expected instanceof RegExp) return undefined;
  for (const name of names) {
    const different = difference(Reflect.get(actual, name), Reflect.get(expected, name), `${path}.${name}`);
    if (different !== undefined) return different;
  }
  return undefined;
}

function differentContent(actual: object, expected: object, path: string): string | undefined {
  const [found, wanted] = [content(actual), content(expected)];
  return wanted === undefined ? undefined : difference(found, wanted, `${path}{}`);
}

/** What an object holds beside its members, as primitives and arrays. */
function content(value: object): unknown {
  if (value instanceof Date) return value.getTime();
  if (value instanceof RegExp || value instanceof URL) return String(value);
  if (value instanceof Headers) return [...value.entries(), value.getSetCookie()];
  if (ArrayBuffer.isView(value)) return [...new Uint8Array(value.buffer, value.byteOffset, value.byteLength)];
  if (Object.prototype.toString.call(value) === "[object ArrayBuffer]")
    return [...new Uint8Array(value as ArrayBuffer)];
  if (value instanceof Map || value instanceof Set || value instanceof URLSearchParams) return [...value];
  return undefined;
}

function brief(value: unknown): string {
  return Object.is(value, -0)
    ? "-0"
    : typeof value === "object"
      ? Object.prototype.toString.call(value)
      : String(value);
}
