// The occurrences of one recurring iCalendar component: DTSTART, RRULE, RDATE, EXDATE and its RECURRENCE-ID overrides
// (RFC 5545 section 3.8.5). ical.js parses, rrule-temporal expands in the component's own zone; so 09:00 in Berlin is
// 09:00 in Berlin on both sides of a clock change, whatever the zone of the machine.
//
// DTSTART of a component with rules is an occurrence only if a rule yields it (the RFC leaves the other case undefined).
import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import { inputError } from '../../engine/model/errors.ts';
import { unknownName } from '../unknown-name.ts';
import type { Interval } from './intervals.ts';
import { addDuration, readDuration, readStamp, stamp, type Stamp } from './ics-time.ts';

/** A component as ical.js parses it (jCal, RFC 7265): name, properties, sub-components. */
export type JCal = readonly [string, readonly JProperty[], readonly JCal[]];
/** Name, parameters, type, values. */
export type JProperty = readonly [string, Readonly<Record<string, string | undefined>>, string, ...unknown[]];

export interface Occurrence {
  readonly interval: Interval;
  /** DTSTART is a date. */
  readonly wholeDays: boolean;
  /** The component that describes it: the series, or the override. */
  readonly component: JCal;
}

/** Occurrences are wanted that overlap [fromMs, untilMs), in ms since 1970; `floating` is the zone of times without one. */
export interface SeriesWindow {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly floating: string;
  /** What had to be read with goodwill is noted here. */
  readonly notes: Set<string>;
}

/** All properties of that (lower-case) name. */
export function properties(component: JCal, name: string): readonly JProperty[] {
  return component[1].filter((property) => property[0] === name);
}

/** The first value of the property as text, or undefined. */
export function text(component: JCal, name: string): string | undefined {
  const value = properties(component, name)[0]?.[3];
  return value === undefined ? undefined : String(value);
}

/**
 * Occurrences that overlap the window of one series (`null` when only overrides of it are known) with its overrides.
 * Throws `InputError` for what cannot be read, or would be read wrongly.
 */
export function occurrencesOf(series: JCal | null, overrides: readonly JCal[], window: SeriesWindow): Occurrence[] {
  const changes = overrides.map((component) => readChange(component, window));
  const single = changes.filter((change) => !change.following);
  const following = changes.filter((change) => change.following).sort((a, b) => a.id.ms - b.id.ms);
  const changed = (change: Change, at: Stamp): Occurrence => ({ interval: change.span(at), wholeDays: change.start.dateOnly, component: change.component });
  const found = (series === null ? changes : single).map((change) => changed(change, change.start));
  if (series !== null) {
    const start = startOf(series, window.floating), span = spanOf(series, start, window);
    for (const { start: original, end } of startsOf(series, start, widened(window, start, span, following))) {
      if (single.some((change) => sameInstance(change.id, original))) continue;
      const change = following.findLast((candidate) => candidate.id.ms <= original.ms);
      if (change !== undefined) found.push(changed(change, shifted(original, change)));
      else found.push({ interval: end === undefined ? span(original) : [original.ms, end], wholeDays: original.dateOnly, component: series });
    }
  }
  return found.filter(({ interval: [start, end] }) => start < window.untilMs && end > window.fromMs);
}

/** An override: which instance it is about (RECURRENCE-ID), whether all later ones too, and the time it gives. */
interface Change {
  readonly component: JCal;
  readonly id: Stamp;
  readonly following: boolean;
  readonly start: Stamp;
  readonly span: Span;
}

function readChange(component: JCal, window: SeriesWindow): Change {
  const property = properties(component, 'recurrence-id')[0]!;
  const following = property[1]['range']?.toUpperCase() === 'THISANDFUTURE';
  if (following && properties(component, 'rrule').length > 0) {
    const hint = 'end the series with UNTIL and start another';
    throw inputError('unsupported', '', 'an override of this and all future occurrences that has a rule of its own', { hint });
  }
  const start = startOf(component, window.floating);
  return { component, id: readStamp(String(property[3]), property[1]['tzid'], window.floating), following, start, span: spanOf(component, start, window) };
}

