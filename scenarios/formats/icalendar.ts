// iCalendar (RFC 5545, availability of RFC 7953) to working time. The text may be a calendar of working hours (role
// `available`, the default) or an ordinary diary (role `busy`); the rules are these, and stand in the report:
//
// Time away: an event that lasts whole days, is marked out of office, or has one of the words holiday(s), away, vacation,
//   out of office in its summary or categories; in a calendar of working hours also a transparent one.
// available: the remaining timed events, VAVAILABILITY periods and FREEBUSY;FBTYPE=FREE are working time; everything else
//   is not. Time away is taken off last.
// busy: everything is working time, or only the VAVAILABILITY periods if there are any; opaque events, FREEBUSY that is not
//   FREE, and time away are taken off. Transparent events take nothing.
// Cancelled events do not exist; an override that is cancelled removes its occurrence.
import ICAL from 'ical.js';
import { fault, inputError, InputError, type Fault } from '../../engine/model/errors.ts';
import { clip, disjoint, measure, subtract, type Interval } from './intervals.ts';
import { occurrencesOf, properties, readPeriod, text, type JCal, type SeriesWindow } from './ics-series.ts';
import { addDuration, isZone, readDuration, readStamp } from './ics-time.ts';

export interface CalendarOptions {
  /** ms since 1970. Working time within [epochMs, untilMs) is returned in ms since `epochMs`. */
  readonly epochMs: number;
  readonly untilMs: number;
  /** Zone of floating times and of whole days. Default: X-WR-TIMEZONE of the calendar, else UTC. */
  readonly timeZone?: string;
  /** What an ordinary timed event is: working time, or time that is taken. Default `available`. */
  readonly role?: 'available' | 'busy';
}

/** How the text was read. */
export interface CalendarReport {
  readonly role: 'available' | 'busy' | 'away';
  /** The zone used for floating times and whole days. */
  readonly timeZone: string;
  /** The rule by which events became working time. */
  readonly rule: string;
  /** Occurrences within the window. */
  readonly occurrences: { readonly working: number; readonly away: number; readonly busy: number; readonly ignored: number };
  readonly workingMs: number;
  /** What was passed over, and what was assumed. */
  readonly notes: readonly string[];
}

const RULES = {
  available: 'timed events and availability are working time; whole days, transparent and out-of-office events are time away',
  busy: 'working time is the availability (else all time) less opaque, whole-day and out-of-office events',
  away: 'every event is time away',
} as const;

/** Working time in ms since the epoch, sorted and disjoint, by the rules above. Throws `InputError` with every fault found. */
export function readCalendar(ics: string, options: CalendarOptions): { intervals: Interval[]; report: CalendarReport } {
  const role = options.role ?? 'available';
  const found = collect(ics, options, role);
  const all: Interval = [options.epochMs, options.untilMs];
  const base = role === 'available' ? [...found.available, ...found.working] : found.hasAvailability ? [...found.available, ...found.working] : [all];
  const intervals = clip(subtract(base, [...found.away, ...found.busy]), ...all);
  return { intervals, report: report(found, role, measure(intervals)) };
}

/** The time of all events, whatever they say of themselves: for lists of holidays. In ms since the epoch. */
export function readAway(ics: string, options: CalendarOptions): { intervals: Interval[]; report: CalendarReport } {
  const found = collect(ics, options, 'away');
  return { intervals: clip(disjoint(found.away), options.epochMs, options.untilMs), report: report(found, 'away', 0) };
}

interface Found {
  readonly timeZone: string;
  readonly working: Interval[];
  readonly away: Interval[];
  readonly busy: Interval[];
  available: Interval[];
  hasAvailability: boolean;
  ignored: number;
  readonly notes: Set<string>;
}

function report(found: Found, role: CalendarReport['role'], workingMs: number): CalendarReport {
  const occurrences = { working: found.working.length + found.available.length, away: found.away.length, busy: found.busy.length, ignored: found.ignored };
  return { role, timeZone: found.timeZone, rule: RULES[role], occurrences, workingMs, notes: [...found.notes].sort() };
}

function collect(ics: string, options: CalendarOptions, role: CalendarReport['role']): Found {
  if (!(options.untilMs >= options.epochMs)) throw inputError('bad-window', '', 'the calendar window ends before it starts');
  const calendars = parse(ics);
  const zone = options.timeZone ?? calendars.map((c) => text(c, 'x-wr-timezone')).find((name) => name !== undefined);
  if (zone !== undefined && !isZone(zone)) {
    throw inputError('unknown-time-zone', 'timeZone', 'not a time zone of the IANA database', { value: zone, hint: 'for example "Europe/Berlin"' });
  }
  const found: Found = { timeZone: zone ?? 'UTC', working: [], away: [], busy: [], available: [], hasAvailability: false, ignored: 0, notes: new Set() };
  if (zone === undefined) found.notes.add('no time zone was given for floating times and whole days: read as UTC');
  const window: SeriesWindow = { fromMs: options.epochMs, untilMs: options.untilMs, floating: found.timeZone, notes: found.notes };
  const components = calendars.flatMap((calendar) => calendar[2]);
  const named = (wanted: string): JCal[] => components.filter(([name]) => name === wanted);
  const faults: Fault[] = [];
  const guarded = (component: JCal, read: () => void): void => {
    try {
      read();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      faults.push(...error.faults.map((f) => ({ ...f, path: label(component) })));
    }
  };
  for (const [series, overrides] of grouped(named('vevent'))) guarded(series ?? overrides[0]!, () => readEvent(series, overrides, window, role, found));
  for (const component of byPriority(named('vavailability'))) guarded(component, () => readAvailability(component, window, found));
  for (const component of named('vfreebusy')) guarded(component, () => readFreeBusy(component, window, found));
  for (const [name] of components) if (!READ.has(name)) found.notes.add(`${name.toUpperCase()} components are not read`);
  if (faults.length > 0) throw new InputError(faults);
  return found;
}

