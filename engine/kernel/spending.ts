// What a run may still spend. The kernel looks at every VM to tell what is spent, so it is asked only where money may be short: a sum
// that is never less than what it would say is kept as time passes and tasks are placed, and mostly is far from the budget.
//
// What may add to what is spent since it was asked about is added here at the most it can be: a placement's cost; what ended, in
// `spentClosed`; time, in which every VM goes on, at the dearest price of all; and one unit of billing a VM, since whole ones are
// paid: each of their ends is passed once, by time or by a placement, whose cost has it. All else (a life that begins to be
// billed, a price, a start later than was expected) is counted by the kernel in `billings`: then it is asked again.
// Invariant: `atMost` is no less than `kernel.spent()`, or NaN.
import { CLOUD, ON_DEMAND, SPOT } from '../model/states.ts';
import type { Kernel } from './kernel.ts';

/** Micro-dollars by which the costs of VMs differ from their sums, each part of them being rounded: never more than three. */
const ROUNDED_BY = 4;
const HOUR_MS = 3_600_000;

export class Spending {
  private readonly kernel: Kernel;
  /** What `kernel.spent()` said last in this round of decisions, and at which length of the log: of each act there is a row. */
  private spent = 0;
  private askedAt = -1;
  private inRound = false;
  /** Since it was asked: at which count of billings and instant, what had ended then, and the most that all VMs may cost a ms. */
  private billings = -1;
  private since = 0;
  private closed = 0;
  private perMs = 0;
  /** What it said, with all that was placed since, and a unit of billing for each VM. */
  private sum = 0;

  constructor(kernel: Kernel) { this.kernel = kernel; }

  /** A round of decisions: the state changes by logged acts alone. */
  beginRound(): void { this.askedAt = -1; this.inRound = true; }
  endRound(): void { this.inRound = false; }

  /** The state is another. */
  reset(): void { this.endRound(); this.billings = -1; }

  /** Something has been placed that is expected to cost so many micro-dollars. */
  placed(cost: number): void { this.sum += cost + ROUNDED_BY; }

  /** Micro-dollars that may still be committed. */
  left(): number {
    const { budget } = this.kernel;
    return budget === Infinity ? Infinity : budget - this.soFar();
  }

  /** Whether the budget has so many micro-dollars left. */
  allows(cost: number): boolean {
    const { budget } = this.kernel;
    return budget === Infinity || cost <= budget - this.atMost() || cost <= budget - this.soFar();
  }

  /** A sum that `kernel.spent()` does not exceed; NaN when none is known. */
  atMost(): number {
    const { billings, now, spentClosed } = this.kernel;
    return billings === this.billings ? this.sum + (spentClosed - this.closed) + this.perMs * (now - this.since) : NaN;
  }

  private soFar(): number {
    const { kernel } = this;
    if (this.inRound && this.askedAt === kernel.log.length) return this.spent;
    this.askedAt = kernel.log.length;
    this.spent = kernel.spent();
    this.remember(kernel);
    return this.spent;
  }

  private remember({ billings, now, spentClosed, vmCount, problem }: Kernel): void {
    this.billings = billings; this.since = now; this.closed = spentClosed;
    let price = 0, unit = 0;
    for (let p = 0; p < problem.poolCount; p++) {
      if (problem.poolKind[p] !== CLOUD) continue;
      price = Math.max(price, this.kernel.priceOf(p, ON_DEMAND), this.kernel.priceOf(p, SPOT));
      unit = Math.max(unit, problem.poolBillingGranularity[p]!);
    }
    this.perMs = vmCount * price / HOUR_MS;
    this.sum = this.spent + vmCount * (unit * price / HOUR_MS + ROUNDED_BY);
  }
}
