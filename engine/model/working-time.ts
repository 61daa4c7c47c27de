// Calendar arithmetic on published working time: half-open intervals with the working time before each one kept beside
// them, so that every question is one binary search. A unit that is always available answers without a search.
import type { Problem } from './problem.ts';

/** Index of the first interval of the unit that ends after `at`, or the end of its list. For a unit that is always available: the end of its list. */
export function intervalAt(problem: Problem, unit: number, at: number): number {
  let low = problem.calendarFirst[unit]!, high = problem.calendarFirst[unit + 1]!;
  const ends = problem.calendarEnd;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle]! > at) high = middle; else low = middle + 1;
  }
  return low;
}

/** `intervalAt` for who knows one of the unit's intervals, or the end of its list, that is mostly the same one or shortly before: `near`. */
export function intervalNear(problem: Problem, unit: number, at: number, near: number): number {
  const ends = problem.calendarEnd, first = problem.calendarFirst[unit]!, last = problem.calendarFirst[unit + 1]!;
  if (near < first || near > last || (near > first && ends[near - 1]! > at)) return intervalAt(problem, unit, at);
  for (let k = near; k < near + 4; k++) if (k === last || ends[k]! > at) return k;
  return intervalAt(problem, unit, at);
}

/** Working ms of the unit from its calendar's beginning until `at`. For an always available unit: `at` itself. */
export function workedBefore(problem: Problem, unit: number, at: number): number {
  return workedBeforeIn(problem, unit, intervalAt(problem, unit, at), at);
}

/** `workedBefore` for who knows `intervalAt(problem, unit, at)`. */
export function workedBeforeIn(problem: Problem, unit: number, interval: number, at: number): number {
  if (problem.unitAlways[unit] === 1) return at;
  const k = interval, end = problem.calendarFirst[unit + 1]!;
  if (k === end) return k === problem.calendarFirst[unit]! ? 0 : problem.calendarBefore[k - 1]! + problem.calendarEnd[k - 1]! - problem.calendarStart[k - 1]!;
  return problem.calendarBefore[k]! + Math.max(0, at - problem.calendarStart[k]!);
}

/** The instant at which `work` ms of working time have passed since `from`; Infinity when the calendar ends before. With no work: `from`, or when the unit next works. */
export function workingUntil(problem: Problem, unit: number, from: number, work: number): number {
  return workingFrom(problem, unit, intervalAt(problem, unit, from), from, work);
}

/** `workingUntil` for who knows `intervalAt(problem, unit, from)`. */
export function workingFrom(problem: Problem, unit: number, interval: number, from: number, work: number): number {
  if (problem.unitAlways[unit] === 1) return from + work;
  const last = problem.calendarFirst[unit + 1]!;
  let k = interval;
  if (k === last) return Infinity;
  if (work === 0) return Math.max(from, problem.calendarStart[k]!);
  const target = problem.calendarBefore[k]! + Math.max(0, from - problem.calendarStart[k]!) + work;
  // The interval in which the target falls: the last one with before < target (a target at its very start belongs to the one
  // before). Mostly it is one of the next few, so steps double until it is passed.
  let low = k, high = last;
  for (let step = 1; low + step < last; step *= 2) {
    if (problem.calendarBefore[low + step]! >= target) { high = low + step; break; }
    low += step;
  }
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (problem.calendarBefore[middle]! < target) low = middle; else high = middle;
  }
  k = low;
  const at = problem.calendarStart[k]! + (target - problem.calendarBefore[k]!);
  return at <= problem.calendarEnd[k]! ? at : Infinity;
}

/** Whether the unit works at `at` by its published calendar. */
export function worksAt(problem: Problem, unit: number, at: number): boolean {
  if (problem.unitAlways[unit] === 1) return true;
  const k = intervalAt(problem, unit, at);
  return k < problem.calendarFirst[unit + 1]! && problem.calendarStart[k]! <= at;
}

/** By unit: the first one of its pool with the same published working time. */
export function sameCalendar(problem: Problem): Int32Array {
  const first = Int32Array.from({ length: problem.unitCount }, (_, u) => u), kinds: number[] = [];
  for (let pool = 0; pool < problem.poolCount; pool++) {
    kinds.length = 0;
    for (let u = problem.poolFirst[pool]!, end = problem.poolFirst[pool + 1]!; u < end; u++) {
      const found = kinds.find((other) => workAlike(problem, other, u));
      if (found === undefined) kinds.push(u); else first[u] = found;
    }
  }
  return first;
}

/** Whether two units have the same published working time. */
function workAlike({ unitAlways, calendarFirst, calendarStart, calendarEnd }: Problem, a: number, b: number): boolean {
  if (unitAlways[a] !== unitAlways[b]) return false;
  const from = calendarFirst[a]!, other = calendarFirst[b]!, count = calendarFirst[a + 1]! - from;
  if (calendarFirst[b + 1]! - other !== count) return false;
  for (let k = 0; k < count; k++) if (calendarStart[from + k] !== calendarStart[other + k] || calendarEnd[from + k] !== calendarEnd[other + k]) return false;
  return true;
}
