// Where each task stands when the policy's order never changes: its place among those of its group, groups one behind the other.
// Invariant: within a group places ascend as (key, task number) do, -0 and 0 being equal, whatever the keys are; only the time it
// takes to work them out depends on them.
import { assert } from '../model/errors.ts';
import type { PreparedPolicy } from '../model/policy.ts';
import type { Problem } from '../model/problem.ts';

/** Of fewer tasks so few are eligible at a time that heaps of them are as fast, and need no order of all. */
const TASKS_MIN = 256;

/** The policy's keys, where its order is fixed and used as such. */
export const fixedKeys = ({ taskCount }: Problem, { keys }: Pick<PreparedPolicy, 'keys'>): Float64Array | undefined => (taskCount < TASKS_MIN ? undefined : keys);

/** Buckets a task, as a binary logarithm: as many integers as a key has room for. */
const BUCKETS = 1;
/** Tasks in one bucket that are put in order where they stand, while more are compared by a sort. */
const FEW = 16;

/** The places of one array of keys in the problem that they were last asked for: for all kernels that have it. */
const known = new WeakMap<Float64Array, TaskPlaces>();

/** Places of the tasks under these keys. Throws `InvariantError` where they are not keys of the problem's tasks. */
export function placesUnder(problem: Problem, keys: Float64Array): TaskPlaces {
  let places = known.get(keys);
  if (places?.problem !== problem) known.set(keys, places = new TaskPlaces(problem, keys));
  return places;
}

export class TaskPlaces {
  readonly problem: Problem;
  private readonly keys: Float64Array;
  readonly placeOf: Int32Array;
  /** By place: its task, and the key of that: those of neighbours are asked for one after another, and lie in the same line of the cache. */
  readonly task: Int32Array;
  readonly key: Float64Array;
  /** While places are worked out, in the memory of `key`. By bucket: how many tasks it holds, then the place of the next of them. */
  private readonly next: Int32Array;
  /** By profile: its first bucket, and how many a key of 1 is away. */
  private readonly firstBucket: Int32Array;
  private readonly scale: Float64Array;

  constructor(problem: Problem, keys: Float64Array) {
    const n = problem.taskCount;
    assert(keys.length === n && !keys.some(Number.isNaN), `${keys.length} keys for ${n} tasks, or one that is no number`);
    this.problem = problem;
    this.keys = keys;
    this.placeOf = new Int32Array(n); this.task = new Int32Array(n); this.key = new Float64Array(n);
    this.next = new Int32Array(this.key.buffer);
    this.firstBucket = new Int32Array(problem.profileCount); this.scale = new Float64Array(problem.profileCount);
    this.workOut();
  }

  /**
   * Works the places out, in the same arrays. Each group's tasks are dealt into twice as many buckets by the distance of their keys from
   * the least of all, then those that share one are compared: O(n) where keys are spread out, O(n log n) at worst.
   */
  workOut(): void {
    const { taskCount: n, groupCount, groupFirst, taskProfile, profileCount, profileGroup } = this.problem;
    const { keys, placeOf, task, key: keyAt, next, firstBucket, scale } = this, bucketOf = placeOf; // its place is known last
    let least = Infinity, most = -Infinity;
    for (let t = 0; t < n; t++) { const key = keys[t]!; if (key < least) least = key; if (key > most) most = key; }
    for (let profile = 0; profile < profileCount; profile++) {
      const group = profileGroup[profile]!, buckets = (groupFirst[group + 1]! - groupFirst[group]!) << BUCKETS;
      firstBucket[profile] = groupFirst[group]! << BUCKETS;
      scale[profile] = (buckets - 1) / (most - least); // 0 or Infinity where there are no distances: then all are in the first bucket
    }
    next.fill(0);
    for (let t = 0; t < n; t++) {
      const profile = taskProfile[t]!, bucket = (firstBucket[profile]! + ((keys[t]! - least) * scale[profile]! | 0)) | 0;
      bucketOf[t] = bucket;
      next[bucket] = next[bucket]! + 1;
    }
    let crowded = false;
    for (let bucket = 0, at = 0; bucket < next.length; bucket++) { const count = next[bucket]!; if (count > FEW) crowded = true; next[bucket] = at; at = (at + count) | 0; }
    for (let t = 0; t < n; t++) { const bucket = bucketOf[t]!, place = next[bucket]!; next[bucket] = place + 1; task[place] = t; }
    if (crowded) this.sortCrowded();
    for (let g = 0; g < groupCount; g++) settle(keys, task, keyAt, placeOf, groupFirst[g]!, groupFirst[g + 1]!);
  }

  private sortCrowded(): void {
    const { keys, task, next } = this;
    for (let bucket = 0, from = 0; bucket < next.length; from = next[bucket++]!) {
      if (next[bucket]! - from > FEW) task.subarray(from, next[bucket]!).sort((a, b) => (keys[a]! < keys[b]! ? -1 : keys[a]! > keys[b]! ? 1 : a - b));
    }
  }
}

/** By insertion, as no task is far from its place and those of equal keys are in theirs; and notes keys and places. */
function settle(keys: Float64Array, tasks: Int32Array, keyAt: Float64Array, placeOf: Int32Array, from: number, to: number): void {
  let before = -Infinity;
  for (let place = from; place < to; place++) {
    const task = tasks[place]!, key = keys[task]!;
    let at = place;
    if (key >= before) before = key;
    else for (; at > from && keyAt[at - 1]! > key; at--) { const other = tasks[at - 1]!; tasks[at] = other; keyAt[at] = keyAt[at - 1]!; placeOf[other] = at; }
    tasks[at] = task; keyAt[at] = key; placeOf[task] = at;
  }
}
