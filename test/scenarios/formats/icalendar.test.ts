// Calendars to working time: hand-written weeks across a clock change, overrides, availability, refusals. Read under two
// zones of the machine, because libraries have read times wrongly in all but one.
import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { InputError } from '../../../engine/model/errors.ts';
import { readAway, readCalendar, type CalendarOptions } from '../../../scenarios/formats/icalendar.ts';
import { sharedData } from '../../support/shared-data.ts';

const machineZone = process.env['TZ'];
afterEach(() => { if (machineZone === undefined) delete process.env['TZ']; else process.env['TZ'] = machineZone; });

const calendar = (...lines: readonly string[]): string => ['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR', ''].join('\r\n');
const event = (...lines: readonly string[]): string => ['BEGIN:VEVENT', ...lines, 'END:VEVENT'].join('\r\n');
const utc = (text: string): number => Date.parse(text);

/** Working time as `"2026-03-27T08:00 2026-03-27T16:00"` in UTC. */
function read(ics: string, from: string, until: string, options: Partial<CalendarOptions> = {}): string[] {
  const epochMs = utc(from), { intervals } = readCalendar(ics, { timeZone: 'UTC', ...options, epochMs, untilMs: utc(until) });
  const show = (ms: number): string => new Date(epochMs + ms).toISOString().slice(0, 16);
  return intervals.map(([a, b]) => `${show(a)} ${show(b)}`);
}

const faultsOf = (run: () => unknown): readonly { code: string; path: string; hint?: string }[] => {
  try { run(); } catch (error) { if (error instanceof InputError) return error.faults; throw error; }
  throw new Error('nothing was thrown');
};

describe('working hours across clock changes', () => {
  // Berlin leaves winter time on Sunday 29 March 2026: 09:00 is 08:00Z before, 07:00Z after.
  const berlin = calendar(event('UID:1', 'SUMMARY:Work', 'DTSTART;TZID=Europe/Berlin:20260105T090000', 'DTEND;TZID=Europe/Berlin:20260105T170000', 'RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR'));
  // New York on 8 March: 14:00Z before, 13:00Z after. The line is folded inside its value.
  const newYork = calendar(event('UID:1', 'DTSTART;TZID=America/New_York:20260302T090000', 'DURATION:PT4H', 'RRULE:FREQ=WEEKLY;BYDAY=MO\r\n ,FR;COUNT=4'));

  it.each(['UTC', 'America/Los_Angeles', 'Asia/Kolkata'])('keeps the wall clock of the zone when the machine is in %s', (zone) => {
    process.env['TZ'] = zone;
    expect(new Date(Date.UTC(2026, 0, 1)).getTimezoneOffset()).toBe({ UTC: 0, 'America/Los_Angeles': 480, 'Asia/Kolkata': -330 }[zone]);
    expect(read(berlin, '2026-03-26T00:00Z', '2026-04-01T00:00Z')).toEqual([
      '2026-03-26T08:00 2026-03-26T16:00', '2026-03-27T08:00 2026-03-27T16:00', '2026-03-30T07:00 2026-03-30T15:00', '2026-03-31T07:00 2026-03-31T15:00',
    ]);
    expect(read(newYork, '2026-03-02T00:00Z', '2026-04-01T00:00Z')).toEqual([
      '2026-03-02T14:00 2026-03-02T18:00', '2026-03-06T14:00 2026-03-06T18:00', '2026-03-09T13:00 2026-03-09T17:00', '2026-03-13T13:00 2026-03-13T17:00',
    ]);
  });

  it('counts a night shift after DTEND in elapsed time and after a DURATION in days by the wall clock', () => {
    // The night to 29 March 2026 in Berlin is an hour short.
    const night = (end: string): string => calendar(event('UID:1', 'DTSTART;TZID=Europe/Berlin:20260327T220000', end, 'RRULE:FREQ=DAILY;COUNT=2'));
    expect(read(night('DTEND;TZID=Europe/Berlin:20260328T060000'), '2026-03-27T00:00Z', '2026-03-31T00:00Z')[1]).toBe('2026-03-28T21:00 2026-03-29T05:00');
    expect(read(night('DURATION:P1D'), '2026-03-28T12:00Z', '2026-03-31T00:00Z')).toEqual(['2026-03-28T12:00 2026-03-29T20:00']);
  });

  it('cuts to the window and reads floating times in the given zone', () => {
    const floating = calendar(event('UID:1', 'DTSTART:20260302T090000', 'DTEND:20260302T170000'));
    expect(read(floating, '2026-03-02T04:00Z', '2026-03-02T07:00Z', { timeZone: 'Asia/Kolkata' })).toEqual(['2026-03-02T04:00 2026-03-02T07:00']);
    expect(read(floating, '2026-03-02T00:00Z', '2026-03-03T00:00Z', { timeZone: 'Asia/Kolkata' })).toEqual(['2026-03-02T03:30 2026-03-02T11:30']);
  });

  it('knows the names of Windows and of old exporters', () => {
    const named = (tzid: string): string[] => read(calendar(event('UID:1', `DTSTART;TZID=${tzid}:20260302T090000`, 'DURATION:PT1H')), '2026-03-02T00:00Z', '2026-03-03T00:00Z');
    expect(named('W. Europe Standard Time')).toEqual(['2026-03-02T08:00 2026-03-02T09:00']);
    expect(named('/mozilla.org/20050126_1/Europe/Berlin')).toEqual(['2026-03-02T08:00 2026-03-02T09:00']);
    expect(named('America/Argentina/Buenos_Aires')).toEqual(['2026-03-02T12:00 2026-03-02T13:00']);
  });
});

