// Min-min and max-min: of all eligible tasks, each with its earliest completion, the one with the smallest (largest)
// completion is placed first, and so on until nothing fits. After each placement only the tasks that wanted the same unit,
// or a new VM of the same pool, are looked at again: no other completion can have changed.
//
// With more than EXACT_MAX eligible tasks the completions are not compared: tasks then go by their mean duration, shortest
// (longest) first, which costs O(log n) a placement instead of O(n).
import type { ParameterValues, PolicyView, PreparedPolicy } from '../../engine/model/policy.ts';
import type { Problem } from '../../engine/model/problem.ts';
import { IDLE_PARAMETER, IdleRelease } from './idle-release.ts';
import { ListDispatch, placeRow } from './list-dispatch.ts';
import { meanDurations } from './mean-costs.ts';
import { priorityFractions } from './ranks.ts';
import { earliestFinishUpFirst, finishOf } from './rows.ts';

const EXACT_MAX = 256;

/** `sign` 1: min-min; -1: max-min. */
export function batchMapping(problem: Problem, parameters: ParameterValues, sign: 1 | -1): PreparedPolicy {
  const duration = meanDurations(problem), tie = priorityFractions(problem);
  const keys = duration.map((ms, task) => sign * Math.round(ms) + tie[task]!), list = new ListDispatch(problem, parameters, { order: keys });
  const exact = new BatchMapping(new IdleRelease(problem, parameters['idle'] ?? IDLE_PARAMETER.default), sign, tie);
  return {
    memory: list.memory, keys, order: list.order,
    decide: (view) => { if (view.eligibleCount() <= EXACT_MAX) exact.decide(view); else list.decide(view); },
  };
}

class BatchMapping {
  private readonly idle: IdleRelease;
  private readonly sign: number;
  private readonly tie: Float64Array;
  /** Scratch of one decision: the tasks not placed yet, and where each would end first. */
  private readonly tasks = new Int32Array(EXACT_MAX);
  private readonly unit = new Int32Array(EXACT_MAX);
  private readonly freshPool = new Int32Array(EXACT_MAX);
  private readonly finish = new Float64Array(EXACT_MAX);
  private count = 0;
  private readonly collect = (task: number): void => { this.tasks[this.count++] = task; };

  constructor(idle: IdleRelease, sign: number, tie: Float64Array) {
    this.idle = idle;
    this.sign = sign;
    this.tie = tie;
  }

  decide(view: PolicyView): void {
    this.count = 0;
    view.forEachEligible(this.collect);
    for (let i = this.count - 1; i >= 0; i--) this.look(view, i);
    while (this.count > 0) this.placeFirst(view);
    this.idle.release(view);
  }

  /** Finds where task i would end first; drops it when nothing is open to it. Returns its row. */
  private look(view: PolicyView, i: number): number {
    const task = this.tasks[i]!, c = view.candidate, k = view.mayFit(task) ? earliestFinishUpFirst(view, task, view.openings(task)) : -1;
    if (k < 0) { this.drop(i); return -1; }
    this.unit[i] = c.fresh[k] === 1 ? -1 : c.unit[k]!;
    this.freshPool[i] = c.fresh[k] === 1 ? c.pool[k]! : -1;
    this.finish[i] = finishOf(c, k);
    return k;
  }

  private placeFirst(view: PolicyView): void {
    let first = 0;
    for (let i = 1; i < this.count; i++) if (this.goesBefore(i, first)) first = i;
    const unit = this.unit[first]!, freshPool = this.freshPool[first]!;
    const k = this.look(view, first);
    if (k < 0) return;
    placeRow(view, this.tasks[first]!, k, this.idle);
    this.drop(first);
    for (let i = this.count - 1; i >= 0; i--) {
      if (unit >= 0 ? this.unit[i] === unit : this.freshPool[i] === freshPool) this.look(view, i);
    }
  }

  private goesBefore(a: number, b: number): boolean {
    const ta = this.tasks[a]!, tb = this.tasks[b]!;
    return (this.sign * (this.finish[a]! - this.finish[b]!) || this.tie[ta]! - this.tie[tb]! || ta - tb) < 0;
  }

  private drop(i: number): void {
    const last = --this.count;
    this.tasks[i] = this.tasks[last]!; this.unit[i] = this.unit[last]!; this.freshPool[i] = this.freshPool[last]!; this.finish[i] = this.finish[last]!;
  }
}
