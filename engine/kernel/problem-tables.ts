// What is worked out once for each problem, when it is first asked for: static facts that only some questions need.
// Invariant: nothing here depends on a run, so all runs and forks of a problem share it.
import type { Problem } from '../model/problem.ts';
import { sameCalendar } from '../model/working-time.ts';
import { Fragmentation } from './fragmentation.ts';

export class ProblemTables {
  /** Per pool and dimension: the least that any task which may run there takes. Row-major, `poolCount x dimensionCount`. */
  readonly leastDemand: Int32Array;
  private readonly problem: Problem;
  private wasteTable: Fragmentation | undefined = undefined;
  private calendarTable: Int32Array | undefined = undefined;
  private rankTable: Int32Array | undefined = undefined;

  constructor(problem: Problem) {
    this.problem = problem;
    this.leastDemand = leastDemand(problem);
  }

  get fragmentation(): Fragmentation { return (this.wasteTable ??= new Fragmentation(this.problem)); }

  /** By unit: the first one of its pool with the same calendar. */
  get sameCalendar(): Int32Array { return (this.calendarTable ??= sameCalendar(this.problem)); }

  /** The tasks of each job by descending rank. */
  get byRank(): Int32Array { return (this.rankTable ??= tasksByRank(this.problem)); }
}

function leastDemand({ poolCount, profileCount, dimensionCount: dims, optionFirst, optionPool, demand }: Problem): Int32Array {
  const least = new Int32Array(poolCount * dims).fill(2 ** 31 - 1);
  for (let s = 0; s < profileCount; s++) {
    for (let k = optionFirst[s]!; k < optionFirst[s + 1]!; k++) {
      const at = optionPool[k]! * dims;
      for (let d = 0; d < dims; d++) least[at + d] = Math.min(least[at + d]!, demand[s * dims + d]!);
    }
  }
  return least;
}

function tasksByRank(problem: Problem): Int32Array {
  const order = Int32Array.from({ length: problem.taskCount }, (_, t) => t), rank = problem.taskRank;
  for (let j = 0; j < problem.jobCount; j++) order.subarray(problem.jobFirst[j]!, problem.jobFirst[j + 1]!).sort((a, b) => rank[b]! - rank[a]! || a - b);
  return order;
}
