// The tables of decisions and faults of a run written by hand.
import { describe, expect, it } from 'vitest';
import { JOURNAL_DICTIONARY, decisionsTable, faultsTable } from '../../../engine/journal/tables.ts';
import type { Cell, ColumnTable } from '../../../engine/journal/tables.ts';
import * as R from '../../../engine/journal/records.ts';
import { handWrittenLog, handWrittenRun, unit } from '../../support/hand-written-run.ts';

const rowsOf = (table: ColumnTable): Record<string, Cell>[] =>
  Array.from({ length: table.rows }, (_, k) => Object.fromEntries(Object.keys(table.dictionary).map((name) => [name, table.columns[name][k]])));

describe('decisionsTable', () => {
  it('has one row per candidate, with what was known and which was chosen', () => {
    const rows = rowsOf(decisionsTable(handWrittenRun()));
    expect(rows.map((row) => [row.decision, row.unit, row.market, row.fresh, row.filter, row.score, row.chosen])).toEqual([
      [0, 'gpu/1', 'on-demand', false, 'draining', 0, false],
      [0, null, 'on-demand', true, null, 0.4, false],
      [0, 'gpu/0', 'spot', true, null, 0.25, true],
      [1, 'llm', null, null, null, null, true],
    ]);
    expect(rows[2]).toEqual({
      decision: 0, time: 60_000, task: 'f1-train', attempt: 1, unit: 'gpu/0', pool: 'gpu', market: 'spot', fresh: true, filter: null, start: 120_000, duration: 390_000,
      rework: 12_000, cost: 0.15, waste: 0.5, termLatency: 0.25, termCost: 0.3, termFragmentation: 0.05, score: 0.25, chosen: true,
    });
  });

  it('has one chosen row per decision', () => {
    const rows = rowsOf(decisionsTable(handWrittenRun()));
    expect([0, 1].map((decision) => rows.filter((row) => row.decision === decision && row.chosen === true).length)).toEqual([1, 1]);
  });
});

describe('faultsTable', () => {
  it('lists what went wrong from outside, and nothing else', () => {
    const log = handWrittenLog();
    log.append(R.HUMAN_AWAY, 930_000, unit('llm'), 0, 0, 0);
    const rows = rowsOf(faultsTable(handWrittenRun(log)));
    expect(rows.map((row) => [row.record, row.time, row.event, row.unit, row.life, row.cause, row.until])).toEqual([
      [11, 300_000, 'fault-injected', null, null, null, null],
      [12, 300_000, 'vm-notice', 'gpu/0', 1, null, 420_000],
      [13, 420_000, 'vm-terminated', 'gpu/0', 1, 'interrupted', null],
      [26, 900_000, 'api-limited', 'llm', null, null, 920_000],
      [31, 930_000, 'human-away', 'llm', null, null, null],
    ]);
    expect(rows[0].fault).toBe(0);
  });
});

describe('the dictionary', () => {
  it('gives every number a unit and every column a meaning', () => {
    for (const columns of Object.values(JOURNAL_DICTIONARY)) {
      for (const [name, { type, unit: of, meaning }] of Object.entries(columns)) {
        expect(of !== '', name).toBe(type === 'number');
        expect(meaning.length, name).toBeGreaterThan(6);
      }
    }
  });
});
