// Gives back VMs that have had nothing to do. Billed by the second, a VM goes when it has been idle for the policy's `idle`
// parameter: about as long as another one takes to spin up is never worse than twice the best choice in hindsight (ski
// rental). Billed in longer units than that, what is paid for is kept, and the VM goes just before the next unit begins.
//
// When a VM's bill began is not to be seen from a policy; the request's instant stands for it and is kept in `view.memory`,
// one number a unit, and only where a pool bills in long units.
import type { ParameterSpec, PolicyView } from '../../engine/model/policy.ts';
import type { Problem } from '../../engine/model/problem.ts';
import { CLOUD, VM_READY } from '../../engine/model/states.ts';

export const IDLE_PARAMETER: ParameterSpec = { description: 'Seconds a VM may stand idle before it is released.', default: 300, min: 0, max: 86_400 };

export class IdleRelease {
  /** Numbers of `view.memory` it needs, from `memoryAt` on. */
  readonly memory: number;
  private readonly idleMs: number;
  private readonly memoryAt: number;
  /** By pool: the billing unit if it is longer than `idle`, else 0. */
  private readonly longUnit: Float64Array;

  constructor(problem: Problem, idleSeconds: number, memoryAt = 0) {
    this.idleMs = Math.round(idleSeconds * 1000);
    this.memoryAt = memoryAt;
    const long = Math.max(this.idleMs, problem.tickMs);
    this.longUnit = problem.poolBillingGranularity.map((unit, pool) => (problem.poolKind[pool] === CLOUD && unit > long ? unit : 0));
    this.memory = this.longUnit.some((unit) => unit > 0) ? problem.unitCount : 0;
  }

  /** To be told of each VM requested. */
  requested(view: PolicyView, unit: number): void {
    if (this.memory > 0) view.memory[this.memoryAt + unit] = view.now;
  }

  /** Releases what is due and asks to be woken for what will be. `neededAt`: when a plan next wants the unit, Infinity when never. */
  release(view: PolicyView, neededAt?: (view: PolicyView, unit: number) => number): void {
    for (let k = 0; k < view.vmCount(); k++) {
      const unit = view.vmAt(k), since = view.idleSince(unit);
      if (since === Infinity || view.vmState(unit) !== VM_READY) continue;
      let due = this.dueAt(view, unit, since);
      // Cheaper to keep it up than to let it go and spin it up again.
      if (neededAt !== undefined) { const needed = neededAt(view, unit); if (needed - view.now <= this.idleMs) due = Math.max(due, needed + this.idleMs); }
      if (due <= view.now) view.releaseVm(unit);
      else view.wakeAt(due);
    }
  }

  private dueAt(view: PolicyView, unit: number, since: number): number {
    const { problem, now } = view, pool = problem.unitPool[unit]!, long = this.longUnit[pool]!;
    if (long === 0) return since + this.idleMs;
    const from = view.memory[this.memoryAt + unit]!, units = Math.max(1, Math.ceil((now - from) / long));
    const paidUntil = from + Math.max(units * long, problem.poolBillingMinimum[pool]!);
    // The last tick inside what is paid for.
    return paidUntil - 2 * problem.tickMs;
  }
}