describe('series and their exceptions', () => {
  const week = ['UID:w', 'DTSTART:20260302T090000Z', 'DTEND:20260302T100000Z', 'RRULE:FREQ=DAILY;COUNT=5'];
  const march = (...components: readonly string[]): string[] => read(calendar(...components), '2026-03-02T00:00Z', '2026-03-10T00:00Z');

  it('leaves out EXDATE, by instant or by day, and adds RDATE, also as a period', () => {
    expect(march(event(...week, 'EXDATE:20260303T090000Z', 'EXDATE;VALUE=DATE:20260304', 'RDATE:20260308T120000Z', 'RDATE;VALUE=PERIOD:20260309T120000Z/PT3H'))).toEqual([
      '2026-03-02T09:00 2026-03-02T10:00', '2026-03-05T09:00 2026-03-05T10:00', '2026-03-06T09:00 2026-03-06T10:00',
      '2026-03-08T12:00 2026-03-08T13:00', '2026-03-09T12:00 2026-03-09T15:00',
    ]);
  });

  it('moves, lengthens and cancels single instances', () => {
    expect(march(
      event(...week),
      event('UID:w', 'RECURRENCE-ID:20260303T090000Z', 'DTSTART:20260308T110000Z', 'DTEND:20260308T130000Z'),
      event('UID:w', 'RECURRENCE-ID:20260304T090000Z', 'STATUS:CANCELLED', 'DTSTART:20260304T090000Z', 'DTEND:20260304T100000Z'),
    )).toEqual(['2026-03-02T09:00 2026-03-02T10:00', '2026-03-05T09:00 2026-03-05T10:00', '2026-03-06T09:00 2026-03-06T10:00', '2026-03-08T11:00 2026-03-08T13:00']);
  });

  it('shifts this and all future instances', () => {
    expect(march(event(...week), event('UID:w', 'RECURRENCE-ID;RANGE=THISANDFUTURE:20260304T090000Z', 'DTSTART:20260304T073000Z', 'DTEND:20260304T083000Z'))).toEqual([
      '2026-03-02T09:00 2026-03-02T10:00', '2026-03-03T09:00 2026-03-03T10:00',
      '2026-03-04T07:30 2026-03-04T08:30', '2026-03-05T07:30 2026-03-05T08:30', '2026-03-06T07:30 2026-03-06T08:30',
    ]);
  });

  it('finds an instance that was moved into the window from outside', () => {
    expect(march(event('UID:w', 'DTSTART:20260201T090000Z', 'DURATION:PT1H', 'RRULE:FREQ=YEARLY'), event('UID:w', 'RECURRENCE-ID:20260201T090000Z', 'DTSTART:20260305T090000Z', 'DURATION:PT1H')))
      .toEqual(['2026-03-05T09:00 2026-03-05T10:00']);
  });

  it('takes the version with the highest SEQUENCE', () => {
    expect(march(event('UID:a', 'SEQUENCE:2', 'DTSTART:20260303T090000Z', 'DURATION:PT1H'), event('UID:a', 'SEQUENCE:1', 'DTSTART:20260304T090000Z', 'DURATION:PT1H')))
      .toEqual(['2026-03-03T09:00 2026-03-03T10:00']);
  });

  it('ends with UNTIL: a date is its whole day, a floating time is local', () => {
    const until = (value: string): number => read(calendar(event('UID:1', 'DTSTART;TZID=America/New_York:20260302T200000', 'DURATION:PT1H', `RRULE:FREQ=DAILY;UNTIL=${value}`)), '2026-03-02T00:00Z', '2026-03-20T00:00Z').length;
    expect([until('20260304'), until('20260304T200000'), until('20260305T010000Z'), until('20260305T005959Z')]).toEqual([3, 3, 3, 2]);
  });
});

