// Longest paths: the earliest instant at which each task can start and end if nothing ever waits for room, and the least
// time from its end to the end of all that follows. Each task takes its best option; data that must move is paid for
// unless both ends can be on one pool; VMs exist no sooner than they can boot; people work by their published calendars.
import type { Problem } from '../model/problem.ts';
import { API, CLOUD, HUMAN } from '../model/states.ts';
import { intervalAt, sameCalendar } from '../model/working-time.ts';
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

/** No data moves over this edge. */
const NOTHING = -Infinity;

/** The longest paths of one problem, for durations that change. Paths handed out are good until it is asked again. */
export class LongestPaths {
  private readonly problem: Problem;
  private readonly durations: DurationTable;
  private readonly bootMs: Float64Array;
  private readonly order: Int32Array;
  private readonly people: DistinctPeople;
  /** By edge, as predecessors are listed: ms from the end of the producer until its data is elsewhere. Empty when no data moves at all. */
  private readonly transferMs: Float64Array;
  private readonly alwaysHead: Float64Array;
  private readonly publishedHead: Float64Array;
  private readonly tail: Float64Array;
  /** Earliest end of each task, over its options; and under each option, when data moves at all. */
  private readonly end: Float64Array;
  private readonly optionEnd: Float64Array;

  /** `durations` is read anew each time. `bootMs[p]`: the least time a VM of pool p needs from time 0 to READY. */
  constructor(problem: Problem, durations: DurationTable, bootMs: Float64Array) {
    const { taskCount, networkLatency, networkBandwidth } = problem;
    this.problem = problem; this.durations = durations; this.bootMs = bootMs;
    this.order = topologicalOrder(problem);
    this.people = new DistinctPeople(problem);
    this.transferMs = problem.predecessorBytes.map((bytes) => (bytes === 0 ? NOTHING : Math.round(networkLatency + bytes / networkBandwidth)));
    this.alwaysHead = new Float64Array(taskCount);
    this.publishedHead = new Float64Array(hasCalendars(problem) ? taskCount : 0);
    this.tail = new Float64Array(taskCount);
    this.end = new Float64Array(taskCount);
    this.optionEnd = new Float64Array(this.transferMs.length > 0 ? durations.ms.length : 0);
  }

  /**
   * With people who always work; and, where somebody has a calendar, with people who work in their published working time only:
   * undefined when that ends before the work is done. O(tasks x options + edges x options), times distinct calendars per pool.
   */
  find(): { readonly plain: Paths; readonly published: Paths | undefined } {
    const { alwaysHead, publishedHead, tail } = this;
    this.backward();
    const plain = { head: alwaysHead, tail, length: this.forward(alwaysHead, false) };
    const length = hasCalendars(this.problem) ? this.forward(publishedHead, true) : Infinity;
    return { plain, published: length < Infinity ? { head: publishedHead, tail, length } : undefined };
  }

  private backward(): void {
    const { problem: { taskCount, successorFirst, successors }, durations: { shortest }, order, tail } = this;
    for (let k = taskCount - 1; k >= 0; k--) {
      const t = order[k]!;
      let least = 0;
      for (let e = successorFirst[t]!, end = successorFirst[t + 1]!; e < end; e++) {
        const next = successors[e]!, after = shortest[next]! + tail[next]!;
        if (after > least) least = after;
      }
      tail[t] = least;
    }
  }

