// The world as a recorded run showed it, for asking what else could have been done in it. What was seen is held fixed: the
// work of tasks that completed, prices, and everything that went wrong, as a fault plan. What was not seen is drawn anew from
// the model or cannot be known; `Provenance` says which is which. Nothing hidden in a simulated world is read.
import type { RunRecord } from '../journal/run-record.ts';
import { API_LIMITED, BUDGET_CHANGED, CAUSE_INTERRUPTED, CAUSE_REFUSED, HUMAN_AVAILABLE, HUMAN_AWAY, PRICE_CHANGED, STRIDE } from '../journal/records.ts';
import type { RunFold } from '../metrics/attempts.ts';
import { OUTCOME_COMPLETED, OUTCOME_FAILED } from '../metrics/columns.ts';
import type { Distribution } from '../model/distribution.ts';
import type { FaultFile, FaultPlanFile } from '../model/fault-plan.ts';
import type { Instance, PoolTruth, Problem } from '../model/problem.ts';
import { API, CLOUD, SPOT } from '../model/states.ts';
import { durationInFile } from '../model/units.ts';
import { optionOf } from '../kernel/estimates.ts';
import { sample } from '../sim/random/sample.ts';
import { DURATION, LATENCY, Streams } from '../sim/random/streams.ts';

/** What a counterfactual stands on, in words, each with a count. */
export interface Provenance {
  readonly heldFixed: readonly string[];
  readonly resampled: readonly string[];
  readonly unknowable: readonly string[];
}

export interface RecordedWorld {
  /** Draws of `seed` in it give the recorded work again. */
  readonly instance: Instance;
  /** What went wrong, in order of time: kills, outages, absences, other budgets. */
  readonly faults: FaultPlanFile;
  readonly provenance: Provenance;
}

/** Something that went wrong, as it was seen. */
export interface RecordedFault {
  readonly at: number;
  readonly fault: FaultFile;
  /** Row in the table of VM lives, -1 when it is no kill. */
  readonly life: number;
  /** Whose unit it was, -1 for nobody's. */
  readonly unit: number;
}

/** What is to be left out of a recorded world. */
export interface LeftOut {
  readonly fault: (recorded: RecordedFault) => boolean;
  readonly priceStep: (pool: number, at: number) => boolean;
}

const NOTHING: LeftOut = { fault: () => false, priceStep: () => false };

/** `instance`: of the run's last revision; `fold`: of the run. */
export function recordedWorld(instance: Instance, run: RunRecord, fold: RunFold, seed: number, leftOut: LeftOut = NOTHING): RecordedWorld {
  const { problem, truth } = instance, streams = new Streams(seed), { work, pinned, calls } = recordedWork(instance, fold, streams), spinUps = recordedSpinUps(fold);
  const pools = truth.pools.map((pool, p): PoolTruth => ({
    ...pool, priceSteps: priceSteps(run, p).filter(([at]) => !leftOut.priceStep(p, at)), killTimes: [], hazardByHour: [], availability: [], outages: [], actualShare: 1, refusal: 0, errorRate: 0, decline: 0,
    ...(spinUps[p]!.length === 0 ? {} : { spinUp: empirical(spinUps[p]!) }),
  }));
  const faults = recordedFaults(problem, run, fold).filter((recorded) => !leftOut.fault(recorded)).map(({ fault }) => fault), kills = faults.filter(({ kind }) => kind === 'terminate').length, failed = countOf(fold, OUTCOME_FAILED), refused = refusedVms(fold);
  return {
    instance: { problem, hash: instance.hash, truth: { ...truth, taskWork: work, profileFailureRate: new Float64Array(truth.profileFailureRate.length), pools } },
    faults: { twinclock: 'faults/1', name: 'as-recorded', faults },
    provenance: {
      heldFixed: [
        counted(pinned, 'task', 'the same work'), counted(kills, 'VM kill', 'at the same instant'), counted(faults.length - kills, 'other fault', 'outages, absences and changes of budget as they were'),
        'spot prices are those seen', 'what the scheduler expected',
      ].filter((line) => line !== ''),
      resampled: [
        counted(problem.taskCount - pinned - calls, 'task', 'not completed, so work of the model'), counted(calls, 'API call', 'latency of the model'),
        'spin-ups, from those seen where there were any', 'delays of people, from the model',
      ].filter((line) => line !== ''),
      unknowable: [
        'whether a VM that was not up would have been taken', counted(refused, 'refused VM', 'given now; at another instant it might have been'),
        counted(failed, 'failed attempt', 'not repeated'), 'how an API would have answered other calls',
      ].filter((line) => line !== ''),
    },
  };
}

