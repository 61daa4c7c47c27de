// Static priorities of a task graph. Upward rank: rank_u(i) = w(i) + max over successors j of (c(i,j) + rank_u(j)).
// Downward rank: rank_d(i) = max over predecessors j of (rank_d(j) + w(j) + c(j,i)). w is the mean cost over the units that
// may run the task, c the transfer between two machines (none to people and APIs). Source: Topcuoglu, Hariri, Wu, "Performance-effective and
// low-complexity task scheduling for heterogeneous computing", IEEE TPDS 13(3), 2002, eqs. 8 and 10. O(tasks + edges).
import type { Problem } from '../../engine/model/problem.ts';
import { mayNeedTransfer, meanDurations, transferTime } from './mean-costs.ts';

/** Tasks in an order in which each comes after its predecessors; ties in ascending number within a level. */
export function topologicalOrder(problem: Problem): Int32Array {
  const { taskCount, predecessorFirst, successorFirst, successors } = problem;
  const order = new Int32Array(taskCount), waiting = new Int32Array(taskCount);
  let found = 0;
  for (let task = 0; task < taskCount; task++) {
    waiting[task] = predecessorFirst[task + 1]! - predecessorFirst[task]!;
    if (waiting[task] === 0) order[found++] = task;
  }
  for (let at = 0; at < found; at++) {
    const task = order[at]!;
    for (let k = successorFirst[task]!, end = successorFirst[task + 1]!; k < end; k++) {
      const next = successors[k]!;
      if (--waiting[next]! === 0) order[found++] = next;
    }
  }
  return order;
}

/** Mean time from the start of each task to the end of the graph, ms, transfers included. */
export function upwardRanks(problem: Problem, duration: Float64Array = meanDurations(problem)): Float64Array {
  const rank = new Float64Array(problem.taskCount), order = topologicalOrder(problem);
  for (let at = order.length - 1; at >= 0; at--) {
    const task = order[at]!;
    rank[task]! += duration[task]!; // until here the largest (transfer + rank) of its successors
    const moves = mayNeedTransfer(problem, task);
    for (let edge = problem.predecessorFirst[task]!, end = problem.predecessorFirst[task + 1]!; edge < end; edge++) {
      const before = problem.predecessors[edge]!;
      rank[before] = Math.max(rank[before]!, (moves ? transferTime(problem, edge) : 0) + rank[task]!);
    }
  }
  return rank;
}

/** Mean time from the beginning of the graph to the start of each task, ms, transfers included. Releases are left out. */
export function downwardRanks(problem: Problem, duration: Float64Array = meanDurations(problem)): Float64Array {
  const rank = new Float64Array(problem.taskCount);
  for (const task of topologicalOrder(problem)) {
    const moves = mayNeedTransfer(problem, task);
    for (let edge = problem.predecessorFirst[task]!, end = problem.predecessorFirst[task + 1]!; edge < end; edge++) {
      const before = problem.predecessors[edge]!;
      rank[task] = Math.max(rank[task]!, rank[before]! + duration[before]! + (moves ? transferTime(problem, edge) : 0));
    }
  }
  return rank;
}

/** User priorities as fractions in (-0.5, 0.5), higher priority first: added to a key of whole ms they only break ties. */
export function priorityFractions(problem: Problem): Float64Array {
  let largest = 0;
  for (const priority of problem.taskPriority) largest = Math.max(largest, Math.abs(priority));
  return Float64Array.from(problem.taskPriority, (priority) => -priority / (2 * largest + 1));
}

/** Order keys of a critical-path list: the longest upward rank first, user priority breaks ties. */
export function criticalPathKeys(problem: Problem): Float64Array {
  const tie = priorityFractions(problem);
  return upwardRanks(problem).map((rank, task) => -Math.round(rank) + tie[task]!);
}
