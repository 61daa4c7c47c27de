// How far a forecast could be trusted, once the run has ended: the futures that were to be seen when its last job came in,
// against what then happened; and which part of the model was wrong, by the ratio of what was to what was expected. Futures
// are a pure function of the rows until then, so the forecast made now is the one that could be made then, to the bit.
import { JOB_SUBMITTED, STRIDE, isEvent } from '../journal/records.ts';
import { RecordLog } from '../journal/log.ts';
import type { RunRecord } from '../journal/run-record.ts';
import type { RunFold } from '../metrics/attempts.ts';
import { OUTCOME_COMPLETED } from '../metrics/columns.ts';
import { RunError } from '../model/errors.ts';
import type { Instance } from '../model/problem.ts';
import { API, CLOUD, HUMAN, RESOURCE_KINDS, SPOT } from '../model/states.ts';
import { CAUSE_INTERRUPTED } from '../journal/records.ts';
import { optionOf } from '../kernel/estimates.ts';
import { observedRun } from '../sim/forecast.ts';
import { replay } from '../sim/replay.ts';
import { RunForecaster } from './forecast-run.ts';
import type { Band, RunForecast } from './forecast-run.ts';
import { historyOf, recordOf, rowsIn } from './recording.ts';
import type { ReplayedRecording } from './recording.ts';

/** Actual against expected, over `count` cases; `ratio` is the sum of the one over the sum of the other. */
export interface PartError {
  readonly part: string;
  readonly count: number;
  readonly expected: number;
  readonly actual: number;
  readonly unit: 'ms' | 'count';
  /** actual / expected; NaN when nothing was expected. */
  readonly ratio: number;
}

export interface Outcome {
  readonly name: string;
  readonly band: Band;
  readonly actual: number;
  /** Lies between p10 and p90, both included. */
  readonly covered: boolean;
}

export interface Fidelity {
  readonly forecast: RunForecast;
  /** The whole run: its end and its cost; then every job's end. */
  readonly finish: Outcome;
  readonly cost: Outcome;
  readonly jobs: readonly Outcome[];
  /** Share of the jobs whose end the band covered; 0.8 is what it should be. */
  readonly coverage: number;
  /** What was longer or more than expected, the worst first. */
  readonly parts: readonly PartError[];
  /** Each completed task: expected and measured ms of work. */
  readonly tasks: readonly { readonly task: string; readonly unit: string; readonly expectedMs: number; readonly actualMs: number }[];
}

/** Throws `RunError` `unfinished`, or `no-jobs` for a run in which nothing was submitted. */
export function fidelityOf(replayed: ReplayedRecording, fold: RunFold, futures: number): Fidelity {
  const { recording: { header, instance: first, rows, policy, revisions, revisedPolicies } } = replayed, history = historyOf(replayed.recording), record = recordOf(replayed, history), instance = revisions.at(-1)?.instance ?? first;
  if (record.cause !== 'finished') throw new RunError('unfinished', `the run ended by ${record.cause}: what a forecast is measured by is its end`);
  const cut = afterLastSubmission(rows), prefix = new RecordLog(Math.max(1, cut));
  prefix.rows.set(rows.rows.subarray(0, cut * STRIDE));
  prefix.length = cut * STRIDE;
  const { kernel } = replay(first, prefix, {
    policy, parameters: header.policy.parameters, weights: header.weights, seed: header.seed,
    revisions: revisions.map(({ header: { policy: { parameters } }, instance: to }, k) => ({ instance: to, policy: revisedPolicies[k]!, parameters })),
  });
  const seen = new RecordLog(Math.max(1, cut)); // the same rows in the numbers of the last problem
  seen.rows.set(rowsIn(replayed.recording, instance).rows.subarray(0, cut * STRIDE));
  seen.length = cut * STRIDE;
  const forecaster = new RunForecaster(instance, observedRun(instance, kernel, seen, kernel.now), kernel.now, { policy: revisedPolicies.at(-1) ?? policy, parameters: record.parameters, weights: kernel.weights });
  forecaster.add(futures);
  const forecast = forecaster.result(), jobs = forecast.jobs.map(({ job, finish }, j) => outcome(job, finish, fold.jobCompletedAt[j]!));
  const tasks = taskErrors(history, fold);
  return {
    forecast, jobs, tasks, parts: partErrors(history, record, fold),
    finish: outcome('end of the run', forecast.finish, fold.endedAt), cost: outcome('cost of the run', forecast.cost, fold.ledger.total),
    coverage: jobs.length === 0 ? NaN : jobs.filter(({ covered }) => covered).length / jobs.length,
  };
}

