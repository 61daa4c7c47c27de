// Money as the log tells it: every charge with its unit, its job when it has one, and the time it covers. Computed from
// rows alone, apart from the kernel's own account, so that the two can be compared (audit.ts). Integer micro-dollars:
// every charge is rounded once, and all totals are sums of charges. Rules: "VM cost", "API", "People" and "Local" in
// engine/README.md.
import type { Problem } from '../model/problem.ts';
import { SPOT } from '../model/states.ts';
import type { AttemptColumns } from './columns.ts';

export const HOUR_MS = 3_600_000;

export class Ledger {
  problem: Problem;
  /** Micro-dollars in all. */
  total = 0;
  readonly unitCost: Float64Array;
  /** Charges of a job's own calls and people, and its attempts' share of machines. */
  readonly jobCost: Float64Array;
  /** What no attempt caused: boot, idle time, rounding. `total = sum(jobCost) + unattributed`. */
  unattributed = 0;

  /** Charges in the order in which they were closed; `job` is -1 for a machine's. */
  chargeCount = 0;
  chargeUnit = new Int32Array(256);
  chargeJob = new Int32Array(256);
  chargeFrom = new Float64Array(256);
  chargeTo = new Float64Array(256);
  chargeAmount = new Float64Array(256);
  /** The charge before this one in the same VM life, -1 for none. */
  private chargePrevious = new Int32Array(256);

  private readonly segmentFrom: Float64Array;
  private readonly lifeFrom: Float64Array;
  private readonly lifeCost: Float64Array;
  private readonly lastCharge: Int32Array;
  private readonly price: Float64Array;
  /** 1 while the meter of a VM runs. */
  private readonly metered: Uint8Array;

  constructor(problem: Problem) {
    const units = problem.unitCount;
    this.problem = problem;
    this.unitCost = new Float64Array(units);
    this.jobCost = new Float64Array(problem.jobCount);
    this.segmentFrom = new Float64Array(units);
    this.lifeFrom = new Float64Array(units);
    this.lifeCost = new Float64Array(units);
    this.lastCharge = new Int32Array(units);
    this.price = new Float64Array(units);
    this.metered = new Uint8Array(units);
  }

  reset(): void {
    this.total = 0; this.unattributed = 0; this.chargeCount = 0;
    this.unitCost.fill(0); this.jobCost.fill(0); this.metered.fill(0);
  }

  /** The meter of a VM starts, at `price` micro-dollars per hour. */
  vmStarted(unit: number, at: number, price: number): void {
    this.segmentFrom[unit] = at; this.lifeFrom[unit] = at; this.lifeCost[unit] = 0; this.lastCharge[unit] = -1; this.price[unit] = price; this.metered[unit] = 1;
  }

  /** From `at` on the VM costs `price`; what it cost before is one rounded charge. */
  priceChanged(unit: number, at: number, price: number): void {
    if (this.metered[unit] === 0) return;
    this.closeSegment(unit, at);
    this.price[unit] = price;
  }

  /**
   * Ends the life's bill: rounded up to granularity and minimum, or nothing at all if it was interrupted early enough.
   * Returns the ms billed; `costOfLife` then holds the amount.
   */
  vmEnded(unit: number, at: number, market: number, interrupted: boolean): number {
    if (this.metered[unit] === 0) return 0;
    const pool = this.problem.unitPool[unit]!, lived = at - this.lifeFrom[unit]!;
    this.closeSegment(unit, at);
    this.metered[unit] = 0;
    if (interrupted && market === SPOT && lived < this.problem.poolFreeIfInterruptedWithin[pool]!) {
      this.forgive(unit);
      return 0;
    }
    const granularity = this.problem.poolBillingGranularity[pool]!;
    const billed = Math.max(this.problem.poolBillingMinimum[pool]!, Math.ceil(lived / granularity) * granularity);
    const extra = Math.round(this.price[unit]! * (billed - lived) / HOUR_MS);
    if (extra !== 0) { this.lifeCost[unit]! += extra; this.charge(unit, -1, at, at, extra); }
    return billed;
  }

  /** Micro-dollars of the unit's present or last VM life. */
  costOfLife(unit: number): number { return this.lifeCost[unit]!; }

