// Bounds from shared capacity. For a set S of pools, tasks that can run nowhere else share what S offers: over any window
// the work they need in one dimension (memory, cores, slots, requests, tokens) cannot exceed what S can give. Each task's
// need is taken under its cheapest option, weighted so that the whole of S offers one unit of work per ms; Jackson's
// schedule then gives the best "head + work + tail" over all subsets. Valid for any weights y of the pools with
// sum(units x y) = 1 (they are the dual prices of the fluid relaxation); used: capacity, and capacity x speed.
//
// Most loads cannot beat what is known. What a group of tasks needs in all says so without a look at its tasks.
import type { Problem } from '../model/problem.ts';
import type { DurationTable } from './durations.ts';
import { STEADY, jacksonBound, orderByKey } from './jackson.ts';
import { AT_START, LEAST_WORK, SHORTEST, loadSets } from './load-sets.ts';
import type { Load, LoadKind, LoadSet } from './load-sets.ts';
import type { Paths } from './paths.ts';

export interface LoadBound {
  readonly kind: LoadKind;
  /** Instant before which the work cannot be done, ms since the epoch. */
  readonly at: number;
  /** Of what, and where: `memory of ws, gpu`. */
  readonly detail: string;
}

/** A sum over groups differs from the sum over their tasks by rounding only: by less than this share, and a ms. */
const ROUNDING = 1e-9;

/** The load bounds of one problem, for durations that change. */
export class Loads {
  private readonly problem: Problem;
  private readonly durations: DurationTable;
  private readonly sets: readonly LoadSet[];
  private readonly taskGroup: Int32Array;
  /** Least duration x speed of each task, where any load asks for it. */
  private readonly leastWork: Float64Array;
  /** By `time` of a load, then by group: the sum, over the tasks of the group, of what that load multiplies their needs by. 1 for calls at their start, whose shares are of all tasks together already. */
  private readonly sums: readonly Float64Array[];
  /** By group: the longest head + tail, and the same with the tail counted from the start. */
  private readonly reach: Float64Array;
  private readonly startReach: Float64Array;
  private readonly sorting: readonly [Int32Array, Int32Array];
  /** All tasks by head, once it is asked for, and the group of each there. */
  private byHead: Int32Array | undefined = undefined;
  private readonly groupByHead: Int32Array;
  /** Of the tasks that can run in the present set of pools only, by head: side by side, as every load of the set goes through them. */
  private readonly members: Members;
  private readonly work: Float64Array;
  private readonly heap: Int32Array;
  private readonly places: Int32Array;
  /** An instant already proven. */
  private floor = 0;

  /** `durations` is read anew each time. */
  constructor(problem: Problem, durations: DurationTable, bootMs: Float64Array) {
    const { taskCount, groupCount, taskProfile, profileGroup } = problem, column = (length: number) => new Float64Array(length);
    this.problem = problem; this.durations = durations;
    this.sets = loadSets(problem, bootMs);
    const bySpeed = this.sets.some((set) => set.bySpeed), calls = this.sets.some((set) => set.calls);
    this.taskGroup = taskProfile.map((s) => profileGroup[s]!);
    this.leastWork = column(bySpeed ? taskCount : 0);
    this.sums = [column(groupCount), column(groupCount), column(groupCount).fill(1)];
    this.reach = column(groupCount);
    this.startReach = column(groupCount);
    this.sorting = [new Int32Array(taskCount), new Int32Array(taskCount)];
    this.groupByHead = new Int32Array(taskCount);
    this.members = {
      count: 0, profile: new Int32Array(taskCount), head: column(taskCount), tail: column(taskCount), shortest: column(taskCount),
      leastWork: column(this.leastWork.length), startTail: column(calls ? taskCount : 0),
    };
    this.work = column(taskCount);
    this.heap = new Int32Array(taskCount);
    this.places = this.heap.map((_, k) => k);
  }

  /** All load bounds above the longest path, best first within each kind; of steady loads those that cannot beat it are left out. */
  find(paths: Paths): ReadonlyMap<LoadKind, LoadBound> {
    const best = new Map<LoadKind, LoadBound>();
    this.floor = paths.length;
    this.byHead = undefined;
    this.sumGroups(paths);
    for (const set of this.sets) {
      let gathered = false;
      for (const load of set.loads) {
        if (load.supply === STEADY && this.surelyBelow(load)) continue;
        if (!gathered) this.gather(set, paths);
        gathered = true;
        this.offer(load, best);
      }
    }
    return best;
  }

