// What a task costs in elapsed time before anyone knows where it will run: the mean over all units that may run it, and
// over each pool. People work by the calendar, so an hour of theirs takes longer on the wall clock: work and response are
// stretched by (span of the calendar) / (working time in it). Rates of APIs, queues and spin-ups are left out.
import type { Problem } from '../../engine/model/problem.ts';
import { CLOUD, HUMAN, LOCAL } from '../../engine/model/states.ts';

/** Elapsed ms per ms of working time, by unit: 1 for a unit that is always there. */
function calendarStretch(problem: Problem): Float64Array {
  const stretch = new Float64Array(problem.unitCount).fill(1);
  for (let unit = 0; unit < problem.unitCount; unit++) {
    if (problem.unitAlways[unit] === 1) continue;
    const first = problem.calendarFirst[unit]!, last = problem.calendarFirst[unit + 1]! - 1;
    if (last < first) continue;
    const worked = problem.calendarBefore[last]! + problem.calendarEnd[last]! - problem.calendarStart[last]!;
    stretch[unit] = Math.max(1, (problem.calendarEnd[last]! - problem.calendarStart[first]!) / worked);
  }
  return stretch;
}

/** The mean stretch over the units of each pool. */
function poolStretch(problem: Problem): Float64Array {
  const byUnit = calendarStretch(problem), byPool = new Float64Array(problem.poolCount);
  for (let pool = 0; pool < problem.poolCount; pool++) {
    const first = problem.poolFirst[pool]!, end = problem.poolFirst[pool + 1]!;
    for (let unit = first; unit < end; unit++) byPool[pool]! += byUnit[unit]! / (end - first);
  }
  return byPool;
}

/** Estimated elapsed ms of tasks, by option of their profile and in the mean. */
export class ElapsedTimes {
  private readonly problem: Problem;
  private readonly stretch: Float64Array;

  constructor(problem: Problem) {
    this.problem = problem;
    this.stretch = poolStretch(problem);
  }

  /** Elapsed ms of the task on option `option` of its profile. */
  of(task: number, option: number): number {
    const { problem } = this, pool = problem.optionPool[option]!;
    const work = Math.round(problem.taskWork[task]! * problem.optionScale[option]!);
    return problem.poolKind[pool] === HUMAN ? (work + problem.poolResponse[pool]!) * this.stretch[pool]! : work;
  }

  /** Mean over the units that may run the task (a pool of five counts five times). */
  mean(task: number): number {
    const { problem } = this, profile = problem.taskProfile[task]!;
    let sum = 0, units = 0;
    for (let option = problem.optionFirst[profile]!, end = problem.optionFirst[profile + 1]!; option < end; option++) {
      const pool = problem.optionPool[option]!, count = problem.poolFirst[pool + 1]! - problem.poolFirst[pool]!;
      sum += this.of(task, option) * count;
      units += count;
    }
    return units === 0 ? 0 : sum / units;
  }
}

/** Mean elapsed ms of every task. */
export function meanDurations(problem: Problem): Float64Array {
  const times = new ElapsedTimes(problem);
  return Float64Array.from({ length: problem.taskCount }, (_, task) => times.mean(task));
}

/** Whether the pool is of machines, to which data must be moved; people and APIs read it where it is. */
export function isMachine(problem: Problem, pool: number): boolean {
  return problem.poolKind[pool] === LOCAL || problem.poolKind[pool] === CLOUD;
}

/** Ms from the end of a predecessor until its data can be read on another machine, for edge `edge` of the predecessor columns. */
export function transferTime(problem: Problem, edge: number): number {
  const bytes = problem.predecessorBytes.length === 0 ? 0 : problem.predecessorBytes[edge]!;
  return bytes === 0 ? 0 : Math.round(problem.networkLatency + bytes / problem.networkBandwidth);
}

/** Whether the task may run on a machine. */
export function mayNeedTransfer(problem: Problem, task: number): boolean {
  const profile = problem.taskProfile[task]!;
  for (let option = problem.optionFirst[profile]!, end = problem.optionFirst[profile + 1]!; option < end; option++) {
    if (isMachine(problem, problem.optionPool[option]!)) return true;
  }
  return false;
}
