import type { Backend, Envelope } from "./backend.ts";
import { base64Length, utf8Length } from "./bytes.ts";

/** How many bytes an envelope takes in a backend: those after the text a third more where they are written into it. */
export function sizeIn({ capabilities }: Backend, { text, bytes }: Envelope): number {
  const textBytes = utf8Length(text);
  if (bytes === undefined) return textBytes;
  return textBytes + (capabilities.binary === true ? bytes.length : foldLength(bytes));
}

/** How much longer a text is for the bytes written into it. */
function foldLength({ length }: Uint8Array): number {
  return `${length}:\n`.length + base64Length(length);
}

/** Tells whether an envelope is not too large for a backend; for a stack, whether it is not for one of its tiers. */
export function takes(backend: Backend, envelope: Envelope): boolean {
  const { capabilities, withTiers } = backend;
  if (envelope.bytes === undefined || withTiers === undefined) {
    return sizeIn(backend, envelope) <= capabilities.maxValueBytes;
  }
  // The same bytes are longer in one tier than in another.
  let isTaken = false;
  withTiers.call(backend, (tier) => {
    isTaken ||= takes(tier, envelope);
    return tier;
  });
  return isTaken;
}
