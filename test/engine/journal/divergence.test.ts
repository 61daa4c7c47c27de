// Where two logs part, and how that is told.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { divergenceText, firstDivergence } from '../../../engine/journal/divergence.ts';
import { RecordLog } from '../../../engine/journal/log.ts';
import { STRIDE, TICK, VM_NOTICE } from '../../../engine/journal/records.ts';
import { handWrittenLog, handWrittenProblem, unit } from '../../support/hand-written-run.ts';

/** The hand-written log with one number changed. */
function changed(row: number, column: number, value: number): RecordLog {
  const log = handWrittenLog();
  log.rows[row * STRIDE + column] = value;
  return log;
}
const divergence = (actual: RecordLog, expected = handWrittenLog()) => firstDivergence(handWrittenProblem, expected, actual);

describe('firstDivergence', () => {
  it('finds none between equal logs', () => {
    expect(divergence(handWrittenLog())).toBeUndefined();
    expect(firstDivergence(handWrittenProblem, new RecordLog(), new RecordLog(9))).toBeUndefined();
  });

  it('shows both rows, what differs and the three rows before', () => {
    const found = divergence(changed(7, 3, unit('gpu/1')))!; // the training is placed on gpu/1 instead of gpu/0
    expect(found).toMatchObject({ row: 7, t: 60_000, fields: ['unit'] });
    expect(found.expected).toEqual({ n: 7, t: 60_000, kind: 'command', name: 'place', fields: { task: 'f1-train', attempt: 1, unit: 'gpu/0', setupMs: 30_000, dataReadyAt: 60_000 } });
    expect(found.actual!.fields.unit).toBe('gpu/1');
    expect(found.before.map((view) => [view.n, view.name])).toEqual([[4, 'task-completed'], [5, 'refused'], [6, 'request-vm']]);
    expect(divergenceText(found)).toBe([
      'first difference in row 7 at t=60000 (unit)',
      '    t=60000 task-completed task=f1-build attempt=1 busyMs=60000',
      '    t=60000 policy refused refusal=budget task=f1-train unit=gpu/1',
      '    t=60000 command request-vm unit=gpu/0 life=1 market=spot',
      '  - t=60000 command place task=f1-train attempt=1 unit=gpu/0 setupMs=30000 dataReadyAt=60000',
      '  + t=60000 command place task=f1-train attempt=1 unit=gpu/1 setupMs=30000 dataReadyAt=60000',
    ].join('\n'));
  });

  it('names times and kinds that differ', () => {
    expect(divergence(changed(12, 1, 299_000))!.fields).toEqual(['t']);
    expect(divergence(changed(11, 0, VM_NOTICE))!.fields).toEqual(['record']);
    expect(divergence(changed(0, 3, -0))!.fields).toEqual(['column 3']);
  });

  it('reports the log that ends first', () => {
    const longer = handWrittenLog();
    longer.append(TICK, 930_000, 0, 0, 0, 0);
    const more = divergence(longer)!, less = divergence(handWrittenLog(), longer)!;
    expect(more).toMatchObject({ row: 31, t: 930_000, expected: undefined, fields: ['record'], actual: { name: 'tick' } });
    expect(less).toMatchObject({ row: 31, actual: undefined, expected: { name: 'tick' } });
    expect(divergenceText(less)).toContain('  + nothing: the journal ends here');
  });

  it('finds the first of all changes, whichever side they are on', () => {
    const rows = handWrittenLog().count;
    fc.assert(fc.property(fc.uniqueArray(fc.nat(rows - 1), { minLength: 1, maxLength: 5 }), (places) => {
      const other = handWrittenLog();
      for (const row of places) other.rows[row * STRIDE + 2] += 0.25;
      const first = Math.min(...places);
      expect(divergence(other)!.row).toBe(first);
      expect(divergence(handWrittenLog(), other)!.row).toBe(first);
    }), { seed: 20260110, numRuns: 100 });
  });
});