/** RECURRENCE-ID, EXDATE against an instance: the same instant, or, when only a date is given, the same local day. */
function sameInstance(id: Stamp, instance: Stamp): boolean {
  return id.dateOnly !== instance.dateOnly ? id.local.toPlainDate().equals(instance.local.toPlainDate()) : id.ms === instance.ms;
}

/** Later instances move by the same difference of the wall clock as the one that was changed. */
function shifted(original: Stamp, change: Change): Stamp {
  const difference = localIn(change.id, original.zone).until(localIn(change.start, original.zone), { largestUnit: 'day' });
  return stamp(original.local.add(difference), change.start.dateOnly, original.zone);
}

function localIn(at: Stamp, zone: string): Temporal.PlainDateTime {
  return at.dateOnly ? at.local : Temporal.Instant.fromEpochMilliseconds(at.ms).toZonedDateTimeISO(zone).toPlainDateTime();
}

/** The window in which an original start may lie whose occurrence overlaps the window, moved or not. */
function widened(window: SeriesWindow, start: Stamp, span: Span, following: readonly Change[]): SeriesWindow {
  const length = ([from, to]: Interval): number => to - from;
  const reach = Math.max(0, ...following.map((change) => Math.abs(change.start.ms - change.id.ms)));
  // A day more for the hours by which a span can differ across a clock change.
  const longest = Math.max(length(span(start)), ...following.map((change) => length(change.span(change.start)))) + 86_400_000;
  return { ...window, fromMs: window.fromMs - longest - reach, untilMs: window.untilMs + reach };
}

function startOf(component: JCal, floating: string): Stamp {
  const property = properties(component, 'dtstart')[0];
  if (property === undefined) throw inputError('missing-start', '', 'no DTSTART');
  return readStamp(String(property[3]), property[1]['tzid'], floating);
}

/** From a start to the time of the occurrence: for dates in days, after DTEND in elapsed time, after DURATION as that says. */
type Span = (start: Stamp) => Interval;

function spanOf(component: JCal, start: Stamp, window: SeriesWindow): Span {
  const end = properties(component, 'dtend')[0], duration = text(component, 'duration');
  if (end !== undefined) return spanUntil(start, readStamp(String(end[3]), end[1]['tzid'], window.floating), window.notes);
  const lasting = duration !== undefined ? readDuration(duration) : Temporal.Duration.from(start.dateOnly ? 'P1D' : 'PT0S');
  return ({ ms, zone }) => [ms, addDuration(ms, lasting, zone)];
}

function spanUntil(start: Stamp, end: Stamp, notes: Set<string>): Span {
  if (end.dateOnly && !start.dateOnly) throw inputError('bad-end', '', 'DTSTART is a time but DTEND a date');
  if (start.dateOnly && !end.dateOnly) notes.add('DTEND with a time beside a DTSTART without: read as its date');
  const days = start.local.toPlainDate().until(end.local.toPlainDate()).days;
  if (start.dateOnly ? days < 0 : end.ms < start.ms) throw inputError('bad-end', '', 'DTEND lies before DTSTART', { value: end.local.toString() });
  if (!start.dateOnly) return ({ ms }) => [ms, ms + end.ms - start.ms];
  if (days === 0) notes.add('DTEND on the day of DTSTART: read as one whole day');
  return (at) => [at.ms, stamp(at.local.add({ days: Math.max(1, days) }), true, at.zone).ms];
}

/** The instance of a series before any override; with its own end when an RDATE period gives one. */
interface Original {
  readonly start: Stamp;
  readonly end?: number;
}

/** Instances that start within [fromMs, untilMs), in no particular order, without those of EXDATE. */
function startsOf(component: JCal, start: Stamp, window: SeriesWindow): Original[] {
  if (properties(component, 'exrule').length > 0) throw inputError('unsupported', '', 'EXRULE is not read', { hint: 'use EXDATE' });
  const rules = properties(component, 'rrule').filter((rule) => Object.keys(rule[3] as object).join('') !== '');
  const instances = new Map<number, Original>();
  const keep = (original: Original): void => {
    const { ms } = original.start;
    if (ms >= window.fromMs && ms < window.untilMs) instances.set(ms, original);
  };
  if (rules.length === 0) keep({ start });
  for (const rule of rules) for (const at of expand(rule[3], start, window)) keep({ start: at });
  for (const [, { tzid }, type, ...values] of properties(component, 'rdate')) {
    for (const value of values) {
      keep(type === 'period' ? readPeriod(value, tzid, window.floating) : { start: readStamp(String(value), tzid, window.floating) });
    }
  }
  for (const [, { tzid }, , ...values] of properties(component, 'exdate')) {
    for (const value of values) {
      const out = readStamp(String(value), tzid, window.floating);
      for (const [key, original] of instances) if (sameInstance(out, original.start)) instances.delete(key);
    }
  }
  return [...instances.values()];
}

