// Jackson's preemptive schedule on one machine with heads and tails: the value of always working on the released task
// with the longest tail is max over sets of tasks of (least head + total work + least tail) (Carlier 1982, "The
// one-machine sequencing problem", EJOR 11). Read with fluid work (demand x duration / capacity) it is the strongest
// "head + energy + tail" bound on a cumulative resource. The machine's speed may vary: most urgent first stays optimal.

/**
 * The speed of the machine over time, in work per ms. `at` is asked with times that never decrease; `until` then holds the
 * instant up to which the speed it returned is constant.
 */
export interface Supply {
  until: number;
  at(time: number): number;
}

/** Another supply, of which each part is asked for once only; it may itself be asked from the start again. */
export class RecordedSupply implements Supply {
  until = 0;
  private readonly source: Supply;
  /** Speed `speeds[k]` until `ends[k]`. */
  private readonly ends: number[] = [];
  private readonly speeds: number[] = [];
  /** Place of the last answer. */
  private place = 0;

  /** `source`: one that has not been asked yet. */
  constructor(source: Supply) {
    this.source = source;
  }

  at(time: number): number {
    const { ends } = this;
    let k = this.place;
    if (k > 0 && ends[k - 1]! > time) k = 0;
    for (;; k++) {
      if (k === ends.length) this.record();
      if (ends[k]! > time) break;
    }
    this.place = k;
    this.until = ends[k]!;
    return this.speeds[k]!;
  }

  private record(): void {
    const { source, ends, speeds } = this;
    speeds.push(source.at(ends.at(-1) ?? 0));
    ends.push(source.until);
  }
}

/** A machine that does one ms of work per ms, always. */
export const STEADY: Supply = { until: Infinity, at: () => 1 };

/** What rounding can do to a sum of work, ms. */
const CLEAR_MS = 1;

/**
 * Value of the preemptive schedule: the least possible max over tasks of (end + tail); `known` when that is more. The first `count`
 * of `byHead` list the tasks to count in order of head; those with work 0 are left out. A supply that ends for ever leaves the rest undone. The work is used up; `heap` has room for all tasks that count.
 * O(n log n + steps of the supply).
 */
export function jacksonBound(
  byHead: Int32Array, head: Float64Array, work: Float64Array, tail: Float64Array, supply: Supply, known = 0, count = byHead.length, heap: Int32Array = new Int32Array(count),
): number {
  if (supply !== STEADY) return Math.max(known, scheduleValue(byHead, head, work, tail, supply, 0, count, heap));
  // A steady machine is busy from time to time. When each busy period ends does not depend on the order of the work in it, and
  // one that ends too early for its longest tail needs no schedule.
  let bound = known;
  for (let from = 0, to = 0; from < count; from = to) {
    let end = 0, longest = 0;
    for (to = from; to < count; to++) {
      const t = byHead[to]!;
      if (work[t]! <= 0) continue;
      if (head[t]! > end) {
        if (end > 0 && head[t]! > end + CLEAR_MS) break;
        end = head[t]!;
      }
      end += work[t]!;
      if (tail[t]! > longest) longest = tail[t]!;
    }
    if (end + longest + CLEAR_MS > bound) bound = Math.max(bound, scheduleValue(byHead, head, work, tail, supply, from, to, heap));
  }
  return bound;
}

/** The value of the schedule of the tasks `from .. to - 1` of the list. */
function scheduleValue(byHead: Int32Array, head: Float64Array, work: Float64Array, tail: Float64Array, supply: Supply, from: number, to: number, heap: Int32Array): number {
  const steady = supply === STEADY;
  let size = 0, next = from, now = 0, bound = 0;
  for (;;) {
    for (; next < to; next++) {
      const t = byHead[next]!;
      if (work[t]! <= 0) continue;
      if (size === 0 && head[t]! > now) now = head[t]!;
      if (head[t]! > now) break;
      push(heap, size++, t, tail);
    }
    if (size === 0) return bound;
    const t = heap[0]!, speed = steady ? 1 : supply.at(now), nextHead = next < to ? head[byHead[next]!]! : Infinity;
    const limit = steady || nextHead < supply.until ? nextHead : supply.until;
    const end = steady ? now + work[t]! : speed > 0 ? now + work[t]! / speed : Infinity;
    if (end <= limit) {
      if (end === Infinity) return Math.max(bound, now);
      if (end + tail[t]! > bound) bound = end + tail[t]!;
      pop(heap, size--, tail);
      now = end;
    } else {
      work[t] = work[t]! - (limit - now) * speed;
      if (work[t]! <= 0) {
        if (limit + tail[t]! > bound) bound = limit + tail[t]!;
        pop(heap, size--, tail);
      }
      now = limit;
    }
  }
}

function push(heap: Int32Array, size: number, task: number, key: Float64Array): void {
  let i = size;
  while (i > 0) {
    const up = (i - 1) >> 1;
    if (key[heap[up]!]! >= key[task]!) break;
    heap[i] = heap[up]!;
    i = up;
  }
  heap[i] = task;
}

function pop(heap: Int32Array, size: number, key: Float64Array): void {
  const last = heap[size - 1]!, end = size - 1;
  let i = 0;
  for (;;) {
    let child = 2 * i + 1;
    if (child >= end) break;
    if (child + 1 < end && key[heap[child + 1]!]! > key[heap[child]!]!) child++;
    if (key[heap[child]!]! <= key[last]!) break;
    heap[i] = heap[child]!;
    i = child;
  }
  heap[i] = last;
}

/**
 * Indices `0 .. key.length - 1` in ascending order of key, ties to the lower index: a merge sort without a comparator's cost.
 * The two arrays, of that length, are written over; one of them is the answer.
 */
export function orderByKey(key: Float64Array, from: Int32Array = new Int32Array(key.length), to: Int32Array = new Int32Array(key.length)): Int32Array {
  const n = key.length;
  for (let i = 0; i < n; i++) from[i] = i;
  for (let width = 1; width < n; width *= 2) {
    for (let start = 0; start < n; start += 2 * width) {
      const middle = Math.min(start + width, n), end = Math.min(start + 2 * width, n);
      let a = start, b = middle;
      for (let k = start; k < end; k++) to[k] = b >= end || (a < middle && key[from[a]!]! <= key[from[b]!]!) ? from[a++]! : from[b++]!;
    }
    const swap = from; from = to; to = swap;
  }
  return from;
}
