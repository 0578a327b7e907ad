/** Tells whether two values are the same by type and content. */
export function isSameValue(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (one instanceof Date) return other instanceof Date && one.getTime() === other.getTime();
  if (one instanceof Map) return other instanceof Map && isSameValue([...one], [...other]);
  if (one instanceof Set) return other instanceof Set && isSameValue([...one], [...other]);
  // A Buffer is bytes too.
  if (one instanceof Uint8Array) return other instanceof Uint8Array && one.join() === other.join();
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => isSameMember(one, other, name));
}

/** The members of a record that did not come back as they were. */
export function lossesOf(record: Readonly<Record<string, unknown>>, copy: unknown): string[] {
  if (typeof copy !== "object" || copy === null) return Object.keys(record);
  return Object.keys(record).filter((name) => !isSameMember(record, copy, name));
}

function isSameMember(one: object, other: object, name: string): boolean {
  return Object.hasOwn(other, name) && isSameValue(one[name as keyof typeof one], other[name as keyof typeof other]);
}