/** A jCal PERIOD: start and end, or start and duration. */
export function readPeriod(value: unknown, tzid: string | undefined, floating: string): { start: Stamp; end: number } {
  const [from, to] = value as readonly [string, string];
  const start = readStamp(from, tzid, floating);
  const end = to.startsWith('P') ? addDuration(start.ms, readDuration(to), start.zone) : readStamp(to, tzid, floating).ms;
  if (end <= start.ms) throw inputError('bad-end', '', 'a period that ends before it starts', { value: `${from}/${to}` });
  return { start, end };
}

const RULE_PARTS = [
  'freq', 'until', 'count', 'interval', 'bysecond', 'byminute', 'byhour', 'byday', 'bymonthday', 'byyearday', 'byweekno', 'bymonth', 'bysetpos',
  'wkst', 'rscale', 'skip',
];
/** To be ignored beside a date (RFC 5545 section 3.3.10). */
const TIME_PARTS = ['bysecond', 'byminute', 'byhour'];
const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];

/** Starts that the rule yields in the window. Dates are expanded in UTC, where every day has a midnight. */
function expand(rule: unknown, start: Stamp, window: SeriesWindow): Stamp[] {
  const zone = start.dateOnly ? 'UTC' : start.zone;
  const ruleText = ruleString(rule, start, zone);
  // A day of margin where the window is in instants but the expansion in dates.
  const margin = start.dateOnly ? 86_400_000 : 0;
  try {
    const recurrence = new RRuleTemporal({ rruleString: ruleText, dtstart: start.local.toZonedDateTime(zone), tzid: zone, cache: false });
    const found = recurrence.between(instant(window.fromMs - margin), instant(window.untilMs + margin), true);
    return found.map((at) => stamp(Temporal.PlainDateTime.from(at.toPlainDateTime().toString()), start.dateOnly, start.zone));
  } catch (cause) {
    throw inputError('bad-rule', '', `the recurrence rule cannot be expanded: ${(cause as Error).message}`, { value: ruleText });
  }
}

const instant = (ms: number): Temporal.ZonedDateTime => Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO('UTC');

/** The rule as text again, with parts checked and UNTIL as the RFC wants it beside this DTSTART: in UTC, a date meaning its whole day. */
function ruleString(rule: unknown, start: Stamp, zone: string): string {
  const given = rule as Readonly<Record<string, unknown>>;
  if ('byweekno' in given && start.local.toPlainDate().yearOfWeek !== start.local.year) {
    throw inputError('unsupported', '', 'a rule by week number that starts in a week of another year', { value: start.local.toString() });
  }
  const parts = Object.entries(given).filter(([key]) => !(start.dateOnly && TIME_PARTS.includes(key))).map(([key, value]) => {
    if (!RULE_PARTS.includes(key)) {
      throw unknownName('bad-rule', '', 'an unknown part of a recurrence rule', key.toUpperCase(), RULE_PARTS.map((part) => part.toUpperCase()));
    }
    if (key === 'wkst') return `WKST=${typeof value === 'number' ? WEEKDAYS[value - 1] : String(value)}`;
    if (key === 'until') return `UNTIL=${untilText(String(value), start, zone)}`;
    return `${key.toUpperCase()}=${(Array.isArray(value) ? value : [value]).join(',')}`;
  });
  return parts.join(';');
}

function untilText(value: string, start: Stamp, zone: string): string {
  const until = readStamp(value, undefined, zone);
  const last = start.dateOnly ? until.local.toPlainDate().toZonedDateTime('UTC').epochMilliseconds
    : until.dateOnly ? stamp(until.local.add({ days: 1 }), true, zone).ms - 1000 : until.ms;
  return instant(last).toPlainDateTime().toString({ smallestUnit: 'second' }).replaceAll(/[-:]/g, '') + 'Z';
}