/** Rows until the last job was in, with the commands that caused. */
function afterLastSubmission({ rows, count }: RecordLog): number {
  let last = -1;
  for (let n = 0; n < count; n++) if (rows[n * STRIDE] === JOB_SUBMITTED) last = n;
  if (last < 0) throw new RunError('no-jobs', 'nothing was submitted in this run');
  let next = last + 1;
  while (next < count && !isEvent(rows[next * STRIDE]!)) next++;
  return next;
}

function outcome(name: string, band: Band, actual: number): Outcome {
  return { name, band, actual, covered: actual >= band.p10 && actual <= band.p90 };
}

function taskErrors({ problem }: Instance, { attempts }: RunFold): Fidelity['tasks'] {
  const work = new Float64Array(problem.taskCount), found: Fidelity['tasks'][number][] = [];
  for (let k = 0; k < attempts.count; k++) {
    const task = attempts.task[k]!, unit = attempts.unit[k]!;
    work[task]! += attempts.keptMs[k]!;
    if (attempts.outcome[k] !== OUTCOME_COMPLETED) continue;
    const option = optionOf(problem, task, problem.unitPool[unit]!);
    found.push({ task: problem.taskIds[task]!, unit: problem.unitIds[unit]!, expectedMs: Math.round(problem.taskWork[task]! * problem.optionScale[option]!), actualMs: work[task]! });
  }
  return found.sort((a, b) => (a.task < b.task ? -1 : 1));
}

/** Work by kind of resource, spin-ups and kills, each against what the scheduler was told. */
function partErrors(instance: Instance, { problem }: RunRecord, fold: RunFold): PartError[] {
  const { truth } = instance, sums = new Map<string, { count: number; expected: number; actual: number; unit: 'ms' | 'count' }>();
  const add = (part: string, expected: number, actual: number, unit: 'ms' | 'count' = 'ms', cases = 1): void => {
    const sum = sums.get(part) ?? { count: 0, expected: 0, actual: 0, unit };
    sum.count += cases; sum.expected += expected; sum.actual += actual;
    sums.set(part, sum);
  };
  const unitOf = new Map(problem.unitIds.map((id, u) => [id, u]));
  for (const { unit, expectedMs, actualMs } of taskErrors(instance, fold)) {
    const kind = problem.unitKind[unitOf.get(unit)!]!;
    add(kind === API ? 'latency of APIs' : kind === HUMAN ? 'work of people' : `work on ${RESOURCE_KINDS[kind]} machines`, expectedMs, actualMs);
  }
  const { lives } = fold;
  let kills = 0, expectedKills = 0, spotLives = 0;
  for (let k = 0; k < lives.count; k++) {
    const unit = lives.unit[k]!, pool = problem.unitPool[unit]!;
    if (problem.unitKind[unit] !== CLOUD) continue;
    if (lives.readyAt[k]! >= lives.startedAt[k]!) add('spin-up of VMs', truth.pools[pool]!.spinUp.mean, lives.readyAt[k]! - lives.startedAt[k]!);
    if (lives.market[k] !== SPOT || !(lives.endedAt[k]! >= lives.startedAt[k]!)) continue;
    spotLives++;
    expectedKills += problem.poolHazard[pool]! * (lives.endedAt[k]! - lives.startedAt[k]!) / 3_600_000;
    if (lives.cause[k] === CAUSE_INTERRUPTED) kills++;
  }
  if (spotLives > 0) add('kills of spot VMs', expectedKills, kills, 'count', spotLives);
  return [...sums].map(([part, sum]) => ({ part, ...sum, ratio: sum.expected > 0 ? sum.actual / sum.expected : NaN }))
    .sort((a, b) => wrongness(b) - wrongness(a) || (a.part < b.part ? -1 : 1));
}

/** Twice as long and half as long are equally wrong. */
const wrongness = ({ ratio }: PartError): number => (ratio > 0 ? Math.max(ratio, 1 / ratio) : 0);
