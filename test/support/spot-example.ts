// A run small enough to solve by hand that pays for everything once. a (100 s of work, checkpoints every 40 s that take
// 5 s) and b (50 s) share a spot VM until a notice at 130 s; a is saved once more, revoked, and ends on demand; c follows on
// the workstation.
//
//   seconds   0        60            105  110  120  130  135  140      200      235  265
//   vm spot   |boot    |a#######C####|.............N####C|    x
//                      |b#################|
//   vm on demand                                               |boot    |a######|
//   pc                                                                          |c####|
//   price/h   1.8                         |3.6                (spot)
import * as R from '../../engine/journal/records.ts';
import { compileScenario } from '../../engine/model/compile.ts';
import { numberOf, writtenRun } from './written-run.ts';
import type { Row } from './written-run.ts';

export const spotExample = compileScenario({
  twinclock: 'scenario/1', name: 'spot example', mode: 'event', budget: 1,
  jobs: [{ id: 'job', deadline: 200, weight: 2, tasks: [
    { id: 'a', duration: 100, on: ['vm'], demand: { cores: 1 }, checkpoint: { interval: 40, cost: 5 } },
    { id: 'b', duration: 50, on: ['vm'], demand: { cores: 1 } },
    { id: 'c', duration: 30, on: ['pc'], demand: { cores: 2 }, after: ['a', 'b'] },
  ] }],
  fleet: {
    local: [{ id: 'pc', cores: 2, energyPrice: 0.36 }],
    cloud: [{ id: 'vm', cores: 2, max: 1, spinUp: 60, onDemand: { price: 3.6 }, spot: { price: 1.8, notice: 10 } }],
  },
});

const { problem } = spotExample;
export const A = numberOf(problem.taskIds, 'a'), B = numberOf(problem.taskIds, 'b'), C = numberOf(problem.taskIds, 'c');
export const PC = numberOf(problem.unitIds, 'pc'), VM = numberOf(problem.unitIds, 'vm/0');

export const spotRows: readonly Row[] = [
  [R.JOB_SUBMITTED, 0, 0],
  [R.TICK, 0],
  [R.REQUEST_VM, VM, 1, 1],
  [R.PLACE, A, 1, VM],
  [R.PLACE, B, 1, VM],
  [R.VM_STARTED, 0, VM, 1],
  [R.VM_IS_READY, 60_000, VM, 1],
  [R.TASK_STARTED, 60_000, A, 1, VM],
  [R.TASK_STARTED, 60_000, B, 1, VM],
  [R.TASK_CHECKPOINTED, 105_000, A, 1, 400_000],
  [R.TASK_COMPLETED, 110_000, B, 1, 50_000],
  [R.PRICE_CHANGED, 120_000, problem.unitPool[VM]!, 1, 3_600_000],
  [R.VM_NOTICE, 130_000, VM, 1, 140_000],
  [R.CHECKPOINT, A, 1, VM],
  [R.TASK_CHECKPOINTED, 135_000, A, 1, 650_000],
  [R.REVOKE, A, 1, VM],
  [R.VM_TERMINATED, 140_000, VM, 1, R.CAUSE_INTERRUPTED],
  [R.TICK, 140_000],
  [R.REFUSED, 9, A, VM],
  [R.REQUEST_VM, VM, 2, 0],
  [R.PLACE, A, 2, VM],
  [R.VM_STARTED, 140_000, VM, 2],
  [R.VM_IS_READY, 200_000, VM, 2],
  [R.TASK_STARTED, 200_000, A, 2, VM],
  [R.TASK_COMPLETED, 235_000, A, 2, 35_000],
  [R.RELEASE_VM, VM, 2],
  [R.PLACE, C, 1, PC],
  [R.VM_TERMINATED, 235_000, VM, 2, R.CAUSE_RELEASED],
  [R.TASK_STARTED, 235_000, C, 1, PC],
  [R.TASK_COMPLETED, 265_000, C, 1, 30_000],
  [R.ARCHIVE_JOB, 0],
];

export const spotRun = () => writtenRun(problem, spotRows);
