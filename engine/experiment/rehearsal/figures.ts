// One storm in figures: those of figure-registry.ts, from the two completed runs and what was found between them.
import type { EndCause } from '../../journal/run-record.ts';
import { archivedTasks } from '../archived-tasks.ts';
import { auditOutcome } from '../run-once.ts';
import type { CompletedRun } from '../run-once.ts';
import type { CatchUp } from './catch-up.ts';
import type { CutOff } from './cut-offs.ts';
import type { FigureKey, RehearsalKey } from './figure-registry.ts';
import { recoveryOf } from './hits.ts';
import type { FaultHit } from './hits.ts';

/** Plain data. Durations ms, money micro-dollars, NaN: does not apply. */
export interface StormFigures {
  readonly seed: number;
  /** How the run with faults ended, and the run without. */
  readonly cause: EndCause;
  readonly baselineCause: EndCause;
  /** `clean`, or the first law broken in either run. */
  readonly audit: string;
  /** Tasks of the scenario: what "all" means. */
  readonly tasks: number;
  readonly values: Readonly<Record<FigureKey, number>>;
}

export function figuresOf(baseline: CompletedRun, faulted: CompletedRun, hits: readonly FaultHit[], cuts: readonly CutOff[], behind: CatchUp): StormFigures {
  const { metrics: before } = baseline, { metrics: after } = faulted, recovery = recoveryOf(cuts), both = baseline.run.cause === 'finished' && faulted.run.cause === 'finished';
  const extra = (a: number, b: number): number => (both ? a - b : NaN), outcome = [baseline, faulted].map(({ audit }) => auditOutcome(audit)).find((text) => text !== 'clean');
  const own: Record<RehearsalKey, number> = {
    extraMakespanMs: extra(after.makespanMs, before.makespanMs), extraMakespanShare: extra(after.makespanMs, before.makespanMs) / before.makespanMs,
    extraCostMicroUsd: extra(after.costMicroUsd, before.costMicroUsd), extraCostShare: extra(after.costMicroUsd, before.costMicroUsd) / before.costMicroUsd,
    extraDeadlineMisses: after.deadlineMisses - before.deadlineMisses, extraLostWorkMs: after.lostWorkMs - before.lostWorkMs,
    cutOff: cuts.length, vmsTaken: hits.reduce((count, { vms }) => count + vms.length, 0),
    lostToFaultsMs: hits.reduce((sum, { lostMs }) => sum + lostMs, 0), lostToFaultsMicroUsd: hits.reduce((sum, { lostMicroUsd }) => sum + lostMicroUsd, 0),
    recoveryP50Ms: cuts.length === 0 ? 0 : recovery.p50Ms, recoveryP95Ms: cuts.length === 0 ? 0 : recovery.p95Ms, recoveryMaxMs: cuts.length === 0 ? 0 : recovery.maxMs,
    catchUpMs: behind.catchUpMs, behindMs: behind.behindMs, tasksArchived: archivedTasks(faulted),
  };
  return { seed: faulted.run.seed, cause: faulted.run.cause, baselineCause: baseline.run.cause, audit: outcome ?? 'clean', tasks: faulted.run.problem.taskCount, values: { ...after, ...own } };
}
