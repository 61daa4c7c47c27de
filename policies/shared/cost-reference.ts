// What a run may cost, as the reference of the money term: the scenario's budget, or without one the sum over all tasks of
// the cheapest way to run each alone by the estimates, VMs on demand (on spot where nothing else is sold), without boots,
// rounding or sharing. The same reference as that of the run's objective.
import type { Problem } from '../../engine/model/problem.ts';
import { API, CLOUD } from '../../engine/model/states.ts';

const HOUR_MS = 3_600_000;

/** Micro-dollars; 0 when nothing costs anything. O(tasks x options). */
export function costReference(problem: Problem): number {
  if (problem.budget !== Infinity) return problem.budget;
  let sum = 0;
  for (let task = 0; task < problem.taskCount; task++) {
    const profile = problem.taskProfile[task]!;
    let least = Infinity;
    for (let option = problem.optionFirst[profile]!, end = problem.optionFirst[profile + 1]!; option < end; option++) {
      least = Math.min(least, costAlone(problem, profile, problem.optionPool[option]!, problem.taskWork[task]! * problem.optionScale[option]!));
    }
    if (least < Infinity) sum += least;
  }
  return sum;
}

function costAlone(problem: Problem, profile: number, pool: number, ms: number): number {
  const kind = problem.poolKind[pool]!;
  if (kind === API) return problem.poolCallPrice[pool]! * problem.profileRequests[profile]! + problem.poolTokenPrice[pool]! * problem.profileTokens[profile]!;
  const price = kind === CLOUD && problem.poolPrice[pool]! < 0 ? problem.poolSpotPrice[pool]! : problem.poolPrice[pool]!;
  return Math.max(0, price) * ms / HOUR_MS;
}
