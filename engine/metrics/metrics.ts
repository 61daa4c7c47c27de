// All figures of one run as one flat object, and the registry that says of each what it is, in which unit, and which way
// is better. Times are ms, money micro-dollars, shares in [0, 1]. NaN: does not apply to this run (no budget, decision
// times not measured, no bound). Every figure is a function of the run's record and nothing else.
import type { RunRecord } from '../journal/run-record.ts';
import { foldRun } from './attempts.ts';
import type { RunFold } from './attempts.ts';
import { costMetrics } from './cost.ts';
import type { CostMetrics } from './cost.ts';
import { decisionTimeMetrics } from './decision-time.ts';
import type { DecisionTimeMetrics } from './decision-time.ts';
import { strandedShare } from './fragmentation.ts';
import { interruptionMetrics } from './interruptions.ts';
import type { InterruptionMetrics } from './interruptions.ts';
import { makespanMetrics } from './makespan.ts';
import type { MakespanMetrics } from './makespan.ts';
import { costReference, objectiveMetrics } from './objective.ts';
import type { ObjectiveMetrics } from './objective.ts';
import { queueDepthMetrics } from './queue-depth.ts';
import type { QueueDepthMetrics } from './queue-depth.ts';
import { tardinessMetrics } from './tardiness.ts';
import type { TardinessMetrics } from './tardiness.ts';
import { utilisationMetrics } from './utilisation.ts';
import type { UtilisationMetrics } from './utilisation.ts';
import { waitingMetrics } from './waiting.ts';
import type { WaitingMetrics } from './waiting.ts';

export interface Metrics
  extends MakespanMetrics, TardinessMetrics, CostMetrics, UtilisationMetrics, InterruptionMetrics, WaitingMetrics, QueueDepthMetrics,
    DecisionTimeMetrics, ObjectiveMetrics {
  /** Makespan over its lower bound, less 1. */
  readonly makespanGap: number;
  readonly costBoundMicroUsd: number;
  /** Cost over its lower bound, less 1; NaN when the bound is 0. */
  readonly costGap: number;
  readonly strandedShare: number;
  /** Decisions of the policy that the kernel refused, for whatever reason. */
  readonly refusals: number;
}

export type MetricKey = keyof Metrics;

/** What makespan and cost are measured against: lower bounds of the scenario (a `Bounds` will do). */
export interface MetricReferences {
  readonly makespanMs: number;
  readonly costMicroUsd: number;
}

/**
 * All metrics of a run. `bounds` are lower bounds of the same scenario: those on estimates make `objective` comparable over
 * seeds. Give the `RunFold` of an earlier run of the same problem to use its memory again.
 */
export function foldMetrics(run: RunRecord, bounds: MetricReferences, into?: RunFold): Metrics {
  return metricsOf(run, foldRun(run, into), bounds);
}

/** The same from tables that are folded already. */
export function metricsOf(run: RunRecord, fold: RunFold, bounds: MetricReferences): Metrics {
  const time = makespanMetrics(fold), due = tardinessMetrics(fold), cost = costMetrics(fold, time.makespanMs), use = utilisationMetrics(fold);
  const cut = interruptionMetrics(fold), wait = waitingMetrics(fold), queue = queueDepthMetrics(fold), decision = decisionTimeMetrics(run);
  const stranded = strandedShare(fold);
  // What was left undone would make an unfinished run look quick and cheap: it has no objective and no gap.
  const whole = run.cause === 'finished' ? 1 : NaN;
  const goal = objectiveMetrics(run.weights, time.makespanMs, cost.costMicroUsd, stranded, bounds.makespanMs, costReference(run.problem));
  // One literal, not spreads of the parts: this runs once a simulation, and spreading costs as much as folding.
  return {
    objective: goal.objective * whole, objectiveLatency: goal.objectiveLatency * whole, objectiveCost: goal.objectiveCost * whole, objectiveFragmentation: goal.objectiveFragmentation,
    makespanReferenceMs: goal.makespanReferenceMs, costReferenceMicroUsd: goal.costReferenceMicroUsd,
    makespanMs: time.makespanMs, makespanGap: bounds.makespanMs > 0 ? whole * (time.makespanMs / bounds.makespanMs - 1) : NaN,
    flowMeanMs: time.flowMeanMs, flowP50Ms: time.flowP50Ms, flowP95Ms: time.flowP95Ms,
    weightedTardinessMs: due.weightedTardinessMs, deadlineMisses: due.deadlineMisses,
    jobsCompleted: time.jobsCompleted, jobsUnfinished: time.jobsUnfinished, tasksCompleted: time.tasksCompleted,
    costMicroUsd: cost.costMicroUsd, costBoundMicroUsd: bounds.costMicroUsd, costGap: bounds.costMicroUsd > 0 ? whole * (cost.costMicroUsd / bounds.costMicroUsd - 1) : NaN,
    budgetShare: cost.budgetShare, costLocalMicroUsd: cost.costLocalMicroUsd, costCloudMicroUsd: cost.costCloudMicroUsd, costApiMicroUsd: cost.costApiMicroUsd,
    costHumanMicroUsd: cost.costHumanMicroUsd, costIdleMicroUsd: cost.costIdleMicroUsd, costPerHourMicroUsd: cost.costPerHourMicroUsd,
    utilisation: use.utilisation, humanUtilisation: use.humanUtilisation, idleMs: use.idleMs, strandedShare: stranded,
    spinUpPaidMs: cut.spinUpPaidMs, vmLives: cut.vmLives, interruptions: cut.interruptions, lostWorkMs: cut.lostWorkMs, recoveryMs: cut.recoveryMs,
    checkpointMs: cut.checkpointMs, failures: cut.failures, attempts: cut.attempts,
    queueWaitMeanMs: wait.queueWaitMeanMs, humanWaitMs: wait.humanWaitMs, rateLimitWaitMs: wait.rateLimitWaitMs,
    setupPaidMs: wait.setupPaidMs, setupSavedMs: wait.setupSavedMs, warmStarts: wait.warmStarts, batchWaitMs: wait.batchWaitMs,
    queueDepthMean: queue.queueDepthMean, queueDepthMax: queue.queueDepthMax, refusals: sum(fold.refusals),
    decisionMsP50: decision.decisionMsP50, decisionMsP99: decision.decisionMsP99, decisionMsMax: decision.decisionMsMax,
  };
}

function sum(values: Int32Array): number {
  let total = 0;
  for (let k = 0; k < values.length; k++) total += values[k]!;
  return total;
}