  private closeSegment(unit: number, at: number): void {
    const from = this.segmentFrom[unit]!, amount = Math.round(this.price[unit]! * (at - from) / HOUR_MS);
    this.segmentFrom[unit] = at;
    if (amount === 0) return;
    this.lifeCost[unit]! += amount;
    this.charge(unit, -1, from, at, amount);
    this.chargePrevious[this.chargeCount - 1] = this.lastCharge[unit]!;
    this.lastCharge[unit] = this.chargeCount - 1;
  }

  private forgive(unit: number): void {
    this.total -= this.lifeCost[unit]!; this.unitCost[unit]! -= this.lifeCost[unit]!;
    this.lifeCost[unit] = 0;
    for (let k = this.lastCharge[unit]!; k >= 0; k = this.chargePrevious[k]!) this.chargeAmount[k] = 0;
  }

  /** Books `amount` for a unit over `[from, to)`; `job` -1 when it is a machine's, to be shared by `attribute`. */
  charge(unit: number, job: number, from: number, to: number, amount: number): void {
    const k = this.chargeCount;
    if (k === this.chargeUnit.length) this.grow();
    this.chargeCount++;
    this.chargeUnit[k] = unit; this.chargeJob[k] = job; this.chargeFrom[k] = from; this.chargeTo[k] = to; this.chargeAmount[k] = amount;
    this.total += amount;
    this.unitCost[unit]! += amount;
    if (job >= 0) this.jobCost[job]! += amount;
  }

  /**
   * Shares a machine's `cost` over `paidMs` among the attempts of the chain that ends in row `last`: the part of the time in which
   * something ran (`coveredMs`) is theirs, by the time each one ran, rounded down; the rest is nobody's.
   */
  attribute(attempts: AttemptColumns, last: number, cost: number, coveredMs: number, paidMs: number): void {
    let left = cost;
    if (cost > 0 && coveredMs > 0) {
      let runMs = 0;
      for (let k = last; k >= 0; k = attempts.previous[k]!) runMs += ranMs(attempts, k);
      const rate = cost * Math.min(1, coveredMs / paidMs) / runMs;
      for (let k = last; k >= 0; k = attempts.previous[k]!) {
        const share = Math.min(left, Math.floor(rate * ranMs(attempts, k)));
        attempts.cost[k]! += share;
        this.jobCost[this.problem.taskJob[attempts.task[k]!]!]! += share;
        left -= share;
      }
    }
    this.unattributed += left;
  }

  private grow(): void {
    const doubled = <T extends Int32Array | Float64Array>(old: T): T => {
      const next = new (old.constructor as new (length: number) => T)(2 * old.length);
      next.set(old as never);
      return next;
    };
    this.chargeUnit = doubled(this.chargeUnit); this.chargeJob = doubled(this.chargeJob); this.chargeFrom = doubled(this.chargeFrom);
    this.chargeTo = doubled(this.chargeTo); this.chargeAmount = doubled(this.chargeAmount); this.chargePrevious = doubled(this.chargePrevious);
  }
}

function ranMs(attempts: AttemptColumns, k: number): number {
  const ms = attempts.endedAt[k]! - attempts.startedAt[k]!;
  return ms > 0 ? ms : 0; // NaN when it never started
}

/**
 * Micro-dollars spent by the end of each hour `0, 1, 2, ...` after the epoch until `endedAt`; the last one is the whole cost.
 * A charge accrues evenly over the time it covers. Each figure is rounded to the nearest micro-dollar.
 */
export function hourlyCost(ledger: Ledger, endedAt: number): Float64Array {
  const hours = Math.max(1, Math.ceil(endedAt / HOUR_MS)), spent = new Float64Array(hours);
  for (let k = 0; k < ledger.chargeCount; k++) {
    const from = ledger.chargeFrom[k]!, to = ledger.chargeTo[k]!, amount = ledger.chargeAmount[k]!;
    const first = Math.min(hours - 1, Math.floor(from / HOUR_MS)), last = Math.min(hours - 1, Math.max(first, Math.ceil(to / HOUR_MS) - 1));
    for (let h = first; h < last; h++) {
      const inHour = (h + 1) * HOUR_MS - Math.max(from, h * HOUR_MS);
      spent[h]! += amount * inHour / (to - from);
    }
    spent[last]! += amount * (last === first ? 1 : (to - last * HOUR_MS) / (to - from));
  }
  let sum = 0;
  for (let h = 0; h < hours; h++) { sum += spent[h]!; spent[h] = Math.round(sum); }
  spent[hours - 1] = ledger.total;
  return spent;
}
