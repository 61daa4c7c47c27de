// What each fault of a plan hit: VMs, attempts, tasks, people, APIs, money. A fault that was due and found nothing to strike
// is in the list too, with nothing hit: silence would look like success.
import { CAUSE_REFUSED } from '../../journal/records.ts';
import type { RunFold } from '../../metrics/attempts.ts';
import { quantile } from '../../metrics/quantile.ts';
import { workingMs } from '../../metrics/working-time.ts';
import type { FaultFile } from '../../model/fault-plan.ts';
import { faultWords } from '../../model/fault-words.ts';
import { SPOT } from '../../model/states.ts';
import type { CompiledFault } from '../../sim/faults.ts';
import type { CutOff, CutOffs } from './cut-offs.ts';
import type { Strike } from './strikes.ts';

export interface FaultHit {
  /** Number in the plan. */
  readonly fault: number;
  readonly kind: FaultFile['kind'];
  /** What it is, in a few words. */
  readonly words: string;
  /** First and last time it took effect, ms since the epoch; NaN: never. */
  readonly from: number;
  readonly to: number;
  /** VM lives it ended or was about to end when they were given back. */
  readonly vms: readonly string[];
  /** Attempts that had begun and that it ended, slowed down or stopped for a while; and tasks that lost the place they had. */
  readonly attempts: number;
  readonly takenBack: number;
  /** Tasks of these attempts, each once. */
  readonly tasks: readonly string[];
  readonly people: readonly string[];
  readonly apis: readonly string[];
  /** Spot requests that it had refused. */
  readonly refusedRequests: number;
  /** Working time that people were away, ms. */
  readonly awayMs: number;
  /** What its price came to, micro-dollars; below zero for a lower one. */
  readonly surchargeMicroUsd: number;
  /** The budget from then on, micro-dollars; null when it does not touch it. */
  readonly budgetMicroUsd: number | null;
  readonly lostMs: number;
  readonly lostMicroUsd: number;
  readonly recovery: Recovery;
}

/** Recovery times of attempts that were cut off, ms, by nearest rank. Infinity: not within the run. NaN: nothing was cut off. */
export interface Recovery {
  readonly cutOff: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly maxMs: number;
}

/** One entry a fault, in the order of the plan. */
export function faultHits(fold: RunFold, plan: readonly FaultFile[], faults: readonly CompiledFault[], strikes: readonly Strike[], cut: CutOffs): FaultHit[] {
  return faults.map((fault, k) => {
    const own = strikes.filter((s) => s.fault === k), cuts = cut.attempts.filter((c) => c.fault === k), back = cut.takenBack.get(k) ?? [], felt = own.length > 0 ? touched(fold, fault) : NOTHING;
    const { problem, lives } = fold, tasksOf = (rows: readonly number[]): string[] => rows.map((row) => problem.taskIds[fold.attempts.task[row]!]!);
    const ended = 'until' in fault && fault.until < Infinity ? fault.until : -Infinity;
    const instants = own.flatMap(({ at, killAt, life }) => [at, Math.max(at, life >= 0 ? Math.min(killAt, lives.endedAt[life]!) : Math.min(ended, fold.endedAt))]);
    return {
      fault: k, kind: fault.kind, words: faultWords(plan[k]!),
      from: instants.length === 0 ? NaN : Math.min(...instants), to: instants.length === 0 ? NaN : Math.max(...instants),
      vms: own.filter(({ life }) => life >= 0).map(({ life }) => problem.unitIds[lives.unit[life]!]!),
      attempts: cuts.length + felt.rows.length, takenBack: back.length,
      tasks: [...new Set([...cuts.map(({ task }) => task), ...tasksOf(felt.rows), ...tasksOf(back)])],
      people: own.length > 0 && fault.kind === 'away' ? [problem.unitIds[fault.unit]!] : [], apis: own.length > 0 && fault.kind === 'outage' ? [problem.unitIds[fault.unit]!] : [],
      refusedRequests: felt.refusedRequests, awayMs: felt.awayMs, surchargeMicroUsd: felt.surchargeMicroUsd, budgetMicroUsd: own.length > 0 && fault.kind === 'budget' ? fault.budget : null,
      lostMs: sum(cuts.map(({ lostMs }) => lostMs)), lostMicroUsd: sum(cuts.map(({ lostMicroUsd }) => lostMicroUsd)), recovery: recoveryOf(cuts),
    };
  });
}

