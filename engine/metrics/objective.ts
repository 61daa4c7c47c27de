// The objective of a whole run, with the references its terms are measured against, because weights mean nothing without
// them: J = wL x makespan / bound + wC x cost / reference + wF x stranded share. The bound is the run's makespan bound;
// the cost reference is the scenario's budget, or without one what buying each task its own cheapest resource costs.
import { API, CLOUD, HUMAN } from '../model/states.ts';
import type { Problem } from '../model/problem.ts';
import type { Weights } from '../model/policy.ts';
import { HOUR_MS } from './ledger.ts';

export interface ObjectiveMetrics {
  /** The weighted sum; lower is better. 1 would be: at the bound, at the reference cost, all free capacity stranded. */
  readonly objective: number;
  /** The terms before weighting. A term whose reference is 0 is 0. */
  readonly objectiveLatency: number;
  readonly objectiveCost: number;
  readonly objectiveFragmentation: number;
  readonly makespanReferenceMs: number;
  readonly costReferenceMicroUsd: number;
}

/** J and its parts. `makespanReferenceMs` is a lower bound on the makespan (bounds/). */
export function objectiveMetrics(
  weights: Weights, makespanMs: number, costMicroUsd: number, stranded: number, makespanReferenceMs: number, costReferenceMicroUsd: number,
): ObjectiveMetrics {
  const latency = makespanReferenceMs > 0 ? makespanMs / makespanReferenceMs : 0;
  const cost = costReferenceMicroUsd > 0 ? costMicroUsd / costReferenceMicroUsd : 0;
  return {
    objective: weights.latency * latency + weights.cost * cost + weights.fragmentation * stranded,
    objectiveLatency: latency, objectiveCost: cost, objectiveFragmentation: stranded, makespanReferenceMs, costReferenceMicroUsd,
  };
}

/**
 * The scenario's budget, or without one: the sum over tasks of the cheapest way to run each alone by the estimates, in
 * micro-dollars. A VM is bought on demand for the task's duration (at the initial spot price if it is sold on spot only),
 * without boot, rounding or sharing; a workstation costs its energy, people their time, APIs their calls. O(tasks x options).
 */
export function costReference(problem: Problem): number {
  if (problem.budget !== Infinity) return problem.budget;
  let sum = 0;
  for (let t = 0; t < problem.taskCount; t++) {
    const profile = problem.taskProfile[t]!;
    let least = Infinity;
    for (let o = problem.optionFirst[profile]!, end = problem.optionFirst[profile + 1]!; o < end; o++) {
      const cost = costAlone(problem, profile, problem.optionPool[o]!, Math.round(problem.taskWork[t]! * problem.optionScale[o]!));
      if (cost < least) least = cost;
    }
    if (least < Infinity) sum += least;
  }
  return Math.round(sum);
}

function costAlone(problem: Problem, profile: number, pool: number, ms: number): number {
  const kind = problem.poolKind[pool]!, price = problem.poolPrice[pool]!;
  if (kind === API) return problem.poolCallPrice[pool]! * problem.profileRequests[profile]! + problem.poolTokenPrice[pool]! * problem.profileTokens[profile]!;
  if (kind === HUMAN) return price * ms / HOUR_MS;
  if (kind === CLOUD && price < 0) return problem.poolSpotPrice[pool]! * ms / HOUR_MS;
  return Math.max(0, price) * ms / HOUR_MS;
}
