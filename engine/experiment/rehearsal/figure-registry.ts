// What can be said of one storm in a number: figures of the run with faults (the metrics every run has), and figures of the
// difference between it and the run without. Titles, units and definitions, as in metrics/metric-registry.ts.
import { METRICS } from '../../metrics/metric-registry.ts';
import type { MetricSpec } from '../../metrics/metric-registry.ts';
import type { MetricKey } from '../../metrics/metrics.ts';

export const REHEARSAL_KEYS = [
  'extraMakespanMs', 'extraMakespanShare', 'extraCostMicroUsd', 'extraCostShare', 'extraDeadlineMisses', 'extraLostWorkMs', 'cutOff', 'vmsTaken', 'lostToFaultsMs', 'lostToFaultsMicroUsd',
  'recoveryP50Ms', 'recoveryP95Ms', 'recoveryMaxMs', 'catchUpMs', 'behindMs', 'tasksArchived',
] as const;
export type RehearsalKey = (typeof REHEARSAL_KEYS)[number];
export type FigureKey = RehearsalKey | MetricKey;

export interface FigureSpec extends Omit<MetricSpec, 'key'> {
  readonly key: FigureKey;
}

const spec = (key: RehearsalKey, title: string, unit: FigureSpec['unit'], better: FigureSpec['better'], definition: string): FigureSpec => ({ key, title, unit, better, definition });

/** Of the two runs together, in the order in which tables show them. */
export const REHEARSAL_FIGURES: readonly FigureSpec[] = [
  spec('extraMakespanMs', 'Extra makespan', 'ms', 'lower', 'Makespan with the faults less that without.'),
  spec('extraMakespanShare', 'Extra makespan, share', 'share', 'lower', 'The same over the makespan without the faults.'),
  spec('extraCostMicroUsd', 'Extra cost', 'micro-dollars', 'lower', 'Cost with the faults less that without.'),
  spec('extraCostShare', 'Extra cost, share', 'share', 'lower', 'The same over the cost without the faults.'),
  spec('extraDeadlineMisses', 'Extra deadlines missed', 'count', 'lower', 'Jobs late with the faults less jobs late without.'),
  spec('extraLostWorkMs', 'Extra lost work', 'ms', 'lower', 'Lost work with the faults less that without: the market takes VMs in both.'),
  spec('cutOff', 'Attempts cut off', 'count', 'lower', 'Attempts that had begun and that a fault of the plan ended.'),
  spec('vmsTaken', 'VMs taken', 'count', 'lower', 'VM lives that a fault of the plan ended.'),
  spec('lostToFaultsMs', 'Work lost to the faults', 'ms', 'lower', 'Running time of the attempts cut off whose result was lost.'),
  spec('lostToFaultsMicroUsd', 'Money lost to the faults', 'micro-dollars', 'lower', 'Share of the cost of the attempts cut off that paid for lost work.'),
  spec('recoveryP50Ms', 'Recovery time, p50', 'ms', 'lower', 'Of attempts cut off: from the stop of work until what was lost is done again; median by nearest rank, 0 when none was.'),
  spec('recoveryP95Ms', 'Recovery time, p95', 'ms', 'lower', 'The same, 95th percentile.'),
  spec('recoveryMaxMs', 'Recovery time, longest', 'ms', 'lower', 'The same, longest.'),
  spec('catchUpMs', 'Caught up after', 'ms', 'lower', 'The longest time from falling behind until caught up: behind is when less work is completed than without faults at the same instant.'),
  spec('behindMs', 'Time behind', 'ms', 'lower', 'All the time in which less work is completed than without faults at the same instant.'),
  spec('tasksArchived', 'Tasks archived', 'count', 'higher', 'Completed tasks of jobs that were archived; "all" is every task of the scenario.'),
];

/** Every figure a hypothesis can be about. */
export const FIGURES: readonly FigureSpec[] = [...REHEARSAL_FIGURES, ...METRICS];

/** `FIGURE_BY_KEY[key]`: the registry by key. */
export const FIGURE_BY_KEY: Readonly<Record<FigureKey, FigureSpec>> = Object.fromEntries(FIGURES.map((f) => [f.key, f])) as Record<FigureKey, FigureSpec>;
