// What is not to be done any more: a job, a task, and whatever comes after a task that failed or was cancelled. Invariant: no task waits for
// one that will never complete.
import * as R from '../journal/records.ts';
import { groupOf } from '../model/problem.ts';
import { CANCELLED, COMPLETED, ELIGIBLE, QUEUED, RUNNING, SCHEDULED } from '../model/states.ts';
import { setTaskState } from './checks.ts';
import type { Kernel } from './kernel.ts';
import { chargeAttempt, leaveUnit, workedSince } from './occupancy.ts';

export function jobCancelled(kernel: Kernel, job: number): void {
  const { jobFirst } = kernel.problem;
  for (let t = jobFirst[job]!, end = jobFirst[job + 1]!; t < end; t++) cancelTask(kernel, t);
  kernel.dirty = true;
}

/** Cancels a task that has not ended, and all that depends on it. */
export function cancelTask(kernel: Kernel, task: number): void {
  const s = kernel.state, from = s.taskState[task]!;
  if (from >= COMPLETED) return;
  if (from === ELIGIBLE) kernel.ready.remove(task, groupOf(kernel.problem, task));
  if (from === SCHEDULED || from === RUNNING) {
    if (from === RUNNING) chargeAttempt(kernel, task, workedSince(kernel, task));
    kernel.log.append(R.REVOKE, task, s.attemptOf(task), s.unitOf(task), 0, 0);
    leaveUnit(kernel, task);
  }
  setTaskState(kernel, task, CANCELLED, R.TASK_CANCELLED);
  kernel.taskEnded(task);
  cancelDependents(kernel, task);
}

/** Cancels the tasks that come after one that will never complete. */
export function cancelDependents(kernel: Kernel, task: number): void {
  const { successorFirst, successors } = kernel.problem, stack = [task];
  while (stack.length > 0) {
    const t = stack.pop()!;
    for (let k = successorFirst[t]!, end = successorFirst[t + 1]!; k < end; k++) {
      const next = successors[k]!;
      if (kernel.state.taskState[next] !== QUEUED) continue;
      setTaskState(kernel, next, CANCELLED, R.TASK_CANCELLED);
      kernel.taskEnded(next);
      stack.push(next);
    }
  }
}
