// Optimistic cost table of PEFT: OCT(i,p) = max over successors j of min over q of (OCT(j,q) + w(j,q) + c(i,j) unless q = p),
// the time from the end of i, had it run on p, to the end of the graph when nobody ever waits for anybody. Units of one pool
// are alike, so the table has one column a pool. Source: Arabnejad, Barbosa, "List scheduling algorithm for heterogeneous
// systems by an optimistic cost table", IEEE TPDS 25(3), 2014.
import type { Problem } from '../../engine/model/problem.ts';
import { ElapsedTimes, isMachine, transferTime } from './mean-costs.ts';
import { topologicalOrder } from './ranks.ts';

export interface OptimisticCosts {
  /** Row-major, `taskCount x poolCount`, ms. A pool that cannot run the task has a value too; nobody should ask for it. */
  readonly table: Float64Array;
  /** The mean of each row over the units that may run the task: PEFT's priority. */
  readonly rank: Float64Array;
}

/** O(edges x pools). */
export function optimisticCosts(problem: Problem): OptimisticCosts {
  const { taskCount, poolCount, taskProfile, optionFirst, optionPool, poolFirst, predecessorFirst, predecessors } = problem;
  const table = new Float64Array(taskCount * poolCount), rank = new Float64Array(taskCount), onwards = new Float64Array(poolCount);
  const times = new ElapsedTimes(problem), order = topologicalOrder(problem);
  for (let at = order.length - 1; at >= 0; at--) {
    const task = order[at]!, row = task * poolCount, profile = taskProfile[task]!, first = optionFirst[profile]!, last = optionFirst[profile + 1]!;
    onwards.fill(Infinity);
    let bestMachine = Infinity, bestOther = Infinity, sum = 0, units = 0;
    for (let option = first; option < last; option++) {
      const pool = optionPool[option]!, count = poolFirst[pool + 1]! - poolFirst[pool]!, value = table[row + pool]!;
      onwards[pool] = value + times.of(task, option);
      if (isMachine(problem, pool)) bestMachine = Math.min(bestMachine, onwards[pool]!);
      else bestOther = Math.min(bestOther, onwards[pool]!);
      sum += value * count;
      units += count;
    }
    rank[task] = units === 0 ? 0 : sum / units;
    for (let edge = predecessorFirst[task]!, end = predecessorFirst[task + 1]!; edge < end; edge++) {
      const to = predecessors[edge]! * poolCount, away = Math.min(bestOther, bestMachine + transferTime(problem, edge));
      for (let pool = 0; pool < poolCount; pool++) table[to + pool] = Math.max(table[to + pool]!, Math.min(onwards[pool]!, away));
    }
  }
  return { table, rank };
}
