// One completed run as the data of its pictures and tables: copies of the run's own columns, cut to their rows.
import { auditOutcome } from '../../engine/experiment/run-once.ts';
import type { CompletedRun } from '../../engine/experiment/run-once.ts';
import { STRIDE, VM_NOTICE } from '../../engine/journal/records.ts';
import type { RunRecord } from '../../engine/journal/run-record.ts';
import type { RunFold } from '../../engine/metrics/attempts.ts';
import { waitSums } from '../../engine/metrics/attempt-waits.ts';
import type { WaitSums } from '../../engine/metrics/attempt-waits.ts';
import { CHAIN_LINKS } from '../../engine/metrics/cause-names.ts';
import { ATTEMPT_ENDED, ELIGIBLE_GONE, OUTCOME_CANCELLED, QUEUED_GONE, TASK_READY } from '../../engine/metrics/columns.ts';
import { criticalChain } from '../../engine/metrics/critical-chain.ts';
import type { CriticalChain } from '../../engine/metrics/critical-chain.ts';
import { jobRows, resourceRows } from '../../engine/metrics/resources.ts';
import { stateCounts } from '../../engine/metrics/state-counts.ts';
import { staticPath } from '../../engine/metrics/static-path.ts';
import type { FaultPlanFile } from '../../engine/model/fault-plan.ts';
import type { Instance, Problem } from '../../engine/model/problem.ts';
import type { AttemptTable, ChainTable, LifeTable, RunPicture, TaskFacts, UnitFacts, WaitFigures } from './protocol.ts';
import { closedTable, faultMarks } from './run-faults.ts';
import { budgetSeries, costSeries, queueSeries, spotPrices, utilisationSeries } from './run-series.ts';
import { layoutGraph } from './task-graph.ts';

/** What a picture has of its scenario alone. */
export type StillPicture = Pick<RunPicture, 'graph' | 'planned'>;

export function stillPicture(problem: Problem): StillPicture {
  const planned = staticPath(problem);
  return { graph: layoutGraph(problem), planned: { tasks: Int32Array.from(planned.tasks), lengthMs: planned.lengthMs, slackMs: planned.slackMs } };
}

/** `policy`: with its parameters, as the page wrote it. `still`: when it has been made before. */
export function runPicture({ run, fold, metrics, audit, bounds }: CompletedRun, { problem }: Instance, policy: string, faults: FaultPlanFile | undefined, still: StillPicture = stillPicture(problem)): RunPicture {
  const ofUnit = waitSums(fold, problem.unitCount, (k) => fold.attempts.unit[k]!), ofJob = waitSums(fold, problem.jobCount, (k) => problem.taskJob[fold.attempts.task[k]!]!);
  return {
    scenario: problem.name, policy, faults, seed: run.seed, hash: run.hash, cause: run.cause, explanation: run.explanation, audit: auditOutcome(audit), records: run.log.count,
    epochMs: problem.epochMs, startedAt: fold.startedAt, endedAt: fold.endedAt, budget: fold.budget, metrics, bounds,
    resources: resourceRows(fold).map((row, u) => ({ ...row, ...waitFigures(ofUnit, u) })),
    jobs: jobRows(fold).map((row, j) => ({ ...row, ...waitFigures(ofJob, j), tasks: problem.jobFirst[j + 1]! - problem.jobFirst[j]!, deadline: problem.jobDeadline[j]! })),
    units: unitFacts(problem, fold.endedAt), tasks: taskFacts(fold), attempts: attemptTable(fold), lives: lifeTable(fold), notices: notices(run),
    utilisation: utilisationSeries(fold), queue: queueSeries(fold), cost: costSeries(fold), budgets: budgetSeries(run, fold), states: stateCounts(fold), prices: spotPrices(run, fold),
    closed: closedTable(run, fold), faultMarks: faultMarks(run, faults), chain: chainTable(criticalChain(run, fold)), ...still,
  };
}

function waitFigures({ waitMs, interruptions, lostMs }: WaitSums, k: number): WaitFigures {
  return { waitMs: waitMs.map((list) => list[k]!), interruptions: interruptions[k]!, lostMs: lostMs[k]! };
}