  private sumGroups({ head, tail }: Paths): void {
    const { problem: { taskCount, taskProfile, optionFirst, optionPool, poolSpeed }, durations: { first, ms, shortest }, taskGroup, leastWork, reach, startReach } = this;
    const ofShortest = this.sums[SHORTEST]!.fill(0), ofLeastWork = this.sums[LEAST_WORK]!.fill(0), bySpeed = leastWork.length > 0;
    reach.fill(0);
    startReach.fill(0);
    for (let t = 0; t < taskCount; t++) {
      const group = taskGroup[t]!, span = head[t]! + tail[t]!, duration = shortest[t]!;
      ofShortest[group]! += duration;
      if (duration !== 0 && span > reach[group]!) reach[group] = span;
      if (span + duration > startReach[group]!) startReach[group] = span + duration;
      if (!bySpeed) continue;
      let least = Infinity;
      for (let o = optionFirst[taskProfile[t]!]!, row = first[t]!, end = first[t + 1]!; row < end; o++, row++) {
        const work = ms[row]! * poolSpeed[optionPool[o]!]!;
        if (work < least) least = work;
      }
      leastWork[t] = least;
      ofLeastWork[group]! += least;
    }
  }

  /** Whether no order of the work can end after what is proven: all of it after the latest head, before the longest tail. */
  private surelyBelow({ groups, shares, time, headStart }: Load): boolean {
    const sum = this.sums[time]!, reachOf = time === AT_START ? this.startReach : this.reach;
    let total = 0, reach = 0;
    for (let k = 0; k < groups.length; k++) {
      const group = groups[k]!;
      total += shares[k]! * sum[group]!;
      if (reachOf[group]! > reach) reach = reachOf[group]!;
    }
    return total * (1 + ROUNDING) + reach - headStart <= this.floor - 1;
  }

  private gather({ inside, bySpeed, calls }: LoadSet, { head, tail }: Paths): void {
    const byHead = (this.byHead ??= this.inOrder(head)), { problem: { taskProfile }, durations: { shortest }, groupByHead, leastWork, members } = this;
    let count = 0;
    for (let k = 0; k < byHead.length; k++) {
      if (inside[groupByHead[k]!] === 0) continue;
      const t = byHead[k]!;
      members.profile[count] = taskProfile[t]!;
      members.head[count] = head[t]!;
      members.tail[count] = tail[t]!;
      members.shortest[count] = shortest[t]!;
      if (bySpeed) members.leastWork[count] = leastWork[t]!;
      if (calls) members.startTail[count] = shortest[t]! + tail[t]!;
      count++;
    }
    members.count = count;
  }

  private inOrder(head: Float64Array): Int32Array {
    const { sorting: [from, to], groupByHead, taskGroup } = this, byHead = orderByKey(head, from, to);
    for (let k = 0; k < byHead.length; k++) groupByHead[k] = taskGroup[byHead[k]!]!;
    return byHead;
  }

  /** Computes the bound, less the head start, unless it cannot beat what is known. */
  private offer({ kind, detail, needs, stride, offset, time, whole, headStart, supply }: Load, best: Map<LoadKind, LoadBound>): void {
    const { work, members: { count, profile, head, tail, shortest, leastWork, startTail } } = this, times = time === LEAST_WORK ? leastWork : shortest, tails = time === AT_START ? startTail : tail;
    let total = 0, reach = 0;
    for (let k = 0; k < count; k++) {
      const need = needs[profile[k]! * stride + offset]!, amount = need === 0 ? 0 : time === AT_START ? need / whole : need * times[k]! / whole;
      work[k] = amount;
      if (amount === 0) continue;
      total += amount;
      if (head[k]! + tails[k]! > reach) reach = head[k]! + tails[k]!;
    }
    if (total === 0 || (supply === STEADY && total + reach - headStart <= this.floor)) return;
    const known = best.get(kind)?.at ?? 0, value = jacksonBound(this.places, head, work, tails, supply, known + headStart, count, this.heap);
    // The true end is a whole ms; rounding errors must not raise it.
    const at = Math.ceil(value - headStart - 1e-3);
    if (at > this.floor) this.floor = at;
    if (at <= known) return;
    best.set(kind, { kind, at, detail });
  }
}

interface Members {
  count: number;
  readonly profile: Int32Array;
  readonly head: Float64Array;
  readonly tail: Float64Array;
  readonly shortest: Float64Array;
  readonly leastWork: Float64Array;
  /** From the start: what calls take they take then. */
  readonly startTail: Float64Array;
}
