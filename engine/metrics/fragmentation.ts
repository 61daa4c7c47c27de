// Stranded capacity: free room on machines that are up and yet of no use. At an instant, a machine counts if some task
// still to be placed (submitted, queued or eligible) could run on it were it empty; its free share is the mean over its
// bounded dimensions of free / capacity; and that share is stranded if none of those tasks fits into what is free (a
// machine without a free slot strands all it has). Placed tasks hold their room from placement on. strandedShare =
// integral of stranded / integral of free share, in [0, 1]. The idea of "unusable for the task mix" is that of Weng et
// al., "Beware of Fragmentation" (USENIX ATC 2023).
import { UNLIMITED } from '../model/fleet-pools.ts';
import type { Problem } from '../model/problem.ts';
import { CLOUD, LOCAL } from '../model/states.ts';
import {
  ATTEMPT_ENDED, ATTEMPT_PLACED, ELIGIBLE_GONE, JOB_IN, OUTCOME_CANCELLED, OUTCOME_COMPLETED, QUEUED_GONE, VM_DOWN, VM_DRAIN, VM_UP,
} from './columns.ts';
import type { RunFold } from './attempts.ts';

/** Above this many tasks the state is looked at only at every (tasks / this)-th instant of change, and held in between. */
export const EXACT_TASKS_MAX = 20_000;

/** Time-weighted share of free capacity that fits no task still to come; 0 when there was nothing to fit. O(changes x groups of a pool). */
export function strandedShare(fold: RunFold): number {
  const { problem, changes } = fold, tracker = fold.stranded?.problem === problem ? fold.stranded : fold.stranded = new StrandedTracker(problem);
  tracker.begin(fold);
  const stride = Math.ceil(problem.taskCount / EXACT_TASKS_MAX);
  let last = fold.startedAt, instants = 0, stranded = 0, free = 0;
  for (let k = 0; k < changes.count; k++) {
    const now = changes.time[k]!;
    if (now > last) {
      if (instants++ % stride === 0) tracker.settle();
      stranded += tracker.stranded * (now - last);
      free += tracker.free * (now - last);
      last = now;
    }
    tracker.change(changes.kind[k]!, changes.index[k]!);
  }
  return free > 0 ? Math.min(1, Math.max(0, stranded / free)) : 0;
}

const UNSEEN = 0, COUNTED = 1, GONE = 2;

/** The machines of one problem while the changes of a run are gone through, for one run after another. */
export class StrandedTracker {
  /** Sums over counted machines, as of the last `settle`. */
  free = 0;
  stranded = 0;
  readonly problem: Problem;
  private fold!: RunFold;
  private readonly up: Uint8Array;
  private readonly room: Int32Array;
  private readonly load: Int32Array;
  private readonly unitFree: Float64Array;
  private readonly unitStranded: Uint8Array;
  /** Tasks still to be placed, by group; and whether a task is among them. */
  private readonly pending: Int32Array;
  private readonly taskMark: Uint8Array;
  /** Groups that fit an empty unit of pool p: `groups[groupFirst[p] .. groupFirst[p + 1] - 1]`; the demand of group g is that of `groupProfile[g]`. */
  private readonly groupFirst: Int32Array;
  private readonly groups: Int32Array;
  private readonly groupProfile: Int32Array;
  private readonly staleUnit: Uint8Array;
  private readonly stalePool: Uint8Array;
  private readonly staleUnits: Int32Array;
  private staleCount = 0;
  private poolsAreStale = false;

  constructor(problem: Problem) {
    const { unitCount, poolCount, groupCount, dimensionCount: dims, poolKind } = problem;
    this.problem = problem;
    this.up = new Uint8Array(unitCount); this.load = new Int32Array(unitCount); this.room = new Int32Array(unitCount * dims);
    this.unitFree = new Float64Array(unitCount); this.unitStranded = new Uint8Array(unitCount);
    this.staleUnit = new Uint8Array(unitCount); this.staleUnits = new Int32Array(unitCount); this.stalePool = new Uint8Array(poolCount);
    this.pending = new Int32Array(groupCount); this.taskMark = new Uint8Array(problem.taskCount);
    this.groupProfile = new Int32Array(groupCount).fill(-1);
    const perPool: number[][] = Array.from({ length: poolCount }, () => []);
    for (let s = 0; s < problem.profileCount; s++) {
      const g = problem.profileGroup[s]!;
      if (this.groupProfile[g]! >= 0) continue;
      this.groupProfile[g] = s;
      for (let k = problem.optionFirst[s]!; k < problem.optionFirst[s + 1]!; k++) {
        const pool = problem.optionPool[k]!;
        if (poolKind[pool] === LOCAL || poolKind[pool] === CLOUD) perPool[pool]!.push(g);
      }
    }
    this.groupFirst = new Int32Array(poolCount + 1);
    for (let p = 0; p < poolCount; p++) this.groupFirst[p + 1] = this.groupFirst[p]! + perPool[p]!.length;
    this.groups = Int32Array.from(perPool.flat());
  }

