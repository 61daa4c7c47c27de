// Whether people are there, by a calendar that is read again and again, against what the scenario has published: only
// deviations are told, for the scheduler knows the published calendar already.
import { readFile } from 'node:fs/promises';
import { readCalendar } from '../../../../scenarios/formats/icalendar.ts';
import type { LiveClock } from '../../clock.ts';

type Interval = readonly [from: number, to: number];

export interface Presence {
  /** By the calendar read last. */
  readonly there: boolean;
  /** ms since 1970 when that changes; Infinity when it is not known to. */
  readonly until: number;
}

/** Looks ahead as far as any plan does. */
const AHEAD_MS = 28 * 86_400_000, FETCH_MS = 30_000;

/** Working time of the iCalendar text, ms since 1970, from `wall` on. Throws `InputError`. */
export function workingTime(ics: string, wall: number): Interval[] {
  const from = Math.floor(wall / 86_400_000) * 86_400_000;
  return readCalendar(ics, { epochMs: from, untilMs: from + AHEAD_MS }).intervals.map(([a, b]) => [a + from, b + from] as const);
}

/** Whether `at` lies in working time (sorted, disjoint), and until when that holds. */
export function presenceAt(intervals: readonly Interval[], at: number): Presence {
  for (const [from, to] of intervals) {
    if (at < from) return { there: false, until: from };
    if (at < to) return { there: true, until: to };
  }
  return { there: false, until: Infinity };
}

/** The text of a file or of an http address. */
export async function readSource(source: string, clock: LiveClock): Promise<string> {
  if (!/^https?:\/\//.test(source)) return readFile(source, 'utf8');
  const late = new AbortController(), cancel = clock.after(FETCH_MS, () => { late.abort(); });
  try {
    const answer = await fetch(source, { signal: late.signal });
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    return await answer.text();
  } finally { cancel(); }
}
