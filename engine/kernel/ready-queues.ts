// The eligible tasks: one binary heap a group (tasks that fit the same places), ordered by (order key, task number), and
// for each round of decisions one heap of the groups still open, ordered by their heads. A group whose head fits nowhere
// is closed for the round, so a round costs (placements + groups), not (eligible tasks). All state is in KernelState.
import type { Problem } from '../model/problem.ts';
import type { KernelState } from './state.ts';

export class ReadyQueues {
  /** Eligible tasks in all. */
  eligible = 0;
  private active = 0;
  private roundSize = 0;
  private problem: Problem;
  private s: KernelState;

  constructor(problem: Problem, state: KernelState) {
    this.problem = problem;
    this.s = state;
  }

  load(problem: Problem, state: KernelState): void { this.problem = problem; this.s = state; }

  reset(): void { this.eligible = 0; this.active = 0; this.roundSize = 0; }

  copyFrom(other: ReadyQueues): void {
    this.eligible = other.eligible; this.active = other.active; this.roundSize = other.roundSize;
  }

  groupOf(task: number): number { return this.problem.profileGroup[this.problem.taskProfile[task]!]!; }

  add(task: number, key: number): void {
    const s = this.s, g = this.groupOf(task), base = this.problem.groupFirst[g]!;
    s.orderKey[task] = key;
    const size = s.queueSize[g]!++;
    if (size === 0) { s.activePosition[g] = this.active; s.activeGroups[this.active++] = g; }
    this.eligible++;
    this.siftUp(base, size, task);
  }

  remove(task: number): void {
    const s = this.s, g = this.groupOf(task), base = this.problem.groupFirst[g]!, at = s.queuePosition[task]!, size = --s.queueSize[g]!;
    s.queuePosition[task] = -1;
    this.eligible--;
    if (at !== size) {
      const moved = s.queue[base + size]!;
      if (at > 0 && this.before(moved, s.queue[base + ((at - 1) >> 1)]!)) this.siftUp(base, at, moved);
      else this.siftDown(base, at, size, moved);
    }
    if (size === 0) {
      const position = s.activePosition[g]!, last = s.activeGroups[--this.active]!;
      s.activeGroups[position] = last; s.activePosition[last] = position; s.activePosition[g] = -1;
    }
    if (at === 0 && s.roundPosition[g]! >= 0) this.headChanged(g, size);
  }

  /** Opens every group with an eligible task for a new round. */
  startRound(): void {
    const s = this.s;
    for (let k = 0; k < this.roundSize; k++) s.roundPosition[s.round[k]!] = -1;
    const size = this.roundSize = this.active;
    for (let k = 0; k < size; k++) { const g = s.activeGroups[k]!; s.round[k] = g; s.roundPosition[g] = k; }
    for (let k = (size >> 1) - 1; k >= 0; k--) this.roundDown(k, s.round[k]!);
  }

  /** The first task of the open groups, or -1. */
  head(): number {
    return this.roundSize === 0 ? -1 : this.headOf(this.s.round[0]!);
  }

  closeGroup(task: number): void {
    const g = this.groupOf(task);
    if (this.s.roundPosition[g]! >= 0) this.dropFromRound(g);
  }

  /** Visits all eligible tasks, in ascending order of task number when `sorted`. */
  forEach(visit: (task: number) => void): void {
    const s = this.s, all: number[] = [];
    for (let k = 0; k < this.active; k++) {
      const g = s.activeGroups[k]!, base = this.problem.groupFirst[g]!;
      for (let i = 0; i < s.queueSize[g]!; i++) all.push(s.queue[base + i]!);
    }
    all.sort((a, b) => a - b);
    for (const task of all) visit(task);
  }

  private headOf(group: number): number { return this.s.queue[this.problem.groupFirst[group]!]!; }

  private before(a: number, b: number): boolean {
    const key = this.s.orderKey, ka = key[a]!, kb = key[b]!;
    return ka < kb || (ka === kb && a < b);
  }

  private siftUp(base: number, at: number, task: number): void {
    const { queue, queuePosition } = this.s;
    let i = at;
    while (i > 0) {
      const up = (i - 1) >> 1, other = queue[base + up]!;
      if (!this.before(task, other)) break;
      queue[base + i] = other; queuePosition[other] = i;
      i = up;
    }
    queue[base + i] = task; queuePosition[task] = i;
    if (i === 0 && at > 0) { const g = this.groupOf(task); if (this.s.roundPosition[g]! >= 0) this.roundFix(g); }
  }

  private siftDown(base: number, at: number, size: number, task: number): void {
    const { queue, queuePosition } = this.s;
    let i = at;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= size) break;
      if (child + 1 < size && this.before(queue[base + child + 1]!, queue[base + child]!)) child++;
      const other = queue[base + child]!;
      if (!this.before(other, task)) break;
      queue[base + i] = other; queuePosition[other] = i;
      i = child;
    }
    queue[base + i] = task; queuePosition[task] = i;
  }

  private headChanged(group: number, size: number): void {
    if (size === 0) this.dropFromRound(group);
    else this.roundFix(group);
  }

  private dropFromRound(group: number): void {
    const s = this.s, at = s.roundPosition[group]!, last = s.round[--this.roundSize]!;
    s.roundPosition[group] = -1;
    if (last === group) return;
    s.round[at] = last; s.roundPosition[last] = at;
    this.roundFix(last);
  }

  private roundFix(group: number): void {
    const at = this.s.roundPosition[group]!;
    if (at > 0 && this.before(this.headOf(group), this.headOf(this.s.round[(at - 1) >> 1]!))) this.roundUp(at, group);
    else this.roundDown(at, group);
  }

  private roundUp(at: number, group: number): void {
    const { round, roundPosition } = this.s, head = this.headOf(group);
    let i = at;
    while (i > 0) {
      const up = (i - 1) >> 1, other = round[up]!;
      if (!this.before(head, this.headOf(other))) break;
      round[i] = other; roundPosition[other] = i;
      i = up;
    }
    round[i] = group; roundPosition[group] = i;
  }

  private roundDown(at: number, group: number): void {
    const { round, roundPosition } = this.s, head = this.headOf(group), size = this.roundSize;
    let i = at;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= size) break;
      if (child + 1 < size && this.before(this.headOf(round[child + 1]!), this.headOf(round[child]!))) child++;
      const other = round[child]!;
      if (!this.before(this.headOf(other), head)) break;
      round[i] = other; roundPosition[other] = i;
      i = child;
    }
    round[i] = group; roundPosition[group] = i;
  }
}
