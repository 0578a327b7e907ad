import { isFieldName } from "./field-name.ts";
import { type DirectiveRules, directivesOf, fieldsOf, isEssential, listedNames } from "./freshness.ts";

/** What concerns one connection or one proxy, and not the response (RFC 9111 §3.1, RFC 9110 §7.6.1). */
const HOP_BY_HOP: readonly string[] = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authentication-info",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/** Copies the fields of a response that an intermediary hands on (RFC 9110 §7.6.1). */
export function forwardableHeaders(headers: Headers): Headers {
  const handed = new Headers(headers);
  for (const name of HOP_BY_HOP) handed.delete(name);
  return handed;
}

/**
 * Copies the fields of a response that are stored (RFC 9111 §3.1): none of one connection only, none that `no-cache="…"` or,
 * in a shared cache, `private="…"` names. `Age` stays, since the response is aged from it; so does `Set-Cookie`: whether
 * a response with it is stored is `refusalToStore()`'s matter.
 */
export function storableHeaders(headers: Headers, rules: DirectiveRules): Headers {
  const stored = new Headers(headers);
  for (const name of [...HOP_BY_HOP, ...connectionFields(headers, rules), ...withheldFields(headers, rules)]) {
    stored.delete(name);
  }
  return stored;
}

/** The length that a response claims, in bytes; `undefined` where it does not, or speaks of an encoded body. */
export function lengthOf(headers: Headers): number | undefined {
  const text = headers.get("content-length");
  return text !== null && /^\d+$/.test(text) && !headers.has("content-encoding") ? Number(text) : undefined;
}

/** Lists the fields, in lower case, that the response's own directives keep out of this cache. */
export function withheldFields(headers: Headers, rules: DirectiveRules): readonly string[] {
  const { directives } = directivesOf(headers, rules);
  const ofPrivate = rules.isShared ? fieldsOf("private", directives, rules) : undefined;
  const withheld = [fieldsOf("no-cache", directives, rules), ofPrivate];
  return withheld.flatMap((names) => (names === undefined || names === "all" ? [] : names));
}

/** Leaves out what no sender may nominate (RFC 9110 §7.6.1): without `Vary`, say, one client's variant answers all. */
function connectionFields(headers: Headers, rules: DirectiveRules): readonly string[] {
  const names = listedNames(headers.get("connection") ?? "");
  return names.filter((name) => isFieldName(name) && !isEssential(name, rules));
}
