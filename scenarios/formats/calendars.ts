// Calendars as self-contained intervals. A scenario names working time as `weekly` rules or iCalendar text; here both
// become half-open intervals in ms since the epoch, sorted and disjoint, so that a run depends on no time zone database.
//
// Invariant: the working time of a weekly rule follows the wall clock of its zone (09:00 stays 09:00 across a change to
// daylight saving time). Local times that do not exist or exist twice follow RFC 5545 section 3.3.5 ("compatible").
import { Temporal } from 'temporal-polyfill';
import { inputError, InputError, type Fault } from '../../engine/model/errors.ts';
import { parseInstant } from '../../engine/model/instant.ts';
import { DEFAULT_EPOCH, type CalendarFile, type HumanFile, type ScenarioFile } from '../../engine/model/scenario.ts';
import { parseDuration } from '../../engine/model/units.ts';
import { readAway, readCalendar, type CalendarReport } from './icalendar.ts';
import { disjoint, subtract, type Interval } from './intervals.ts';

/** Calendars are expanded over the horizon, but never over more than this. */
export const LONGEST_CALENDAR_MS = 400 * 86_400_000;

type WeeklyFile = Extract<CalendarFile, { weekly: unknown }>;

/**
 * ms since 1970 of an ISO 8601 instant with an offset (`2026-03-02T00:00:00Z`, `2026-03-02T09:00:00+01:00`).
 * Throws `InputError` (`bad-epoch`) for anything else, a local time without an offset included.
 */
export function parseEpoch(text: string): number {
  try {
    return parseInstant(text);
  } catch (error) {
    throw inputError('bad-epoch', 'epoch', (error as Error).message, { value: text });
  }
}

/**
 * The scenario with every `ics` and `weekly` calendar turned into `{ intervals }` over
 * [epoch, epoch + min(horizon, 400 days)). People with equal calendars share one array. Nothing else is changed;
 * a scenario without such calendars comes back as it is. Throws `InputError` with every fault found.
 */
export function resolveCalendars(file: ScenarioFile): ScenarioFile {
  const people = file.fleet.human ?? [];
  if (!people.some((person) => isOpen(person.calendar))) return file;
  const epochMs = parseEpoch(file.epoch ?? DEFAULT_EPOCH);
  const untilMs = epochMs + Math.min(horizonOf(file), LONGEST_CALENDAR_MS);
  const faults: Fault[] = [];
  const known = new Map<string, CalendarFile>();
  const human = people.map((person, i): HumanFile => {
    const calendar = person.calendar;
    if (!isOpen(calendar)) return person;
    const key = JSON.stringify(calendar);
    try {
      let resolved = known.get(key);
      if (resolved === undefined) known.set(key, resolved = { intervals: expandCalendar(calendar, epochMs, untilMs) });
      return { ...person, calendar: resolved };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const at = `fleet.human[${i}].calendar`;
      faults.push(...error.faults.map((f) => ({ ...f, path: f.path === '' ? at : `${at}.${f.path}` })));
      return person;
    }
  });
  if (faults.length > 0) throw new InputError(faults);
  return { ...file, fleet: { ...file.fleet, human } };
}

/** Intervals in ms since `epochMs` of one `ics` or `weekly` calendar within [epochMs, untilMs). */
export function expandCalendar(calendar: Extract<CalendarFile, { ics: string }> | WeeklyFile, epochMs: number, untilMs: number): Interval[] {
  if ('weekly' in calendar) return expandWeekly(calendar, epochMs, untilMs);
  const zone = calendar.timeZone === undefined ? {} : { timeZone: calendar.timeZone };
  return readCalendar(calendar.ics, { epochMs, untilMs, ...zone }).intervals;
}

/**
 * Working intervals less the days away of a holiday calendar (every event of it counts as time away, whatever it says of
 * itself). `intervals` are ms since `epochMs`; all-day holidays are days in `timeZone`.
 */
