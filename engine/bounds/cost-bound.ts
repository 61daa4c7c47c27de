// A lower bound on what any run that completes all tasks costs, in micro-dollars. Each task pays the least its work can
// cost anywhere: its part of a machine (for a fixed dimension the parts of tasks that run together never exceed the whole
// machine, so the machine's time is at least their sum), its calls, its people. The dimension that gives most is taken.
// Boot, idle time, rounding up, failures and rework cost nothing here. Exact up to half a micro-dollar a charge.
import { UNLIMITED } from '../model/fleet-pools.ts';
import type { Problem, Truth } from '../model/problem.ts';
import { API, CLOUD, HUMAN } from '../model/states.ts';
import type { DurationTable } from './durations.ts';

const HOUR_MS = 3_600_000;

/** The lowest price a machine of each pool is ever sold at, micro-dollars per hour; `spotFloor` overrides the lowest known spot price. Infinity: not sold. */
export function lowestPrices(problem: Problem, truth: Truth, spotFloor?: (pool: number) => number): { readonly onDemand: Float64Array; readonly spot: Float64Array } {
  const onDemand = new Float64Array(problem.poolCount).fill(Infinity), spot = new Float64Array(problem.poolCount).fill(Infinity);
  for (let p = 0; p < problem.poolCount; p++) {
    if (problem.poolPrice[p]! >= 0) onDemand[p] = problem.poolPrice[p]!;
    if (problem.poolKind[p] !== CLOUD || problem.poolSpotPrice[p]! < 0) continue;
    let least = problem.poolSpotPrice[p]!;
    for (const [, price] of truth.pools[p]!.priceSteps) if (price < least) least = price;
    if (spotFloor !== undefined) least = Math.min(least, spotFloor(p));
    spot[p] = problem.poolFreeIfInterruptedWithin[p]! > 0 ? 0 : least; // work done before an early kill is free
  }
  return { onDemand, spot };
}

/** Lower bound on the cost of completing all tasks. O(tasks x options x dimensions). */
export function costBound(problem: Problem, truth: Truth, durations: DurationTable, spotFloor?: (pool: number) => number): number {
  const prices = lowestPrices(problem, truth, spotFloor);
  const paid = (price: number) => price > 0;
  if (!prices.onDemand.some(paid) && !problem.poolCallPrice.some(paid) && !problem.poolTokenPrice.some(paid)) return 0;
  let best = 0;
  for (let d = 0; d <= problem.dimensionCount; d++) best = Math.max(best, costThrough(problem, durations, prices, d));
  return Math.floor(best);
}

/** The bound when machines are shared by dimension `d`; `dimensionCount` stands for slots. */
function costThrough(problem: Problem, durations: DurationTable, prices: { onDemand: Float64Array; spot: Float64Array }, d: number): number {
  const { taskCount, taskProfile, optionFirst, optionPool, poolKind, dimensionCount: dims, capacity, demand, poolSlots, profileInterruptible } = problem;
  let sum = 0;
  for (let t = 0; t < taskCount; t++) {
    const profile = taskProfile[t]!, need = d === dims ? 1 : demand[profile * dims + d]!;
    let least = Infinity;
    for (let o = optionFirst[profile]!, row = durations.first[t]!, end = optionFirst[profile + 1]!; o < end; o++, row++) {
      const pool = optionPool[o]!, kind = poolKind[pool]!;
      let cost: number;
      if (kind === API) {
        cost = Math.round(problem.poolCallPrice[pool]! * problem.profileRequests[profile]! + problem.poolTokenPrice[pool]! * problem.profileTokens[profile]!);
      } else if (kind === HUMAN) cost = Math.round(problem.poolPrice[pool]! * durations.ms[row]! / HOUR_MS);
      else {
        const size = d === dims ? poolSlots[pool]! : capacity[pool * dims + d]!;
        const price = profileInterruptible[profile] === 1 ? Math.min(prices.onDemand[pool]!, prices.spot[pool]!) : prices.onDemand[pool]!;
        cost = size >= UNLIMITED || size === 0 ? 0 : price * durations.ms[row]! / HOUR_MS * need / size;
      }
      if (cost < least) least = cost;
    }
    sum += least;
  }
  return sum;
}
