// People out of an event log with start and end of each work item: how long activities take, and when each person works.
// Working hours are mined as in Simod (M. Camargo, M. Dumas, O. González-Rojas, "Automated discovery of business process
// simulation models from event logs", DSS 134, 2020): an hour of the week belongs to a calendar when its owner was seen at
// work in it often enough. The log shows no offers and no waiting, so response delays cannot be had from it.
//
// Times in these logs have no zone; they are taken as the wall clock of the zone the caller names.
import { fault, inputError, InputError } from '../../engine/model/errors.ts';
import { parseInstant } from '../../engine/model/instant.ts';
import type { CalendarFile, DistributionText } from '../../engine/model/scenario.ts';
import { readRows, rowsOf } from './rows.ts';

export interface WorkLogOptions {
  /** Zone of the naive times, for the calendars. Default UTC. */
  readonly timeZone?: string;
  /** An hour of the week counts when the person worked in it in at least this share of the weeks they were about. Default 0.1. */
  readonly support?: number;
  /** Order statistics kept of each activity's durations. Default 41: every 2.5 %. */
  readonly points?: number;
}

export interface WorkLog {
  readonly activities: readonly ActivityDurations[];
  readonly people: readonly PersonHours[];
  readonly report: {
    readonly items: number;
    /** Artificial `Start` and `End` rows, dropped. */
    readonly markers: number;
    readonly zeroLength: number;
    /** Seconds of service over all items. */
    readonly median: number;
    readonly mean: number;
    /** Share of all worked time that lies within the mined hours. */
    readonly coverage: number;
  };
}

export interface ActivityDurations {
  readonly activity: string;
  readonly items: number;
  /** Goes into a task's `duration`: seconds, equally spaced order statistics. */
  readonly duration: Extract<DistributionText, { empirical: unknown }>;
}

export interface PersonHours {
  readonly person: string;
  readonly items: number;
  /** Goes into a person's `calendar`. Empty `weekly` when no hour was seen often enough. */
  readonly calendar: Extract<CalendarFile, { weekly: unknown }>;
}

interface Item {
  readonly activity: string;
  readonly person: string;
  readonly start: number;
  readonly end: number;
}

const COLUMNS = ['Activity', 'Resource', 'Start Timestamp', 'Complete Timestamp'] as const;

/** Reads a CSV with at least the columns Activity, Resource, Start Timestamp, Complete Timestamp. Throws `InputError` with the lines. */
export function readWorkLog(csv: string, options: WorkLogOptions = {}): WorkLog {
  const { timeZone = 'UTC', support = 0.1, points = 41 } = options;
  const [header, ...rows] = rowsOf(csv);
  const columns = COLUMNS.map((name) => header?.cells.indexOf(name) ?? -1);
  const missing = COLUMNS.filter((_, i) => columns[i]! < 0);
  if (missing.length > 0) throw new InputError(missing.map((name) => fault('missing-column', 'line 1', `no column ${name}`)));
  const all = readRows(rows, 'bad-work-log', ({ cells }): Item => {
    const [activity, person, from, to] = columns.map((c) => cells[c] ?? '') as [string, string, string, string];
    const start = parseInstant(`${from}Z`), end = parseInstant(`${to}Z`);
    if (end < start) throw new Error('ends before it starts');
    return { activity, person, start, end };
  });
  const items = all.filter(({ activity }) => activity !== 'Start' && activity !== 'End');
  if (items.length === 0) throw inputError('bad-work-log', '', 'no work items');
  const people = [...groupBy(items, (item) => item.person)].map(([person, own]) => ({ person, own, hours: workingHours(own, support) }));
  const durations = sortedDurations(items);
  const worked = people.reduce((sum, { hours }) => sum + hours.workedMs, 0), covered = people.reduce((sum, { hours }) => sum + hours.coveredMs, 0);
  return {
    activities: [...groupBy(items, (item) => item.activity)].map(([activity, own]) => (
      { activity, items: own.length, duration: { empirical: orderStatistics(sortedDurations(own), points) } })),
    people: people.map(({ person, own, hours }) => ({ person, items: own.length, calendar: { timeZone, weekly: weeklyRules(hours.slots) } })),
    report: {
      items: items.length, markers: all.length - items.length, zeroLength: durations.filter((d) => d === 0).length,
      median: durations[Math.floor((durations.length - 1) / 2)]!, mean: Math.round(durations.reduce((a, b) => a + b, 0) / durations.length),
      coverage: worked === 0 ? 0 : Math.round((covered / worked) * 1e4) / 1e4,
    },
  };
}

/** Groups in the order of their names. */
function groupBy(items: readonly Item[], key: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Seconds, ascending. */
const sortedDurations = (items: readonly Item[]): number[] => items.map(({ start, end }) => (end - start) / 1000).sort((a, b) => a - b);

function orderStatistics(sorted: readonly number[], points: number): number[] {
  if (sorted.length <= points) return [...sorted];
  return Array.from({ length: points }, (_, i) => sorted[Math.round((i * (sorted.length - 1)) / (points - 1))]!);
}

const HOUR = 3_600_000, WEEK_HOURS = 168;
/** 1970-01-01 was a Thursday; hours of the week count from Monday 00:00. */
const hourOfWeek = (hour: number): number => (hour + 72) % WEEK_HOURS;

/** The hours of the week one person was seen at work in, in at least a share `support` of their weeks; and the time seen. */
function workingHours(items: readonly Item[], support: number): { slots: readonly number[]; workedMs: number; coveredMs: number } {
  const seen = new Set<number>(), ms = new Float64Array(WEEK_HOURS);
  for (const { start, end } of items) {
    for (let hour = Math.floor(start / HOUR); hour * HOUR < end; hour++) {
      seen.add(hour);
      ms[hourOfWeek(hour)]! += Math.min(end, (hour + 1) * HOUR) - Math.max(start, hour * HOUR);
    }
  }
  const weekOf = (hour: number): number => Math.floor((hour + 72) / WEEK_HOURS);
  const from = items.reduce((least, item) => Math.min(least, item.start), Infinity), to = items.reduce((most, item) => Math.max(most, item.end), 0);
  const weeks = weekOf(Math.floor(to / HOUR)) - weekOf(Math.floor(from / HOUR)) + 1;
  const counts = new Uint32Array(WEEK_HOURS);
  for (const hour of seen) counts[hourOfWeek(hour)]!++;
  const slots = [...counts.keys()].filter((slot) => counts[slot]! > 0 && counts[slot]! >= support * weeks);
  return { slots, workedMs: ms.reduce((a, b) => a + b, 0), coveredMs: slots.reduce((sum, slot) => sum + ms[slot]!, 0) };
}

const DAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const clock = (hour: number): string => `${String(hour).padStart(2, '0')}:00`;

/** Runs of hours on a day; days with the same run share a rule. */
function weeklyRules(slots: readonly number[]): { days: string[]; from: string; to: string }[] {
  const rules = new Map<string, { days: string[]; from: string; to: string }>();
  for (let i = 0; i < slots.length; ) {
    const day = Math.floor(slots[i]! / 24);
    let j = i + 1;
    while (j < slots.length && slots[j] === slots[j - 1]! + 1 && Math.floor(slots[j]! / 24) === day) j++;
    const from = clock(slots[i]! % 24), to = clock((slots[j - 1]! % 24) + 1), key = `${from}-${to}`;
    const rule = rules.get(key);
    if (rule === undefined) rules.set(key, { days: [DAYS[day]!], from, to });
    else rule.days.push(DAYS[day]!);
    i = j;
  }
  return [...rules.values()];
}
