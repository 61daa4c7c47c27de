// Cycles of the precedence graph, each shown once: a depth-first search over predecessors finds an edge back into its own
// path exactly when there is a cycle (Tarjan 1972). Iterative; O(tasks + edges). Of cycles that share a task one is shown.

/** Predecessors of node n: `sources[first[n]] .. sources[first[n + 1] - 1]`, without edges from a node to itself. */
export interface PredecessorLists {
  readonly first: ArrayLike<number>;
  readonly sources: ArrayLike<number>;
}

/** Disjoint cycles in the direction of precedence, each beginning with its lowest node. Empty for an acyclic graph. */
export function findCycles({ first, sources }: PredecessorLists): readonly (readonly number[])[] {
  const count = first.length - 1, NEW = 0, OPEN = 1, DONE = 2;
  const state = new Uint8Array(count), inCycle = new Uint8Array(count), path = new Int32Array(count);
  const next = Int32Array.from({ length: count }, (_, n) => first[n]!);
  const cycles: number[][] = [];
  for (let root = 0; root < count; root++) {
    if (state[root] !== NEW) continue;
    let depth = 0;
    path[0] = root;
    state[root] = OPEN;
    while (depth >= 0) {
      const node = path[depth]!;
      if (next[node]! === first[node + 1]!) { state[node] = DONE; depth--; continue; }
      const source = sources[next[node]!++]!;
      if (state[source] === NEW) { state[source] = OPEN; path[++depth] = source; continue; }
      if (state[source] !== OPEN) continue;
      const cycle = [...path.subarray(path.lastIndexOf(source, depth), depth + 1)].reverse();
      if (cycle.some((n) => inCycle[n] === 1)) continue;
      for (const n of cycle) inCycle[n] = 1;
      cycles.push(fromLowest(cycle));
    }
  }
  return cycles;
}

function fromLowest(cycle: readonly number[]): number[] {
  let at = 0;
  for (let i = 1; i < cycle.length; i++) if (cycle[i]! < cycle[at]!) at = i;
  return [...cycle.slice(at), ...cycle.slice(0, at)];
}
