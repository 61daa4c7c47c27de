// How much of what was offered was used. A unit offers time: a workstation or an API all of the run, a VM from READY to
// its end, a person the published working time less absences. It is busy while at least one task runs on it. Its work is
// the integral of the dominant share: the largest of (demand of the running tasks / capacity) over the dimensions and
// slots, so a machine half of whose memory is used for an hour has worked half an hour. utilisation = work / offered.
import { UNLIMITED } from '../model/fleet-pools.ts';
import { API, CLOUD, HUMAN, LOCAL } from '../model/states.ts';
import { ATTEMPT_ENDED, ATTEMPT_STARTED } from './columns.ts';
import type { RunFold } from './attempts.ts';
import { workingMs } from './working-time.ts';

/** Per unit, ms. */
export interface ResourceUse {
  readonly offeredMs: Float64Array;
  readonly busyMs: Float64Array;
  readonly workMs: Float64Array;
}

export interface UtilisationMetrics {
  /** Work over offered time of workstations and VMs together, in [0, 1]. 0 when nothing was offered. */
  readonly utilisation: number;
  /** Offered time of workstations and VMs in which nothing ran, ms. */
  readonly idleMs: number;
  /** Work over published working time of people together, in [0, 1]. */
  readonly humanUtilisation: number;
}

/** Offered, busy and worked time of each unit. O(changes x dimensions + units). */
export function resourceUse(fold: RunFold): ResourceUse {
  const { problem, changes, attempts } = fold, { unitCount, dimensionCount: dims, unitPool, poolKind, poolSlots, capacity, demand, taskProfile } = problem;
  const busyMs = new Float64Array(unitCount), workMs = new Float64Array(unitCount), since = new Float64Array(unitCount), share = new Float64Array(unitCount);
  const used = new Float64Array(unitCount * dims), running = new Int32Array(unitCount);
  for (let k = 0; k < changes.count; k++) {
    const kind = changes.kind[k]!;
    if (kind !== ATTEMPT_STARTED && kind !== ATTEMPT_ENDED) continue;
    const row = changes.index[k]!, sign = kind === ATTEMPT_STARTED ? 1 : -1;
    if (attempts.startedAt[row] !== attempts.startedAt[row]) continue; // ended without having run
    const u = attempts.unit[row]!, pool = unitPool[u]!;
    if (poolKind[pool] === HUMAN) { if (sign < 0) busyMs[u]! += attempts.busyMs[row]!; continue; }
    const now = changes.time[k]!, elapsed = now - since[u]!;
    if (running[u]! > 0) { busyMs[u]! += elapsed; workMs[u]! += share[u]! * elapsed; }
    since[u] = now;
    running[u]! += sign;
    const slots = poolSlots[pool]!, from = taskProfile[attempts.task[row]!]! * dims;
    let dominant = slots < UNLIMITED ? running[u]! / slots : poolKind[pool] === API && running[u]! > 0 ? 1 : 0;
    for (let d = 0; d < dims; d++) {
      const size = capacity[pool * dims + d]!, held = used[u * dims + d]! += sign * demand[from + d]!;
      if (size > 0 && size < UNLIMITED && held > dominant * size) dominant = held / size;
    }
    share[u] = dominant;
  }
  return { offeredMs: offered(fold, busyMs, workMs), busyMs, workMs };
}

function offered(fold: RunFold, busyMs: Float64Array, workMs: Float64Array): Float64Array {
  const { problem, lives, startedAt, endedAt } = fold, { unitPool, poolKind, poolSlots } = problem, offeredMs = new Float64Array(problem.unitCount);
  for (let u = 0; u < problem.unitCount; u++) {
    const pool = unitPool[u]!, kind = poolKind[pool]!;
    if (kind === CLOUD) continue;
    offeredMs[u] = kind === HUMAN ? workingMs(problem, u, startedAt, endedAt) - fold.awayMs[u]! : endedAt - startedAt;
    if (kind !== HUMAN) continue;
    workMs[u] = busyMs[u]! / poolSlots[pool]!;
    busyMs[u] = Math.min(busyMs[u]!, offeredMs[u]!); // a person with several tasks at once
  }
  for (let k = 0; k < lives.count; k++) {
    const up = lives.endedAt[k]! - lives.readyAt[k]!;
    if (up > 0) offeredMs[lives.unit[k]!]! += up;
  }
  return offeredMs;
}

/** Utilisation of machines and people as a whole. */
export function utilisationMetrics(fold: RunFold, use: ResourceUse = resourceUse(fold)): UtilisationMetrics {
  const { unitPool, poolKind, unitCount } = fold.problem;
  let machine = 0, machineWork = 0, idle = 0, human = 0, humanWork = 0;
  for (let u = 0; u < unitCount; u++) {
    const kind = poolKind[unitPool[u]!]!;
    if (kind === LOCAL || kind === CLOUD) {
      machine += use.offeredMs[u]!; machineWork += use.workMs[u]!; idle += use.offeredMs[u]! - use.busyMs[u]!;
    } else if (kind === HUMAN) { human += use.offeredMs[u]!; humanWork += use.workMs[u]!; }
  }
  return { utilisation: machine > 0 ? machineWork / machine : 0, idleMs: idle, humanUtilisation: human > 0 ? humanWork / human : 0 };
}