export function mergeHolidays(
  intervals: readonly Interval[], holidayIcs: string, options: { epochMs: number; untilMs: number; timeZone: string },
): { intervals: Interval[]; report: CalendarReport } {
  const away = readAway(holidayIcs, options);
  return { intervals: subtract(intervals, away.intervals), report: away.report };
}

const DAY_CODES = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

function expandWeekly(calendar: WeeklyFile, epochMs: number, untilMs: number): Interval[] {
  const { timeZone } = calendar;
  const shifts = calendar.weekly.map((rule, i) => parseShift(rule, `weekly[${i}]`));
  const except = new Set((calendar.except ?? []).map((date, i) => plainDate(date, `except[${i}]`).toString()));
  const found: Interval[] = [];
  const last = localDate(untilMs, timeZone);
  // The day before the epoch too: a night shift that began then may reach in.
  for (let date = localDate(epochMs, timeZone).subtract({ days: 1 }); Temporal.PlainDate.compare(date, last) <= 0; date = date.add({ days: 1 })) {
    if (except.has(date.toString())) continue;
    for (const { days, from, to } of shifts) {
      if (!days.has(date.dayOfWeek)) continue;
      const start = Math.max(instantAt(date, from, timeZone), epochMs), end = Math.min(instantAt(date, to, timeZone), untilMs);
      if (start < end) found.push([start - epochMs, end - epochMs]);
    }
  }
  return disjoint(found);
}

/** Minutes since local midnight; `to` is above 1440 for a shift that ends on the next day. */
function parseShift(rule: WeeklyFile['weekly'][number], path: string): { days: Set<number>; from: number; to: number } {
  const days = new Set<number>();
  for (const day of rule.days) {
    const index = DAY_CODES.indexOf(day);
    if (index < 0) throw inputError('bad-day', `${path}.days`, 'not a day code', { value: day, hint: `one of ${DAY_CODES.join(', ')}` });
    days.add(index + 1);
  }
  const from = minutes(rule.from, `${path}.from`), to = minutes(rule.to, `${path}.to`);
  if (from === to) {
    const hint = 'for the whole day write "00:00" to "24:00"';
    throw inputError('empty-shift', path, 'a shift that starts when it ends', { value: `${rule.from} to ${rule.to}`, hint });
  }
  return { days, from, to: to > from ? to : to + 1440 };
}

function minutes(text: string, path: string): number {
  const match = /^(\d{2}):(\d{2})$/.exec(text), value = match === null ? NaN : Number(match[1]) * 60 + Number(match[2]);
  if (!(value <= 1440) || Number(match?.[2]) > 59) throw inputError('bad-time', path, 'not a local time', { value: text, hint: 'write it like "09:00"' });
  return value;
}

function plainDate(text: string, path: string): Temporal.PlainDate {
  try {
    return Temporal.PlainDate.from(text);
  } catch {
    throw inputError('bad-date', path, 'not a local date', { value: text, hint: 'write it like "2026-05-01"' });
  }
}

function localDate(ms: number, timeZone: string): Temporal.PlainDate {
  try {
    return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone).toPlainDate();
  } catch {
    throw inputError('unknown-time-zone', 'timeZone', 'not a time zone of the IANA database', { value: timeZone, hint: 'for example "Europe/Berlin"' });
  }
}

function instantAt(date: Temporal.PlainDate, minute: number, timeZone: string): number {
  const time = new Temporal.PlainTime(Math.floor((minute % 1440) / 60), minute % 60);
  return date.add({ days: Math.floor(minute / 1440) }).toZonedDateTime({ timeZone, plainTime: time }).epochMilliseconds;
}

function isOpen(calendar: CalendarFile | undefined): calendar is Extract<CalendarFile, { ics: string }> | WeeklyFile {
  return calendar !== undefined && ('ics' in calendar || 'weekly' in calendar);
}

function horizonOf(file: ScenarioFile): number {
  try {
    return parseDuration(file.horizon ?? '3650d');
  } catch (error) {
    throw inputError('bad-duration', 'horizon', (error as Error).message, { value: file.horizon });
  }
}
