/** The same members in an object without a prototype. */
export function withNull(record: object): object {
  return Object.setPrototypeOf(Object.defineProperties({}, Object.getOwnPropertyDescriptors(record)), null);
}
