// What a scheduler expects of a placement: data, set-up, work, checkpoints, rework, money, room. Means and published
// calendars only, never the world's truth. The policy's candidates and the kernel's checks use these same numbers.
// They are constants, not declarations, as are those of checks.ts and occupancy.ts: V8 then knows which function it inlines, and
// need not look at each call.
import { API, CLOUD, HUMAN, LOCAL, SPOT } from '../model/states.ts';
import type { Problem } from '../model/problem.ts';
import type { Kernel } from './kernel.ts';
import { requestLevelAt, tokenLevelAt } from './rate-limits.ts';
import { workingUntil } from '../model/working-time.ts';
import { FINISH, NEXT, SLOT_F, SLOT_I, TASK } from './state.ts';

/** Index of the task's option for the pool, or -1. Options ascend by pool and are few. */
export const optionOf = (problem: Problem, task: number, pool: number): number => optionIn(problem, problem.taskProfile[task]!, pool);

/** The same, of a task of the profile. */
export const optionIn = (problem: Problem, profile: number, pool: number): number => {
  const { optionFirst, optionPool } = problem, first = optionFirst[profile]!, end = optionFirst[profile + 1]!;
  if (first < end && optionPool[first] === pool) return first;
  for (let k = first + 1; k < end; k++) if (optionPool[k] === pool) return k;
  return -1;
};

/** Estimated ms of work left of the task under one of its options, checkpointed progress taken off. */
export const workLeft = (kernel: Kernel, task: number, option: number): number => {
  const work = Math.round(kernel.problem.taskWork[task]! * kernel.problem.optionScale[option]!), ppm = kernel.state.ppmOf(task);
  return ppm === 0 ? work : Math.round(work * (1_000_000 - ppm) / 1_000_000);
};

/** Set-up ms that the task would pay on the unit now: none when the unit is warm for its batch key. */
export const setupOf = (kernel: Kernel, task: number, unit: number): number => {
  const { problem } = kernel;
  if (problem.batchSetup.length === 0) return 0;
  const batch = problem.profileBatch[problem.taskProfile[task]!]!;
  if (batch < 0 || kernel.state.warm[unit] === batch || problem.unitKind[unit] === API) return 0;
  return problem.batchSetup[batch]!;
};

/** When what flows along an edge, the k-th of `predecessors`, has come to another unit than its producer's: of one that goes on, as expected; of one that is not placed, as if it ended at 0. */
const arrivalOf = ({ problem, state }: Kernel, k: number): number => {
  const producer = problem.predecessors[k]!, ends = state.isCompleted(producer) ? state.endOf(producer) : state.isPlaced(producer) ? state.finishOf(producer) : 0;
  return ends + Math.round(problem.networkLatency + problem.predecessorBytes[k]! / problem.networkBandwidth);
};

/**
 * The instant from which the task's inputs can be read on the unit; 0 when nothing must move. Data leaves its producer
 * when that ends; it is read in place on the producer's unit, and by people and APIs without moving.
 */
export const dataReadyAt = (kernel: Kernel, task: number, unit: number): number => {
  const { problem, state } = kernel;
  if (problem.predecessorBytes.length === 0) return 0;
  const kind = problem.unitKind[unit];
  if (kind === HUMAN || kind === API) return 0;
  let at = 0;
  for (let k = problem.predecessorFirst[task]!, end = problem.predecessorFirst[task + 1]!; k < end; k++) {
    if (problem.predecessorBytes[k] === 0 || state.unitOf(problem.predecessors[k]!) === unit) continue;
    const arrives = arrivalOf(kernel, k);
    if (arrives > at) at = arrives;
  }
  return at > kernel.now ? at : 0;
};

/** Whether `dataReadyAt` may be later than now on some unit. */
export const dataToCome = (kernel: Kernel, task: number): boolean => {
  const { problem } = kernel;
  if (problem.predecessorBytes.length === 0) return false;
  for (let k = problem.predecessorFirst[task]!, end = problem.predecessorFirst[task + 1]!; k < end; k++) {
    if (problem.predecessorBytes[k]! > 0 && arrivalOf(kernel, k) > kernel.now) return true;
  }
  return false;
};

/** Ms spent on writing checkpoints during `work` ms: one after each interval, none at the end. */
export const checkpointOverhead = (problem: Problem, profile: number, work: number): number => {
  const interval = problem.profileCheckpointInterval[profile]!;
  return interval > 0 && work > interval ? (Math.ceil(work / interval) - 1) * problem.profileCheckpointCost[profile]! : 0;
};

/**
 * Expected ms added by interruptions at a constant hazard h (per ms) over an exposure of D ms: an expected h D
 * interruptions (with their own exposure: x (1 + h D / 2), the next term of the renewal series), each losing half of what
 * is at stake (the checkpoint interval, or D without one) and the wait for another VM.
 */
export function expectedRework(problem: Problem, pool: number, profile: number, exposure: number): number {
  const rate = problem.poolHazard[pool]! / 3_600_000 * exposure;
  if (rate === 0) return 0;
  const interval = problem.profileCheckpointInterval[profile]!;
  const atStake = interval > 0 ? Math.min(interval, exposure) : exposure;
  return Math.round(rate * (1 + rate / 2) * (atStake / 2 + problem.poolSpinUp[pool]!));
};

/** Whether the task fits beside what is placed on the unit now (room in every dimension, and a slot). */
export const hasRoom = (kernel: Kernel, profile: number, unit: number): boolean => {
  const { problem } = kernel;
  return kernel.state.load[unit]! < problem.poolSlots[problem.unitPool[unit]!]! && fits(kernel, profile, unit);
};

