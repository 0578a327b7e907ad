/** V8 hashes no more of a text than its length past so many characters (`String::kMaxHashCalcLength`). */
const MAX_HASHED = 16_383;
/** Over how many lengths such texts are spread; a power of two. */
const SPREAD = 4_096;

// Not made at module scope, where Workers have no random numbers.
let seed = 0;

/**
 * Writes a text such that a `Map` finds it quickly among others: a short one as it is, a long one behind as many blanks
 * as a hash of it says, because long texts of one length would all be compared with each other.
 *
 * Different texts stay different, and the same text is the same for as long as the isolate lives.
 */
export function slotText(text: string): string {
  return text.length <= MAX_HASHED ? text : `${" ".repeat(hashOf(text) & (SPREAD - 1))}|${text}`;
}

/** A hash of all characters: long texts often differ in a few. Seeded, so that nobody can prepare some that meet. */
function hashOf(text: string): number {
  seed ||= (Math.random() * 2 ** 32) | 1;
  let hash = seed;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
