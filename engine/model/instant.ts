// ISO 8601 instants as ms since 1970-01-01T00:00Z, without Date: the engine reads no clock and asks no platform. The day
// count is the civil-calendar formula of H. Hinnant, "chrono-Compatible Low-Level Date Algorithms" (days_from_civil).

const INSTANT = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?([Zz]|[+-]\d{2}:?\d{2})$/;

/** `"2026-01-05T09:00:00+01:00"` as ms since 1970; the offset (or Z) is required. Throws a plain Error. */
export function parseInstant(text: string): number {
  const match = INSTANT.exec(text);
  if (match === null) throw new Error('an instant is written like "2026-01-05T00:00:00Z" or "2026-01-05T09:00:00+01:00"');
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0)) as [number, number, number, number, number, number];
  const milliseconds = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) throw new Error('there is no such day');
  if (hour > 23 || minute > 59 || second > 59) throw new Error('there is no such time of day');
  return ((daysSince1970(year, month, day) * 24 + hour) * 60 + minute - offsetMinutes(match[8]!)) * 60_000 + second * 1000 + milliseconds;
}

function offsetMinutes(text: string): number {
  if (text.length === 1) return 0;
  const digits = text.slice(1).replace(':', ''), hours = Number(digits.slice(0, 2)), minutes = Number(digits.slice(2));
  if (hours > 23 || minutes > 59) throw new Error('there is no such offset');
  return (text[0] === '-' ? -1 : 1) * (hours * 60 + minutes);
}

/** Years are counted from March, so that the leap day is the last of its year. */
function daysSince1970(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year, era = Math.floor(y / 400), yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
