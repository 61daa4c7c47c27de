// What each figure of `Metrics` is, for tables, pages and data dictionaries: title, unit, which way is better, and its
// definition in one sentence. In the order in which tables show them.
import type { MetricKey } from './metrics.ts';

/** `ratio` may exceed 1, `share` may not; `ms` of simulated time, except decision times, which are wall-clock ms. */
export type MetricUnit = 'ms' | 'micro-dollars' | 'share' | 'ratio' | 'count';

export interface MetricSpec {
  readonly key: MetricKey;
  readonly title: string;
  readonly unit: MetricUnit;
  /** `none`: context, not a goal. */
  readonly better: 'lower' | 'higher' | 'none';
  readonly definition: string;
}

const spec = (key: MetricKey, title: string, unit: MetricUnit, better: MetricSpec['better'], definition: string): MetricSpec => ({ key, title, unit, better, definition });

export const METRICS: readonly MetricSpec[] = [
  spec('objective', 'Objective J', 'ratio', 'lower', 'wL x makespan / its lower bound + wC x cost / its reference + wF x stranded share.'),
  spec('objectiveLatency', 'Latency term', 'ratio', 'lower', 'Makespan over its reference, before weighting.'),
  spec('objectiveCost', 'Cost term', 'ratio', 'lower', 'Cost over its reference, before weighting; 0 when the reference is 0.'),
  spec('objectiveFragmentation', 'Fragmentation term', 'share', 'lower', 'Stranded share, before weighting.'),
  spec('makespanReferenceMs', 'Makespan reference', 'ms', 'none', 'What the latency term is measured against: the lower bound on the makespan.'),
  spec('costReferenceMicroUsd', 'Cost reference', 'micro-dollars', 'none', 'What the cost term is measured against: the budget, or each task alone on its cheapest resource.'),
  spec('makespanMs', 'Makespan', 'ms', 'lower', 'From the first submission to the last completion, or to the end of the run when work was left undone.'),
  spec('makespanGap', 'Gap to bound', 'ratio', 'lower', 'Makespan over its lower bound, less 1.'),
  spec('flowMeanMs', 'Flow time, mean', 'ms', 'lower', 'Completion of a job less its submission, mean over jobs; an unfinished job ends with the run.'),
  spec('flowP50Ms', 'Flow time, p50', 'ms', 'lower', 'Median flow time of jobs, by nearest rank.'),
  spec('flowP95Ms', 'Flow time, p95', 'ms', 'lower', '95th percentile of the flow time of jobs, by nearest rank.'),
  spec('weightedTardinessMs', 'Weighted tardiness', 'ms', 'lower', 'Sum over jobs with a deadline of weight x max(0, completion - deadline).'),
  spec('deadlineMisses', 'Deadline misses', 'count', 'lower', 'Jobs with a deadline that completed after it, or not at all.'),
  spec('jobsCompleted', 'Jobs completed', 'count', 'higher', 'Jobs all of whose tasks completed.'),
  spec('jobsUnfinished', 'Jobs unfinished', 'count', 'lower', 'Submitted jobs that neither completed nor were cancelled by a person.'),
  spec('tasksCompleted', 'Tasks completed', 'count', 'higher', 'Tasks that completed.'),
  spec('costMicroUsd', 'Cost', 'micro-dollars', 'lower', 'All charges: VM lives as billed, calls and tokens, paid work, energy.'),
  spec('costBoundMicroUsd', 'Cost bound', 'micro-dollars', 'none', 'Lower bound on the cost of any run.'),
  spec('costGap', 'Cost gap to bound', 'ratio', 'lower', 'Cost over its lower bound, less 1.'),
  spec('budgetShare', 'Budget used', 'ratio', 'lower', 'Cost over the budget in force when the run ended.'),
  spec('costLocalMicroUsd', 'Cost, local', 'micro-dollars', 'lower', 'Energy of workstations while at least one task ran.'),
  spec('costCloudMicroUsd', 'Cost, cloud', 'micro-dollars', 'lower', 'VM lives as billed.'),
  spec('costApiMicroUsd', 'Cost, APIs', 'micro-dollars', 'lower', 'Calls and tokens.'),
  spec('costHumanMicroUsd', 'Cost, people', 'micro-dollars', 'lower', 'Working time of people.'),
  spec('costIdleMicroUsd', 'Cost, idle', 'micro-dollars', 'lower', 'Paid for machines while nothing ran on them: boot, idle time, rounding up.'),
  spec('costPerHourMicroUsd', 'Cost per hour', 'micro-dollars', 'lower', 'Cost per hour of makespan.'),
  spec('utilisation', 'Utilisation', 'share', 'higher', 'Integral of the dominant share of running tasks over the time offered by workstations and ready VMs.'),
  spec('humanUtilisation', 'Utilisation, people', 'share', 'none', 'Time worked over published working time less absences.'),
  spec('idleMs', 'Idle time', 'ms', 'lower', 'Offered time of workstations and ready VMs in which nothing ran.'),
  spec('strandedShare', 'Stranded share', 'share', 'lower', 'Time-weighted share of free capacity on machines that fits no task still to come.'),
  spec('spinUpPaidMs', 'Boot paid for', 'ms', 'lower', 'Billed time of VMs between their start and READY.'),
  spec('vmLives', 'VM lives', 'count', 'none', 'VMs that were started.'),
  spec('interruptions', 'Interruptions', 'count', 'lower', 'Running attempts that lost their VM to the market.'),
  spec('lostWorkMs', 'Lost work', 'ms', 'lower', 'Running time whose result was lost to interruptions, failures or cancellation.'),
  spec('recoveryMs', 'Recovery time', 'ms', 'lower', 'Sum over interruptions of the time until the same task ran again.'),
  spec('checkpointMs', 'Checkpointing', 'ms', 'lower', 'Running time spent writing checkpoints.'),
  spec('failures', 'Failures', 'count', 'lower', 'Attempts that ended in an error of the task or of an API.'),
  spec('attempts', 'Attempts', 'count', 'none', 'Placements made.'),
  spec('queueWaitMeanMs', 'Wait for a place', 'ms', 'lower', 'Mean time from eligible to placed.'),
  spec('humanWaitMs', 'Wait for people', 'ms', 'lower', 'Sum of the times from an offer to its start, refusal or withdrawal.'),
  spec('rateLimitWaitMs', 'Wait for rate limits', 'ms', 'lower', 'Sum of the times calls waited for tokens, requests or slots, and from a 429 to the next placement.'),
  spec('setupPaidMs', 'Set-up done', 'ms', 'lower', 'Running time spent on set-ups.'),
  spec('setupSavedMs', 'Set-up saved', 'ms', 'higher', 'Set-up time that warm starts did not have to do.'),
  spec('warmStarts', 'Warm starts', 'count', 'higher', 'Attempts that started on a resource warm for their batch key.'),
  spec('batchWaitMs', 'Wait of warm starts', 'ms', 'lower', 'Time the warm-started tasks waited between eligible and placed.'),
  spec('queueDepthMean', 'Queue depth, mean', 'count', 'lower', 'Time-weighted number of eligible tasks.'),
  spec('queueDepthMax', 'Queue depth, max', 'count', 'lower', 'Largest number of eligible tasks that lasted any time.'),
  spec('refusals', 'Refused decisions', 'count', 'lower', 'Decisions of the policy that the kernel refused.'),
  spec('decisionMsP50', 'Decision time, p50', 'ms', 'lower', 'Median wall-clock time of a decision; not part of the hash.'),
  spec('decisionMsP99', 'Decision time, p99', 'ms', 'lower', '99th percentile of the wall-clock time of a decision.'),
  spec('decisionMsMax', 'Decision time, max', 'ms', 'lower', 'Longest decision, wall clock.'),
];

/** `METRIC_BY_KEY[key]`: the registry by key. */
export const METRIC_BY_KEY: Readonly<Record<MetricKey, MetricSpec>> = Object.fromEntries(METRICS.map((m) => [m.key, m])) as Record<MetricKey, MetricSpec>;
