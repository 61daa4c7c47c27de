// The tables of a run written by hand, whose attempts and bills are known.
import { describe, expect, it } from 'vitest';
import { ATTEMPT_COLUMNS, JOB_COLUMNS, RESOURCE_COLUMNS, VM_LIFE_COLUMNS, runTables } from '../../../engine/export/run-tables.ts';
import { runTimeline } from '../../../engine/export/run-timeline.ts';
import type { Cell, ColumnTable } from '../../../engine/journal/tables.ts';
import { foldRun } from '../../../engine/metrics/attempts.ts';
import { handWrittenRun } from '../../support/hand-written-run.ts';

const run = handWrittenRun(), fold = foldRun(run);
const tables = new Map([...runTables(run, fold)].map((table) => [table.name, table]));
const rowsOf = (name: string): Record<string, Cell>[] => {
  const table: ColumnTable = tables.get(name)!;
  return Array.from({ length: table.rows }, (_, k) => Object.fromEntries(Object.keys(table.dictionary).map((key) => [key, table.columns[key][k]])));
};

describe('runTables', () => {
  it('has one row per attempt, by name', () => {
    expect(rowsOf('attempts').map((row) => [row.task, row.attempt, row.unit, row.market, row.life, row.outcome, row.startedAt, row.endedAt, row.lost])).toEqual([
      ['f1-build', 1, 'workstation', null, null, 'completed', 0, 60_000, 0],
      ['f1-train', 1, 'gpu/0', 'spot', 1, 'interrupted', 90_000, 420_000, 300_000],
      ['f1-train', 2, 'gpu/1', 'on-demand', 1, 'completed', 510_000, 900_000, 0],
      ['f1-ask', 1, 'llm', null, null, 'rate-limited', 900_000, 900_000, 0],
      ['f1-ask', 2, 'llm', null, null, 'completed', 920_000, 925_000.5, 0],
    ]);
  });

  it('bills the lives of the VMs: 6 min spot at $1.20 an hour, 8 min on demand at $3.60', () => {
    expect(rowsOf('vm-lives').map((row) => [row.unit, row.market, row.requestedAt, row.readyAt, row.drainingAt, row.endedAt, row.ending, row.billed, row.cost])).toEqual([
      ['gpu/0', 'spot', 60_000, 90_000, 300_000, 420_000, 'interrupted', 360_000, 0.12],
      ['gpu/1', 'on-demand', 420_000, 510_000, 900_000, 900_000, 'released', 480_000, 0.48],
    ]);
  });

  it('agrees with itself: costs and attempts add up over units', () => {
    const sum = (rows: Record<string, Cell>[], key: string) => rows.reduce((total, row) => total + Number(row[key]), 0);
    expect(sum(rowsOf('resources'), 'cost')).toBeCloseTo(fold.ledger.total / 1e6, 9);
    expect(sum(rowsOf('resources'), 'attempts')).toBe(rowsOf('attempts').length);
    for (const row of rowsOf('attempts')) expect(Number(row.setup) + Number(row.overhead) + Number(row.kept) + Number(row.lost)).toBe(row.busy);
    expect(rowsOf('jobs').map((row) => [row.job, row.outcome, row.submittedAt])).toEqual([['f1', 'completed', 0], ['f2', 'not-submitted', null]]);
  });

  it('describes every column', () => {
    for (const columns of [ATTEMPT_COLUMNS, RESOURCE_COLUMNS, VM_LIFE_COLUMNS, JOB_COLUMNS]) {
      for (const [name, { type, unit, meaning }] of Object.entries(columns)) {
        expect(unit !== '', name).toBe(type === 'number');
        expect(meaning.length, name).toBeGreaterThan(6);
      }
    }
  });
});

describe('runTimeline', () => {
  it('counts waiting tasks and spent dollars over time', () => {
    const [depth, spent] = runTimeline(fold).counters;
    // ask waits from the 429 at 900 s until it is placed again at once: no time, so it is not shown.
    expect([...new Set(Array.from(depth.values))]).toEqual([0]);
    const at = (ms: number) => Array.from(spent.times).indexOf(ms);
    expect(spent.values[at(60_000)]).toBe(0);
    expect(spent.values[at(420_000)]).toBeCloseTo(0.12, 6);
    expect(spent.values[at(900_000)]).toBeGreaterThanOrEqual(0.6);
    expect(Array.from(spent.values).at(-1)).toBeCloseTo(fold.ledger.total / 1e6, 6);
  });
});