  /** Fills `head` and returns when the last task ends. */
  private forward(head: Float64Array, calendars: boolean): number {
    const { taskCount, taskJob, jobRelease, taskProfile, optionFirst, optionPool, poolKind, predecessors, predecessorFirst } = this.problem;
    const { durations, order, bootMs, end, optionEnd, transferMs, people } = this, movesData = transferMs.length > 0;
    let length = 0;
    for (let k = 0; k < taskCount; k++) {
      const t = order[k]!, profile = taskProfile[t]!;
      let ready = jobRelease[taskJob[t]!]!, moved = 0, bestStart = Infinity, bestEnd = Infinity;
      for (let e = predecessorFirst[t]!, last = predecessorFirst[t + 1]!; e < last; e++) {
        const ended = end[predecessors[e]!]!;
        if (ended > ready) ready = ended;
        if (movesData && ended + transferMs[e]! > moved) moved = ended + transferMs[e]!;
      }
      for (let o = optionFirst[profile]!, last = optionFirst[profile + 1]!, row = durations.first[t]!; o < last; o++, row++) {
        const pool = optionPool[o]!, kind = poolKind[pool]!, work = durations.ms[row]!;
        let start = ready;
        if (moved > ready && kind !== HUMAN && kind !== API) start = Math.max(start, this.dataReady(t, pool));
        if (kind === CLOUD && bootMs[pool]! > start) start = bootMs[pool]!;
        const ends = calendars && kind === HUMAN ? people.finish(pool, start, work) : start + work;
        if (movesData) optionEnd[row] = ends;
        if (start < bestStart) bestStart = start;
        if (ends < bestEnd) bestEnd = ends;
      }
      head[t] = bestStart;
      end[t] = bestEnd;
      if (bestEnd > length) length = bestEnd;
    }
    return length;
  }

  /** Earliest instant at which all inputs can be read in a pool: made there, or moved there from wherever they are made first. */
  private dataReady(task: number, pool: number): number {
    const { predecessors, predecessorFirst, optionFirst, optionPool, taskProfile } = this.problem, { durations, end, optionEnd, transferMs } = this;
    let ready = 0;
    for (let e = predecessorFirst[task]!, last = predecessorFirst[task + 1]!; e < last; e++) {
      const producer = predecessors[e]!, profile = taskProfile[producer]!;
      let arrives = end[producer]! + transferMs[e]!;
      if (!(arrives > ready)) continue;
      for (let o = optionFirst[profile]!, options = optionFirst[profile + 1]!, row = durations.first[producer]!; o < options; o++, row++) {
        if (optionPool[o] === pool) { arrives = Math.min(arrives, optionEnd[row]!); break; }
      }
      if (arrives > ready) ready = arrives;
    }
    return ready;
  }
}

const hasCalendars = ({ calendarStart }: Problem): boolean => calendarStart.length > 0;

/** Of each pool of people, one of all who work alike; one who always works is never later than the others. */
class DistinctPeople {
  private readonly problem: Problem;
  private readonly units: readonly (readonly number[])[];

  constructor(problem: Problem) {
    const alike = sameCalendar(problem);
    this.problem = problem;
    this.units = Array.from({ length: problem.poolCount }, (_, p) => {
      const units = Array.from(alike.subarray(problem.poolFirst[p]!, problem.poolFirst[p + 1]!)), always = units.find((u) => problem.unitAlways[u] === 1);
      return always === undefined ? [...new Set(units)] : [always];
    });
  }

  /** The earliest end of `work` ms that anybody of the pool can begin at `from`. */
  finish(pool: number, from: number, work: number): number {
    let best = Infinity;
    for (const unit of this.units[pool]!) {
      const end = finishWorking(this.problem, unit, from, work);
      if (end < best) best = end;
    }
    return best;
  }
}

/** The instant at which a person who begins at `from` has worked `work` ms; Infinity when the published calendar ends before. O(log intervals). */
export function finishWorking(problem: Problem, unit: number, from: number, work: number): number {
  if (problem.unitAlways[unit] === 1) return from + work;
  const { calendarStart, calendarEnd } = problem, last = problem.calendarFirst[unit + 1]!;
  let left = work;
  for (let k = intervalAt(problem, unit, from); k < last; k++) {
    const start = Math.max(from, calendarStart[k]!), room = calendarEnd[k]! - start;
    if (left <= room) return start + left;
    left -= room;
  }
  return Infinity;
}
