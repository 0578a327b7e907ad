import { hasStrongDate } from "./conditional.ts";

/** A part of the stored bytes. */
export interface PartialAnswer {
  readonly status: 206;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /** The value of Content-Range. */
  readonly contentRange: string;
}

/** No such part. */
export interface UnsatisfiableAnswer {
  readonly status: 416;
  /** The value of Content-Range. */
  readonly contentRange: string;
}

const BYTES_RANGES = /^bytes=(.*)$/i;
const STRONG_TAG = /^"[^"]*"$/;
const BYTES_RANGE = /^(\d*)-(\d*)$/;

/**
 * Decides which part of a stored response answers a request with Range, after its other preconditions. RFC 9110 §14.
 *
 * `undefined`: the whole response does. So it is for other methods than GET, other statuses than 200, other units than bytes,
 * an If-Range that does not hold, what is malformed, and several ranges at once (RFC 9110 §14.2 leaves these to the server).
 *
 * @param headers the stored response's
 * @param size its body's, in bytes
 */
export function answerRange(
  request: Request,
  status: number,
  headers: Headers,
  size: number,
): PartialAnswer | UnsatisfiableAnswer | undefined {
  if (request.method !== "GET" || status !== 200 || !holdsIfRange(request.headers.get("if-range"), headers))
    return undefined;
  const [first, last] = parseRange(request.headers.get("range")) ?? [];
  if (first === undefined || last === undefined) return undefined;
  // Numbers past 2^53 lose digits and end at Infinity, but stay above every size.
  if (first === "") return suffix(Number(last), size);
  const start = Number(first);
  const end = last === "" ? size : Math.min(Number(last) + 1, size);
  if (last !== "" && Number(last) < start) return undefined;
  return start < size ? part(start, end, size) : unsatisfiable(size);
}

/** The two numbers of the only range; empty where left out. */
function parseRange(text: string | null): readonly [string, string] | undefined {
  const ranges = BYTES_RANGES.exec(text ?? "")?.[1]
    ?.split(",")
    .map((range) => range.trim());
  const [range, another] = ranges?.filter((member) => member !== "") ?? [];
  if (range === undefined || another !== undefined) return undefined;
  const [, first = "", last = ""] = BYTES_RANGE.exec(range) ?? [];
  return first === "" && last === "" ? undefined : [first, last];
}

function suffix(length: number, size: number): PartialAnswer | UnsatisfiableAnswer | undefined {
  if (length === 0) return unsatisfiable(size);
  // The last bytes of nothing are satisfiable (§14.1.2), yet no Content-Range can say so.
  return size === 0 ? undefined : part(Math.max(size - length, 0), size, size);
}

function part(start: number, end: number, size: number): PartialAnswer {
  return { status: 206, start, end, contentRange: `bytes ${start}-${end - 1}/${size}` };
}

function unsatisfiable(size: number): UnsatisfiableAnswer {
  return { status: 416, contentRange: `bytes */${size}` };
}

/** RFC 9110 §13.1.5: the same strong validator, letter by letter; a weak one never holds, as parts of two bodies could be joined. */
function holdsIfRange(condition: string | null, headers: Headers): boolean {
  if (condition === null) return true;
  if (STRONG_TAG.test(condition)) return condition === headers.get("etag");
  return condition === headers.get("last-modified") && hasStrongDate(headers);
}
