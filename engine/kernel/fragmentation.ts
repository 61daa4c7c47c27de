// The fragmentation term: the share of a unit's free capacity that a placement would leave unusable for the tasks to
// come, in expectation over the demand vectors of all tasks that have not ended. After the fragmentation gradient of
// Weng et al., "Beware of Fragmentation" (USENIX ATC 2023): for one demand, free capacity counts as unusable when it does
// not fit; the gradient is the expected unusable share after the placement less that before it.
import type { Problem } from '../model/problem.ts';
import type { KernelState } from './state.ts';

/** Above this many groups the expectation is taken over the first ones by number, so that a decision's cost stays bounded. */
const GROUPS_MAX = 64;
const UNBOUNDED = 1 << 30;

/** What a problem's fragmentation is measured with; made once for each problem. */
export class Fragmentation {
  private readonly problem: Problem;
  /** One profile of each group: its demand. */
  private readonly groupProfile: Int32Array;
  /** Whether the group may run on the pool: row-major, groups x pools. */
  private readonly runsOn: Uint8Array;
  private readonly groups: number;

  constructor(problem: Problem) {
    this.problem = problem;
    this.groups = Math.min(problem.groupCount, GROUPS_MAX);
    this.groupProfile = new Int32Array(this.groups).fill(-1);
    this.runsOn = new Uint8Array(this.groups * problem.poolCount);
    for (let s = 0; s < problem.profileCount; s++) {
      const g = problem.profileGroup[s]!;
      if (g >= this.groups || this.groupProfile[g]! >= 0) continue;
      this.groupProfile[g] = s;
      for (let k = problem.optionFirst[s]!; k < problem.optionFirst[s + 1]!; k++) this.runsOn[g * problem.poolCount + problem.optionPool[k]!] = 1;
    }
  }

  /** Waste in [0, 1] of placing a task of `profile` on a unit (or on a fresh one of the pool, `unit` < 0). */
  waste(state: KernelState, pool: number, unit: number, profile: number): number {
    const { problem, groups } = this, dims = problem.dimensionCount, { demand, capacity } = problem;
    const need = profile * dims, cap = pool * dims;
    let shareBefore = 0, shareAfter = 0, bounded = 0;
    for (let d = 0; d < dims; d++) {
      const size = capacity[cap + d]!;
      if (size >= UNBOUNDED || size === 0) continue;
      const free = unit < 0 ? size : state.free[unit * dims + d]!;
      shareBefore += free / size;
      shareAfter += (free - demand[need + d]!) / size;
      bounded++;
    }
    if (bounded === 0) return 0;
    let weight = 0, unusableBefore = 0, unusableAfter = 0;
    for (let g = 0; g < groups; g++) {
      const pending = state.groupPending[g]!;
      if (pending === 0 || this.runsOn[g * problem.poolCount + pool] === 0) continue;
      weight += pending;
      const other = this.groupProfile[g]! * dims;
      let fitsBefore = true, fitsAfter = true;
      for (let d = 0; d < dims; d++) {
        const free = unit < 0 ? capacity[cap + d]! : state.free[unit * dims + d]!;
        if (free < demand[other + d]!) { fitsBefore = false; fitsAfter = false; break; }
        if (free - demand[need + d]! < demand[other + d]!) fitsAfter = false;
      }
      if (!fitsBefore) unusableBefore += pending;
      if (!fitsAfter) unusableAfter += pending;
    }
    if (weight === 0) return 0;
    const gradient = (unusableAfter * shareAfter - unusableBefore * shareBefore) / (weight * bounded);
    return gradient <= 0 ? 0 : gradient >= 1 ? 1 : gradient;
  }
}
