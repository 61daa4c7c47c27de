// When a task may run on spot. It may if it is interruptible at all, and if its urgency (longest remaining path / time left
// to its job's reference) is below theta; once it has reached theta, an interruption say, it stays on demand until its
// urgency is below theta - hysteresis, which saves the changeovers of a task that hovers around the threshold. A task on its
// job's longest path must moreover have slack for what an interruption is expected to cost it: rework and another spin-up.
//
// The rule only chooses between markets: it never keeps a task waiting. Where no row but spot can take the task now (on demand
// is not sold, not to be paid for, or all VMs of the pool are in use), spot is allowed.
import { MARKET_NOT_SOLD, OK, SPOT_TOO_URGENT } from '../../engine/model/policy.ts';
import type { ParameterSpec, PolicyView } from '../../engine/model/policy.ts';
import type { Problem } from '../../engine/model/problem.ts';
import { CLOUD, SPOT } from '../../engine/model/states.ts';
import { earliestFinishUpFirst, type ChooseRow } from './rows.ts';

export const MARKET_PARAMETERS = {
  theta: { description: 'Urgency from which a task must run on demand.', default: 0.7, min: 0, max: 10 },
  hysteresis: { description: 'How far below theta the urgency must fall before the task may return to spot.', default: 0.05, min: 0, max: 1 },
} as const satisfies Record<string, ParameterSpec>;

export class MarketRule {
  private readonly theta: number;
  private readonly hysteresis: number;
  private readonly memoryAt: number;

  /** Keeps one number a task in `view.memory`, from `memoryAt` on: 1 while the task is held on demand. */
  constructor(theta: number, hysteresis: number, memoryAt: number) {
    this.theta = theta;
    this.hysteresis = hysteresis;
    this.memoryAt = memoryAt;
  }

  /** Marks the spot rows that the task may not take as SPOT_TOO_URGENT. */
  filter(view: PolicyView, task: number, rows: number): void {
    const c = view.candidate;
    if (!isSoldSpot(view, task)) return;
    const tooUrgent = this.isHeld(view, task);
    if (!hasOtherRow(view, rows) || !(tooUrgent || view.isCritical(task))) return;
    const slack = slackOf(view, task);
    for (let k = 0; k < rows; k++) {
      if (!isSpotRow(view, k)) continue;
      if (tooUrgent || slack <= c.rework[k]! + view.problem.poolSpinUp[c.pool[k]!]!) c.filter[k] = SPOT_TOO_URGENT;
    }
  }

  /** What `filter` does where nothing is open. */
  look(view: PolicyView, task: number): void {
    if (isSoldSpot(view, task)) this.isHeld(view, task);
  }

  /**
   * Of a task that waits and is not looked at: one that is held may be let go, for it has saved progress. Whether one must be held shows as
   * well when it is next looked at, since its urgency only grows while it waits.
   */
  passOver(view: PolicyView, task: number): void {
    if (view.memory[this.memoryAt + task] === 1) this.isHeld(view, task);
  }

  /** Whether the task's urgency holds it on demand, with hysteresis. Remembers the answer. */
  private isHeld(view: PolicyView, task: number): boolean {
    const at = this.memoryAt + task, held = view.memory[at] === 1, urgency = view.urgency(task);
    const now = urgency >= (held ? this.theta - this.hysteresis : this.theta);
    if (now !== held) view.memory[at] = now ? 1 : 0;
    return now;
  }
}

/** Ms by which the task could end later without its job missing its reference instant, on means; may be negative. */
function slackOf(view: PolicyView, task: number): number {
  const { problem } = view;
  return problem.jobReference[problem.taskJob[task]!]! - view.now - view.remainingPath(task);
}

function isSpotRow(view: PolicyView, k: number): boolean {
  const c = view.candidate;
  return c.market[k] === SPOT && view.problem.poolKind[c.pool[k]!] === CLOUD;
}

/** Whether some pool of VMs sells the task spot. */
function isSoldSpot(view: PolicyView, task: number): boolean {
  const { optionFirst, optionPool, poolKind, taskProfile } = view.problem, profile = taskProfile[task]!;
  for (let option = optionFirst[profile]!, end = optionFirst[profile + 1]!; option < end; option++) {
    const pool = optionPool[option]!;
    if (poolKind[pool] === CLOUD && view.price(pool, SPOT) >= 0) return true;
  }
  return false;
}

/** Whether some row that is not spot can take the task now. */
function hasOtherRow(view: PolicyView, rows: number): boolean {
  for (let k = 0; k < rows; k++) if (view.candidate.filter[k] === OK && !isSpotRow(view, k)) return true;
  return false;
}

/** Earliest finish among the rows of one market of VMs; units that are no VMs stay in. The market gives way where the task cannot use it. */
export function oneMarket(problem: Problem, market: number): ChooseRow {
  const sold = soldTo(problem, market), other = soldTo(problem, 1 - market);
  return (view, task, rows) => {
    const c = view.candidate, profile = problem.taskProfile[task]!, use = sold[profile] === 0 && other[profile] === 1 ? 1 - market : market;
    for (let k = 0; k < rows; k++) if (problem.poolKind[c.pool[k]!] === CLOUD && c.market[k] !== use && c.filter[k] === OK) c.filter[k] = MARKET_NOT_SOLD;
    return earliestFinishUpFirst(view, task, rows);
  };
}

/** By profile: 1 if some pool of VMs sells it this market. */
function soldTo(problem: Problem, market: number): Uint8Array {
  const sold = new Uint8Array(problem.profileCount), price = market === SPOT ? problem.poolSpotPrice : problem.poolPrice;
  for (let profile = 0; profile < problem.profileCount; profile++) {
    if (market === SPOT && problem.profileInterruptible[profile] === 0) continue;
    for (let k = problem.optionFirst[profile]!, end = problem.optionFirst[profile + 1]!; k < end; k++) {
      const pool = problem.optionPool[k]!;
      if (problem.poolKind[pool] === CLOUD && price[pool]! >= 0) sold[profile] = 1;
    }
  }
  return sold;
}
