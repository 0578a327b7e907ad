import { around } from "./around.ts";
import type { Backend, Envelope } from "./backend.ts";
import { base64Length, fromBase64, toBase64 } from "./bytes.ts";

/**
 * Makes a backend that keeps text only keep bytes too, by writing them into the text; of a stack, in each tier.
 *
 * A backend that keeps bytes is left as it is. An envelope without bytes is neither written nor read differently.
 */
export function foldBytes(backend: Backend): Backend {
  if (backend.withTiers !== undefined) return backend.withTiers(foldBytes);
  if (backend.capabilities.binary === true) return backend;
  const { getMany, setMany, compareAndSet } = backend;
  return {
    ...around(backend, (_operation, work) => work()),
    get: async (...args) => {
      const envelope = await backend.get(...args);
      return envelope && unfold(envelope);
    },
    set: (key, envelope, ...rest) => backend.set(key, fold(envelope), ...rest),
    ...(getMany && { getMany: async (...args) => mapped(await getMany.apply(backend, args), unfold) }),
    ...(setMany && { setMany: (envelopes, ...rest) => setMany.call(backend, mapped(envelopes, fold), ...rest) }),
    ...(compareAndSet && {
      compareAndSet: (key, expected, next, ...rest) =>
        compareAndSet.call(backend, key, expected && fold(expected), fold(next), ...rest),
    }),
  };
}

/** What was cut off anywhere is no JSON, and so no entry: one without its bytes would pass for whole. */
function fold(envelope: Envelope): Envelope {
  const { text, bytes } = envelope;
  return bytes === undefined ? envelope : { text: `${bytes.length}:${text}\n${toBase64(bytes)}` };
}

/** Hands back what is no fold as it is: the same object, beside which what was decoded from it is kept. */
function unfold(envelope: Envelope): Envelope {
  const { text } = envelope;
  const [start, length] = /^(\d+):/.exec(text) ?? [];
  if (start === undefined) return envelope;
  const end = text.length - base64Length(Number(length)) - 1;
  if (end < start.length || text[end] !== "\n") return envelope;
  try {
    const bytes = fromBase64(text.slice(end + 1));
    return bytes.length === Number(length) ? { text: text.slice(start.length, end), bytes } : envelope;
  } catch {
    return envelope;
  }
}

function mapped(
  envelopes: ReadonlyMap<string, Envelope>,
  change: (envelope: Envelope) => Envelope,
): ReadonlyMap<string, Envelope> {
  return new Map(Array.from(envelopes, ([key, envelope]) => [key, change(envelope)]));
}
