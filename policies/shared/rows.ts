// Ways to choose among the rows of `view.candidate`. All go through the rows in their order and keep the first of equals,
// so ties go to the lower pool, market and unit. None allocates.
import type { Candidates, PolicyView } from '../../engine/model/policy.ts';
import type { Problem } from '../../engine/model/problem.ts';

/** From so many places on it pays to leave out rows of some. */
export const MANY = 6;

/** Which row of `view.candidate` a task should take, or -1 for none. The rows are filled for the task. */
export type ChooseRow = (view: PolicyView, task: number, rows: number) => number;

/** Expected completion of row k, ms since the epoch, expected interruptions included. */
export const finishOf = (c: Candidates, k: number): number => c.start[k]! + c.duration[k]! + c.rework[k]!;

/** The open row that ends first among units that are up or coming; only if there is none, among VMs to be requested. Equal ends: the cheaper. */
export function earliestFinishUpFirst(view: PolicyView, _task: number, rows: number): number {
  const c = view.candidate;
  let best = -1;
  for (let k = 0; k < rows; k++) {
    if (c.filter[k] !== 0) continue;
    if (best < 0 || c.fresh[k]! < c.fresh[best]! || (c.fresh[k] === c.fresh[best] && endsBefore(c, k, best))) best = k;
  }
  return best;
}

/** The open row that ends first, VMs to be requested included. Equal ends: the cheaper. */
export function earliestFinish(view: PolicyView, _task: number, rows: number): number {
  const c = view.candidate;
  let best = -1;
  for (let k = 0; k < rows; k++) if (c.filter[k] === 0 && (best < 0 || endsBefore(c, k, best))) best = k;
  return best;
}

function endsBefore(c: Candidates, a: number, b: number): boolean {
  const ends = finishOf(c, a) - finishOf(c, b);
  return ends < 0 || (ends === 0 && c.cost[a]! < c.cost[b]!);
}

/** Units on which tasks of the profile may run. */
export function placesOf(problem: Problem, profile: number): number {
  let units = 0;
  for (let option = problem.optionFirst[profile]!, end = problem.optionFirst[profile + 1]!; option < end; option++) units += problem.poolFirst[problem.optionPool[option]! + 1]! - problem.poolFirst[problem.optionPool[option]!]!;
  return units;
}

/** Units that have a row among the first ones, or were left out; at least 1. */
export function unitsOf(c: Candidates, rows: number): number {
  let units = c.leftOut;
  for (let k = 0; k < rows; k++) if (c.fresh[k] === 0) units++;
  return Math.max(1, units);
}

/** Whether one of the first rows is open now. */
export function anyOpen(c: Candidates, rows: number): boolean {
  for (let k = 0; k < rows; k++) if (c.filter[k] === 0) return true;
  return false;
}
