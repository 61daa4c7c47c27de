// The common shape of list policies: tasks in the order of a key, each on the row a rule chooses, then idle VMs released.
// A task that can go nowhere closes its group for the round, since what fits one task of a group fits all of it. Budgets and
// spot rules however are each task's own: when one of them stands in the way, the others of the group are tried first, in
// ascending number and at most OTHERS_TRIED of them, so that one job without money holds up no other job.
// O(log n) a placement; O(eligible) in a round in which a task's own rule stands in the way.
import { NOT_INTERRUPTIBLE, OVER_BUDGET, OVER_JOB_BUDGET, SPOT_TOO_URGENT } from '../../engine/model/policy.ts';
import type { Candidates, ParameterValues, PolicyView, PreparedPolicy } from '../../engine/model/policy.ts';
import { groupOf } from '../../engine/model/problem.ts';
import type { Problem } from '../../engine/model/problem.ts';
import { IDLE_PARAMETER, IdleRelease } from './idle-release.ts';
import { earliestFinishUpFirst, type ChooseRow } from './rows.ts';

const OTHERS_TRIED = 64;

export interface ListRules {
  /** Keys of the ready order, lower first: those of all tasks where they never change, else what gives one when a task becomes eligible. */
  readonly order: Float64Array | ((view: PolicyView, task: number) => number);
  /** Asked where something may be open. Default: the earliest expected finish among units that are up or coming, else among VMs to be requested. */
  readonly choose?: ChooseRow;
  /** `choose` looks at open rows alone, so that those without room may be left out. Default false for a rule of one's own. */
  readonly openOnly?: boolean;
}

export class ListDispatch implements PreparedPolicy {
  readonly memory: number;
  readonly order: (view: PolicyView, task: number) => number;
  readonly keys?: Float64Array;
  private readonly choose: ChooseRow;
  private readonly openOnly: boolean;
  private readonly idle: IdleRelease;
  private readonly groupOf: (task: number) => number;
  /** Scratch of one decision: the other eligible tasks of a group. */
  private readonly others: Int32Array;
  private otherCount = 0;
  private wantedGroup = -1;
  private readonly collect = (task: number): void => {
    if (this.otherCount < OTHERS_TRIED && this.groupOf(task) === this.wantedGroup) this.others[this.otherCount++] = task;
  };

  constructor(problem: Problem, parameters: ParameterValues, rules: ListRules) {
    const { order } = rules;
    if (typeof order === 'function') this.order = order;
    else { this.keys = order; this.order = (_, task) => order[task]!; }
    this.choose = rules.choose ?? earliestFinishUpFirst;
    this.openOnly = rules.choose === undefined || rules.openOnly === true;
    this.idle = new IdleRelease(problem, parameters['idle'] ?? IDLE_PARAMETER.default);
    this.memory = this.idle.memory;
    this.others = new Int32Array(OTHERS_TRIED);
    this.groupOf = (task) => groupOf(problem, task);
  }

  decide(view: PolicyView): void {
    if (!view.changed) return; // rows drift with the clock, but time alone moves no task
    this.dispatch(view);
    this.idle.release(view);
  }

  /** Places what can be placed, in order. */
  private dispatch(view: PolicyView): void {
    for (let task = view.next(); task >= 0; task = view.next()) {
      if (view.mayFit(task)) {
        if (this.tryTask(view, task)) continue;
        if (ownRuleBlocks(view.candidate)) this.tryOthers(view, task);
      }
      view.closeGroup(task);
    }
  }

  /** Places the task on the row chosen for it; false when there is none. */
  private tryTask(view: PolicyView, task: number): boolean {
    const rows = this.openOnly ? view.openings(task) : view.candidates(task), k = this.choose(view, task, rows);
    return k >= 0 && placeRow(view, task, k, this.idle) === 0;
  }

  private tryOthers(view: PolicyView, task: number): void {
    this.otherCount = 0;
    this.wantedGroup = this.groupOf(task);
    view.forEachEligible(this.collect);
    for (let i = 0; i < this.otherCount; i++) {
      const other = this.others[i]!;
      if (other !== task && !this.tryTask(view, other) && !ownRuleBlocks(view.candidate)) return;
    }
  }
}

/** Places the task on row k, and tells `idle` of the VM if one was requested. Returns 0, or the refusal. */
export function placeRow(view: PolicyView, task: number, k: number, idle: IdleRelease): number {
  const fresh = view.candidate.fresh[k] === 1, unit = view.candidate.unit[k]!, refusal = view.place(task, k);
  if (fresh && refusal === 0) idle.requested(view, unit);
  return refusal;
}

/** Whether a row is closed for a reason that another task of the same group need not share. */
export function ownRuleBlocks(c: Candidates): boolean {
  for (let k = 0; k < c.count; k++) {
    const filter = c.filter[k]!;
    if (filter === OVER_JOB_BUDGET || filter === OVER_BUDGET || filter === NOT_INTERRUPTIBLE || filter === SPOT_TOO_URGENT) return true;
  }
  return false;
}