describe('what counts as working time', () => {
  const office = event('UID:o', 'DTSTART:20260302T080000Z', 'DTEND:20260302T160000Z', 'RRULE:FREQ=DAILY;COUNT=4');
  const day = (n: number): string => `2026-03-0${n}T08:00 2026-03-0${n}T16:00`;
  const hours = (extra: readonly string[], options: Partial<CalendarOptions> = {}): string[] => read(calendar(office, ...extra), '2026-03-02T00:00Z', '2026-03-06T00:00Z', options);

  it('takes off whole days (DTEND exclusive), transparent and out-of-office events', () => {
    expect(hours([event('UID:1', 'DTSTART;VALUE=DATE:20260302', 'DTEND;VALUE=DATE:20260304')])).toEqual([day(4), day(5)]);
    expect(hours([event('UID:1', 'TRANSP:TRANSPARENT', 'DTSTART:20260303T000000Z', 'DTEND:20260304T120000Z')])).toEqual([day(2), '2026-03-04T12:00 2026-03-04T16:00', day(5)]);
    for (const line of ['SUMMARY:Out of office', 'CATEGORIES:Team,Vacation', 'SUMMARY:dentist\\, away', 'SUMMARY:Public Holiday', 'X-MICROSOFT-CDO-BUSYSTATUS:OOF']) {
      expect(hours([event('UID:1', line, 'DTSTART:20260303T000000Z', 'DURATION:PT24H')])).toEqual([day(2), day(4), day(5)]);
    }
    expect(hours([event('UID:1', 'SUMMARY:Giveaway', 'DTSTART:20260306T000000Z', 'DURATION:PT1H')])).toHaveLength(4);
  });

  it('reads whole days in the zone of the calendar', () => {
    const away = calendar(event('UID:1', 'DTSTART;VALUE=DATE:20260303'));
    const { intervals } = readAway(away, { epochMs: utc('2026-03-02T00:00Z'), untilMs: utc('2026-03-05T00:00Z'), timeZone: 'Asia/Tokyo' });
    expect(intervals).toEqual([[15 * 3_600_000, 39 * 3_600_000]]);
  });

  it('reads a diary as time taken', () => {
    const diary = calendar(event('UID:1', 'DTSTART:20260302T090000Z', 'DTEND:20260302T100000Z'), event('UID:2', 'TRANSP:TRANSPARENT', 'DTSTART:20260302T110000Z', 'DURATION:PT1H'));
    expect(read(diary, '2026-03-02T08:00Z', '2026-03-02T12:00Z', { role: 'busy' })).toEqual(['2026-03-02T08:00 2026-03-02T09:00', '2026-03-02T10:00 2026-03-02T12:00']);
  });

  it('paints VAVAILABILITY by priority and takes a diary off it', () => {
    const available = (priority: number, range: readonly string[], ...lines: readonly string[]): string =>
      ['BEGIN:VAVAILABILITY', `UID:p${priority}`, `PRIORITY:${priority}`, ...range, 'BEGIN:AVAILABLE', 'UID:a', ...lines, 'END:AVAILABLE', 'END:VAVAILABILITY'].join('\r\n');
    const usual = available(9, [], 'DTSTART;TZID=Europe/Berlin:20260302T090000', 'DTEND;TZID=Europe/Berlin:20260302T170000', 'RRULE:FREQ=DAILY');
    const tuesday = available(1, ['DTSTART:20260303T000000Z', 'DTEND:20260304T000000Z'], 'DTSTART:20260303T180000Z', 'DURATION:PT2H');
    const busy = event('UID:1', 'DTSTART:20260304T100000Z', 'DURATION:PT1H');
    const week = (ics: string, role: 'available' | 'busy'): string[] => read(ics, '2026-03-02T00:00Z', '2026-03-05T00:00Z', { role });
    expect(week(calendar(tuesday, usual), 'available')).toEqual([day(2), '2026-03-03T18:00 2026-03-03T20:00', day(4)]);
    expect(week(calendar(usual, tuesday, busy), 'busy').slice(2)).toEqual(['2026-03-04T08:00 2026-03-04T10:00', '2026-03-04T11:00 2026-03-04T16:00']);
  });

  it('reads FREEBUSY', () => {
    const ics = calendar('BEGIN:VFREEBUSY', 'UID:1', 'FREEBUSY;FBTYPE=FREE:20260302T080000Z/PT8H', 'FREEBUSY;FBTYPE=BUSY:20260302T100000Z/20260302T110000Z', 'END:VFREEBUSY');
    expect(read(ics, '2026-03-02T00:00Z', '2026-03-03T00:00Z')).toEqual(['2026-03-02T08:00 2026-03-02T10:00', '2026-03-02T11:00 2026-03-02T16:00']);
  });

  it('says how it read', () => {
    const { report } = readCalendar(calendar(office, 'BEGIN:VTODO', 'UID:t', 'END:VTODO'), { epochMs: utc('2026-03-02T00:00Z'), untilMs: utc('2026-03-04T00:00Z') });
    expect(report).toMatchObject({ role: 'available', timeZone: 'UTC', occurrences: { working: 2, away: 0 }, workingMs: 16 * 3_600_000 });
    expect(report.notes).toEqual(['VTODO components are not read', 'no time zone was given for floating times and whole days: read as UTC']);
  });
});

