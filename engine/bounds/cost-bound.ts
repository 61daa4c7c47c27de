// A lower bound on what any run that completes all tasks costs, in micro-dollars. Each task pays the least its work can
// cost anywhere: its part of a machine (for a fixed dimension the parts of tasks that run together never exceed the whole
// machine, so the machine's time is at least their sum), its calls, its people. The dimension that gives most is taken.
// Boot, idle time, rounding up, failures and rework cost nothing here. Exact up to half a micro-dollar a charge.
import { UNLIMITED } from '../model/fleet-pools.ts';
import type { Problem, Truth } from '../model/problem.ts';
import { API, CLOUD, HUMAN } from '../model/states.ts';
import type { DurationTable } from './durations.ts';

const HOUR_MS = 3_600_000;

/** How low the spot price of a pool may fall, of which `known` is the lowest in the scenario's own steps. Micro-dollars per hour. */
export type SpotFloor = (pool: number, known: number) => number;

/** The cost bound of one problem, for durations and spot prices that change. */
export class CostBound {
  private readonly problem: Problem;
  private readonly durations: DurationTable;
  /** The lowest price a machine of each pool is ever sold at, micro-dollars per hour. Infinity: not sold. Spot: while nothing makes it lower. */
  private readonly onDemand: Float64Array;
  private readonly knownSpot: Float64Array;
  private readonly spot: Float64Array;
  /** By profile: 1 when some machine that runs its tasks costs nothing. */
  private readonly free: Uint8Array;
  private readonly anyPrice: boolean;
  /** By dimension, slots last: of one task, and the sum. */
  private readonly least: Float64Array;
  private readonly sum: Float64Array;

  /** `durations` is read anew each time. */
  constructor(problem: Problem, truth: Truth, durations: DurationTable) {
    const { poolCount, profileCount, dimensionCount, poolKind, poolPrice, poolSpotPrice, poolCallPrice, poolTokenPrice, optionFirst, optionPool } = problem;
    const paid = (price: number) => price > 0, isFree = (p: number) => poolKind[p] !== API && poolKind[p] !== HUMAN && poolPrice[p] === 0;
    this.problem = problem; this.durations = durations;
    this.onDemand = poolPrice.map((price) => (price >= 0 ? price : Infinity));
    this.knownSpot = Float64Array.from({ length: poolCount }, (_, p) => {
      if (poolKind[p] !== CLOUD || poolSpotPrice[p]! < 0) return Infinity;
      return truth.pools[p]!.priceSteps.reduce((least, [, price]) => Math.min(least, price), poolSpotPrice[p]!);
    });
    this.spot = new Float64Array(poolCount);
    this.free = Uint8Array.from({ length: profileCount }, (_, s) => (optionPool.subarray(optionFirst[s]!, optionFirst[s + 1]!).some(isFree) ? 1 : 0));
    this.anyPrice = this.onDemand.some(paid) || poolCallPrice.some(paid) || poolTokenPrice.some(paid);
    this.least = new Float64Array(dimensionCount + 1);
    this.sum = new Float64Array(dimensionCount + 1);
  }

  /** Lower bound on the cost of completing all tasks. `spotFloor`: the lowest spot price of a pool when it may be below the known ones. O(tasks x options x dimensions). */
  find(spotFloor?: SpotFloor): number {
    if (!this.anyPrice) return 0;
    this.priceSpot(spotFloor);
    const { problem: { taskCount, taskProfile, dimensionCount }, least, sum } = this;
    sum.fill(0);
    for (let t = 0; t < taskCount; t++) {
      if (this.free[taskProfile[t]!] === 1) continue;
      this.priceTask(t);
      for (let d = 0; d <= dimensionCount; d++) sum[d]! += least[d]!;
    }
    let best = 0;
    for (let d = 0; d <= dimensionCount; d++) if (sum[d]! > best) best = sum[d]!;
    return Math.floor(best);
  }

  private priceSpot(spotFloor: SpotFloor = () => Infinity): void {
    const { problem: { poolCount, poolFreeIfInterruptedWithin }, knownSpot, spot } = this;
    for (let p = 0; p < poolCount; p++) {
      if (knownSpot[p] === Infinity) spot[p] = Infinity;
      else spot[p] = poolFreeIfInterruptedWithin[p]! > 0 ? 0 : Math.min(knownSpot[p]!, spotFloor(p, knownSpot[p]!)); // work done before an early kill is free
    }
  }

  /** What the task costs at least when machines are shared by each dimension. */
  private priceTask(task: number): void {
    const { problem, durations: { first, ms }, onDemand, spot, least } = this;
    const { taskProfile, optionFirst, optionPool, poolKind, poolPrice, dimensionCount: dims, capacity, demand, poolSlots, profileInterruptible } = problem, profile = taskProfile[task]!;
    for (let d = 0; d <= dims; d++) least[d] = Infinity;
    for (let o = optionFirst[profile]!, row = first[task]!, end = optionFirst[profile + 1]!; o < end; o++, row++) {
      const pool = optionPool[o]!, kind = poolKind[pool]!;
      if (kind === API || kind === HUMAN) {
        const cost = Math.round(kind === HUMAN ? poolPrice[pool]! * ms[row]! / HOUR_MS : problem.poolCallPrice[pool]! * problem.profileRequests[profile]! + problem.poolTokenPrice[pool]! * problem.profileTokens[profile]!);
        for (let d = 0; d <= dims; d++) if (cost < least[d]!) least[d] = cost;
        continue;
      }
      const whole = (profileInterruptible[profile] === 1 ? Math.min(onDemand[pool]!, spot[pool]!) : onDemand[pool]!) * ms[row]! / HOUR_MS;
      for (let d = 0; d <= dims; d++) {
        const size = d === dims ? poolSlots[pool]! : capacity[pool * dims + d]!, need = d === dims ? 1 : demand[profile * dims + d]!;
        const cost = size >= UNLIMITED || size === 0 ? 0 : whole * need / size;
        if (cost < least[d]!) least[d] = cost;
      }
    }
  }
}
