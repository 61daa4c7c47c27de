// A finished run as the one object that `run --json` prints. Durations in ms, money in micro-dollars.
import { archivedTasks } from '../../experiment/archived-tasks.ts';
import { auditOutcome } from '../../experiment/run-once.ts';
import type { CompletedRun } from '../../experiment/run-once.ts';
import { METRICS } from '../../metrics/metric-registry.ts';
import { chainJson } from './chain-report.ts';

export interface RunJsonContext {
  readonly scenario: string;
  readonly scenarioHash: string;
  readonly assumptions: readonly string[];
  readonly faults: string | undefined;
  /** Folder of the run, when one was written. */
  readonly out: string | undefined;
}

/** `criticalChain` says what determined the makespan: ms by cause, which sum to it. `bounds` hold for this seed; `reference` are those on estimates, which the objective is measured against. */
export function runJson(done: CompletedRun, { scenario, scenarioHash, assumptions, faults, out }: RunJsonContext): object {
  const { run, fold, metrics, audit, bounds, reference } = done;
  return {
    scenario, scenarioHash, policy: run.policy, parameters: run.parameters, weights: run.weights, seed: run.seed, ...(faults === undefined ? {} : { faults }),
    journalHash: run.hash, cause: run.cause, ...(run.explanation === '' ? {} : { explanation: run.explanation }),
    tasks: run.problem.taskCount, tasksCompleted: fold.completedTasks, tasksArchived: archivedTasks(done),
    endedAt: run.endedAt, makespanMs: metrics.makespanMs, costMicroUsd: metrics.costMicroUsd,
    audit: auditOutcome(audit), ...(audit.warnings.length === 0 ? {} : { warnings: audit.warnings.map(({ law, detail }) => `${law}: ${detail}`) }),
    bounds: { makespanMs: bounds.makespanMs, costMicroUsd: bounds.costMicroUsd }, reference: { makespanMs: reference.makespanMs, costMicroUsd: metrics.costReferenceMicroUsd },
    objective: metrics.objective, criticalChain: chainJson(done), metrics: Object.fromEntries(METRICS.map(({ key }) => [key, metrics[key]])),
    ...(assumptions.length === 0 ? {} : { assumptions }), ...(out === undefined ? {} : { out }),
  };
}
