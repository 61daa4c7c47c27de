// The tables every metric is folded from, row by row, for runs that were written by hand.
import { describe, expect, it } from 'vitest';
import * as R from '../../../engine/journal/records.ts';
import { compileScenario } from '../../../engine/model/compile.ts';
import { foldRun, JOB_COMPLETED, JOB_FAILED, RunFold } from '../../../engine/metrics/attempts.ts';
import { OUTCOMES } from '../../../engine/metrics/columns.ts';
import { A, B, C, spotExample, spotRun } from '../../support/spot-example.ts';
import { handWrittenProblem, handWrittenRun, task } from '../../support/hand-written-run.ts';
import { writtenRun } from '../../support/written-run.ts';

/** The attempts as readable rows, times in seconds. */
function lines(fold: RunFold): string[] {
  const { attempts: a, problem } = fold;
  return Array.from({ length: a.count }, (_, k) => [
    `${problem.taskIds[a.task[k]!]}/${a.attempt[k]}`, problem.unitIds[a.unit[k]!], OUTCOMES[a.outcome[k]!],
    `ready ${a.readyAt[k]! / 1000} placed ${a.placedAt[k]! / 1000} started ${a.startedAt[k]! / 1000} ended ${a.endedAt[k]! / 1000}`,
    `busy ${a.busyMs[k]! / 1000} = ${a.setupMs[k]! / 1000} + ${a.overheadMs[k]! / 1000} + ${a.keptMs[k]! / 1000} + ${a.lostMs[k]! / 1000}`, `ppm ${a.ppmStart[k]}-${a.ppmEnd[k]}`,
  ].join(', '));
}

describe('the table of attempts', () => {
  it('splits the time of each attempt into set-up, checkpoints, kept and lost work', () => {
    expect(lines(foldRun(spotRun()))).toEqual([
      'a/1, vm/0, interrupted, ready 0 placed 0 started 60 ended 135, busy 75 = 0 + 10 + 65 + 0, ppm 0-650000',
      'b/1, vm/0, completed, ready 0 placed 0 started 60 ended 110, busy 50 = 0 + 0 + 50 + 0, ppm 0-1000000',
      'a/2, vm/0, completed, ready 135 placed 140 started 200 ended 235, busy 35 = 0 + 0 + 35 + 0, ppm 650000-1000000',
      'c/1, pc, completed, ready 235 placed 235 started 235 ended 265, busy 30 = 0 + 0 + 30 + 0, ppm 0-1000000',
    ]);
  });

  // train/1 runs from 90 s with 30 s of set-up and is killed at 420 s without a checkpoint: 300 s of work are lost.
  it('counts work without a checkpoint as lost, and a 429 as an attempt of its own', () => {
    expect(lines(foldRun(handWrittenRun()))).toEqual([
      'f1-build/1, workstation, completed, ready 0 placed 0 started 0 ended 60, busy 60 = 0 + 0 + 60 + 0, ppm 0-1000000',
      'f1-train/1, gpu/0, interrupted, ready 60 placed 60 started 90 ended 420, busy 330 = 30 + 0 + 0 + 300, ppm 0-0',
      'f1-train/2, gpu/1, completed, ready 420 placed 420 started 510 ended 900, busy 390 = 30 + 0 + 360 + 0, ppm 0-1000000',
      'f1-ask/1, llm, rate-limited, ready 900 placed 900 started 900 ended 900, busy 0 = 0 + 0 + 0 + 0, ppm 0-0',
      'f1-ask/2, llm, completed, ready 900 placed 900 started 920 ended 925.0005, busy 5.0005 = 0 + 0 + 5.0005 + 0, ppm 0-1000000',
    ]);
  });

  it('closes what still lives when the run ends', () => {
    const rows = [
      [R.JOB_SUBMITTED, 0, 0], [R.REQUEST_VM, 1, 1, 1], [R.PLACE, A, 1, 1], [R.PLACE, B, 1, 1], [R.VM_STARTED, 0, 1, 1], [R.VM_IS_READY, 60_000, 1, 1], [R.TASK_STARTED, 60_000, A, 1, 1],
    ];
    const fold = foldRun(writtenRun(spotExample.problem, rows, { cause: 'horizon', endedAt: 100_000 }));
    expect(lines(fold)).toEqual([
      'a/1, vm/0, running, ready 0 placed 0 started 60 ended 100, busy 40 = 0 + 0 + 40 + 0, ppm 0-0',
      'b/1, vm/0, waiting, ready 0 placed 0 started NaN ended 100, busy 0 = 0 + 0 + 0 + 0, ppm 0-0',
    ]);
    expect(fold.ledger.total).toBe(50_000); // 100 s at 1.8 $/h
    expect(fold.lives.endedAt[0]).toBe(100_000);
  });

  it('gives the same tables in memory used before', () => {
    const used = foldRun(writtenRun(spotExample.problem, [[R.JOB_SUBMITTED, 0, 0], [R.PLACE, C, 1, 0]]));
    const again = foldRun(spotRun(), used), fresh = foldRun(spotRun());
    expect(again).toBe(used);
    expect(lines(again)).toEqual(lines(fresh));
    expect(again.ledger.total).toBe(fresh.ledger.total);
    expect(again.attempts.cost.subarray(0, 4)).toEqual(fresh.attempts.cost.subarray(0, 4));
    expect(foldRun(handWrittenRun(), used)).not.toBe(used);
  });
});

