// What the market took and what it cost: attempts cut off while they ran, work done twice, time until the task ran
// again, and time paid for while VMs booted. A task saved by a last checkpoint on a notice counts as interrupted too;
// placements that had not begun do not.
import { OUTCOME_FAILED, OUTCOME_INTERRUPTED } from './columns.ts';
import type { RunFold } from './attempts.ts';

export interface InterruptionMetrics {
  /** Attempts that ran on a VM the market took. */
  readonly interruptions: number;
  /** Work that had to be done again, after interruptions and failures alike, ms of running time. */
  readonly lostWorkMs: number;
  /** Sum over interruptions of the time until the same task ran again (until the run's end if it did not), ms. */
  readonly recoveryMs: number;
  /** Time spent writing checkpoints, ms. */
  readonly checkpointMs: number;
  /** Attempts that ended in failure. */
  readonly failures: number;
  readonly attempts: number;
  /** VM lives that were paid for or could have been: those that began to start. */
  readonly vmLives: number;
  /** Paid time from the start of a VM until it was ready, or ended before that, ms. */
  readonly spinUpPaidMs: number;
}

/** Interruptions, rework and boot time. O(attempts + lives + tasks). */
export function interruptionMetrics(fold: RunFold): InterruptionMetrics {
  const { attempts, lives, endedAt } = fold, cutAt = new Float64Array(fold.problem.taskCount).fill(NaN);
  let interruptions = 0, lost = 0, recovery = 0, checkpoints = 0, failures = 0;
  for (let k = 0; k < attempts.count; k++) {
    const task = attempts.task[k]!, outcome = attempts.outcome[k]!, start = attempts.startedAt[k]!;
    lost += attempts.lostMs[k]!;
    checkpoints += attempts.overheadMs[k]!;
    if (start === start && cutAt[task] === cutAt[task]) { recovery += start - cutAt[task]!; cutAt[task] = NaN; }
    if (outcome === OUTCOME_FAILED) failures++;
    if (outcome === OUTCOME_INTERRUPTED) { interruptions++; cutAt[task] = attempts.endedAt[k]!; }
  }
  if (interruptions > 0) for (let t = 0; t < cutAt.length; t++) if (cutAt[t] === cutAt[t]) recovery += endedAt - cutAt[t]!;
  let started = 0, spinUp = 0;
  for (let k = 0; k < lives.count; k++) {
    if (lives.startedAt[k] !== lives.startedAt[k]) continue;
    started++;
    if (lives.billedMs[k]! > 0) spinUp += (lives.readyAt[k] === lives.readyAt[k] ? lives.readyAt[k]! : lives.endedAt[k]!) - lives.startedAt[k]!;
  }
  return {
    interruptions, lostWorkMs: lost, recoveryMs: recovery, checkpointMs: checkpoints, failures, attempts: attempts.count, vmLives: started, spinUpPaidMs: spinUp,
  };
}
