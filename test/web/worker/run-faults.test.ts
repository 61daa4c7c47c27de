// Faults of a plan as marks: one for each, from when the journal says it was injected, as long as the plan says.
import { describe, expect, it } from 'vitest';
import * as R from '../../../engine/journal/records.ts';
import { foldRun } from '../../../engine/metrics/attempts.ts';
import type { FaultPlanFile } from '../../../engine/model/fault-plan.ts';
import { closedTable, faultMarks } from '../../../web/worker/run-faults.ts';
import { handWrittenProblem, handWrittenRun, unit } from '../../support/hand-written-run.ts';
import { writtenRun } from '../../support/written-run.ts';

const plan: FaultPlanFile = {
  twinclock: 'faults/1', name: 'three', faults: [{ kind: 'no-capacity', at: '5m', for: '2m', pool: 'gpu' }, { kind: 'price', at: '1m', pool: 'gpu', factor: 3 }, { kind: 'terminate', at: '6m', vm: 'gpu/0', name: 'first' }],
};

describe('faults of a run', () => {
  it('are marks that last as the plan says, within the run', () => {
    const run = writtenRun(handWrittenProblem, [[R.JOB_SUBMITTED, 0, 0], [R.FAULT_INJECTED, 60_000, 1], [R.FAULT_INJECTED, 300_000, 0], [R.FAULT_INJECTED, 301_000, 0], [R.FAULT_INJECTED, 360_000, 2], [R.TICK, 390_000]]);
    expect(faultMarks(run, plan)).toEqual([
      { from: 60_000, to: 390_000, fault: 1, kind: 'price', text: 'price gpu ×3' }, { from: 300_000, to: 390_000, fault: 0, kind: 'no-capacity', text: 'no-capacity gpu' },
      { from: 360_000, to: 360_000, fault: 2, kind: 'terminate', text: 'terminate first gpu/0' },
    ]);
    expect(faultMarks(run, undefined)).toEqual([]);
  });

  it('leave out no time in which an API took nothing', () => {
    const run = handWrittenRun(), { unit: units, from, to } = closedTable(run, foldRun(run));
    expect([[...units], [...from], [...to]]).toEqual([[unit('llm')], [900_000], [920_000]]);
  });
});