describe('jobs', () => {
  it('complete with their last task', () => {
    const fold = foldRun(spotRun());
    expect(fold.jobOutcome[0]).toBe(JOB_COMPLETED);
    expect(fold.jobCompletedAt[0]).toBe(265_000);
    expect(foldRun(handWrittenRun()).jobOutcome).toEqual(Uint8Array.of(JOB_COMPLETED, 0)); // the other one never came in
  });

  it('fail when a task has spent its attempts; what waited for it is dropped', () => {
    const { problem } = compileScenario({
      twinclock: 'scenario/1', name: 'x', fleet: { local: [{ id: 'pc' }] },
      jobs: [{ id: 'one', tasks: [{ id: 'p', duration: 10, attempts: 2 }] }, { id: 'two', tasks: [{ id: 'q', duration: 10, after: ['p'] }] }],
    });
    const fold = foldRun(writtenRun(problem, [
      [R.JOB_SUBMITTED, 0, 0], [R.JOB_SUBMITTED, 0, 1], [R.PLACE, 0, 1, 0], [R.TASK_STARTED, 0, 0, 1, 0], [R.TASK_FAILED, 5000, 0, 1, R.CAUSE_TASK_ERROR, 5000],
      [R.PLACE, 0, 2, 0], [R.TASK_STARTED, 5000, 0, 2, 0], [R.TASK_FAILED, 12_000, 0, 2, R.CAUSE_TASK_ERROR, 7000], [R.ARCHIVE_JOB, 1], [R.ARCHIVE_JOB, 0],
    ]));
    expect(fold.jobOutcome).toEqual(Uint8Array.of(JOB_FAILED, JOB_FAILED));
    expect(lines(fold).map((line) => line.split(', ')[4])).toEqual(['busy 5 = 0 + 0 + 0 + 5', 'busy 7 = 0 + 0 + 0 + 7']);
    expect(fold.isFinalFailure(0)).toBe(false);
    expect(fold.isFinalFailure(1)).toBe(true);
  });

  it('cancelled by a person end the attempt under way', () => {
    const train = task('f1-train');
    const rows = [[R.JOB_SUBMITTED, 0, 0], [R.PLACE, 0, 1, 0], [R.TASK_STARTED, 0, 0, 1, 0], [R.JOB_CANCELLED, 20_000, 0], [R.REVOKE, 0, 1, 0], [R.ARCHIVE_JOB, 0]];
    const fold = foldRun(writtenRun(handWrittenProblem, rows));
    expect(lines(fold)).toHaveLength(1);
    expect(OUTCOMES[fold.attempts.outcome[0]!]).toBe('cancelled');
    expect(fold.jobOutcome[0]).toBe(4);
    expect(fold.taskCompletedAt[train]).toBeNaN();
  });
});
