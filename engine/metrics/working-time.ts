// Published working time between two instants, by the prefix sums that compile keeps beside each calendar. Kept apart
// from the kernel's calendar arithmetic on purpose: metrics and audit recompute what the kernel claims.
import type { Problem } from '../model/problem.ts';

/** Published working ms of a unit in `[from, to)`. An always available unit works all of it. O(log intervals). */
export function workingMs(problem: Problem, unit: number, from: number, to: number): number {
  if (to <= from) return 0;
  return problem.unitAlways[unit] === 1 ? to - from : workedUntil(problem, unit, to) - workedUntil(problem, unit, from);
}

function workedUntil(problem: Problem, unit: number, at: number): number {
  const first = problem.calendarFirst[unit]!, { calendarStart, calendarEnd, calendarBefore } = problem;
  let low = first, high = problem.calendarFirst[unit + 1]!; // after the search: number of intervals that begin before `at`
  while (low < high) {
    const middle = (low + high) >> 1;
    if (calendarStart[middle]! < at) low = middle + 1; else high = middle;
  }
  if (low === first) return 0;
  return calendarBefore[low - 1]! + Math.min(at, calendarEnd[low - 1]!) - calendarStart[low - 1]!;
}
