import { isFieldName } from "./field-name.ts";

/** The normalised values, in one request, of the fields that a response varies on; `null` = the request had none. Plain data, to be stored. */
export type Selecting = readonly (readonly [name: string, value: string | null])[];

/** Makes values that count as one equal; `null` = the request has none. */
export type Normalizer = (value: string | null) => string | null;

/** Normalisers by field name in lower case, each in the place of what is built in; `undefined` leaves that. */
export type Normalizers = Readonly<Record<string, Normalizer | undefined>>;

interface Weighted {
  readonly range: string;
  /** Thousandths, as RFC 9110 §12.4.2 allows three decimals. */
  readonly weight: number;
}

const TOKEN = /^[!#$%&'*+.^_`|~\da-z-]+$/;
const LANGUAGE_RANGE = /^(?:[a-z]{1,8}(?:-[\da-z]{1,8})*|\*)$/;
const MEDIA_RANGE = /^[!#$%&'*+.^_`|~\da-z-]+\/[!#$%&'*+.^_`|~\da-z-]+$/;
const MEDIA_PARAMETER = /^([!#$%&'*+.^_`|~\dA-Za-z-]+)=([!#$%&'*+.^_`|~\dA-Za-z-]+)$/;
const WEIGHT = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/i;
const FULL_WEIGHT = 1000;

// A member with inner space, quotes or brackets may be part of a sentence, a string or JSON, where space can carry meaning.
const PLAIN_MEMBER = /^[^\s"'()<>[\\\]{}]*$/;
const NEVER_LISTS: ReadonlySet<string> = new Set([
  "authorization",
  "cookie",
  "proxy-authorization",
  "referer",
  "user-agent",
]);

/**
 * Reads which request fields a response was selected by: lower case, sorted, distinct; `"*"` where no request can be known to
 * match, which includes a `Vary` that is not a list of field names. RFC 9110 §12.5.5.
 *
 * A response with a content coding counts as varying on Accept-Encoding, said or not: not every client can read it.
 */
export function varyNames(headers: Headers): readonly string[] | "*" {
  const names = new Set<string>();
  for (const member of (headers.get("vary") ?? "").split(",")) {
    const name = trimSpace(member).toLowerCase();
    if (name === "*" || (name !== "" && !isFieldName(name))) return "*";
    if (name !== "") names.add(name);
  }
  if (isEncoded(headers)) names.add("accept-encoding");
  return [...names].sort();
}

/** Takes from a request the values that select a variant, in the order of the names. RFC 9111 §4.1. */
export function selectingOf(names: readonly string[], request: Headers, normalize: Normalizers = {}): Selecting {
  return names.map((name) => [name, normalized(name, request.get(name), normalize)]);
}

/** Tells whether a request selects the variant: each value equals the stored one, or both are absent. RFC 9111 §4.1. */
export function isSelected(selecting: Selecting, request: Headers, normalize: Normalizers = {}): boolean {
  return selecting.every(([name, value]) => normalized(name, request.get(name), normalize) === value);
}

/**
 * Tells whether the stored response is in the one language that the request likes best, and matches it in all else: no answer
 * can suit it better. For when no variant is selected by its values; RFC 9111 §4.1 lets a cache rank by quality values.
 *
 * Not by likeness (`de` for `de-CH`), nor where two languages are liked best or Accept-Language has a normaliser of its own.
 *
 * @param headers the stored response's
 */
export function isSelectedByLanguage(
  selecting: Selecting,
  headers: Headers,
  request: Headers,
  normalize: Normalizers = {},
): boolean {
  const language = headers.get("content-language")?.toLowerCase();
  if (language === undefined || normalizerOf("accept-language", normalize) !== undefined) return false;
  if (favouriteLanguage(request.get("accept-language")) !== language) return false;
  const others = selecting.filter(([name]) => name !== "accept-language");
  return others.length < selecting.length && isSelected(others, request, normalize);
}

function isEncoded(headers: Headers): boolean {
  const coding = headers.get("content-encoding")?.toLowerCase() ?? "";
  return coding !== "" && coding !== "identity";
}

function favouriteLanguage(accepted: string | null): string | undefined {
  const [first, second] = parseWeighted("accept-language", accepted ?? "") ?? [];
  if (first === undefined || first.range === "*" || first.weight === 0 || first.weight === second?.weight)
    return undefined;
  return first.range;
}

function normalized(name: string, value: string | null, normalize: Normalizers): string | null {
  const own = normalizerOf(name, normalize);
  if (own !== undefined) return own(value);
  if (value === null || NEVER_LISTS.has(name)) return value;
  if (!Object.hasOwn(RANGES, name)) return withoutListSpace(value);
  return parseWeighted(name, value)?.map(weightedText).join(",") ?? value;
}

/** `hasOwn`: a response may vary on "constructor", which every object has. */
function normalizerOf(name: string, normalize: Normalizers): Normalizer | undefined {
  return Object.hasOwn(normalize, name) ? normalize[name] : undefined;
}

/** Only this is known of a field that is not: lines and members may be joined with or without space (RFC 9110 §5.3, §5.6.1). */
function withoutListSpace(value: string): string {
  const members = value.split(",").map(trimSpace);
  return members.every((member) => PLAIN_MEMBER.test(member)) ? members.join(",") : value;
}

const RANGES: Readonly<Record<string, RegExp>> = {
  accept: MEDIA_RANGE,
  "accept-charset": TOKEN,
  "accept-encoding": TOKEN,
  "accept-language": LANGUAGE_RANGE,
};

/** The members of a list with quality values, the best first; `undefined` where it is none, or its meaning is in doubt. */
function parseWeighted(name: string, value: string): readonly Weighted[] | undefined {
  const weights = new Map<string, number>();
  for (const member of value.split(",")) {
    if (trimSpace(member) === "") continue;
    const weighted = parseMember(name, member.split(";").map(trimSpace));
    if (weighted === undefined) return undefined;
    // Twice, with two weights: which one counts depends on who reads it.
    if ((weights.get(weighted.range) ?? weighted.weight) !== weighted.weight) return undefined;
    weights.set(weighted.range, weighted.weight);
  }
  const members = [...weights].map(([range, weight]) => ({ range, weight }));
  // Order carries no meaning (RFC 9110 §12.5.3, §12.5.4), but common servers break a tie of media types by it.
  return members.sort((a, b) => b.weight - a.weight || (name === "accept" ? 0 : compare(a.range, b.range)));
}

function parseMember(name: string, [range = "", ...parameters]: readonly string[]): Weighted | undefined {
  const lower = range.toLowerCase();
  if (RANGES[name]?.test(lower) !== true) return undefined;
  const last = WEIGHT.exec(parameters.at(-1) ?? "");
  const media = last === null ? parameters : parameters.slice(0, -1);
  if (media.length > 0 && name !== "accept") return undefined;
  const texts = [lower];
  for (const parameter of media) {
    const [, key, text] = MEDIA_PARAMETER.exec(parameter) ?? [];
    // After the weight no more parameters are defined: such a list is compared as it stands.
    if (key === undefined || key.toLowerCase() === "q") return undefined;
    texts.push(`${key.toLowerCase()}=${text}`);
  }
  return { range: texts.join(";"), weight: last === null ? FULL_WEIGHT : Math.round(Number(last[1]) * FULL_WEIGHT) };
}

/** Valid text, and so its own normal form: no malformed value that is kept as it is can equal it. */
function weightedText({ range, weight }: Weighted): string {
  return weight === FULL_WEIGHT ? range : `${range};q=${weight / FULL_WEIGHT}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : 1;
}

/** Optional white space is space and tab alone, RFC 9110 §5.6.3. */
function trimSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text, start)) start += 1;
  while (start < end && isSpace(text, end - 1)) end -= 1;
  return text.slice(start, end);
}

function isSpace(text: string, at: number): boolean {
  return text[at] === " " || text[at] === "\t";
}
