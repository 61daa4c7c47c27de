// How long the work of a run keeps its resources busy, paths aside: a fluid estimate on means. Tasks are spread over the
// pools that may run them, the least flexible first, each to the pool that is then done first; a pool's load is the work on
// it, as shares of its units, over its units. People count by the calendar (mean-costs.ts), VMs as if all were up. An
// estimate for slack, no bound: it ignores precedence, and its greedy spreading may be off either way. O(tasks x options).
import type { Problem } from '../../engine/model/problem.ts';
import { ElapsedTimes } from './mean-costs.ts';

/** ms that the most loaded pool is busy. */
export function loadSpan(problem: Problem): number {
  const { taskProfile, optionFirst, optionPool, poolFirst } = problem, times = new ElapsedTimes(problem), load = new Float64Array(problem.poolCount);
  const options = (task: number) => optionFirst[taskProfile[task]! + 1]! - optionFirst[taskProfile[task]!]!;
  const order = Int32Array.from({ length: problem.taskCount }, (_, task) => task).sort((a, b) => options(a) - options(b) || a - b);
  let span = 0;
  for (const task of order) {
    const profile = taskProfile[task]!;
    let bestPool = -1, bestLoad = Infinity;
    for (let option = optionFirst[profile]!; option < optionFirst[profile + 1]!; option++) {
      const pool = optionPool[option]!, after = load[pool]! + times.of(task, option) * shareOfUnit(problem, task, pool) / (poolFirst[pool + 1]! - poolFirst[pool]!);
      if (after < bestLoad) { bestLoad = after; bestPool = pool; }
    }
    if (bestPool < 0) continue;
    load[bestPool] = bestLoad;
    span = Math.max(span, bestLoad);
  }
  return span;
}

/** Share in [0, 1] of one unit of the pool that the task takes: its largest share of any dimension or of the slots. */
export function shareOfUnit(problem: Problem, task: number, pool: number): number {
  const dims = problem.dimensionCount, need = problem.taskProfile[task]! * dims, have = pool * dims;
  let share = 1 / problem.poolSlots[pool]!;
  for (let d = 0; d < dims; d++) if (problem.capacity[have + d]! > 0) share = Math.max(share, problem.demand[need + d]! / problem.capacity[have + d]!);
  return share;
}
