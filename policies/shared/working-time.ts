// Published working time of a unit, for plans: when work that is begun or resumed at an instant has been done.
// Intervals are half-open; one binary search a question. A unit that is always there answers without one.
import type { Problem } from '../../engine/model/problem.ts';

/** Index of the unit's first interval that ends after `at`, or the end of its list. */
function intervalAfter(problem: Problem, unit: number, at: number): number {
  let low = problem.calendarFirst[unit]!, high = problem.calendarFirst[unit + 1]!;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (problem.calendarEnd[middle]! > at) high = middle; else low = middle + 1;
  }
  return low;
}

/** The first instant at or after `at` at which the unit works; Infinity when its calendar has ended. */
export function nextWorking(problem: Problem, unit: number, at: number): number {
  if (problem.unitAlways[unit] === 1) return at;
  const k = intervalAfter(problem, unit, at);
  return k === problem.calendarFirst[unit + 1]! ? Infinity : Math.max(at, problem.calendarStart[k]!);
}

/** The instant at which `work` ms of working time have passed since `from`; Infinity when the calendar ends before. */
export function workedUntil(problem: Problem, unit: number, from: number, work: number): number {
  if (problem.unitAlways[unit] === 1) return from + work;
  let left = work, at = from;
  for (let k = intervalAfter(problem, unit, from), end = problem.calendarFirst[unit + 1]!; k < end; k++) {
    at = Math.max(at, problem.calendarStart[k]!);
    if (left <= problem.calendarEnd[k]! - at) return at + left;
    left -= problem.calendarEnd[k]! - at;
  }
  return Infinity;
}
