// Which of the eligible tasks only wait, whatever is decided about the others: nowhere is room for them, and what they wait for
// is wanted by none of those that may be placed now. That one waits somewhere matters only to others that look there, so tasks
// are bound together by the pools they may use: those of all that may be placed, and of all that wait where these look, are
// contested. A task without a contested pool only waits, and its wait changes nothing but when to decide again.
// All of it is found out by group: what fits one task of a group fits all.
import type { PolicyView } from '../../engine/model/policy.ts';
import { groupOf } from '../../engine/model/problem.ts';
import type { Problem } from '../../engine/model/problem.ts';
import { API, HUMAN, VM_DRAINING, VM_OFF } from '../../engine/model/states.ts';
import type { PeopleLines } from './people-lines.ts';

/** What a group is: some of it may be placed, or it waits where such a one may look, or it only waits. */
const OPEN = 0, CONTESTED = 1, ONLY_WAITS = 2;

export class WaitingTasks {
  private readonly problem: Problem;
  private readonly people: PeopleLines;
  /** The groups of the tasks in hand, and a task of each. */
  private readonly groups: Int32Array;
  private readonly heads: Int32Array;
  private groupCount = 0;
  /** By group: 1 where it is among them, and what it is. */
  private readonly seen: Uint8Array;
  private readonly standing: Uint8Array;
  /** By pool: 1 where it is contested; the first start there, NaN while it was not asked; 1 where something is placed that should have ended. */
  private readonly contested: Uint8Array;
  private readonly starts: Float64Array;
  private readonly overdue: Uint8Array;
  /** Whether `starts` are those of the tasks in hand: they are asked for only where something is known to come of one. */
  private startsKnown = false;

  /** For lists of up to `tasksMax` tasks. */
  constructor(problem: Problem, people: PeopleLines, tasksMax: number) {
    this.problem = problem; this.people = people;
    this.groups = new Int32Array(tasksMax); this.heads = new Int32Array(tasksMax);
    this.seen = new Uint8Array(problem.groupCount); this.standing = new Uint8Array(problem.groupCount);
    this.contested = new Uint8Array(problem.poolCount); this.starts = new Float64Array(problem.poolCount); this.overdue = new Uint8Array(problem.poolCount);
  }

  /** Looks at the first `count` of the tasks. Returns whether any of them only waits. */
  find(view: PolicyView, tasks: Int32Array, count: number): boolean {
    const { groups, standing } = this, waiting = this.findGroups(view, tasks, count);
    if (waiting === 0) return false;
    for (let i = 0; i < this.groupCount; i++) this.forgetPools(this.heads[i]!);
    for (let i = 0; i < this.groupCount; i++) if (standing[groups[i]!] === OPEN) this.contest(this.heads[i]!);
    let left = waiting;
    for (let before = left + 1; left > 0 && left < before && waiting < this.groupCount;) { // until nothing more is bound to what is contested
      before = left;
      for (let i = 0; i < this.groupCount; i++) {
        if (standing[groups[i]!] !== ONLY_WAITS || !this.looksAtContested(this.heads[i]!)) continue;
        standing[groups[i]!] = CONTESTED;
        this.contest(this.heads[i]!);
        left--;
      }
    }
    this.startsKnown = false;
    return left > 0;
  }

  /** Forgets the tasks that it looked at. */
  clear(): void {
    for (let i = 0; i < this.groupCount; i++) this.seen[this.groups[i]!] = 0;
    this.groupCount = 0;
  }

  /** Whether the task, one of those looked at, only waits. */
  only(task: number): boolean { return this.standing[groupOf(this.problem, task)] === ONLY_WAITS; }

  /** Whether there was room nowhere for a task that was looked at. */
  isShut(task: number): boolean { const group = groupOf(this.problem, task); return this.seen[group] === 1 && this.standing[group] !== OPEN; }

  /**
   * An instant after now before which neither the task, one of those that only wait, nor one bound to it starts, unless it could have
   * started already; -Infinity when none is known. `tasks`: those that were looked at, less some that do not only wait, which are -1.
   */
  nextStart(view: PolicyView, tasks: Int32Array, count: number, task: number): number {
    if (!this.startsKnown) { this.findStarts(view, tasks, count); this.startsKnown = true; }
    const { optionFirst, optionPool, taskProfile } = this.problem;
    return this.starts[optionPool[optionFirst[taskProfile[task]!]!]!]!;
  }

