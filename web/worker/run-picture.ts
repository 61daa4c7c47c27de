// One completed run as the data of its pictures and tables: copies of the run's own columns, cut to their rows.
import { auditOutcome } from '../../engine/experiment/run-once.ts';
import type { CompletedRun } from '../../engine/experiment/run-once.ts';
import { STRIDE, VM_NOTICE } from '../../engine/journal/records.ts';
import type { RunRecord } from '../../engine/journal/run-record.ts';
import type { RunFold } from '../../engine/metrics/attempts.ts';
import { jobRows, resourceRows } from '../../engine/metrics/resources.ts';
import type { Instance, Problem } from '../../engine/model/problem.ts';
import type { AttemptTable, LifeTable, RunPicture, UnitFacts } from './protocol.ts';
import { costSeries, queueSeries, utilisationSeries } from './run-series.ts';

/** `policy`: with its parameters, as the page wrote it. */
export function runPicture({ run, fold, metrics, audit, bounds }: CompletedRun, { problem }: Instance, policy: string): RunPicture {
  return {
    scenario: problem.name, policy, seed: run.seed, hash: run.hash, cause: run.cause, explanation: run.explanation, audit: auditOutcome(audit), records: run.log.count,
    epochMs: problem.epochMs, startedAt: fold.startedAt, endedAt: fold.endedAt, budget: fold.budget, metrics, bounds,
    resources: resourceRows(fold),
    jobs: jobRows(fold).map((row, j) => ({ ...row, tasks: problem.jobFirst[j + 1]! - problem.jobFirst[j]!, deadline: problem.jobDeadline[j]! })),
    units: unitFacts(problem, fold.endedAt), tasks: { ids: problem.taskIds, kinds: problem.taskKinds, job: problem.taskJob.slice() },
    attempts: attemptTable(fold), lives: lifeTable(fold), notices: notices(run),
    utilisation: utilisationSeries(fold), queue: queueSeries(fold), cost: costSeries(fold),
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
