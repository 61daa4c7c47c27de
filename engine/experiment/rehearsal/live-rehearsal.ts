// What came of faults that were injected into a live run, from its journal. What they hit, what was lost and when it was done again
// is read from what really happened. What they cost cannot be: there was no second run without them. The model makes both, in the
// world the journal showed, with everything that went wrong and without what was injected; the difference is between those two.
import { FAULT_ENDED, FAULT_INJECTED, STRIDE } from '../../journal/records.ts';
import type { RowNotes } from '../../journal/row-notes.ts';
import type { RunRecord } from '../../journal/run-record.ts';
import type { RunFold } from '../../metrics/attempts.ts';
import type { Metrics } from '../../metrics/metrics.ts';
import type { FaultPlanFile } from '../../model/fault-plan.ts';
import type { Policy } from '../../model/policy.ts';
import type { Instance } from '../../model/problem.ts';
import { compileFaults, type CompiledFault } from '../../sim/faults.ts';
import { recordedWorld, type LeftOut, type Provenance } from '../recorded-world.ts';
import { runOnce, type CompletedRun } from '../run-once.ts';
import { comparedRuns, hitsOf, type Rehearsal } from './rehearse.ts';
import { strikesOf } from './strikes.ts';

export interface LiveRehearsal {
  /** Of what really happened. */
  readonly recorded: Metrics;
  /** `faulted` and `baseline` are the model's runs; hits and cut-offs are real. */
  readonly rehearsal: Rehearsal;
  /** Numbers of faults that the journal leaves injected. */
  readonly left: readonly number[];
  /** Faults that a driver could not make happen, by their numbers. */
  readonly failed: readonly { readonly fault: number; readonly reason: string }[];
  readonly provenance: Provenance;
}

interface Window { readonly from: number; to: number }

/** `recorded` is in the numbers of `instance`; `plan` holds the faults by the numbers of the journal, `notes` what stands beside its rows. */
export function liveRehearsal(instance: Instance, recorded: { readonly run: RunRecord; readonly fold: RunFold; readonly metrics: Metrics }, policy: Policy, plan: FaultPlanFile, notes: RowNotes): LiveRehearsal {
  const { run, fold, metrics } = recorded, { problem } = instance, faults = compileFaults(plan, problem), failed = failedFaults(run, notes), windows = windowsOf(run), { seed, parameters, weights } = run;
  const struck = new Set(strikesOf(run, fold, faults).map(({ life }) => life)), leftOut = injectedOnly(faults, windows, struck);
  const make = (world: ReturnType<typeof recordedWorld>): CompletedRun => runOnce(world.instance, { policy, parameters, weights, seed, faults: compileFaults(world.faults, problem) });
  const whole = recordedWorld(instance, run, fold, seed), faulted = make(whole), baseline = make(recordedWorld(instance, run, fold, seed, leftOut));
  return {
    recorded: metrics, rehearsal: comparedRuns(baseline, faulted, hitsOf(recorded, plan, faults)), provenance: whole.provenance, failed,
    left: [...windows].filter(([, { to }]) => to === Infinity).map(([number]) => number).sort((a, b) => a - b),
  };
}

/** A row that said a fault would be injected has a note when it could not be. */
function failedFaults({ log: { rows } }: RunRecord, notes: RowNotes): LiveRehearsal['failed'] {
  const reasons = new Map<number, string[]>();
  for (const [row, { reason }] of notes) {
    const fault = rows[row * STRIDE + 2]!;
    if (rows[row * STRIDE] === FAULT_INJECTED && reason !== undefined) reasons.set(fault, [...reasons.get(fault) ?? [], reason]);
  }
  return [...reasons].map(([fault, all]) => ({ fault, reason: all.join('; ') })).sort((a, b) => a.fault - b.fault);
}

/** From the first time each fault took effect until nothing of it was left. */
function windowsOf({ log: { rows, length } }: RunRecord): Map<number, Window> {
  const windows = new Map<number, Window>();
  for (let at = 0; at < length; at += STRIDE) {
    const number = rows[at + 2]!, time = rows[at + 1]!;
    if (rows[at] === FAULT_INJECTED && !windows.has(number)) windows.set(number, { from: time, to: Infinity });
    else if (rows[at] === FAULT_ENDED) { const open = windows.get(number); if (open !== undefined) open.to = time; }
  }
  return windows;
}

/** Of what went wrong, that which was injected. */
function injectedOnly(faults: readonly CompiledFault[], windows: ReadonlyMap<number, Window>, struck: ReadonlySet<number>): LeftOut {
  const injected = (kind: CompiledFault['kind'], at: number, aims: (fault: CompiledFault) => boolean): boolean =>
    faults.some((fault, k) => { const window = windows.get(k); return window !== undefined && fault.kind === kind && at >= window.from && at <= window.to && aims(fault); });
  return {
    fault: ({ at, fault, unit, life }) => {
      switch (fault.kind) {
        case 'terminate': return struck.has(life);
        case 'away': case 'outage': return injected(fault.kind, at, (one) => 'unit' in one && one.unit === unit);
        case 'budget': return injected('budget', at, () => true);
        default: return false;
      }
    },
    priceStep: (pool, at) => injected('price', at, (one) => one.kind === 'price' && one.pools.includes(pool)),
  };
}
