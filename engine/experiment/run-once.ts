// One run with all that is said about it: record, tables, figures, bounds, audit. The command line and the comparisons
// make their runs here, so that a figure means the same wherever it is shown.
//
// Two sorts of bounds. The reference, on the estimates, is one for all seeds and policies: the objective is measured
// against it. The bounds of the seed, on its true durations, hold for the run: gaps are measured against them.
import { LowerBounds } from '../bounds/bounds.ts';
import type { Bounds } from '../bounds/bounds.ts';
import type { RunRecord } from '../journal/run-record.ts';
import { RunFold } from '../metrics/attempts.ts';
import { Auditor } from '../metrics/audit.ts';
import type { AuditResult } from '../metrics/audit-laws.ts';
import { metricsOf } from '../metrics/metrics.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Instance } from '../model/problem.ts';
import { Arena, Simulation } from '../sim/run.ts';
import type { SimulationOptions } from '../sim/run.ts';
import { SeedBounds } from './seed-bounds.ts';

export type RunOptions = Omit<SimulationOptions, 'keepLog'>;

export interface CompletedRun {
  readonly run: RunRecord;
  readonly fold: RunFold;
  readonly metrics: Metrics;
  readonly audit: AuditResult;
  /** Lower bounds that hold for this seed. */
  readonly bounds: Bounds;
  /** Lower bounds on the estimates, what the objective is measured against. */
  readonly reference: Bounds;
}

/** Bounds of one instance, made once for all who run it: those of any workspace of it will do. */
export type PreparedBounds = Pick<RunWorkspace, 'reference' | 'seedBounds'>;

export function preparedBounds(instance: Instance): PreparedBounds {
  const bounds = new LowerBounds(instance);
  return { reference: bounds.find(), seedBounds: new SeedBounds(instance, bounds) };
}

/** What runs of one instance can use in turn: the reference bounds, those of seeds, and working arrays for one run at a time. */
export class RunWorkspace {
  readonly reference: Bounds;
  readonly seedBounds: SeedBounds;
  readonly arena = new Arena();
  readonly fold: RunFold;
  readonly auditor: Auditor;

  /** `bounds`: of this instance, when they are prepared already. */
  constructor(instance: Instance, bounds: PreparedBounds = preparedBounds(instance)) {
    this.reference = bounds.reference;
    this.seedBounds = bounds.seedBounds;
    this.fold = new RunFold(instance.problem);
    this.auditor = new Auditor(instance.problem);
  }
}

/** Runs of one policy on one instance in the same arrays. */
export class Runner {
  private readonly simulation: Simulation;
  private readonly workspace: RunWorkspace;
  private readonly faults: SimulationOptions['faults'];

  constructor(instance: Instance, options: RunOptions, workspace: RunWorkspace = new RunWorkspace(instance)) {
    this.simulation = new Simulation(instance, options, workspace.arena);
    this.workspace = workspace;
    this.faults = options.faults;
  }

  /** One whole run. Its log and tables are the workspace's: use them before the next run. `bounds`: those of the seed, when known already. */
  run(seed: number, bounds: Bounds = this.workspace.seedBounds.of(seed, this.faults)): CompletedRun {
    const run = this.simulation.run(seed), { fold, reference, auditor } = this.workspace;
    return reviewRun(run, fold, bounds, reference, this.simulation.kernel.spent(), auditor);
  }
}

/** Folds, measures and audits a run, whoever made it. `kernelSpent`: what its kernel says it cost, micro-dollars; `auditor`: one of its problem, when there is one. */
export function reviewRun(
  run: RunRecord, fold: RunFold, bounds: Bounds, reference: Bounds, kernelSpent?: number, auditor: Auditor = new Auditor(run.problem),
): CompletedRun {
  fold.fold(run);
  const { makespanMs, costMicroUsd } = bounds, metrics = metricsOf(run, fold, reference);
  const gaps: Partial<Metrics> = {
    makespanGap: run.cause === 'finished' && makespanMs > 0 ? metrics.makespanMs / makespanMs - 1 : NaN,
    costBoundMicroUsd: costMicroUsd, costGap: run.cause === 'finished' && costMicroUsd > 0 ? metrics.costMicroUsd / costMicroUsd - 1 : NaN,
  };
  return { run, fold, bounds, reference, audit: auditor.audit(run, kernelSpent, fold), metrics: Object.assign(metrics, gaps) };
}

/** `clean`, or the first law that was broken: `capacity: gpu/0 holds ... (row 17)`. */
export function auditOutcome({ clean, broken: [first] }: AuditResult): string {
  return clean || first === undefined ? 'clean' : `${first.law}: ${first.detail}${first.row < 0 ? '' : ` (row ${first.row})`}`;
}

/** One run in arrays of its own. */
export function runOnce(instance: Instance, options: RunOptions & { readonly seed: number }): CompletedRun {
  return new Runner(instance, options).run(options.seed);
}
