// Durations and working hours out of work logs: a hand-written fortnight, and the figures derived for the published logs.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../engine/model/errors.ts';
import { resolveCalendars } from '../../../scenarios/formats/calendars.ts';
import { readWorkLog } from '../../../scenarios/traces/human-trace.ts';
import { sharedData } from '../../support/shared-data.ts';

const header = 'Case ID,Activity,Resource,Start Timestamp,Complete Timestamp';
// Mondays 5 and 12 January 2026: 09:00 to 11:30 both weeks; Tuesday the 6th 15:20 to 15:40 once.
const log = [
  header, 'c1,Start,Start,2026-01-05 08:00:00,2026-01-05 08:00:00', 'c1,Review,ann,2026-01-05 09:00:00,2026-01-05 11:30:00',
  'c2,"Check, twice",ann,2026-01-06 15:20:00,2026-01-06 15:40:00.500', 'c3,Review,ann,2026-01-12 09:30:00,2026-01-12 11:30:00', 'c3,Review,bob,2026-01-12 10:00:00,2026-01-12 10:00:00',
].join('\r\n');

describe('readWorkLog', () => {
  it('gathers durations by activity, without markers', () => {
    const { activities, report } = readWorkLog(log);
    expect(activities).toEqual([{ activity: 'Check, twice', items: 1, duration: { empirical: [1200.5] } }, { activity: 'Review', items: 3, duration: { empirical: [0, 7200, 9000] } }]);
    expect(report).toMatchObject({ items: 4, markers: 1, zeroLength: 1, median: 1200.5 });
  });
  it('keeps the hours in which a person worked often enough', () => {
    const hours = (support: number) => readWorkLog(log, { support, timeZone: 'Europe/Berlin' }).people[0]!.calendar;
    expect(hours(0.6)).toEqual({ timeZone: 'Europe/Berlin', weekly: [{ days: ['MO'], from: '09:00', to: '12:00' }] });
    expect(hours(0.5).weekly).toEqual([{ days: ['MO'], from: '09:00', to: '12:00' }, { days: ['TU'], from: '15:00', to: '16:00' }]);
    expect(readWorkLog(log, { support: 0.5 }).report.coverage).toBe(1);
    expect(readWorkLog(log).people[1]).toEqual({ person: 'bob', items: 1, calendar: { timeZone: 'UTC', weekly: [] } });
  });
  it('thins durations to order statistics that keep both ends', () => {
    const many = [header, ...Array.from({ length: 101 }, (_, i) => `c,Work,ann,2026-01-05 09:00:00,2026-01-05 09:${String(Math.floor(i / 60)).padStart(2, '0')}:${String(i % 60).padStart(2, '0')}`)].join('\n');
    expect(readWorkLog(many, { points: 5 }).activities[0]!.duration.empirical).toEqual([0, 25, 50, 75, 100]);
  });
  it('refuses with line numbers', () => {
    const faults = (text: string): string[] => { try { readWorkLog(text); } catch (error) { return (error as InputError).faults.map((f) => `${f.code} ${f.path}`); } return []; };
    expect(faults('a,b\n1,2\n')).toEqual(Array(4).fill('missing-column line 1'));
    expect(faults(`${header}\nc,W,a,2026-01-05 09:00:00,2026-01-05 08:00:00\nc,W,a,noon,2026-01-05 08:00:00\n`)).toEqual(['bad-work-log line 2', 'bad-work-log line 3']);
    expect(faults(`${header}\nc,Start,Start,2026-01-05 09:00:00,2026-01-05 09:00:00\n`)).toEqual(['bad-work-log ']);
  });
});

const folder = sharedData('human-traces');
describe.skipIf(folder === undefined)('published logs (shared data: human-traces)', () => {
  it.each([
    ['BPI_Challenge_2012_W_Two_TS_training.csv.gz', { items: 37_039, people: 51, median: 148, mean: 757 }],
    ['ConsultaDataMining201618_training.csv.gz', { items: 2724, people: 362, median: 1, mean: 1171 }],
    ['Production_training.csv.gz', { items: 1842, people: 41, median: 5940, mean: 10_301 }],
  ])('%s', (name, expected) => {
    const { report, people } = readWorkLog(gunzipSync(readFileSync(`${folder}/${name}`)).toString(), { timeZone: 'Europe/Amsterdam' });
    expect({ items: report.items, people: people.length, median: Math.round(report.median), mean: report.mean }).toEqual(expected);
    expect(report.coverage).toBeGreaterThan(0.7);
    const human = people.filter((p) => p.calendar.weekly.length > 0).map((p) => ({ id: p.person, calendar: p.calendar }));
    const resolved = resolveCalendars({ twinclock: 'scenario/1', name: 'x', horizon: '14d', jobs: [], fleet: { human } });
    expect(resolved.fleet.human!.every((p) => 'intervals' in p.calendar!)).toBe(true);
  });
});
