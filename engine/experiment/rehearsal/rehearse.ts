// A rehearsal: the same scenario, policy, weights and seed run twice, without faults and with a plan of them, and what came
// of the difference. Both runs meet the same luck (common random numbers), so all that differs is the faults' doing. One
// storm is a rehearsal under one seed; a card (card.ts) is over many.
import type { EndCause } from '../../journal/run-record.ts';
import type { RunFold } from '../../metrics/attempts.ts';
import { jobRows } from '../../metrics/resources.ts';
import type { JobRow } from '../../metrics/resources.ts';
import type { Metrics } from '../../metrics/metrics.ts';
import type { FaultPlanFile } from '../../model/fault-plan.ts';
import type { ParameterValues, Policy, Weights } from '../../model/policy.ts';
import type { Instance } from '../../model/problem.ts';
import { compileFaults } from '../../sim/faults.ts';
import type { CompiledFault } from '../../sim/faults.ts';
import { RunWorkspace, Runner, auditOutcome, preparedBounds } from '../run-once.ts';
import type { CompletedRun, PreparedBounds } from '../run-once.ts';
import { catchUp } from './catch-up.ts';
import type { CatchUp } from './catch-up.ts';
import { cutOffs } from './cut-offs.ts';
import type { CutOff } from './cut-offs.ts';
import { figuresOf } from './figures.ts';
import type { StormFigures } from './figures.ts';
import { faultHits } from './hits.ts';
import type { FaultHit } from './hits.ts';
import { partingOf } from './parting.ts';
import type { Parted } from './parting.ts';
import { strikesOf } from './strikes.ts';

export interface RehearsalSetup {
  readonly instance: Instance;
  readonly policy: Policy;
  readonly parameters?: ParameterValues;
  readonly weights?: Weights;
  readonly plan: FaultPlanFile;
  /** Of the instance, when they are prepared already. */
  readonly bounds?: PreparedBounds;
}

/** What is told of each of the two runs. */
export interface RehearsedRun {
  readonly cause: EndCause;
  readonly explanation: string;
  /** `clean`, or the law that was broken. */
  readonly audit: string;
  readonly hash: string;
  readonly records: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly metrics: Metrics;
}

/** One job in both runs. Times ms since the epoch, NaN: did not complete. */
export interface RehearsedJob {
  readonly job: string;
  /** Infinity without one. */
  readonly deadline: number;
  readonly baseline: JobRow;
  readonly faulted: JobRow;
  /** Completion later than without faults, ms; NaN when it did not complete in both. */
  readonly delayMs: number;
  readonly extraCostMicroUsd: number;
  /** Past its deadline with the faults, and not without. */
  readonly newlyLate: boolean;
}

/** All plain data. */
export interface Rehearsal {
  readonly seed: number;
  readonly baseline: RehearsedRun;
  readonly faulted: RehearsedRun;
  readonly parting: Parted | null;
  readonly hits: readonly FaultHit[];
  readonly cutOffs: readonly CutOff[];
  readonly catchUp: CatchUp;
  readonly jobs: readonly RehearsedJob[];
  readonly figures: StormFigures;
}

/** What one fault does when it alone strikes. Effects do not add up: faults meet on the same tasks. */
export interface FaultAlone {
  readonly fault: number;
  readonly figures: StormFigures;
}

export interface RehearsedPair {
  readonly rehearsal: Rehearsal;
  /** Valid until the next run of the same rehearser. */
  readonly baseline: CompletedRun;
  readonly faulted: CompletedRun;
}

/** One of each run, as both logs are looked at together. */
type Workspaces = readonly [baseline: RunWorkspace, faulted: RunWorkspace];

function workspacesOf({ instance, bounds = preparedBounds(instance) }: RehearsalSetup): Workspaces {
  return [new RunWorkspace(instance, bounds), new RunWorkspace(instance, bounds)];
}