  /** Back to the start of a run, whose changes follow. */
  begin(fold: RunFold): void {
    const { unitCount, dimensionCount: dims, unitPool, capacity, poolKind } = this.problem;
    this.fold = fold;
    this.free = 0; this.stranded = 0; this.staleCount = 0; this.poolsAreStale = false;
    this.load.fill(0); this.unitFree.fill(0); this.unitStranded.fill(0); this.staleUnit.fill(0); this.stalePool.fill(0); this.pending.fill(0); this.taskMark.fill(UNSEEN);
    for (let u = 0; u < unitCount; u++) {
      const pool = unitPool[u]!;
      for (let d = 0; d < dims; d++) this.room[u * dims + d] = capacity[pool * dims + d]!;
      this.up[u] = poolKind[pool] === LOCAL ? 1 : 0;
    }
  }

  change(kind: number, index: number): void {
    const { fold, problem } = this, { attempts, lives } = fold;
    switch (kind) {
      case JOB_IN:
        for (let t = problem.jobFirst[index]!; t < problem.jobFirst[index + 1]!; t++) {
          if (this.taskMark[t] === UNSEEN) { this.taskMark[t] = COUNTED; this.count(t, 1); }
        }
        return;
      case ELIGIBLE_GONE: case QUEUED_GONE:
        if (this.taskMark[index] === COUNTED) this.count(index, -1);
        this.taskMark[index] = GONE;
        return;
      case ATTEMPT_PLACED: this.count(attempts.task[index]!, -1); this.hold(attempts.task[index]!, attempts.unit[index]!, -1); return;
      case ATTEMPT_ENDED: {
        const task = attempts.task[index]!, outcome = attempts.outcome[index]!;
        this.hold(task, attempts.unit[index]!, 1);
        if (outcome !== OUTCOME_COMPLETED && outcome !== OUTCOME_CANCELLED && !fold.isFinalFailure(index)) this.count(task, 1);
        return;
      }
      case VM_UP: this.setUp(lives.unit[index]!, 1); return;
      case VM_DRAIN: case VM_DOWN: this.setUp(lives.unit[index]!, 0); return;
    }
  }

  /** Brings the sums up to date with all changes so far. */
  settle(): void {
    const { problem } = this;
    if (this.poolsAreStale) {
      this.poolsAreStale = false;
      for (let p = 0; p < problem.poolCount; p++) {
        if (this.stalePool[p] === 0) continue;
        this.stalePool[p] = 0;
        for (let u = problem.poolFirst[p]!, end = problem.poolFirst[p + 1]!; u < end; u++) if (this.up[u] === 1 || this.unitFree[u]! > 0) this.measure(u, p);
      }
    }
    for (let k = 0; k < this.staleCount; k++) {
      const u = this.staleUnits[k]!;
      this.staleUnit[u] = 0;
      this.measure(u, problem.unitPool[u]!);
    }
    this.staleCount = 0;
  }

  private measure(unit: number, pool: number): void {
    const { problem, room, groups, groupFirst, groupProfile, pending } = this, { dimensionCount: dims, demand, capacity } = problem;
    let counted = false, fits = false;
    if (this.up[unit] === 1) {
      const hasSlot = this.load[unit]! < problem.poolSlots[pool]!;
      for (let k = groupFirst[pool]!, end = groupFirst[pool + 1]!; k < end && !fits; k++) {
        const g = groups[k]!;
        if (pending[g] === 0) continue;
        counted = true;
        if (!hasSlot) break;
        const need = groupProfile[g]! * dims;
        fits = true;
        for (let d = 0; d < dims; d++) if (room[unit * dims + d]! < demand[need + d]!) { fits = false; break; }
      }
    }
    let share = 0;
    if (counted) {
      let bounded = 0;
      for (let d = 0; d < dims; d++) {
        const size = capacity[pool * dims + d]!;
        if (size > 0 && size < UNLIMITED) { share += room[unit * dims + d]! / size; bounded++; }
      }
      share = bounded > 0 ? share / bounded : 0;
    }
    const stranded = counted && !fits ? 1 : 0, before = this.unitFree[unit]!;
    this.free += share - before;
    this.stranded += stranded * share - this.unitStranded[unit]! * before;
    this.unitFree[unit] = share;
    this.unitStranded[unit] = stranded;
  }

  private count(task: number, sign: 1 | -1): void {
    const { problem } = this, profile = problem.taskProfile[task]!, group = problem.profileGroup[profile]!, before = this.pending[group]!;
    this.pending[group] = before + sign;
    if (before !== 0 && before + sign !== 0) return;
    for (let k = problem.optionFirst[profile]!, end = problem.optionFirst[profile + 1]!; k < end; k++) this.stalePool[problem.optionPool[k]!] = 1;
    this.poolsAreStale = true;
  }

  private hold(task: number, unit: number, sign: 1 | -1): void {
    const { problem } = this, dims = problem.dimensionCount, need = problem.taskProfile[task]! * dims;
    for (let d = 0; d < dims; d++) this.room[unit * dims + d]! += sign * problem.demand[need + d]!;
    this.load[unit]! -= sign;
    this.touch(unit);
  }

  private setUp(unit: number, up: 0 | 1): void {
    this.up[unit] = up;
    this.touch(unit);
  }

  private touch(unit: number): void {
    if (this.staleUnit[unit] === 1) return;
    this.staleUnit[unit] = 1;
    this.staleUnits[this.staleCount++] = unit;
  }
}
