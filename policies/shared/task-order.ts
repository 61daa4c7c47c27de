// Puts some of all tasks in the order of a fixed key, lower first, ties to the lower number. The order of all is worked out once; then
// each task of the moment is a bit at its place, and the bits are read from the first to the last: O(tasks of the moment + all / 32).
import type { Problem } from '../../engine/model/problem.ts';

export class TaskOrder {
  /** By task: its place among all; and the task of each place. */
  private readonly placeOf: Int32Array;
  private readonly taskAt: Int32Array;
  private readonly bits: Int32Array;
  /** The words of `bits` that may not be 0. */
  private first: number;
  private last = -1;

  constructor({ taskCount }: Problem, key: Float64Array) {
    this.taskAt = Int32Array.from({ length: taskCount }, (_, task) => task).sort((a, b) => key[a]! - key[b]! || a - b);
    this.placeOf = new Int32Array(taskCount);
    this.taskAt.forEach((task, place) => { this.placeOf[task] = place; });
    this.bits = new Int32Array((taskCount + 31) >> 5);
    this.first = this.bits.length;
  }

  add(task: number): void {
    const place = this.placeOf[task]!, word = place >> 5;
    this.bits[word]! |= 1 << (place & 31);
    if (word < this.first) this.first = word;
    if (word > this.last) this.last = word;
  }

  /** Writes the tasks that were added, in order, and forgets them. Returns how many there were. */
  take(into: Int32Array): number {
    const { bits, taskAt, last } = this;
    let count = 0;
    for (let word = this.first; word <= last; word++) {
      for (let left = bits[word]!; left !== 0; left &= left - 1) into[count++] = taskAt[word << 5 | 31 - Math.clz32(left & -left)]!;
      bits[word] = 0;
    }
    this.first = bits.length; this.last = -1;
    return count;
  }
}
