const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

const MONTH = `(${MONTHS.join("|")})`;
const TIME = "(\\d{2}):(\\d{2}):(\\d{2})";
const SHORT_DAY = "(?:mon|tue|wed|thu|fri|sat|sun)";
const LONG_DAY = "(?:mon|tues|wednes|thurs|fri|satur|sun)day";

// A cache ignores the case of a date (RFC 9111 §4.2), and all else is as strict as RFC 9110 §5.6.7 writes it.
const IMF_FIXDATE = new RegExp(`^${SHORT_DAY}, (\\d{2}) ${MONTH} (\\d{4}) ${TIME} gmt$`, "i");
const RFC_850 = new RegExp(`^${LONG_DAY}, (\\d{2})-${MONTH}-(\\d{2}) ${TIME} gmt$`, "i");
const ASCTIME = new RegExp(`^${SHORT_DAY} ${MONTH} (\\d{2}| \\d) ${TIME} (\\d{4})$`, "i");

/** The first and the last instant that have a year of four digits. */
const EARLIEST = -62_167_219_200_000;
const LATEST = 253_402_300_799_999;

/** How far ahead a year of two digits may be (RFC 9110 §5.6.7). */
const YEARS_AHEAD = 50;

/**
 * Reads an HTTP date in any of its three formats (RFC 9110 §5.6.7), and nothing that only resembles one: `undefined` for
 * another zone than GMT, a day that its month has not, or two dates in one field. That the weekday belongs to the date is
 * not checked, for it says nothing that the date does not.
 *
 * @param now epoch ms, by which a year of two digits gets its century
 * @returns epoch ms
 */
export function parseHttpDate(text: string | null, now: number): number | undefined {
  if (text === null) return undefined;
  const [, day, month, year, ...time] = IMF_FIXDATE.exec(text) ?? [];
  if (day !== undefined) return instantOf(Number(year), month, day, time);
  const [, oldDay, oldMonth, shortYear, ...oldTime] = RFC_850.exec(text) ?? [];
  if (oldDay !== undefined) return nearest(Number(shortYear), oldMonth, oldDay, oldTime, now);
  const [, cMonth, cDay, hour, minute, second, cYear] = ASCTIME.exec(text) ?? [];
  return cDay === undefined ? undefined : instantOf(Number(cYear), cMonth, cDay, [hour, minute, second]);
}

/** Writes an instant, in epoch ms, as an IMF-fixdate in whole seconds, rounded down; of years beyond 0–9999 the nearest date. */
export function formatHttpDate(instant: number): string {
  return new Date(Math.min(Math.max(instant, EARLIEST), LATEST)).toUTCString();
}

type Digits = string | undefined;

/** Finds the last year with these two digits that does not put the date more than 50 years ahead. */
function nearest(digits: number, month: Digits, day: Digits, time: readonly Digits[], now: number): number | undefined {
  const limit = new Date(now);
  limit.setUTCFullYear(limit.getUTCFullYear() + YEARS_AHEAD);
  const lastYear = limit.getUTCFullYear();
  const year = lastYear - ((lastYear - digits) % 100);
  const instant = instantOf(year, month, day, time);
  if (instant !== undefined && instant <= limit.getTime()) return instant;
  return instantOf(year - 100, month, day, time);
}

function instantOf(year: number, month: Digits, day: Digits, time: readonly Digits[]): number | undefined {
  const date = new Date(0);
  // Not Date.UTC(), which takes the years 0 to 99 for those of the twentieth century.
  date.setUTCFullYear(year, MONTHS.indexOf((month ?? "").toLowerCase()), Number(day));
  if (date.getUTCDate() !== Number(day)) return undefined;
  const [hour = 0, minute = 0, second = 0] = time.map(Number);
  const isLeapSecond = hour === 23 && minute === 59 && second === 60;
  if (hour > 23 || minute > 59 || (second > 59 && !isLeapSecond)) return undefined;
  return date.setUTCHours(hour, minute, second);
}
