// Attempts that the faults of a plan cut off, and how long each took to recover: from the instant at which work on the task
// stopped until later attempts have done again what was lost (or, when a checkpoint saved all of it, until it is worked on
// again). It is the rapidity of Bruneau et al. (Earthquake Spectra 19, 2003) for one task: the time until its own progress is
// back at the level it had. Progress is counted in shares of the task's work, so a faster machine recovers sooner; within an
// attempt it is taken to grow evenly.
import { OUTCOME_COMPLETED, OUTCOME_FAILED, OUTCOME_INTERRUPTED, OUTCOME_REFUSED, OUTCOME_REVOKED } from '../../metrics/columns.ts';
import type { RunFold } from '../../metrics/attempts.ts';
import type { CompiledFault } from '../../sim/faults.ts';
import type { Strike } from './strikes.ts';

/** One attempt that had begun and that a fault ended. Times in ms since the epoch, money in micro-dollars. */
export interface CutOff {
  /** Number of the fault in its plan. */
  readonly fault: number;
  readonly task: string;
  readonly attempt: number;
  readonly unit: string;
  readonly startedAt: number;
  /** When work on it stopped. */
  readonly at: number;
  /** Running time whose result was lost, and its share of the attempt's cost. */
  readonly lostMs: number;
  readonly lostMicroUsd: number;
  /** When the task was worked on again, and when it had done again what was lost. NaN: never. */
  readonly againAt: number;
  readonly redoneAt: number;
}

export interface CutOffs {
  /** In order of time. */
  readonly attempts: readonly CutOff[];
  /** Rows of attempts that were placed, had not begun, and lost their place; by fault. */
  readonly takenBack: ReadonlyMap<number, readonly number[]>;
}

/** What the strikes ended. O(strikes x attempts of the run). */
export function cutOffs(fold: RunFold, faults: readonly CompiledFault[], strikes: readonly Strike[]): CutOffs {
  const { attempts: a, problem } = fold, found: CutOff[] = [], takenBack = new Map<number, number[]>(), later = attemptsByTask(fold);
  for (let k = 0; k < a.count; k++) {
    const strike = strikes.find((s) => struck(fold, faults[s.fault]!, s, k));
    if (strike === undefined) continue;
    const { fault } = strike;
    if (Number.isNaN(a.startedAt[k]!)) { takenBack.set(fault, [...takenBack.get(fault) ?? [], k]); continue; }
    const ran = a.endedAt[k]! - a.startedAt[k]!, lostMs = a.lostMs[k]!;
    found.push({
      fault, task: problem.taskIds[a.task[k]!]!, attempt: a.attempt[k]!, unit: problem.unitIds[a.unit[k]!]!, startedAt: a.startedAt[k]!, at: a.endedAt[k]!,
      lostMs, lostMicroUsd: ran > 0 ? Math.round(a.cost[k]! * lostMs / ran) : 0, ...recovery(fold, k, later[a.task[k]!]!),
    });
  }
  return { attempts: found.sort((x, y) => x.at - y.at), takenBack };
}

function struck({ attempts: a }: RunFold, fault: CompiledFault, strike: Strike, k: number): boolean {
  const ended = a.endedAt[k]!, outcome = a.outcome[k]!;
  if (strike.life >= 0) return a.life[k] === strike.life && ended >= strike.at && ended <= strike.killAt && (outcome === OUTCOME_INTERRUPTED || outcome === OUTCOME_REVOKED);
  // Calls under way are lost when an outage begins, those made during it are refused.
  return fault.kind === 'outage' && a.unit[k] === fault.unit && (outcome === OUTCOME_REFUSED ? ended >= fault.at && ended < fault.until : outcome === OUTCOME_FAILED && ended === fault.at);
}

function attemptsByTask({ attempts: a, problem }: RunFold): number[][] {
  const rows = Array.from({ length: problem.taskCount }, (): number[] => []);
  for (let k = 0; k < a.count; k++) rows[a.task[k]!]!.push(k);
  return rows;
}

function recovery(fold: RunFold, cut: number, ofTask: readonly number[]): Pick<CutOff, 'againAt' | 'redoneAt'> {
  const { attempts: a } = fold, whole = (k: number): number => wholeWork(fold, k, ofTask);
  const wanted = Math.min(1, a.ppmEnd[cut]! / 1e6 + (a.lostMs[cut]! === 0 ? 0 : a.lostMs[cut]! / whole(cut)));
  let againAt = NaN;
  for (const k of ofTask.slice(ofTask.indexOf(cut) + 1)) {
    const worked = a.keptMs[k]! + a.lostMs[k]!, from = a.startedAt[k]! + a.setupMs[k]!;
    if (!(worked > 0) && a.outcome[k] !== OUTCOME_COMPLETED) continue;
    if (Number.isNaN(againAt)) againAt = from;
    const needed = Math.max(0, (wanted - a.ppmStart[k]! / 1e6) * whole(k));
    if (needed <= worked + 0.5 || a.outcome[k] === OUTCOME_COMPLETED) return { againAt, redoneAt: Math.round(from + Math.min(1, worked > 0 ? needed / worked : 0) * (a.endedAt[k]! - from)) };
  }
  return { againAt, redoneAt: NaN };
}

/** Ms the whole task takes where the attempt ran: as it showed itself, or as the one that completed did, scaled by the estimates. */
function wholeWork({ attempts: a, problem }: RunFold, k: number, ofTask: readonly number[]): number {
  const shown = (row: number): number => (a.ppmEnd[row]! > a.ppmStart[row]! ? a.keptMs[row]! * 1e6 / (a.ppmEnd[row]! - a.ppmStart[row]!) : NaN);
  const scale = (row: number): number => {
    const profile = problem.taskProfile[a.task[row]!]!, pool = problem.unitPool[a.unit[row]!]!;
    for (let o = problem.optionFirst[profile]!; o < problem.optionFirst[profile + 1]!; o++) if (problem.optionPool[o] === pool) return problem.optionScale[o]!;
    return NaN;
  };
  const own = shown(k), done = ofTask.find((row) => a.outcome[row] === OUTCOME_COMPLETED);
  if (own > 0) return own;
  return done === undefined ? problem.taskWork[a.task[k]!]! * scale(k) : shown(done) * scale(k) / scale(done);
}
