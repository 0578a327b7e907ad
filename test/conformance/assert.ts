/** Fails the running test: whatever the runner is, a thrown error does. */
export function fail(message: string): never {
  throw new Error(message);
}

export function check(condition: boolean, message: string): asserts condition {
  if (!condition) fail(message);
}

/** Compares primitives; long texts are shown in part. */
export function equal(actual: unknown, expected: unknown, what: string): void {
  if (!Object.is(actual, expected)) fail(`${what}: expected ${show(expected)}: received ${show(actual)}`);
}

/** Compares two lists of texts without regard to order. */
export function sameMembers(actual: Iterable<string>, expected: Iterable<string>, what: string): void {
  const left = [...actual].sort();
  const right = [...expected].sort();
  const missing = right.filter((text) => !left.includes(text));
  const extra = left.filter((text) => !right.includes(text));
  check(missing.length === 0 && extra.length === 0, `${what}: missing ${show(missing)}: extra ${show(extra)}`);
  equal(left.length, right.length, `${what}: how many`);
}

const SHOWN = 120;

function show(value: unknown): string {
  const text = typeof value === "string" || Array.isArray(value) ? JSON.stringify(value) : String(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}… (${text.length} characters)` : text;
}