/** Reference work of each task such that this seed's draw gives the work that was seen. */
function recordedWork({ problem, truth }: Instance, { attempts }: RunFold, streams: Streams): { readonly work: Float64Array; readonly pinned: number; readonly calls: number } {
  const work = truth.taskWork.slice(), done = new Float64Array(problem.taskCount);
  let pinned = 0, calls = 0;
  for (let k = 0; k < attempts.count; k++) {
    const task = attempts.task[k]!, pool = problem.unitPool[attempts.unit[k]!]!, option = optionOf(problem, task, pool), scale = truth.optionScale[option]!;
    if (scale > 0) done[task]! += attempts.keptMs[k]! / scale;
    if (attempts.outcome[k] !== OUTCOME_COMPLETED) continue;
    const shape = truth.shapes[truth.optionShape[option]!]!, api = problem.poolKind[pool] === API;
    const factor = shape.kind === 'fixed' ? 1 : sample(shape, streams, api ? LATENCY : DURATION, truth.taskKey[task]!, api ? attempts.attempt[k]! : 0);
    if (api && shape.kind !== 'fixed') { calls++; continue; } // drawn for each attempt: there is nothing to hold
    if (factor > 0) { work[task] = done[task]! / factor; pinned++; }
  }
  return { work, pinned, calls };
}

/** Kills, refusals of APIs, absences and budgets, as a plan that does them again. */
function recordedFaults(problem: Problem, { log: { rows, length } }: RunRecord, { lives, endedAt }: RunFold): RecordedFault[] {
  const found: RecordedFault[] = [], awaySince = new Map<number, number>();
  const add = (at: number, fault: FaultFile, unit = -1, life = -1): void => { found.push({ at, fault, unit, life }); };
  const away = (unit: number, from: number, to: number): void => { if (to > from) add(from, { kind: 'away', at: durationInFile(from), for: durationInFile(to - from), human: problem.unitIds[unit]! }, unit); };
  for (let k = 0; k < lives.count; k++) {
    if (lives.cause[k] !== CAUSE_INTERRUPTED) continue;
    const noticed = lives.drainingAt[k]!, at = Number.isNaN(noticed) ? lives.endedAt[k]! : noticed;
    add(at, { kind: 'terminate', at: durationInFile(at), vm: problem.unitIds[lives.unit[k]!]!, notice: durationInFile(lives.endedAt[k]! - at) }, lives.unit[k]!, k);
  }
  for (let at = 0; at < length; at += STRIDE) {
    const code = rows[at]!, now = rows[at + 1]!, a = rows[at + 2]!, b = rows[at + 3]!;
    if (code === HUMAN_AWAY && !awaySince.has(a)) awaySince.set(a, now);
    else if (code === HUMAN_AVAILABLE && awaySince.has(a)) { away(a, awaySince.get(a)!, now); awaySince.delete(a); }
    else if (code === API_LIMITED && b > now) add(now, { kind: 'outage', at: durationInFile(now), for: durationInFile(b - now), api: problem.unitIds[a]! }, a);
    else if (code === BUDGET_CHANGED) add(now, { kind: 'budget', at: durationInFile(now), budget: a / 1e6 });
  }
  for (const [unit, since] of awaySince) away(unit, since, endedAt);
  return found.sort((a, b) => a.at - b.at);
}

function priceSteps({ log: { rows, length } }: RunRecord, pool: number): (readonly [number, number])[] {
  const steps: (readonly [number, number])[] = [];
  for (let at = 0; at < length; at += STRIDE) if (rows[at] === PRICE_CHANGED && rows[at + 2] === pool && rows[at + 3] === SPOT) steps.push([rows[at + 1]!, rows[at + 4]!]);
  return steps;
}

/** ms from billing to readiness of each VM life, by pool. */
function recordedSpinUps({ problem, lives }: RunFold): number[][] {
  const found: number[][] = problem.poolIds.map(() => []);
  for (let k = 0; k < lives.count; k++) {
    const took = lives.readyAt[k]! - lives.startedAt[k]!;
    if (problem.unitKind[lives.unit[k]!] === CLOUD && took >= 0) found[problem.unitPool[lives.unit[k]!]!]!.push(took);
  }
  return found;
}

function empirical(values: readonly number[]): Distribution {
  return { kind: 'empirical', mean: values.reduce((sum, value) => sum + value, 0) / values.length, values: [...values].sort((a, b) => a - b) };
}

function refusedVms({ lives }: RunFold): number {
  let count = 0;
  for (let k = 0; k < lives.count; k++) if (lives.cause[k] === CAUSE_REFUSED) count++;
  return count;
}

function countOf({ attempts }: RunFold, outcome: number): number {
  let count = 0;
  for (let k = 0; k < attempts.count; k++) if (attempts.outcome[k] === outcome) count++;
  return count;
}

/** `3 tasks: ...`; nothing for none. */
const counted = (count: number, noun: string, what: string): string => (count <= 0 ? '' : `${count} ${noun}${count === 1 ? '' : 's'}: ${what}`);