/** Order statistics of the recovery times. */
export function recoveryOf(cuts: readonly CutOff[]): Recovery {
  if (cuts.length === 0) return { cutOff: 0, p50Ms: NaN, p95Ms: NaN, maxMs: NaN };
  const sorted = Float64Array.from(cuts, ({ at, redoneAt }) => (Number.isNaN(redoneAt) ? Infinity : redoneAt - at)).sort();
  return { cutOff: cuts.length, p50Ms: quantile(sorted, 0.5), p95Ms: quantile(sorted, 0.95), maxMs: sorted[sorted.length - 1]! };
}

interface Touched { readonly rows: readonly number[]; readonly refusedRequests: number; readonly awayMs: number; readonly surchargeMicroUsd: number }
const NOTHING: Touched = { rows: [], refusedRequests: 0, awayMs: 0, surchargeMicroUsd: 0 };

/** What a fault with a window hit without ending it. */
function touched(fold: RunFold, fault: CompiledFault): Touched {
  const { attempts: a, problem } = fold, rowsWhere = (holds: (k: number) => boolean): number[] => Array.from({ length: a.count }, (_, k) => k).filter(holds);
  switch (fault.kind) {
    case 'away': {
      const until = Math.min(fault.until, fold.endedAt);
      return { ...NOTHING, rows: rowsWhere((k) => a.unit[k] === fault.unit && a.startedAt[k]! < until && a.endedAt[k]! > fault.at), awayMs: workingMs(problem, fault.unit, fault.at, until) };
    }
    case 'slow-down': return { ...NOTHING, rows: rowsWhere((k) => fault.units.includes(a.unit[k]!) && a.startedAt[k]! >= fault.at && a.startedAt[k]! < fault.until) };
    case 'no-capacity': return { ...NOTHING, refusedRequests: refusedRequests(fold, fault) };
    case 'price': return { ...NOTHING, surchargeMicroUsd: surcharge(fold, fault) };
    default: return NOTHING;
  }
}

function refusedRequests({ lives, problem }: RunFold, { at, until, pools }: Extract<CompiledFault, { kind: 'no-capacity' }>): number {
  let count = 0;
  for (let k = 0; k < lives.count; k++) {
    if (lives.cause[k] === CAUSE_REFUSED && pools.includes(problem.unitPool[lives.unit[k]!]!) && lives.requestedAt[k]! >= at && lives.requestedAt[k]! < until) count++;
  }
  return count;
}

/** Of what spot VMs cost while the price was `factor` times the other, (1 - 1 / factor) is the fault's. */
function surcharge({ ledger, lives, problem }: RunFold, { at, until, pools, factor }: Extract<CompiledFault, { kind: 'price' }>): number {
  let spent = 0;
  for (let k = 0; k < ledger.chargeCount; k++) {
    const unit = ledger.chargeUnit[k]!, from = ledger.chargeFrom[k]!, rounding = ledger.chargeTo[k] === from; // at the end of a life
    if (from < at || from >= until || !pools.includes(problem.unitPool[unit]!)) continue;
    for (let l = 0; l < lives.count; l++) {
      if (lives.unit[l] !== unit || lives.market[l] !== SPOT || !(rounding ? lives.endedAt[l] === from : lives.startedAt[l]! <= from && from < lives.endedAt[l]!)) continue;
      spent += ledger.chargeAmount[k]!;
      break;
    }
  }
  return Math.round(spent * (1 - 1 / factor));
}

const sum = (values: readonly number[]): number => values.reduce((total, x) => total + x, 0);