/** Whether the unit has room in every dimension for the task, slots aside. */
export const fits = (kernel: Kernel, profile: number, unit: number): boolean => {
  const { dimensionCount: dims, demand } = kernel.problem, { free } = kernel.state, need = Math.imul(profile, dims), have = Math.imul(unit, dims);
  if (free[have]! < demand[need]!) return false; // a problem has one dimension at least, and mostly no more
  for (let d = 1; d < dims; d++) if (free[have + d]! < demand[need + d]!) return false;
  return true;
};

const ROOM_SCAN_MAX = 64;
const scanFinish = new Float64Array(ROOM_SCAN_MAX), scanTask = new Int32Array(ROOM_SCAN_MAX), scanFree = new Float64Array(16);

/** Expected instant at which the task will fit on the unit, if nothing else is placed there. */
export const roomAt = (kernel: Kernel, profile: number, unit: number): number => {
  const { state, now } = kernel, first = state.firstSlot[unit]!;
  if (first >= 0 && state.slotI[first << SLOT_I | NEXT]! >= 0) return roomAmong(kernel, profile, unit, first);
  return Math.max(now, state.freeAt[unit]!); // when the one task there ends, all is free
};

/** The same where there are several tasks: ends of the present load are taken in order. */
function roomAmong(kernel: Kernel, profile: number, unit: number, first: number): number {
  const { problem, state, now } = kernel, { slotI, slotF } = state, dims = problem.dimensionCount, slots = problem.poolSlots[problem.unitPool[unit]!]!;
  let count = 0;
  for (let slot = first; slot >= 0; slot = slotI[slot << SLOT_I | NEXT]!) {
    const t = slotI[slot << SLOT_I | TASK]!;
    if (count === ROOM_SCAN_MAX || dims > 16) return Math.max(now, state.freeAt[unit]!);
    const finish = Math.max(now, slotF[slot << SLOT_F | FINISH]!);
    let i = count++;
    for (; i > 0 && (scanFinish[i - 1]! > finish || (scanFinish[i - 1] === finish && scanTask[i - 1]! > t)); i--) { scanFinish[i] = scanFinish[i - 1]!; scanTask[i] = scanTask[i - 1]!; }
    scanFinish[i] = finish; scanTask[i] = t;
  }
  for (let d = 0; d < dims; d++) scanFree[d] = state.free[unit * dims + d]!;
  for (let i = 0; i < count; i++) {
    const held = problem.taskProfile[scanTask[i]!]! * dims;
    let fits = count - i - 1 < slots;
    for (let d = 0; d < dims; d++) {
      scanFree[d]! += problem.demand[held + d]!;
      if (scanFree[d]! < problem.demand[profile * dims + d]!) fits = false;
    }
    if (fits) return scanFinish[i]!;
  }
  return Math.max(now, state.freeAt[unit]!);
}

/** Ms until an API's published buckets hold what the task takes, beside what is held for others already placed there. */
export const tokenWait = (kernel: Kernel, unit: number, requests: number, tokens: number): number => {
  const s = kernel.state;
  const requestGap = requests + s.requestsHeld[unit]! - requestLevelAt(kernel, unit, kernel.now), tokenGap = tokens + s.tokensHeld[unit]! - tokenLevelAt(kernel, unit, kernel.now);
  let wait = 0;
  if (requestGap > 0) wait = requestGap / s.requestRate[unit]!;
  if (tokenGap > 0) wait = Math.max(wait, tokenGap / s.tokenRate[unit]!);
  return Math.ceil(wait);
};

/**
 * Expected marginal micro-dollars of `occupied` ms ending at `end` on a unit. A VM costs what it must stay up longer than
 * its present load does (a fresh one from now, spin-up paid), in billed units; a local machine its energy while it would
 * otherwise be idle.
 */
export function marginalCost(kernel: Kernel, pool: number, unit: number, market: number, fresh: boolean, end: number, profile: number, work: number): number {
  const { problem, state, now } = kernel;
  switch (problem.poolKind[pool]) {
    case CLOUD: {
      const price = kernel.priceOf(pool, market);
      if (fresh) return Math.round(price * kernel.billedMs(pool, end - now) / 3_600_000);
      const from = state.vmState[unit]! >= 2 ? state.billedFrom[unit]! : now;
      const paidUntil = Math.max(now, state.freeAt[unit]!);
      if (end <= paidUntil) return 0;
      return Math.round(price * (kernel.billedMs(pool, end - from) - (paidUntil > from ? kernel.billedMs(pool, paidUntil - from) : 0)) / 3_600_000);
    }
    case LOCAL: {
      const price = problem.poolPrice[pool]!;
      return price === 0 ? 0 : Math.round(price * Math.max(0, end - Math.max(now, state.freeAt[unit]!)) / 3_600_000);
    }
    case HUMAN: return Math.round(problem.poolPrice[pool]! * work / 3_600_000);
    default: return Math.round(problem.poolCallPrice[pool]! * problem.profileRequests[profile]! + problem.poolTokenPrice[pool]! * problem.profileTokens[profile]!);
  }
}

/** Expected ms from start to end on the unit: set-up, work, checkpoints on spot, a person's pauses. */
export const durationOn = (kernel: Kernel, unit: number, market: number, profile: number, start: number, setup: number, work: number): number => {
  const { problem } = kernel, kind = problem.unitKind[unit];
  if (kind === HUMAN) return workingUntil(problem, unit, start, setup + work) - start;
  return setup + work + (market === SPOT && kind === CLOUD ? checkpointOverhead(problem, profile, work) : 0);
};
