// Sets of time as sorted, disjoint, half-open intervals [start, end) of integer ms. Touching intervals are one interval.

export type Interval = readonly [number, number];

/** The union of any intervals, sorted and disjoint. Empty and reversed ones vanish. */
export function disjoint(intervals: readonly Interval[]): Interval[] {
  const sorted = intervals.filter(([start, end]) => start < end).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const result: [number, number][] = [];
  for (const [start, end] of sorted) {
    const last = result.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else result.push([start, end]);
  }
  return result;
}

/** The time in `from` that is not in `away`. Both in any order; the result is sorted and disjoint. */
export function subtract(from: readonly Interval[], away: readonly Interval[]): Interval[] {
  const holes = disjoint(away), result: Interval[] = [];
  let h = 0;
  for (const [start, end] of disjoint(from)) {
    while (h < holes.length && holes[h]![1] <= start) h++;
    let at = start;
    for (let k = h; k < holes.length && holes[k]![0] < end; k++) {
      if (holes[k]![0] > at) result.push([at, holes[k]![0]]);
      at = Math.max(at, holes[k]![1]);
    }
    if (at < end) result.push([at, end]);
  }
  return result;
}

/** The part of sorted disjoint intervals within [start, end), shifted so that `start` is 0. */
export function clip(intervals: readonly Interval[], start: number, end: number): Interval[] {
  return intervals.filter(([a, b]) => a < end && b > start).map(([a, b]) => [Math.max(a, start) - start, Math.min(b, end) - start]);
}

/** Total length. */
export function measure(intervals: readonly Interval[]): number {
  return intervals.reduce((sum, [start, end]) => sum + end - start, 0);
}
