// The fragmentation term: the share of a unit's free capacity that a placement would leave unusable for the tasks to
// come, in expectation over the demand vectors of all tasks that have not ended. After the fragmentation gradient of
// Weng et al., "Beware of Fragmentation" (USENIX ATC 2023): for one demand, free capacity counts as unusable when it does
// not fit; the gradient is the expected unusable share after the placement less that before it.
import { UNLIMITED } from '../model/fleet-pools.ts';
import type { Problem } from '../model/problem.ts';
import type { KernelState } from './state.ts';

/** Above this many groups the expectation is taken over the first ones by number, so that a decision's cost stays bounded. */
const GROUPS_MAX = 64;

/** What a problem's fragmentation is measured with; made once for each problem. */
export class Fragmentation {
  private readonly problem: Problem;
  /** One profile of each group: its demand. */
  private readonly groupProfile: Int32Array;
  /** The groups that may run on pool p, ascending: `groups[groupFirst[p] .. groupFirst[p + 1] - 1]`. */
  private readonly groupFirst: Int32Array;
  private readonly groups: Int32Array;
  /** Per pool and dimension: the most that a task of any of them takes. Row-major. */
  private readonly most: Int32Array;
  /** Per pool: 1 when there is an end to something that its units have; else nothing is ever wasted there. */
  private readonly limited: Uint8Array;

  constructor(problem: Problem) {
    const { poolCount, profileCount, profileGroup, dimensionCount: dims, capacity } = problem, groupCount = Math.min(problem.groupCount, GROUPS_MAX);
    this.problem = problem;
    this.groupProfile = new Int32Array(groupCount).fill(-1);
    this.most = new Int32Array(poolCount * dims);
    this.limited = Uint8Array.from({ length: poolCount }, (_, pool) => (capacity.subarray(pool * dims, (pool + 1) * dims).some((size) => size > 0 && size < UNLIMITED) ? 1 : 0));
    const byPool: number[][] = Array.from({ length: poolCount }, () => []);
    for (let s = 0; s < profileCount; s++) {
      const g = profileGroup[s]!;
      if (g >= groupCount || this.groupProfile[g]! >= 0) continue;
      this.groupProfile[g] = s;
      for (let k = problem.optionFirst[s]!; k < problem.optionFirst[s + 1]!; k++) {
        const pool = problem.optionPool[k]!;
        byPool[pool]!.push(g);
        for (let d = 0; d < dims; d++) this.most[pool * dims + d] = Math.max(this.most[pool * dims + d]!, problem.demand[s * dims + d]!);
      }
    }
    this.groupFirst = new Int32Array(poolCount + 1);
    byPool.forEach((groups, pool) => { this.groupFirst[pool + 1] = this.groupFirst[pool]! + groups.length; });
    this.groups = Int32Array.from(byPool.flatMap((groups) => groups.sort((a, b) => a - b)));
  }

  /** Waste in [0, 1] of placing a task of `profile` on a unit (or on a fresh one of the pool, `unit` < 0). */
  waste(state: KernelState, pool: number, unit: number, profile: number): number {
    const { problem, groups, groupProfile, most } = this, dims = problem.dimensionCount, { demand, capacity } = problem;
    if (this.limited[pool] === 0) return 0;
    const need = profile * dims, cap = pool * dims;
    let shareBefore = 0, shareAfter = 0, bounded = 0, fitsAll = true;
    for (let d = 0; d < dims; d++) {
      const size = capacity[cap + d]!, free = unit < 0 ? size : state.free[unit * dims + d]!, left = free - demand[need + d]!;
      if (left < most[cap + d]!) fitsAll = false;
      if (size >= UNLIMITED || size === 0) continue;
      shareBefore += free / size;
      shareAfter += left / size;
      bounded++;
    }
    if (fitsAll) return 0; // whatever is to come fits afterwards, too
    let weight = 0, unusableBefore = 0, unusableAfter = 0;
    for (let k = this.groupFirst[pool]!, end = this.groupFirst[pool + 1]!; k < end; k++) {
      const pending = state.groupPending[groups[k]!]!;
      if (pending === 0) continue;
      weight += pending;
      const other = groupProfile[groups[k]!]! * dims;
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
