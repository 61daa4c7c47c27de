// Which of the eligible tasks only wait, whatever is decided about the others: nowhere is room for them, and what they wait for
// is wanted by none of those that may be placed now. That one waits somewhere matters only to others that look there, so tasks
// are bound together by the pools they may use: those of all that may be placed, and of all that wait where these look, are
// contested. A task without a contested pool only waits, and its wait changes nothing but when to decide again.
import type { PolicyView } from '../../engine/model/policy.ts';
import type { Problem } from '../../engine/model/problem.ts';
import { API, HUMAN, VM_DRAINING, VM_OFF } from '../../engine/model/states.ts';
import type { PeopleLines } from './people-lines.ts';

/** No bound is known: the task must be looked at. */
const UNKNOWN = -Infinity;

export class WaitingTasks {
  private readonly problem: Problem;
  private readonly people: PeopleLines;
  /** By place in the list of tasks: 1 where it only waits. */
  private readonly onlyWaits: Uint8Array;
  /** By pool: 1 where it is contested; and `nextStart` of what waits there, NaN when it was not asked. */
  private readonly contested: Uint8Array;
  private readonly starts: Float64Array;

  constructor(problem: Problem, people: PeopleLines, tasksMax: number) {
    this.problem = problem; this.people = people;
    this.onlyWaits = new Uint8Array(tasksMax);
    this.contested = new Uint8Array(problem.poolCount);
    this.starts = new Float64Array(problem.poolCount);
  }

  /** Looks at the first `count` of the tasks. Returns whether any of them only waits. */
  find(view: PolicyView, tasks: Int32Array, count: number): boolean {
    const { onlyWaits, contested } = this;
    let shut = 0;
    for (let i = 0; i < count; i++) {
      onlyWaits[i] = view.mayFit(tasks[i]!) ? 0 : 1;
      shut += onlyWaits[i]!;
    }
    if (shut === 0) return false;
    contested.fill(0);
    for (let i = 0; i < count; i++) if (onlyWaits[i] === 0) this.contest(tasks[i]!);
    for (let before = shut + 1; shut > 0 && shut < before && shut < count;) { // until nothing more is bound to what is contested
      before = shut;
      for (let i = 0; i < count; i++) if (onlyWaits[i] === 1 && this.looksAtContested(tasks[i]!)) { onlyWaits[i] = 0; shut--; this.contest(tasks[i]!); }
    }
    if (shut > 0) this.findStarts(view, tasks, count);
    return shut > 0;
  }

  /** Whether the i-th task only waits. */
  only(i: number): boolean { return this.onlyWaits[i] === 1; }

  /**
   * Finds out from when on those that only wait may start. They are bound together as well: the wait of one moves another to another
   * unit of a pool that they share, so the first of the instants counts for all that are bound together.
   */
  private findStarts(view: PolicyView, tasks: Int32Array, count: number): void {
    const { onlyWaits, starts } = this;
    starts.fill(NaN);
    for (let changed = true; changed;) {
      changed = false;
      for (let i = 0; i < count; i++) if (onlyWaits[i] === 1 && this.bindStarts(view, tasks[i]!)) changed = true;
    }
  }

  /** Gives all pools of the task the first of their instants. Whether one was another. */
  private bindStarts(view: PolicyView, task: number): boolean {
    const { problem, starts } = this, profile = problem.taskProfile[task]!, first = problem.optionFirst[profile]!, end = problem.optionFirst[profile + 1]!;
    let least = this.people.serves(task) || !view.dataToCome(task) ? Infinity : UNKNOWN, changed = false;
    for (let option = first; option < end; option++) {
      const pool = problem.optionPool[option]!;
      if (starts[pool] !== starts[pool]) starts[pool] = problem.poolKind[pool] === HUMAN ? this.people.nextStart(view, task, pool) : this.freeAt(view, pool);
      if (starts[pool]! < least) least = starts[pool]!;
    }
    for (let option = first; option < end; option++) {
      const pool = problem.optionPool[option]!;
      if (starts[pool] !== least) { starts[pool] = least; changed = true; }
    }
    return changed;
  }

  /** An instant after now before which neither the task nor one bound to it starts, unless it could have started already; -Infinity when none is known. */
  nextStart(task: number): number {
    const { optionFirst, optionPool, taskProfile } = this.problem;
    return this.starts[optionPool[optionFirst[taskProfile[task]!]!]!]!;
  }

  private contest(task: number): void {
    const { optionFirst, optionPool, taskProfile } = this.problem, profile = taskProfile[task]!;
    for (let option = optionFirst[profile]!, end = optionFirst[profile + 1]!; option < end; option++) this.contested[optionPool[option]!] = 1;
  }

  private looksAtContested(task: number): boolean {
    const { optionFirst, optionPool, taskProfile } = this.problem, profile = taskProfile[task]!;
    for (let option = optionFirst[profile]!, end = optionFirst[profile + 1]!; option < end; option++) if (this.contested[optionPool[option]!] === 1) return true;
    return false;
  }

  /** The first instant after now at which one of the pool's machines is done with all that is placed there. */
  private freeAt(view: PolicyView, pool: number): number {
    const { problem } = this, kind = problem.poolKind[pool]!;
    if (kind === API || kind === HUMAN) return UNKNOWN;
    let next = Infinity;
    for (let unit = problem.poolFirst[pool]!, end = problem.poolFirst[pool + 1]!; unit < end; unit++) {
      const state = view.vmState(unit);
      if (state === VM_DRAINING || (state === VM_OFF && view.load(unit) === 0)) continue;
      if (view.load(unit) > 1) return UNKNOWN; // room for the task may come before the last of them ends
      const at = view.expectedFreeAt(unit);
      if (at > view.now && at < next) next = at;
    }
    return next;
  }
}
