// The thorough bound: the energy that every window of time must contain. With a makespan of T each task must lie between
// its head and T - tail, so it overlaps a window [a, b) for some least time; if the least energies of all tasks exceed
// what the window offers by x, the makespan is at least T + x (Fernandez and Bussell 1973, "Bounds on the number of
// processors and time for multiprocessor optimal schedules"; the whole excess moves T because stretching T by x adds no
// need to the stretched window). Demands are first sharpened by dual feasible functions f, for which the f(demand /
// capacity) of tasks that fit together sum to at most 1: two tasks of more than half a machine never share it (Fekete and
// Schepers 2001, "New classes of fast lower bounds for bin packing problems").
import { UNLIMITED } from '../model/fleet-pools.ts';
import type { Problem } from '../model/problem.ts';
import type { DurationTable } from './durations.ts';
import { STEADY, jacksonBound, orderByKey } from './jackson.ts';
import { poolSets } from './load-sets.ts';
import type { Paths } from './paths.ts';

/** Above this many tasks that need one resource, windows are not looked at: the sweep takes O(tasks^2). */
const SWEEP_TASKS_MAX = 1_000;
/** Steps of the family u(k) that are tried; more gain nothing on PSPLIB. */
const STAIRS_MAX = 3;

/** A whole ms is proven only if the excess is clear of rounding errors. */
const wholeMs = (x: number) => Math.ceil(x - 1e-3);

/**
 * The best bound from window energies, given that nothing ends before `known` (ms since the epoch); `known` itself with an
 * empty detail when they add nothing. For one machine of D dimensions: O(D x distinct demands x tasks^2).
 */
export function intervalEnergyBound(problem: Problem, durations: DurationTable, paths: Paths, known: number): { readonly at: number; readonly detail: string } {
  let best = known, detail = '';
  for (const pools of poolSets(problem)) {
    const windows = new Windows(problem, durations, paths, pools);
    if (windows.members.length < 2) continue;
    for (let d = 0; d <= problem.dimensionCount; d++) {
      const units = windows.load(d);
      if (units === 0) continue;
      for (const rate of sharpened(windows.demand, windows.capacity, windows.members, units)) {
        const at = windows.bound(rate, best);
        if (at <= best) continue;
        best = at;
        detail = `${d === problem.dimensionCount ? 'slots' : problem.dimensionNames[d]!} of ${pools.map((p) => problem.poolIds[p]!).join(', ')}`;
      }
    }
  }
  return { at: best, detail };
}

/**
 * Rates at which tasks use up a resource of `units` machines of `capacity`, all of them together giving 1: the plain share,
 * and its images under dual feasible functions. Only those that differ.
 */
function sharpened(demand: Float64Array, capacity: number, members: Int32Array, units: number): Float64Array[] {
  const rates: Float64Array[] = [];
  const add = (share: (x: number) => number) => {
    const rate = new Float64Array(demand.length);
    for (const t of members) rate[t] = share(demand[t]!) / units;
    if (!rates.some((other) => members.every((t) => other[t] === rate[t]))) rates.push(rate);
  };
  add((x) => x / capacity);
  const thresholds = new Set<number>();
  for (const t of members) if (demand[t]! > 0) thresholds.add(Math.min(demand[t]!, capacity - demand[t]! + 1));
  for (const e of [...thresholds].sort((a, b) => a - b)) if (2 * e <= capacity) add((x) => (x > capacity - e ? 1 : x < e ? 0 : x / capacity));
  for (let k = 1; k <= STAIRS_MAX; k++) add((x) => (((k + 1) * x) % capacity === 0 ? x / capacity : Math.floor((k + 1) * x / capacity) / k));
  return rates;
}

/** The tasks that can run in one set of pools only, and the sweep over their windows. */
class Windows {
  readonly members: Int32Array;
  /** Of the dimension loaded last, by task. */
  readonly demand: Float64Array;
  capacity = 0;
  private readonly problem: Problem;
  private readonly pools: readonly number[];
  private readonly paths: Paths;
  private readonly shortest: Float64Array;
  /** Members by head; by latest start; by latest end; by earliest end; by latest start + earliest end. None depends on the makespan. */
  private readonly byHead: Int32Array;
  private readonly byLatestStart: Int32Array;
  private readonly byLatestEnd: Int32Array;
  private readonly byEarliestEnd: Int32Array;
  private readonly byBoth: Int32Array;

