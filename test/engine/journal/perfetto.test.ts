// The timeline of a run as Perfetto reads it: the format's own rules, and the run by hand.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { perfettoTrace } from '../../../engine/journal/perfetto.ts';
import type { TimelineTables } from '../../../engine/journal/perfetto.ts';
import { handWrittenRun, task, unit } from '../../support/hand-written-run.ts';

interface Event { ph: string; name: string; pid: number; tid: number; ts: number; dur: number; id?: number; args: Record<string, unknown> }

const run = handWrittenRun();
const OUTCOMES = ['completed', 'interrupted'];
interface Attempt { task: number; attempt: number; unit: number; market: number; outcome: number; startedAt: number; endedAt: number; setupMs: number }

function tablesOf(attempts: readonly Attempt[]): TimelineTables {
  const column = (key: keyof Attempt) => attempts.map((a) => a[key]);
  return {
    attempts: {
      count: attempts.length, task: column('task'), attempt: column('attempt'), unit: column('unit'), market: column('market'), outcome: column('outcome'),
      startedAt: column('startedAt'), endedAt: column('endedAt'), setupMs: column('setupMs'), lostMs: attempts.map(() => 0),
    },
    outcomes: OUTCOMES,
    lives: {
      count: 3, unit: [unit('gpu/0'), unit('gpu/1'), unit('gpu/0')], life: [1, 1, 2], market: [1, 0, 1], cause: [1, 0, 2],
      requestedAt: [60_000, 420_000, 500_000], startedAt: [60_000, 420_000, NaN], readyAt: [90_000, 510_000, NaN], endedAt: [420_000, 900_000, 505_000],
    },
    counters: [{ name: 'spent', unit: 'dollars', times: [0, 900_000.5], values: [0, 1.25] }],
  };
}
const byHand = tablesOf([
  { task: task('f1-build'), attempt: 1, unit: unit('workstation'), market: -1, outcome: 0, startedAt: 0, endedAt: 60_000, setupMs: 0 },
  { task: task('f1-train'), attempt: 1, unit: unit('gpu/0'), market: 1, outcome: 1, startedAt: 90_000, endedAt: 420_000, setupMs: 30_000 },
  { task: task('f1-train'), attempt: 2, unit: unit('gpu/1'), market: 0, outcome: 0, startedAt: 510_000, endedAt: 900_000, setupMs: 30_000 },
  { task: task('f1-ask'), attempt: 1, unit: unit('llm'), market: -1, outcome: 0, startedAt: NaN, endedAt: 900_000, setupMs: 0 },
  { task: task('f1-ask'), attempt: 2, unit: unit('llm'), market: -1, outcome: 0, startedAt: 920_000, endedAt: 925_000.5, setupMs: 0 },
]);
const events = (tables: TimelineTables): Event[] => (JSON.parse([...perfettoTrace(run, tables)].join('')) as { traceEvents: Event[] }).traceEvents;

/** In file order, every slice of a track lies inside the one that is open, or begins when that has ended. */
function expectNested(all: readonly Event[]): void {
  const open = new Map<number, Event[]>();
  const slices = all.filter((e) => e.ph === 'X').map((e, k) => ({ e, k })).sort((a, b) => a.e.ts - b.e.ts || a.k - b.k);
  for (const { e } of slices) {
    const stack = open.get(e.tid) ?? [];
    while (stack.length > 0 && stack.at(-1)!.ts + stack.at(-1)!.dur <= e.ts) stack.pop();
    const outer = stack.at(-1);
    if (outer !== undefined) expect(e.ts + e.dur, `${e.name} in ${outer.name}`).toBeLessThanOrEqual(outer.ts + outer.dur);
    stack.push(e);
    open.set(e.tid, stack);
  }
}

