// The eligible tasks, by group (tasks that fit the same places), in the policy's order; and for each round of decisions one heap of the
// groups still open, ordered by their first tasks. A group whose first task fits nowhere is closed for the round, so a round costs
// (placements + groups), not (eligible tasks). A group is a binary heap by (order key, task number); where the policy's order never
// changes and tasks are many, eligible tasks are bits at their places instead (task-places.ts), and the first of a group is the first bit.
// All state is in KernelState.
import type { PreparedPolicy } from '../model/policy.ts';
import { groupOf } from '../model/problem.ts';
import type { Problem } from '../model/problem.ts';
import type { KernelState } from './state.ts';
import { TaskPlaces, fixedKeys, placesUnder } from './task-places.ts';

/** What the queues are told of a policy. */
type Order = Pick<PreparedPolicy, 'keys'>;

export class ReadyQueues {
  /** Eligible tasks in all. */
  eligible = 0;
  private active = 0;
  private roundSize = 0;
  private problem: Problem;
  private s: KernelState;
  /** Undefined: groups are heaps. */
  private places: TaskPlaces | undefined = undefined;
  /** By task a bit, 0 but while tasks are put in order. */
  private bits = new Int32Array(0);

  /** `state` has room for what the policy's order needs (`capacityFor`). */
  constructor(problem: Problem, state: KernelState, policy: Order) {
    this.problem = problem; this.s = state;
    this.load(problem, state, policy);
  }

  load(problem: Problem, state: KernelState, policy: Order): void {
    const keys = fixedKeys(problem, policy);
    this.problem = problem; this.s = state;
    this.places = keys === undefined ? undefined : placesUnder(problem, keys);
  }

  /** Tasks are bits at their places: added by `addInPlace`, else by `add`. */
  get inPlaces(): boolean { return this.places !== undefined; }

  reset(): void { this.eligible = 0; this.active = 0; this.roundSize = 0; }

  copyFrom(other: ReadyQueues): void {
    this.eligible = other.eligible; this.active = other.active; this.roundSize = other.roundSize;
  }

  /** Adds a task of group `g` under its order key, where groups are heaps. */
  add(task: number, g: number, key: number): void {
    const s = this.s, base = this.problem.groupFirst[g]!, size = this.grow(g);
    this.siftUp(base, size, task, key);
    if (size > 0 && s.queue[base] === task && s.roundPosition[g]! >= 0) this.roundFix(g);
  }

  /** Another task of the group. Returns how many there were. */
  private grow(g: number): number {
    const s = this.s, size = s.queueSize[g]!++;
    if (size === 0) { s.activePosition[g] = this.active; s.activeGroups[this.active++] = g; }
    this.eligible++;
    return size;
  }

  /** Adds a task of group `g` at its place. */
  addInPlace(task: number, g: number): void {
    const { placeOf, key } = this.places!, s = this.s, size = this.grow(g), place = placeOf[task]!, word = place >> 5, old = s.placeBits[word]!;
    s.placeBits[word] = old | 1 << (place & 31);
    if (old === 0) s.wordBits[word >> 5]! |= 1 << (word & 31);
    if (size > 0 && place > s.headPlace[g]!) return;
    s.headPlace[g] = place; s.headKey[g] = key[place]!;
    if (size > 0 && s.roundPosition[g]! >= 0) this.roundFix(g);
  }

  /** Takes out a task of group `g`. */
  remove(task: number, g: number): void {
    const { s } = this, size = s.queueSize[g]! - 1;
    s.queueSize[g] = size;
    this.eligible--;
    const wasHead = this.places !== undefined ? this.removeBit(this.places, task, g, size) : this.removeFromHeap(task, g, size);
    if (size === 0) {
      const position = s.activePosition[g]!, last = s.activeGroups[--this.active]!;
      s.activeGroups[position] = last; s.activePosition[last] = position; s.activePosition[g] = -1;
    }
    if (wasHead && s.roundPosition[g]! >= 0) {
      if (size === 0) this.dropFromRound(g);
      else this.roundDown(s.roundPosition[g]!, g); // what has become the head was behind the old one
    }
  }

  /** Leaves `size` tasks. Tells whether this was the first. */
  private removeFromHeap(task: number, g: number, size: number): boolean {
    const { s } = this, { queue, queueKey } = s, at = s.taskAt[task]!, base = this.problem.groupFirst[g]!;
    if (at !== size) {
      const moved = queue[base + size]!, key = queueKey[base + size]!;
      if (at > 0 && this.before(moved, key, base + ((at - 1) >> 1))) this.siftUp(base, at, moved, key);
      else this.siftDown(base, at, size, moved, key);
    }
    return at === 0;
  }

  private removeBit(places: TaskPlaces, task: number, g: number, size: number): boolean {
    const s = this.s, first = s.headPlace[g]!, place = places.task[first] === task ? first : places.placeOf[task]!; // mostly it is the first
    const word = place >> 5, left = s.placeBits[word]! & ~(1 << (place & 31));
    s.placeBits[word] = left;
    if (left === 0) s.wordBits[word >> 5]! &= ~(1 << (word & 31));
    if (place !== first) return false;
    if (size > 0) { // the next bit is of the same group
      const head = this.nextPlace(place);
      s.headPlace[g] = head; s.headKey[g] = places.key[head]!;
    }
    return true;
  }

