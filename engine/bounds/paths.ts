// Longest paths: the earliest instant at which each task can start and end if nothing ever waits for room, and the least
// time from its end to the end of all that follows. Each task takes its best option; data that must move is paid for
// unless both ends can be on one pool; VMs exist no sooner than they can boot; people work by their published calendars.
import type { Problem } from '../model/problem.ts';
import { API, CLOUD, HUMAN } from '../model/states.ts';
import type { DurationTable } from './durations.ts';

export interface Paths {
  /** Earliest start of each task, ms since the epoch. */
  readonly head: Float64Array;
  /** Least ms from the end of each task to the end of the last one that waits for it. */
  readonly tail: Float64Array;
  /** Earliest end of everything, ms since the epoch. */
  readonly length: number;
}

/** Tasks in an order in which every predecessor comes first. O(tasks + edges). */
export function topologicalOrder(problem: Problem): Int32Array {
  const { taskCount, predecessorFirst, successorFirst, successors } = problem, order = new Int32Array(taskCount), open = new Int32Array(taskCount);
  let filled = 0;
  for (let t = 0; t < taskCount; t++) {
    open[t] = predecessorFirst[t + 1]! - predecessorFirst[t]!;
    if (open[t] === 0) order[filled++] = t;
  }
  for (let k = 0; k < filled; k++) {
    const t = order[k]!;
    for (let e = successorFirst[t]!, end = successorFirst[t + 1]!; e < end; e++) if (--open[successors[e]!]! === 0) order[filled++] = successors[e]!;
  }
  return order;
}

/**
 * Heads, tails and the longest path. `bootMs[p]` is the least time a VM of pool p needs from time 0 to READY. With `calendars`
 * people work in their published working time only, else always. O(tasks x options + edges x options), times people per pool.
 */
export function longestPaths(problem: Problem, order: Int32Array, durations: DurationTable, bootMs: Float64Array, calendars: boolean): Paths {
  const { taskCount } = problem, head = new Float64Array(taskCount), tail = new Float64Array(taskCount);
  const forward = new ForwardPass(problem, durations, bootMs, calendars);
  let length = 0;
  for (let k = 0; k < taskCount; k++) {
    const t = order[k]!;
    head[t] = forward.visit(t);
    if (forward.end[t]! > length) length = forward.end[t]!;
  }
  for (let k = taskCount - 1; k >= 0; k--) {
    const t = order[k]!;
    let least = 0;
    for (let e = problem.successorFirst[t]!, end = problem.successorFirst[t + 1]!; e < end; e++) {
      const next = problem.successors[e]!, after = durations.shortest[next]! + tail[next]!;
      if (after > least) least = after;
    }
    tail[t] = least;
  }
  return { head, tail, length };
}

class ForwardPass {
  /** Earliest end of each visited task, over its options; and under each option, when data moves at all. */
  readonly end: Float64Array;
  private readonly optionEnd: Float64Array;
  private readonly problem: Problem;
  private readonly durations: DurationTable;
  private readonly bootMs: Float64Array;
  private readonly calendars: boolean;
  private readonly movesData: boolean;

  constructor(problem: Problem, durations: DurationTable, bootMs: Float64Array, calendars: boolean) {
    this.problem = problem; this.durations = durations; this.bootMs = bootMs; this.calendars = calendars;
    this.movesData = problem.predecessorBytes.length > 0;
    this.end = new Float64Array(problem.taskCount);
    this.optionEnd = new Float64Array(this.movesData ? durations.ms.length : 0);
  }

  /** Earliest start of a task whose predecessors have been visited. */
  visit(task: number): number {
    const { problem, durations } = this, { taskProfile, optionFirst, optionPool, poolKind, predecessors, predecessorFirst } = problem;
    let ready = problem.jobRelease[problem.taskJob[task]!]!, bestStart = Infinity, bestEnd = Infinity;
    for (let e = predecessorFirst[task]!, last = predecessorFirst[task + 1]!; e < last; e++) {
      const ended = this.end[predecessors[e]!]!;
      if (ended > ready) ready = ended;
    }
    const first = optionFirst[taskProfile[task]!]!, options = optionFirst[taskProfile[task]! + 1]! - first, row = durations.first[task]!;
    for (let k = 0; k < options; k++) {
      const pool = optionPool[first + k]!, kind = poolKind[pool]!, work = durations.ms[row + k]!;
      let start = ready;
      if (this.movesData && kind !== HUMAN && kind !== API) start = Math.max(start, this.dataReady(task, pool));
      if (kind === CLOUD && this.bootMs[pool]! > start) start = this.bootMs[pool]!;
      const end = kind === HUMAN && this.calendars ? this.finishByPeople(pool, start, work) : start + work;
      if (this.movesData) this.optionEnd[row + k] = end;
      if (start < bestStart) bestStart = start;
      if (end < bestEnd) bestEnd = end;
    }
    this.end[task] = bestEnd;
    return bestStart;
  }

  /** Earliest instant at which all inputs can be read in a pool: made there, or moved there from wherever they are made first. */
  private dataReady(task: number, pool: number): number {
    const { problem, durations } = this, { predecessors, predecessorFirst, predecessorBytes, networkLatency, networkBandwidth, optionFirst, optionPool, taskProfile } = problem;
    let ready = 0;
    for (let e = predecessorFirst[task]!, last = predecessorFirst[task + 1]!; e < last; e++) {
      const bytes = predecessorBytes[e]!, producer = predecessors[e]!;
      if (bytes === 0) continue;
      let arrives = this.end[producer]! + Math.round(networkLatency + bytes / networkBandwidth);
      const first = optionFirst[taskProfile[producer]!]!, options = optionFirst[taskProfile[producer]! + 1]! - first;
      for (let k = 0; k < options; k++) {
        if (optionPool[first + k] === pool) { arrives = Math.min(arrives, this.optionEnd[durations.first[producer]! + k]!); break; }
      }
      if (arrives > ready) ready = arrives;
    }
    return ready;
  }

  private finishByPeople(pool: number, from: number, work: number): number {
    const { problem } = this;
    let best = Infinity;
    for (let u = problem.poolFirst[pool]!, last = problem.poolFirst[pool + 1]!; u < last; u++) {
      const end = finishWorking(problem, u, from, work);
      if (end < best) best = end;
    }
    return best;
  }
}

/** The instant at which a person who begins at `from` has worked `work` ms; Infinity when the published calendar ends before. O(log intervals). */
export function finishWorking(problem: Problem, unit: number, from: number, work: number): number {
  if (problem.unitAlways[unit] === 1) return from + work;
  const { calendarStart, calendarEnd } = problem, last = problem.calendarFirst[unit + 1]!;
  let low = problem.calendarFirst[unit]!, high = last; // after the search: the first interval that ends after `from`
  while (low < high) {
    const middle = (low + high) >> 1;
    if (calendarEnd[middle]! > from) high = middle; else low = middle + 1;
  }
  let left = work;
  for (let k = low; k < last; k++) {
    const start = Math.max(from, calendarStart[k]!), room = calendarEnd[k]! - start;
    if (left <= room) return start + left;
    left -= room;
  }
  return Infinity;
}
