// Due dates: tardiness is max(0, completion - deadline), weighted by the job's weight. A job that did not complete is
// counted as ending with the run, and as a miss: it did not deliver. Jobs that a person cancelled do not count.
import { JOB_CANCELLED, JOB_COMPLETED, JOB_NOT_SUBMITTED } from './attempts.ts';
import type { RunFold } from './attempts.ts';

export interface TardinessMetrics {
  /** Sum over jobs with a deadline of weight x tardiness, ms. */
  readonly weightedTardinessMs: number;
  /** Jobs with a deadline that ended after it, or not at all. */
  readonly deadlineMisses: number;
}

/** Weighted tardiness and misses over submitted jobs with a deadline. O(jobs). */
export function tardinessMetrics(fold: RunFold): TardinessMetrics {
  const { jobDeadline, jobWeight, jobCount } = fold.problem;
  let weighted = 0, misses = 0;
  for (let j = 0; j < jobCount; j++) {
    const outcome = fold.jobOutcome[j]!;
    if (jobDeadline[j] === Infinity || outcome === JOB_NOT_SUBMITTED || outcome === JOB_CANCELLED) continue;
    const late = (outcome === JOB_COMPLETED ? fold.jobCompletedAt[j]! : fold.endedAt) - jobDeadline[j]!;
    if (late > 0) weighted += jobWeight[j]! * late;
    if (late > 0 || outcome !== JOB_COMPLETED) misses++;
  }
  return { weightedTardinessMs: weighted, deadlineMisses: misses };
}
