// Upward ranks: the longest path of mean estimates from the start of a task to the end of everything that waits for it
// (Topcuoglu, Hariri, Wu 2002, equation 8, without communication). Iterative, so depth is no limit; O(tasks + edges).
import { InvariantError } from './errors.ts';

/** The precedence graph in CSR form; all lists ascending. */
export interface TaskGraph {
  readonly successorFirst: Int32Array;
  readonly successors: Int32Array;
  readonly predecessorFirst: Int32Array;
  readonly predecessors: Int32Array;
}

/** Rank of every task for these mean durations. Throws InvariantError on a cycle, which validation refuses. */
export function upwardRanks(graph: TaskGraph, meanDurations: Float64Array): Float64Array {
  const { successorFirst, predecessorFirst, predecessors } = graph, count = meanDurations.length;
  const ranks = new Float64Array(count), waiting = new Int32Array(count), stack = new Int32Array(count);
  let depth = 0, done = 0;
  for (let t = 0; t < count; t++) {
    waiting[t] = successorFirst[t + 1]! - successorFirst[t]!;
    if (waiting[t] === 0) stack[depth++] = t;
  }
  while (depth > 0) {
    const t = stack[--depth]!, rank = ranks[t]! + meanDurations[t]!;
    ranks[t] = rank;
    done++;
    for (let e = predecessorFirst[t]!; e < predecessorFirst[t + 1]!; e++) {
      const p = predecessors[e]!;
      if (rank > ranks[p]!) ranks[p] = rank;
      if (--waiting[p]! === 0) stack[depth++] = p;
    }
  }
  if (done < count) throw new InvariantError('the precedence graph has a cycle');
  return ranks;
}