function taskFacts(fold: RunFold): TaskFacts {
  const { problem, changes, attempts } = fold, eligibleAt = new Float64Array(problem.taskCount).fill(NaN), goneAt = new Float64Array(problem.taskCount).fill(NaN);
  for (let k = 0; k < changes.count; k++) {
    const kind = changes.kind[k]!, index = changes.index[k]!, at = changes.time[k]!;
    if (kind === TASK_READY) { if (Number.isNaN(eligibleAt[index]!)) eligibleAt[index] = at; }
    else if (kind === ELIGIBLE_GONE || kind === QUEUED_GONE) goneAt[index] = at;
    else if (kind === ATTEMPT_ENDED && (attempts.outcome[index] === OUTCOME_CANCELLED || fold.isFinalFailure(index))) goneAt[attempts.task[index]!] = at;
  }
  return { ids: problem.taskIds, kinds: problem.taskKinds, job: problem.taskJob.slice(), eligibleAt, goneAt };
}

function chainTable({ steps, ms: total }: CriticalChain): ChainTable {
  const ms = new Float64Array(steps.length * total.length);
  steps.forEach((step, s) => { ms.set(step.ms, s * total.length); });
  return {
    count: steps.length, row: Int32Array.from(steps, ({ row }) => row), releasedBy: Int32Array.from(steps, ({ releasedBy }) => releasedBy), link: Uint8Array.from(steps, ({ link }) => CHAIN_LINKS.indexOf(link)),
    from: Float64Array.from(steps, ({ from }) => from), to: Float64Array.from(steps, ({ to }) => to), ms, total,
  };
}

function attemptTable({ attempts: a }: RunFold): AttemptTable {
  const n = a.count;
  return {
    count: n, task: a.task.slice(0, n), attempt: a.attempt.slice(0, n), unit: a.unit.slice(0, n), life: a.life.slice(0, n), market: a.market.slice(0, n), outcome: a.outcome.slice(0, n),
    readyAt: a.readyAt.slice(0, n), placedAt: a.placedAt.slice(0, n), startedAt: a.startedAt.slice(0, n), endedAt: a.endedAt.slice(0, n),
    setupMs: a.setupMs.slice(0, n), busyMs: a.busyMs.slice(0, n), lostMs: a.lostMs.slice(0, n), cost: a.cost.slice(0, n),
  };
}

function lifeTable({ lives: l }: RunFold): LifeTable {
  const n = l.count;
  return {
    count: n, unit: l.unit.slice(0, n), life: l.life.slice(0, n), market: l.market.slice(0, n), cause: l.cause.slice(0, n), requestedAt: l.requestedAt.slice(0, n),
    startedAt: l.startedAt.slice(0, n), readyAt: l.readyAt.slice(0, n), drainingAt: l.drainingAt.slice(0, n), endedAt: l.endedAt.slice(0, n), cost: l.cost.slice(0, n),
  };
}

function notices({ log: { rows, length } }: RunRecord): RunPicture['notices'] {
  const unit: number[] = [], at: number[] = [], killAt: number[] = [];
  for (let r = 0; r < length; r += STRIDE) {
    if (rows[r] !== VM_NOTICE) continue;
    at.push(rows[r + 1]!); unit.push(rows[r + 2]!); killAt.push(rows[r + 4]!);
  }
  return { unit: Int32Array.from(unit), at: Float64Array.from(at), killAt: Float64Array.from(killAt) };
}

/** Calendars until shortly after the end: a horizon of months is nobody's picture. */
function unitFacts(problem: Problem, endedAt: number): UnitFacts {
  const first = new Int32Array(problem.unitCount + 1), start: number[] = [], end: number[] = [];
  for (let u = 0; u < problem.unitCount; u++) {
    for (let k = problem.calendarFirst[u]!; k < problem.calendarFirst[u + 1]! && problem.calendarStart[k]! < endedAt; k++) {
      start.push(problem.calendarStart[k]!); end.push(problem.calendarEnd[k]!);
    }
    first[u + 1] = start.length;
  }
  return {
    ids: problem.unitIds, pool: problem.unitPool.slice(), poolIds: problem.poolIds, poolKind: problem.poolKind.slice(), always: problem.unitAlways.slice(),
    calendarFirst: first, calendarStart: Float64Array.from(start), calendarEnd: Float64Array.from(end),
  };
}