  /** The first place from this one on that has an eligible task; there is one. */
  private nextPlace(from: number): number {
    const { placeBits, wordBits } = this.s;
    let word = from >> 5, bits = placeBits[word]! & -1 << (from & 31);
    if (bits === 0) {
      let at = (word + 1) >> 5, words = wordBits[at]! & -1 << ((word + 1) & 31);
      while (words === 0) words = wordBits[++at]!;
      word = at << 5 | firstBit(words);
      bits = placeBits[word]!;
    }
    return word << 5 | firstBit(bits);
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
    const g = groupOf(this.problem, task);
    if (this.s.roundPosition[g]! >= 0) this.dropFromRound(g);
  }

  /** Visits all eligible tasks, in ascending order of task number. */
  forEach(visit: (task: number) => void): void {
    const { s, problem, places, eligible } = this, taskOf = places === undefined ? s.queue : places.task, bits = this.bits = this.bits.length << 5 < problem.taskCount ? new Int32Array((problem.taskCount + 31) >> 5) : this.bits, all: number[] = [];
    let word = bits.length;
    for (let k = 0; k < this.active; k++) {
      const g = s.activeGroups[k]!, size = s.queueSize[g]!;
      for (let i = 0, place = places === undefined ? problem.groupFirst[g]! : s.headPlace[g]!; i < size; i++, place++) {
        if (places !== undefined) place = this.nextPlace(place);
        const task = taskOf[place]!, at = task >> 5;
        bits[at]! |= 1 << (task & 31);
        if (at < word) word = at;
      }
    }
    for (; all.length < eligible; word++) {
      for (let some = bits[word]!; some !== 0; some &= some - 1) all.push(word << 5 | firstBit(some));
      bits[word] = 0;
    }
    for (const task of all) visit(task);
  }

  private headOf(group: number): number { return this.places !== undefined ? this.places.task[this.s.headPlace[group]!]! : this.s.queue[this.problem.groupFirst[group]!]!; }

  /** Whether a task with this key goes before the one at a place of the queues. */
  private before(task: number, key: number, place: number): boolean {
    const other = this.s.queueKey[place]!;
    return key < other || (key === other && task < this.s.queue[place]!);
  }

  /** Whether the head of a group goes before that of another. */
  private headBefore(group: number, other: number): boolean {
    const { s, places } = this;
    if (places !== undefined) {
      const key = s.headKey[group]!, otherKey = s.headKey[other]!;
      return key < otherKey || (key === otherKey && this.headOf(group) < this.headOf(other));
    }
    const { groupFirst } = this.problem, place = groupFirst[group]!;
    return this.before(s.queue[place]!, s.queueKey[place]!, groupFirst[other]!);
  }

  private siftUp(base: number, at: number, task: number, key: number): void {
    const { queue, queueKey, taskAt } = this.s;
    let i = at;
    while (i > 0) {
      const up = (i - 1) >> 1, other = queue[base + up]!, otherKey = queueKey[base + up]!;
      if (!(key < otherKey || (key === otherKey && task < other))) break;
      queue[base + i] = other; queueKey[base + i] = otherKey; taskAt[other] = i;
      i = up;
    }
    queue[base + i] = task; queueKey[base + i] = key; taskAt[task] = i;
  }

  /** The smaller child is chosen by arithmetic: the processor could guess only half of the branches. */
  private siftDown(base: number, at: number, size: number, task: number, key: number): void {
    const { queue, queueKey, taskAt } = this.s, end = (size - 1) | 0;
    let i = at | 0, child = (2 * i + 1) | 0;
    while (child <= end) {
      let least = (base + child) | 0, leastKey = queueKey[least]!;
      if (child < end) {
        const left = leastKey, right = queueKey[least + 1]!, place = least;
        least = (least + (+(right < left) | 0)) | 0;
        if (left === right && queue[place + 1]! < queue[place]!) least = (place + 1) | 0;
        leastKey = queueKey[least]!;
      }
      const other = queue[least]!;
      if (!(leastKey < key || (leastKey === key && other < task))) break;
      queue[base + i] = other; queueKey[base + i] = leastKey; taskAt[other] = i;
      i = (least - base) | 0;
      child = (2 * i + 1) | 0;
    }
    queue[base + i] = task; queueKey[base + i] = key; taskAt[task] = i;
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
    if (at > 0 && this.headBefore(group, this.s.round[(at - 1) >> 1]!)) this.roundUp(at, group);
    else this.roundDown(at, group);
  }

  private roundUp(at: number, group: number): void {
    const { round, roundPosition } = this.s;
    let i = at;
    while (i > 0) {
      const up = (i - 1) >> 1, other = round[up]!;
      if (!this.headBefore(group, other)) break;
      round[i] = other; roundPosition[other] = i;
      i = up;
    }
    round[i] = group; roundPosition[group] = i;
  }

  private roundDown(at: number, group: number): void {
    const { round, roundPosition } = this.s, size = this.roundSize;
    let i = at;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= size) break;
      if (child + 1 < size && this.headBefore(round[child + 1]!, round[child]!)) child++;
      const other = round[child]!;
      if (!this.headBefore(other, group)) break;
      round[i] = other; roundPosition[other] = i;
      i = child;
    }
    round[i] = group; roundPosition[group] = i;
  }
}

/** Of a word that is not 0: which is its first bit. */
const firstBit = (bits: number): number => 31 - Math.clz32(bits & -bits);
