// Calendars of a scenario become intervals: weekly rules across clock changes, holidays, sharing, faults.
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../engine/model/errors.ts';
import type { CalendarFile, ScenarioFile } from '../../../engine/model/scenario.ts';
import { expandCalendar, mergeHolidays, parseEpoch, resolveCalendars } from '../../../scenarios/formats/calendars.ts';

const HOUR = 3_600_000, DAY = 24 * HOUR;
const office = { days: ['MO', 'TU', 'WE', 'TH', 'FR'], from: '09:00', to: '17:00' };
const scenario = (calendars: readonly CalendarFile[], rest: Partial<ScenarioFile> = {}): ScenarioFile => ({
  twinclock: 'scenario/1', name: 'people', epoch: '2026-03-02T00:00:00Z', horizon: '7d',
  jobs: [{ id: 'j', tasks: [{ id: 't', duration: '1h', on: ['human'] }] }],
  fleet: { human: calendars.map((calendar, i) => ({ id: `h${i}`, calendar })) }, ...rest,
});
const intervalsOf = (file: ScenarioFile, person = 0): readonly (readonly [number, number])[] => {
  const calendar = file.fleet.human![person]!.calendar!;
  if (!('intervals' in calendar)) throw new Error('not resolved');
  return calendar.intervals;
};

describe('parseEpoch', () => {
  it('reads instants with an offset', () => {
    expect(parseEpoch('2026-03-02T00:00:00Z')).toBe(Date.UTC(2026, 2, 2));
    expect(parseEpoch('2026-03-02T09:00:00+01:00')).toBe(Date.UTC(2026, 2, 2, 8));
  });
  it.each(['2026-03-02T00:00:00', '2026-03-02', '2026-02-30T00:00:00Z', 'Monday', ''])('refuses %j', (text) => {
    expect(() => parseEpoch(text)).toThrow(InputError);
  });
});

describe('weekly calendars', () => {
  const week = (calendar: CalendarFile, epoch: string, days: number): readonly (readonly [number, number])[] => intervalsOf(resolveCalendars(scenario([calendar], { epoch, horizon: `${days}d` })));

  it('keeps the wall clock: New York starts at 14:00Z in winter and 13:00Z from 8 March 2026', () => {
    const found = week({ timeZone: 'America/New_York', weekly: [office] }, '2026-03-06T00:00:00Z', 5);
    expect(found).toEqual([[14 * HOUR, 22 * HOUR], [3 * DAY + 13 * HOUR, 3 * DAY + 21 * HOUR], [4 * DAY + 13 * HOUR, 4 * DAY + 21 * HOUR]]);
  });
  it('lets a night shift reach over midnight and into the window', () => {
    const found = week({ timeZone: 'UTC', weekly: [{ days: ['SU', 'MO'], from: '22:00', to: '06:00' }] }, '2026-03-02T00:00:00Z', 3);
    expect(found).toEqual([[0, 6 * HOUR], [22 * HOUR, 30 * HOUR]]);
  });
  it('has whole days and joins what touches', () => {
    expect(week({ timeZone: 'UTC', weekly: [{ days: ['MO', 'TU'], from: '00:00', to: '24:00' }] }, '2026-03-02T00:00:00Z', 7)).toEqual([[0, 2 * DAY]]);
  });
  it('leaves out local dates', () => {
    const found = week({ timeZone: 'Asia/Tokyo', weekly: [office], except: ['2026-03-03'] }, '2026-03-02T00:00:00Z', 3);
    expect(found).toEqual([[0, 8 * HOUR], [2 * DAY, 2 * DAY + 8 * HOUR]]);
  });
  it('covers no more than 400 days', () => {
    const last = week({ timeZone: 'UTC', weekly: [office] }, '2026-03-02T00:00:00Z', 3650).at(-1)!;
    expect(last[1]).toBeLessThanOrEqual(400 * DAY);
    expect(last[1]).toBeGreaterThan(396 * DAY);
  });
  it('agrees with the same week written as iCalendar', () => {
    const ics = ['BEGIN:VCALENDAR', 'BEGIN:VEVENT', 'UID:1', 'DTSTART;TZID=Europe/Berlin:20260105T090000', 'DTEND;TZID=Europe/Berlin:20260105T170000', 'RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', 'END:VEVENT', 'END:VCALENDAR', ''].join('\r\n');
    const epochMs = parseEpoch('2026-03-02T00:00:00Z'), untilMs = epochMs + 300 * DAY;
    const weekly = expandCalendar({ timeZone: 'Europe/Berlin', weekly: [office] }, epochMs, untilMs);
    expect(weekly).toHaveLength(215);
    expect(expandCalendar({ ics }, epochMs, untilMs)).toEqual(weekly);
  });
});

describe('resolveCalendars', () => {
  it('leaves alone what needs nothing, and shares equal calendars', () => {
    const closed = scenario([{ always: true }, { intervals: [[0, 5]] }]);
    expect(resolveCalendars(closed)).toBe(closed);
    const weekly = { timeZone: 'UTC', weekly: [office] };
    const resolved = resolveCalendars(scenario([weekly, { always: true }, { ...weekly }]));
    expect(intervalsOf(resolved, 2)).toBe(intervalsOf(resolved, 0));
    expect(resolved.fleet.human![1]!.calendar).toEqual({ always: true });
  });
  it('reports every fault with its path', () => {
    try {
      resolveCalendars(scenario([
        { timeZone: 'Mars/Olympus', weekly: [office] }, { timeZone: 'UTC', weekly: [{ days: ['MON'], from: '09:00', to: '17:00' }] },
        { timeZone: 'UTC', weekly: [{ days: ['MO'], from: '9', to: '17:00' }] }, { timeZone: 'UTC', weekly: [office], except: ['2026-02-30'] }, { ics: 'nonsense' },
      ]));
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
      expect((error as InputError).faults.map((f) => `${f.code} ${f.path}`)).toEqual([
        'unknown-time-zone fleet.human[0].calendar.timeZone', 'bad-day fleet.human[1].calendar.weekly[0].days', 'bad-time fleet.human[2].calendar.weekly[0].from',
        'bad-date fleet.human[3].calendar.except[0]', 'bad-icalendar fleet.human[4].calendar',
      ]);
    }
  });
});

describe('mergeHolidays', () => {
  it('takes holidays off working time, as days of the zone', () => {
    const ics = ['BEGIN:VCALENDAR', 'BEGIN:VEVENT', 'UID:1', 'SUMMARY:Feast', 'DTSTART;VALUE=DATE:20260303', 'END:VEVENT', 'END:VCALENDAR', ''].join('\r\n');
    const epochMs = parseEpoch('2026-03-02T00:00:00Z'), untilMs = epochMs + 3 * DAY;
    const working = expandCalendar({ timeZone: 'Asia/Tokyo', weekly: [office] }, epochMs, untilMs);
    expect(mergeHolidays(working, ics, { epochMs, untilMs, timeZone: 'Asia/Tokyo' }).intervals).toEqual([[0, 8 * HOUR], [2 * DAY, 2 * DAY + 8 * HOUR]]);
  });
});
