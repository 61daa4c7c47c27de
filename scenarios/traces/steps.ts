// Step functions of time, `[ms, value]`: a value holds until the next step. The form of prices and availability in
// scenario files: sorted, strictly increasing in time, no step that changes nothing, the first at 0.

export type Steps = readonly (readonly [number, number])[];

/**
 * Steps from samples `[ms, value]` in any order (at one instant the last one counts), counted from `fromMs`. The first
 * value holds from the start, also when its sample is later; samples before the start count only as the value then in force.
 */
export function stepsFrom(samples: readonly (readonly [number, number])[], fromMs: number): Steps {
  const sorted = [...samples].sort((a, b) => a[0] - b[0]);
  const steps: [number, number][] = [];
  for (const [ms, value] of sorted) {
    const at = steps.length === 0 ? 0 : Math.max(0, ms - fromMs);
    if (steps.at(-1)?.[0] === at) steps.pop();
    if (steps.at(-1)?.[1] !== value) steps.push([at, value]);
  }
  return steps;
}

/**
 * When each of several like nodes is lost, if node k is there while the count is above k: list k is for the k-th node.
 * Counts say how many are lost, not which; the highest numbers go first.
 */
export function killTimes(counts: Steps): number[][] {
  const nodes = counts.reduce((most, [, n]) => Math.max(most, n), 0);
  const times: number[][] = Array.from({ length: nodes }, () => []);
  counts.forEach(([at, n], i) => {
    for (let k = n; i > 0 && k < counts[i - 1]![1]; k++) times[k]!.push(at);
  });
  return times;
}