describe('refusals', () => {
  const refuse = (...lines: readonly string[]): readonly { code: string; path: string; hint?: string }[] =>
    faultsOf(() => read(calendar(event('UID:bad', ...lines)), '2026-03-02T00:00Z', '2026-03-10T00:00Z'));

  it.each([
    ['unknown-time-zone', ['DTSTART;TZID=Somewhere/Else:20260302T090000', 'DURATION:PT1H']],
    ['bad-time', ['DTSTART:20261302T090000', 'DURATION:PT1H']],
    ['bad-end', ['DTSTART:20260302T090000Z', 'DTEND:20260302T080000Z']],
    ['bad-end', ['DTSTART:20260302T090000Z', 'DTEND;VALUE=DATE:20260303']],
    ['bad-duration', ['DTSTART:20260302T090000Z', 'DURATION:-PT1H']],
    ['bad-rule', ['DTSTART:20260302T090000Z', 'RRULE:FREQ=DAILY;UNTL=20260305']],
    ['bad-rule', ['DTSTART:19700101T000000Z', 'DURATION:PT1S', 'RRULE:FREQ=SECONDLY']],
    ['missing-start', ['SUMMARY:no start']],
    ['unsupported', ['DTSTART:20260302T090000Z', 'EXRULE:FREQ=DAILY']],
  ])('%s', (code, lines) => {
    expect(refuse(...lines)).toMatchObject([{ code, path: 'VEVENT bad' }]);
  });

  it('reports every bad event at once', () => {
    const ics = calendar(event('UID:1', 'DTSTART;TZID=Nowhere:20260302T090000'), event('UID:2', 'SUMMARY:x'), event('UID:3', 'DTSTART:20260302T090000Z'));
    expect(faultsOf(() => read(ics, '2026-03-02T00:00Z', '2026-03-03T00:00Z')).map((f) => f.path)).toEqual(['VEVENT 1', 'VEVENT 2']);
  });

  it.each(['', 'hello', 'BEGIN:VCALENDAR\r\n', calendar('BEGIN:VEVENT'), 'BEGIN:VEVENT\r\nEND:VEVENT\r\n'])('refuses %j as a calendar', (text) => {
    expect(faultsOf(() => read(text, '2026-03-02T00:00Z', '2026-03-03T00:00Z'))[0]!.code).toBe('bad-icalendar');
  });
});