  /** Lists the groups. Returns how many have room nowhere. */
  private findGroups(view: PolicyView, tasks: Int32Array, count: number): number {
    const { groups, heads, seen, standing } = this;
    let waiting = 0;
    this.clear();
    for (let i = 0; i < count; i++) {
      const task = tasks[i]!, group = groupOf(this.problem, task);
      if (seen[group] === 1) continue;
      seen[group] = 1;
      groups[this.groupCount] = group; heads[this.groupCount++] = task;
      standing[group] = view.mayFit(task) ? OPEN : ONLY_WAITS;
      if (standing[group] === ONLY_WAITS) waiting++;
    }
    return waiting;
  }

  /**
   * Finds out from when on those that only wait may start. They are bound together as well: the wait of one moves another to another
   * unit of a pool that they share, so the first of the instants counts for all that are bound together.
   */
  private findStarts(view: PolicyView, tasks: Int32Array, count: number): void {
    const { groups, heads, standing, starts, overdue, problem } = this;
    for (let changed = true; changed;) {
      changed = false;
      for (let i = 0; i < this.groupCount; i++) if (standing[groups[i]!] === ONLY_WAITS && this.bindStarts(view, heads[i]!)) changed = true;
      if (changed || problem.predecessorBytes.length === 0) continue;
      // A task whose place should be free already starts when its data comes.
      for (let i = 0; i < count; i++) {
        if (tasks[i]! < 0) continue;
        const pool = problem.optionPool[problem.optionFirst[problem.taskProfile[tasks[i]!]!]!]!;
        if (this.only(tasks[i]!) && overdue[pool] === 1 && starts[pool] !== -Infinity && view.dataToCome(tasks[i]!)) { starts[pool] = -Infinity; changed = true; }
      }
    }
  }

  /** Gives all pools of the task the first of their instants. Whether one was another. */
  private bindStarts(view: PolicyView, task: number): boolean {
    const { problem, starts, overdue } = this, profile = problem.taskProfile[task]!, first = problem.optionFirst[profile]!, end = problem.optionFirst[profile + 1]!;
    let least = Infinity, late = 0, changed = false;
    for (let option = first; option < end; option++) {
      const pool = problem.optionPool[option]!;
      if (starts[pool] !== starts[pool]) starts[pool] = this.startIn(view, task, pool);
      if (starts[pool]! < least) least = starts[pool]!;
      if (overdue[pool] === 1) late = 1;
    }
    for (let option = first; option < end; option++) {
      const pool = problem.optionPool[option]!;
      if (starts[pool] === least && overdue[pool] === late) continue;
      starts[pool] = least; overdue[pool] = late;
      changed = true;
    }
    return changed;
  }

  private startIn(view: PolicyView, task: number, pool: number): number {
    const { problem } = this, kind = problem.poolKind[pool]!;
    this.overdue[pool] = 0;
    if (kind === HUMAN) return this.people.nextStart(view, task, pool); // data comes to people at once
    if (kind === API) return -Infinity;
    let next = Infinity;
    for (let unit = problem.poolFirst[pool]!, end = problem.poolFirst[pool + 1]!; unit < end; unit++) {
      const state = view.vmState(unit), load = view.load(unit);
      if (state === VM_DRAINING || (state === VM_OFF && load === 0)) continue;
      if (load > 1) return -Infinity; // room for the task may come before the last of them ends
      const at = view.expectedFreeAt(unit);
      if (at <= view.now) this.overdue[pool] = 1;
      else if (at < next) next = at;
    }
    return next;
  }

  private forgetPools(task: number): void {
    const { optionFirst, optionPool, taskProfile } = this.problem, profile = taskProfile[task]!;
    for (let option = optionFirst[profile]!, end = optionFirst[profile + 1]!; option < end; option++) { this.contested[optionPool[option]!] = 0; this.starts[optionPool[option]!] = NaN; }
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
}
