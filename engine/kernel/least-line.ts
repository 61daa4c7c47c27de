// Which machines need no row while a task is only looked at: of those of a pool that are full, with one task each, and alike
// to it, all that it would come to later than to one that costs as little as any of them can. Most busy machines
// are told so from when they are free alone, without what a placement there would cost (`CandidateRows.isBeaten` says the same).
//
// What a VM can cost at least: at the price of a moment, whole units of billing for the time it must stay up longer, once its bill has
// run for the minimum. That holds to the digit only while instants are whole, so only then is anyone left out.
import { SURELY_LATER_MS } from '../model/candidate-columns.ts';
import { CLOUD } from '../model/states.ts';
import type { Kernel } from './kernel.ts';

export class LeastLine {
  /** By market and set-up: the least line of one without room that costs no more than any. */
  private readonly line = new Float64Array(4);
  private minimum = 0;

  /** A pool in which a bill must have run for `minimum` ms. */
  begin(minimum: number): void {
    const { line } = this;
    this.minimum = minimum;
    line[0] = line[1] = line[2] = line[3] = Infinity;
  }

  /** A machine without room has a row at this cost; `least`: see `leastCost`. */
  add(like: number, line: number, cost: number, least: number): void {
    if (cost <= least && line < this.line[like]!) this.line[like] = line;
  }

  /** Whether the task surely comes later to the unit, which is up and full with one task, than to another that costs no more. `ahead`: ms of work put there before it. */
  isBeaten({ now, state: { freeAt, billedFrom } }: Kernel, unit: number, like: number, ahead: number): boolean {
    const free = freeAt[unit]!, start = free > now ? free : now;
    return this.line[like]! <= start + ahead - SURELY_LATER_MS && start - billedFrom[unit]! >= this.minimum && Math.floor(start) === start;
  }
}

/** Micro-dollars that `ms` more on a machine of the pool cost at least, where its bill has run for the minimum; -1 when that is not known. */
export function leastCost(kernel: Kernel, pool: number, market: number, ms: number): number {
  const { problem } = kernel;
  if (Math.floor(ms) !== ms) return -1;
  if (problem.poolKind[pool] !== CLOUD) return Math.round(problem.poolPrice[pool]! * ms / 3_600_000);
  const unit = problem.poolBillingGranularity[pool]!;
  return Math.round(kernel.priceOf(pool, market) * (Math.floor(ms / unit) * unit) / 3_600_000);
}