  constructor(problem: Problem, durations: DurationTable, paths: Paths, pools: readonly number[]) {
    const { taskCount, taskProfile, optionFirst, optionPool } = problem, { head, tail } = paths, { shortest } = durations;
    this.problem = problem; this.pools = pools; this.paths = paths; this.shortest = shortest;
    this.demand = new Float64Array(taskCount);
    const belongs = new Uint8Array(taskCount);
    const inside = (s: number) => optionPool.subarray(optionFirst[s]!, optionFirst[s + 1]!).every((p) => pools.includes(p));
    for (let t = 0; t < taskCount; t++) belongs[t] = shortest[t]! > 0 && inside(taskProfile[t]!) ? 1 : 0;
    const inOrder = (key: (t: number) => number) => orderByKey(Float64Array.from({ length: taskCount }, (_, t) => key(t))).filter((t) => belongs[t] === 1);
    this.members = this.byHead = inOrder((t) => head[t]!);
    this.byLatestStart = inOrder((t) => -tail[t]! - shortest[t]!);
    this.byLatestEnd = inOrder((t) => -tail[t]!);
    this.byEarliestEnd = inOrder((t) => head[t]! + shortest[t]!);
    this.byBoth = inOrder((t) => head[t]! - tail[t]!);
  }

  /** Loads a dimension (`dimensionCount`: slots). Returns the number of machines, 0 when they differ in it or it is unlimited. */
  load(d: number): number {
    const { problem, pools, members } = this, dims = problem.dimensionCount;
    const capacityOf = (p: number) => (d === dims ? problem.poolSlots[p]! : problem.capacity[p * dims + d]!);
    const capacity = capacityOf(pools[0]!);
    if (capacity === 0 || capacity >= UNLIMITED || pools.some((p) => capacityOf(p) !== capacity)) return 0;
    this.capacity = capacity;
    for (const t of members) this.demand[t] = d === dims ? 1 : problem.demand[problem.taskProfile[t]! * dims + d]!;
    return pools.reduce((sum, p) => sum + problem.poolFirst[p + 1]! - problem.poolFirst[p]!, 0);
  }

  /** An instant before which all cannot end when tasks use the resource at these rates, given that they do not before `known`. */
  bound(rate: Float64Array, known: number): number {
    const { paths: { head, tail }, shortest } = this, users = this.byHead.filter((t) => rate[t]! > 0);
    if (users.length < 2) return known;
    const work = rate.map((r, t) => r * shortest[t]!);
    const T = Math.max(known, wholeMs(jacksonBound(users, head, work, tail, STEADY)));
    return users.length > SWEEP_TASKS_MAX ? T : T + Math.max(0, wholeMs(this.excess(rate, T, users)));
  }

  /** The largest excess of needed over offered energy, over all windows that begin at some task's head, for makespan T. */
  private excess(rate: Float64Array, T: number, users: Int32Array): number {
    const { head } = this.paths, uses = (t: number) => rate[t]! > 0;
    const starts = this.byLatestStart.filter(uses), ends = this.byLatestEnd.filter(uses), early = this.byEarliestEnd.filter(uses), both = this.byBoth.filter(uses);
    let most = 0, last = -1;
    for (const t of users) {
      if (head[t] === last) continue;
      last = head[t]!;
      most = Math.max(most, this.excessFrom(last, T, rate, starts, ends, early, both));
    }
    return most;
  }

  /**
   * The same for windows that begin at `a`. As the window's end b grows, a task's least overlap with it is a ramp: it begins at
   * max(a, latest start) and rises to min(duration, earliest end - a). The sum of ramps is followed over their corners, which come
   * presorted: ends of ramps at the latest end (head >= a), at the earliest end (it must run at a), else at both - a.
   */
  private excessFrom(a: number, T: number, rate: Float64Array, starts: Int32Array, ends: Int32Array, early: Int32Array, both: Int32Array): number {
    const { paths: { head, tail }, shortest } = this, n = starts.length;
    let s = 0, e1 = 0, e2 = 0, e3 = 0, slope = 0, energy = 0, now = a, most = 0;
    for (;;) {
      while (s < n && head[starts[s]!]! + shortest[starts[s]!]! <= a) s++;
      while (e1 < n && head[ends[e1]!]! < a) e1++;
      while (e2 < n && !(head[early[e2]!]! < a && head[early[e2]!]! + shortest[early[e2]!]! > a && T - tail[early[e2]!]! - shortest[early[e2]!]! < a)) e2++;
      while (e3 < n && !(head[both[e3]!]! < a && head[both[e3]!]! + shortest[both[e3]!]! > a && T - tail[both[e3]!]! - shortest[both[e3]!]! >= a)) e3++;
      const start = s < n ? Math.max(a, T - tail[starts[s]!]! - shortest[starts[s]!]!) : Infinity, end1 = e1 < n ? T - tail[ends[e1]!]! : Infinity;
      const end2 = e2 < n ? head[early[e2]!]! + shortest[early[e2]!]! : Infinity, end3 = e3 < n ? T - tail[both[e3]!]! + head[both[e3]!]! - a : Infinity;
      const next = Math.min(start, end1, end2, end3);
      if (next === Infinity) return most;
      energy += slope * (next - now);
      now = next;
      if (energy - (now - a) > most) most = energy - (now - a);
      if (start === next) slope += rate[starts[s++]!]!;
      else if (end1 === next) slope -= rate[ends[e1++]!]!;
      else if (end2 === next) slope -= rate[early[e2++]!]!;
      else slope -= rate[both[e3++]!]!;
    }
  }
}
