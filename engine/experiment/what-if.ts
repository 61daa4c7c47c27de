// "What if": a recorded run, made again in the world it showed, with one thing changed. Three runs stand side by side: the
// record; the model's own run of it with nothing changed, which tells how far the model can be trusted; and the changed one.
// The difference that is told is between the last two, so that what the model gets wrong stands on both sides.
import type { RunRecord } from '../journal/run-record.ts';
import type { RunFold } from '../metrics/attempts.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { inputError } from '../model/errors.ts';
import type { FaultFile, FaultPlanFile } from '../model/fault-plan.ts';
import type { ParameterValues, Policy, Weights } from '../model/policy.ts';
import type { Instance } from '../model/problem.ts';
import { compileFaults } from '../sim/faults.ts';
import { recordedWorld } from './recorded-world.ts';
import type { Provenance } from './recorded-world.ts';
import { runOnce } from './run-once.ts';
import type { CompletedRun } from './run-once.ts';

export interface Change {
  readonly policy?: { readonly policy: Policy; readonly parameters: ParameterValues };
  readonly weights?: Weights;
  /** Numbers of recorded faults that do not happen, from 1. */
  readonly without?: readonly number[];
}

export interface WhatIf {
  /** The record; its metrics are those of what really happened. */
  readonly recorded: Metrics;
  /** The model's run of it, nothing changed. */
  readonly modelled: CompletedRun;
  readonly changed: CompletedRun;
  /** Everything that went wrong, in order; `--without-fault` counts in it. */
  readonly faults: readonly FaultFile[];
  readonly provenance: Provenance;
}

/**
 * `run` and `fold` are of the record, in the numbers of `instance`; `metrics` are its. `policy` is the one it ended under. Throws
 * `InputError` `no-such-fault`.
 */
export function whatIf(instance: Instance, recorded: { readonly run: RunRecord; readonly fold: RunFold; readonly metrics: Metrics }, policy: Policy, change: Change): WhatIf {
  const { run, fold, metrics } = recorded, { seed } = run, world = recordedWorld(instance, run, fold, seed), { faults } = world.faults;
  for (const n of change.without ?? []) {
    if (!(n >= 1 && n <= faults.length)) throw inputError('no-such-fault', '--without-fault', faults.length === 0 ? 'nothing went wrong in this run' : `the run has faults 1 to ${faults.length}`, { value: n });
  }
  const left: FaultPlanFile = { ...world.faults, faults: faults.filter((_, k) => change.without?.includes(k + 1) !== true) };
  const under = (plan: FaultPlanFile, chosen: { readonly policy: Policy; readonly parameters: ParameterValues }, weights: Weights): CompletedRun =>
    runOnce(world.instance, { policy: chosen.policy, parameters: chosen.parameters, weights, seed, faults: compileFaults(plan, instance.problem) });
  const own = { policy, parameters: run.parameters };
  return {
    recorded: metrics, faults, provenance: world.provenance,
    modelled: under(world.faults, own, run.weights), changed: under(left, change.policy ?? own, change.weights ?? run.weights),
  };
}