const folder = sharedData('calendars');
describe.skipIf(folder === undefined)('real calendars (shared data: calendars)', () => {
  const files = (name: string): string[] => readdirSync(`${folder}/${name}`).map((file) => `${folder}/${name}/${file}`);
  const years = { epochMs: utc('2015-01-01T00:00Z'), untilMs: utc('2027-01-01T00:00Z'), timeZone: 'Europe/Berlin' };

  it('reads every list of holidays', () => {
    for (const file of files('holidays')) expect(readAway(readFileSync(file, 'utf8'), years).intervals.length, file).toBeGreaterThan(40);
    const german = readAway(readFileSync(`${folder}/holidays/GermanHolidays.ics`, 'utf8'), { ...years, epochMs: utc('2025-12-24T23:00Z'), untilMs: utc('2025-12-25T23:00Z') });
    expect(german.intervals).toEqual([[0, 86_400_000]]);
  });

  it('reads the corpus of odd calendars or refuses with an InputError', () => {
    const refused: string[] = [];
    for (const file of [...files('ics-corpus'), ...files('timezones/America')]) {
      for (const role of ['available', 'busy'] as const) {
        try { readCalendar(readFileSync(file, 'utf8'), { ...years, role }); } catch (error) {
          expect(error, file).toBeInstanceOf(InputError);
          if (role === 'busy') refused.push(file.slice(file.lastIndexOf('/') + 1));
        }
      }
    }
    expect(refused).toEqual(['bad_rrule_missing_until_event.ics', 'issue_201_test_matrix.ics']);
  });

  it('agrees with libical on the recurrence rules', () => {
    // Refused: rules by week number that start in a week of another year. Another reading: BYMONTHDAY alone in a yearly
    // rule, which RFC 5545 expands to every month and libical keeps in the month of DTSTART.
    const outcomes = libicalCases(readFileSync(`${folder}/rrule-cases/icalrecur_cases.txt`, 'utf8')).map(outcomeOf);
    const count = (kind: string): string[] => outcomes.filter((o) => o.kind === kind).map((o) => o.rule);
    expect(outcomes).toHaveLength(73);
    expect(count('refused').every((rule) => rule.includes('BYWEEKNO=53')) && count('refused').length).toBe(5);
    expect(count('differs')).toEqual(['FREQ=YEARLY;BYMONTHDAY=29;COUNT=3']);
    expect(count('agrees')).toHaveLength(67);
  });
});

interface LibicalCase { rule: string; start: string; from: string; instances: readonly string[] }

function libicalCases(text: string): LibicalCase[] {
  return text.split(/\n\s*\n/).flatMap((block) => {
    const field = (name: string): string | undefined => new RegExp(`^${name}:(.*)$`, 'm').exec(block)?.[1];
    const rule = field('RRULE');
    return rule === undefined ? [] : [{ rule, start: field('DTSTART')!, from: field('START-AT') ?? field('DTSTART')!, instances: field('INSTANCES')!.split(',').map((x) => x.replace('Z', '')) }];
  });
}

function outcomeOf({ rule, start, from, instances }: LibicalCase): { rule: string; kind: 'agrees' | 'differs' | 'refused' } {
  const ms = (x: string): number => utc(`${x.slice(0, 4)}-${x.slice(4, 6)}-${x.slice(6, 8)}T${x.length > 8 ? `${x.slice(9, 11)}:${x.slice(11, 13)}:${x.slice(13, 15)}` : '00:00:00'}Z`);
  const wholeDays = start.length === 8, step = wholeDays ? 86_400_000 : 1000;
  const ics = calendar(event('UID:1', `DTSTART${wholeDays ? ';VALUE=DATE' : ''}:${start}`, wholeDays ? 'DURATION:P1D' : 'DURATION:PT1S', `RRULE:${rule}`));
  const expected = instances.map(ms).filter((at) => at >= ms(from));
  try {
    const { intervals } = readAway(ics, { epochMs: ms(from), untilMs: ms(instances.at(-1)!) + 400 * 86_400_000, timeZone: 'UTC' });
    const starts = intervals.flatMap(([a, b]) => Array.from({ length: (b - a) / step }, (_, i) => ms(from) + a + i * step));
    const ended = /COUNT|UNTIL/.test(rule) ? starts : starts.slice(0, expected.length);
    return { rule, kind: ended.length === expected.length && ended.every((at, i) => at === expected[i]) ? 'agrees' : 'differs' };
  } catch (error) {
    if (error instanceof InputError) return { rule, kind: 'refused' };
    throw error;
  }
}