const READ = new Set(['vevent', 'vavailability', 'vfreebusy', 'vtimezone']);
const label = (component: JCal): string => `${component[0].toUpperCase()} ${text(component, 'uid') ?? text(component, 'summary') ?? 'without UID'}`;

function parse(ics: string): JCal[] {
  let parsed: unknown;
  try {
    parsed = ICAL.parse(ics);
  } catch (cause) {
    throw new InputError([fault('bad-icalendar', '', `not iCalendar text: ${(cause as Error).message}`)], undefined, { cause });
  }
  const roots = (Array.isArray(parsed) && typeof parsed[0] === 'string' ? [parsed] : parsed ?? []) as JCal[];
  const calendars = roots.filter(([name]) => name === 'vcalendar');
  if (calendars.length === 0) throw inputError('bad-icalendar', '', 'no VCALENDAR in the text');
  return calendars;
}

/** Series with their overrides by UID. Of several versions of one thing the one with the highest SEQUENCE counts. */
function grouped(events: readonly JCal[]): [JCal | null, JCal[]][] {
  const byUid = new Map<string, JCal[]>();
  for (const [i, event] of events.entries()) {
    const uid = text(event, 'uid') ?? `#${i}`;
    byUid.set(uid, [...byUid.get(uid) ?? [], event]);
  }
  return [...byUid.values()].flatMap((group): [JCal | null, JCal[]][] => {
    const isOverride = (event: JCal): boolean => properties(event, 'recurrence-id').length > 0;
    const series = newest(group.filter((event) => !isOverride(event)), () => '');
    const overrides = newest(group.filter(isOverride), (event) => JSON.stringify(properties(event, 'recurrence-id')[0]));
    return series.length === 0 ? [[null, overrides]] : series.map((one) => [one, overrides]);
  });
}

function newest(events: readonly JCal[], key: (event: JCal) => string): JCal[] {
  const sequence = (event: JCal): number => Number(text(event, 'sequence') ?? 0);
  return events.filter((event) => events.every((other) => key(other) !== key(event) || sequence(other) <= sequence(event)));
}

function readEvent(series: JCal | null, overrides: readonly JCal[], window: SeriesWindow, role: CalendarReport['role'], found: Found): void {
  for (const { interval, wholeDays, component } of occurrencesOf(series, overrides, window)) {
    const none = text(component, 'status')?.toUpperCase() === 'CANCELLED' || interval[0] === interval[1];
    const kind = none ? 'ignored' : role === 'away' || wholeDays ? 'away' : kindOf(component, role);
    if (kind === 'ignored') found.ignored++;
    else found[kind].push(interval);
  }
}

const AWAY_WORDS = /\b(holidays?|away|vacation|out of office)\b/i;

/** Of a timed event. */
function kindOf(event: JCal, role: 'available' | 'busy'): 'working' | 'away' | 'busy' | 'ignored' {
  const words = [text(event, 'summary') ?? '', ...properties(event, 'categories').flatMap(([, , , ...values]) => values.map(String))];
  const transparent = text(event, 'transp')?.toUpperCase() === 'TRANSPARENT';
  if (words.some((word) => AWAY_WORDS.test(word)) || text(event, 'x-microsoft-cdo-busystatus')?.toUpperCase() === 'OOF') return 'away';
  if (role === 'available') return transparent ? 'away' : 'working';
  return transparent ? 'ignored' : 'busy';
}

/** PRIORITY 1 is the highest; 0 or none the lowest (RFC 7953 section 3.1). Lowest first: each paints over those before. */
function byPriority(components: readonly JCal[]): JCal[] {
  const rank = (component: JCal): number => Number(text(component, 'priority') ?? 0) || 10;
  return [...components].sort((a, b) => rank(b) - rank(a));
}

function readAvailability(component: JCal, window: SeriesWindow, found: Found): void {
  found.hasAvailability = true;
  const range = rangeOf(component, window);
  const available = grouped(component[2].filter(([name]) => name === 'available'))
    .flatMap(([series, overrides]) => occurrencesOf(series, overrides, window).map(({ interval }) => interval));
  const outside = subtract([[window.fromMs, window.untilMs]], [range]);
  found.available = [...subtract(found.available, [range]), ...subtract(available, outside)];
}

/** From DTSTART to DTEND or DURATION, each open when missing, within the window. */
function rangeOf(component: JCal, window: SeriesWindow): Interval {
  const bound = (name: string): number | undefined => {
    const property = properties(component, name)[0];
    return property === undefined ? undefined : readStamp(String(property[3]), property[1]['tzid'], window.floating).ms;
  };
  const start = bound('dtstart'), duration = text(component, 'duration');
  const end = bound('dtend') ?? (start !== undefined && duration !== undefined ? addDuration(start, readDuration(duration), window.floating) : undefined);
  return [Math.max(start ?? window.fromMs, window.fromMs), Math.min(end ?? window.untilMs, window.untilMs)];
}

function readFreeBusy(component: JCal, window: SeriesWindow, found: Found): void {
  for (const [, parameters, , ...values] of properties(component, 'freebusy')) {
    const kind = parameters['fbtype']?.toUpperCase() === 'FREE' ? 'working' : 'busy';
    if (kind === 'working') found.hasAvailability = true;
    for (const value of values) {
      const { start, end } = readPeriod(value, undefined, window.floating);
      if (start.ms < window.untilMs && end > window.fromMs) found[kind].push([start.ms, end]);
    }
  }
}