/** Runs of one setup in the same arrays, one seed after another. Throws `InputError` when the plan does not fit the scenario. */
export class Rehearser {
  readonly setup: RehearsalSetup;
  private readonly faults: readonly CompiledFault[];
  private readonly baseline: Runner;
  private readonly faulted: Runner;

  /** `reasons`: keep the candidates of every decision, for pictures that explain. `workspaces`: those of the instance, when there are some already. */
  constructor(setup: RehearsalSetup, reasons = false, [ofBaseline, ofFaulted]: Workspaces = workspacesOf(setup)) {
    const { instance, policy, parameters = {}, weights, plan } = setup, options = { policy, parameters, reasons, ...(weights === undefined ? {} : { weights }) };
    this.setup = setup;
    this.faults = compileFaults(plan, instance.problem);
    this.baseline = new Runner(instance, options, ofBaseline);
    this.faulted = new Runner(instance, { ...options, faults: this.faults }, ofFaulted);
  }

  /** Both runs of one seed, and what lies between them. */
  rehearse(seed: number): RehearsedPair {
    const { faults } = this, baseline = this.baseline.run(seed), faulted = this.faulted.run(seed);
    return { baseline, faulted, rehearsal: comparedRuns(baseline, faulted, hitsOf(faulted, this.setup.plan, faults)) };
  }

  /** Figures only. */
  storm(seed: number): StormFigures {
    return this.rehearse(seed).rehearsal.figures;
  }
}

/** What the faults of a plan hit in a run, by its journal. */
export interface Hits { readonly hits: readonly FaultHit[]; readonly cutOffs: readonly CutOff[] }

export function hitsOf({ run, fold }: Pick<CompletedRun, 'run' | 'fold'>, plan: FaultPlanFile, faults: readonly CompiledFault[]): Hits {
  const strikes = strikesOf(run, fold, faults), cut = cutOffs(fold, faults, strikes);
  return { hits: faultHits(fold, plan.faults, faults, strikes, cut), cutOffs: cut.attempts };
}

/** All that lies between two runs of one seed. */
export function comparedRuns(baseline: CompletedRun, faulted: CompletedRun, { hits, cutOffs: cuts }: Hits): Rehearsal {
  const behind = catchUp(baseline.fold, faulted.fold);
  return {
    seed: faulted.run.seed, baseline: runOf(baseline), faulted: runOf(faulted), parting: partingOf(baseline.run, faulted.run) ?? null, hits, cutOffs: cuts, catchUp: behind,
    jobs: jobsOf(baseline.fold, faulted.fold), figures: figuresOf(baseline, faulted, hits, cuts, behind),
  };
}

/** Each fault of the plan by itself under one seed: what the whole plan does is not the sum of it. O(faults) runs. */
export function eachAlone(setup: RehearsalSetup, seed: number): FaultAlone[] {
  const workspaces = workspacesOf(setup);
  return setup.plan.faults.map((fault, k) => ({ fault: k, figures: new Rehearser({ ...setup, plan: { ...setup.plan, faults: [fault] } }, false, workspaces).storm(seed) }));
}

function runOf({ run, fold, metrics, audit }: CompletedRun): RehearsedRun {
  return {
    cause: run.cause, explanation: run.explanation, audit: auditOutcome(audit), hash: run.hash, records: run.log.count, startedAt: fold.startedAt, endedAt: fold.endedAt, metrics,
  };
}

function jobsOf(baseline: RunFold, faulted: RunFold): RehearsedJob[] {
  const before = jobRows(baseline), after = jobRows(faulted), { jobDeadline } = baseline.problem;
  const isLate = (row: JobRow, deadline: number): boolean => deadline < Infinity && !(row.completedAt <= deadline);
  return before.map((row, j) => {
    const other = after[j]!, deadline = jobDeadline[j]!;
    return {
      job: row.job, deadline, baseline: row, faulted: other, delayMs: other.completedAt - row.completedAt, extraCostMicroUsd: other.costMicroUsd - row.costMicroUsd,
      newlyLate: isLate(other, deadline) && !isLate(row, deadline),
    };
  });
}