describe('perfettoTrace', () => {
  it('draws lives, phases, notices, attempts and set-up of the run by hand', () => {
    const all = events(byHand), names = new Map(all.filter((e) => e.name === 'thread_name').map((e) => [e.tid, e.args.name]));
    const slices = all.filter((e) => e.ph === 'X').map((e) => [names.get(e.tid), e.name, e.ts / 1e6, (e.ts + e.dur) / 1e6]);
    expect(slices).toEqual([
      ['gpu/0 VM', 'life 1 (spot)', 60, 420], ['gpu/0 VM', 'spin-up', 60, 90], ['gpu/0 VM', 'ready', 90, 420], ['gpu/0 VM', 'notice', 300, 420],
      ['gpu/0 VM', 'life 2 (spot)', 500, 505], ['gpu/0 VM', 'requested', 500, 505],
      ['gpu/1 VM', 'life 1 (on-demand)', 420, 900], ['gpu/1 VM', 'spin-up', 420, 510], ['gpu/1 VM', 'ready', 510, 900],
      ['workstation', 'f1-build', 0, 60],
      ['gpu/0', 'f1-train', 90, 420], ['gpu/0', 'set-up', 90, 120],
      ['gpu/1', 'f1-train', 510, 900], ['gpu/1', 'set-up', 510, 540],
      ['llm', 'f1-ask', 920, 925.0005],
      ['faults', 'fault 0', 300, 300],
    ]);
    expect(all.find((e) => e.name === 'f1-train')!.args).toEqual({ attempt: 1, outcome: 'interrupted', lostMs: 0, market: 'spot' });
    expectNested(all);
  });

  it('uses complete events, counters, flows and metadata only', () => {
    expect([...new Set(events(byHand).map((e) => e.ph))].sort()).toEqual(['C', 'M', 'X', 'f', 's']);
    const counter = events(byHand).filter((e) => e.ph === 'C');
    expect(counter.map((e) => [e.ts, e.args])).toEqual([[0, { dollars: 0 }], [900_000_500, { dollars: 1.25 }]]);
  });

  it('draws arrows from predecessors and from attempts that were taken', () => {
    const all = events(byHand), starts = all.filter((e) => e.ph === 's'), ends = all.filter((e) => e.ph === 'f');
    expect(starts.map((e) => [e.name, e.ts])).toEqual([['precedence', 59_999_999], ['retry', 419_999_999], ['precedence', 899_999_999]]);
    expect(ends.map((e) => [e.id, e.ts])).toEqual([[1, 90_000_000], [2, 510_000_000], [3, 920_000_000]]);
    for (const e of [...starts, ...ends]) {
      const inside = all.some((x) => x.ph === 'X' && x.pid === e.pid && x.tid === e.tid && x.ts <= e.ts && e.ts < x.ts + x.dur);
      expect(inside, `${e.ph} ${e.id}`).toBe(true);
    }
  });

  it('names one process per pool and gives every track an id of its own', () => {
    const all = events(byHand);
    expect(all.filter((e) => e.name === 'process_name').map((e) => e.args.name)).toEqual(['scheduler', ...run.problem.poolIds]);
    const tracks = all.filter((e) => e.name === 'thread_name').map((e) => e.tid), processes = all.filter((e) => e.name === 'process_name').map((e) => e.pid);
    expect(new Set([...tracks, ...processes]).size).toBe(tracks.length + processes.length);
  });

  it('never lets slices of one track overlap, however many tasks a unit runs at once', () => {
    const attempt = fc.record({
      task: fc.nat(3), attempt: fc.integer({ min: 1, max: 4 }), unit: fc.nat(3), market: fc.constant(-1), outcome: fc.nat(1),
      startedAt: fc.oneof(fc.nat(1000), fc.constant(NaN)), length: fc.nat(400), setupMs: fc.nat(50),
    }).map(({ length, ...a }) => ({ ...a, endedAt: (Number.isNaN(a.startedAt) ? 0 : a.startedAt) + length }));
    fc.assert(fc.property(fc.array(attempt, { maxLength: 40 }), (attempts) => {
      const all = events(tablesOf(attempts));
      expectNested(all);
      const drawn = all.filter((e) => e.ph === 'X' && e.args.attempt !== undefined).length;
      expect(drawn).toBe(attempts.filter((a) => !Number.isNaN(a.startedAt)).length);
    }), { seed: 20260111, numRuns: 150 });
  });
});
