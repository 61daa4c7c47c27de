// Times of iCalendar (RFC 5545 section 3.3) as points on a zone's wall clock. Zones are those of the IANA database; the
// file's own VTIMEZONE is not used, because a copy of rules ages and readers disagree on it. A zone that cannot be named
// is refused, never guessed: read as floating or UTC it would move every working hour.
import { Temporal } from 'temporal-polyfill';
import { inputError } from '../../engine/model/errors.ts';

/** A date, or a date and time, on the wall clock of `zone`. */
export interface Stamp {
  /** Midnight for a date. */
  readonly local: Temporal.PlainDateTime;
  readonly dateOnly: boolean;
  readonly zone: string;
  /** ms since 1970; for a date the first instant of that day in `zone`. */
  readonly ms: number;
}

/** Reads a jCal DATE or DATE-TIME value. `tzid` is the parameter of the property, `floating` the zone of times without one. */
export function readStamp(text: string, tzid: string | undefined, floating: string): Stamp {
  // `DTSTART:20190101` without VALUE=DATE is common; the parser then leaves the time empty.
  const bare = text.replace(/T::$/, ''), dateOnly = !bare.includes('T'), utc = bare.endsWith('Z');
  let local: Temporal.PlainDateTime;
  try {
    local = Temporal.PlainDateTime.from(utc ? bare.slice(0, -1) : bare, { overflow: 'reject' });
  } catch {
    throw inputError('bad-time', '', 'not a date or date-time of iCalendar', { value: text });
  }
  return stamp(local, dateOnly, utc ? 'UTC' : dateOnly || tzid === undefined ? floating : resolveZone(tzid));
}

/** The stamp of a wall-clock time. A time that does not exist or exists twice is read as RFC 5545 section 3.3.5 says. */
export function stamp(local: Temporal.PlainDateTime, dateOnly: boolean, zone: string): Stamp {
  const zoned = dateOnly ? local.toPlainDate().toZonedDateTime(zone) : local.toZonedDateTime(zone);
  return { local, dateOnly, zone, ms: zoned.epochMilliseconds };
}

/** Reads a jCal DURATION value; refuses a negative one. */
export function readDuration(text: string): Temporal.Duration {
  let duration: Temporal.Duration;
  try {
    duration = Temporal.Duration.from(text);
  } catch {
    throw inputError('bad-duration', '', 'not a duration of iCalendar', { value: text });
  }
  if (duration.sign < 0) throw inputError('bad-duration', '', 'an event of negative duration', { value: text });
  return duration;
}

/** Days count by the wall clock of `zone`, hours and less by elapsed time. */
export function addDuration(ms: number, duration: Temporal.Duration, zone: string): number {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).add(duration).epochMilliseconds;
}

/** The IANA zone a TZID means: its own name, the last parts of a path (`/mozilla.org/20050126_1/Europe/Berlin`), or the zone of a Windows name. */
export function resolveZone(tzid: string): string {
  const parts = tzid.trim().split('/').filter((part) => part !== '');
  for (const name of [parts.join('/'), parts.slice(-3).join('/'), parts.slice(-2).join('/'), WINDOWS_ZONES[tzid.trim()]]) {
    if (name !== undefined && isZone(name)) return name;
  }
  const hint = 'export the calendar with a name such as "Europe/Berlin"';
  throw inputError('unknown-time-zone', '', 'a TZID that names no time zone of the IANA database', { value: tzid, hint });
}

/** Whether the name is a zone of the IANA database (an offset such as "+01:00" is not). */
export function isZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    Temporal.PlainDate.from('2026-01-01').toZonedDateTime(name);
    return true;
  } catch {
    return false;
  }
}

/** Names that Outlook and Exchange write, for the zones with most users. Source: Unicode CLDR, supplemental/windowsZones. */
const WINDOWS_ZONES: Readonly<Record<string, string>> = {
  'AUS Eastern Standard Time': 'Australia/Sydney', 'Arab Standard Time': 'Asia/Riyadh', 'Arabian Standard Time': 'Asia/Dubai',
  'Argentina Standard Time': 'America/Buenos_Aires', 'Canada Central Standard Time': 'America/Regina', 'Central America Standard Time': 'America/Guatemala',
  'Central Europe Standard Time': 'Europe/Budapest', 'Central European Standard Time': 'Europe/Warsaw', 'Central Standard Time': 'America/Chicago',
  'China Standard Time': 'Asia/Shanghai', 'E. Africa Standard Time': 'Africa/Nairobi', 'E. Australia Standard Time': 'Australia/Brisbane',
  'E. South America Standard Time': 'America/Sao_Paulo', 'Eastern Standard Time': 'America/New_York', 'Egypt Standard Time': 'Africa/Cairo',
  'FLE Standard Time': 'Europe/Kiev', 'GMT Standard Time': 'Europe/London', 'GTB Standard Time': 'Europe/Bucharest', 'Greenwich Standard Time': 'Atlantic/Reykjavik',
  'Hawaiian Standard Time': 'Pacific/Honolulu', 'India Standard Time': 'Asia/Calcutta', 'Israel Standard Time': 'Asia/Jerusalem', 'Korea Standard Time': 'Asia/Seoul',
  'Mountain Standard Time': 'America/Denver', 'New Zealand Standard Time': 'Pacific/Auckland', 'Pacific Standard Time': 'America/Los_Angeles',
  'Pacific SA Standard Time': 'America/Santiago', 'Romance Standard Time': 'Europe/Paris', 'Russian Standard Time': 'Europe/Moscow',
  'SA Pacific Standard Time': 'America/Bogota', 'SE Asia Standard Time': 'Asia/Bangkok', 'Singapore Standard Time': 'Asia/Singapore',
  'South Africa Standard Time': 'Africa/Johannesburg', 'Taipei Standard Time': 'Asia/Taipei', 'Tokyo Standard Time': 'Asia/Tokyo', 'Turkey Standard Time': 'Europe/Istanbul',
  'US Mountain Standard Time': 'America/Phoenix', 'W. Australia Standard Time': 'Australia/Perth', 'W. Central Africa Standard Time': 'Africa/Lagos',
  'W. Europe Standard Time': 'Europe/Berlin',
};
