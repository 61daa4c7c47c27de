// How long it took: the makespan of the run and the flow times of its jobs. A job that did not complete counts as if it
// had ended with the run, so that a run cannot look better by finishing less; jobs that a person cancelled do not count.
import { JOB_CANCELLED, JOB_COMPLETED, JOB_NOT_SUBMITTED } from './attempts.ts';
import type { RunFold } from './attempts.ts';
import { quantile } from './quantile.ts';

export interface MakespanMetrics {
  /** From the first submission to the last completion; to the end of the run when work was left undone. */
  readonly makespanMs: number;
  /** Completion of a job less its submission: mean, median and 95th percentile over jobs. 0 without jobs. */
  readonly flowMeanMs: number;
  readonly flowP50Ms: number;
  readonly flowP95Ms: number;
  readonly jobsCompleted: number;
  /** Submitted, neither completed nor cancelled by a person. */
  readonly jobsUnfinished: number;
  readonly tasksCompleted: number;
}

/** Makespan and flow times, ms. O(tasks + jobs log jobs). */
export function makespanMetrics(fold: RunFold): MakespanMetrics {
  const flows = new Float64Array(fold.problem.jobCount);
  let count = 0, completed = 0, sum = 0;
  for (let j = 0; j < fold.problem.jobCount; j++) {
    const outcome = fold.jobOutcome[j]!;
    if (outcome === JOB_NOT_SUBMITTED || outcome === JOB_CANCELLED) continue;
    if (outcome === JOB_COMPLETED) completed++;
    const flow = (outcome === JOB_COMPLETED ? fold.jobCompletedAt[j]! : fold.endedAt) - fold.jobSubmittedAt[j]!;
    flows[count++] = flow;
    sum += flow;
  }
  const sorted = flows.subarray(0, count).sort();
  return {
    makespanMs: (completed === count ? lastCompletion(fold) : fold.endedAt) - fold.startedAt,
    flowMeanMs: count === 0 ? 0 : sum / count, flowP50Ms: quantile(sorted, 0.5), flowP95Ms: quantile(sorted, 0.95),
    jobsCompleted: completed, jobsUnfinished: count - completed, tasksCompleted: fold.completedTasks,
  };
}

function lastCompletion(fold: RunFold): number {
  const at = fold.taskCompletedAt;
  let last = fold.startedAt;
  for (let t = 0; t < at.length; t++) if (at[t]! > last) last = at[t]!;
  return last;
}
