// What an attempt takes of its unit and gives back: room, its place in the unit's list, held tokens, expected ends, money.
import { API, CLOUD, LOCAL, RUNNING, VM_READY } from '../model/states.ts';
import { workedBefore } from '../model/working-time.ts';
import type { Kernel } from './kernel.ts';
import { COMMITTED, FINISH, NEXT, PREVIOUS, SLOT_F, SLOT_I } from './state.ts';

/** A task of the profile takes its room on the unit (sign -1), or gives it back (1). */
export const takeRoom = (kernel: Kernel, profile: number, unit: number, sign: 1 | -1): void => {
  const { dimensionCount: dims, demand } = kernel.problem, { free } = kernel.state, from = Math.imul(profile, dims), to = Math.imul(unit, dims);
  free[to]! += sign * demand[from]!; // a problem has one dimension at least, and mostly no more
  for (let d = 1; d < dims; d++) free[to + d]! += sign * demand[from + d]!;
};

/** The unit is warm for what was placed on it last. */
export const warmFor = (kernel: Kernel, profile: number, unit: number): void => {
  const { problem, state } = kernel, batch = problem.profileBatch[profile]!;
  if (batch >= 0 || problem.unitKind[unit] !== API) state.warm[unit] = batch;
};

/** The attempt ends here: room, lists, held tokens and the task's slot are given back. The caller says what the task is now. */
export const leaveUnit = (kernel: Kernel, task: number): void => {
  const s = kernel.state, { problem } = kernel, { slotI, slotF } = s, slot = s.taskAt[task]!, row = slot << SLOT_I, unit = s.unitOf(task), kind = problem.unitKind[unit]!, profile = problem.taskProfile[task]!;
  const next = slotI[row | NEXT]!, previous = slotI[row | PREVIOUS]!;
  if (previous < 0) s.firstSlot[unit] = next; else slotI[previous << SLOT_I | NEXT] = next;
  if (next >= 0) slotI[next << SLOT_I | PREVIOUS] = previous;
  takeRoom(kernel, profile, unit, 1);
  const load = --s.load[unit]!;
  mayTake(kernel, unit);
  roomGrows(kernel, unit);
  if (s.taskState[task] === RUNNING) {
    if (--s.running[unit]! === 0 && kind === LOCAL) kernel.spentClosed += Math.round(problem.poolPrice[problem.unitPool[unit]!]! * (kernel.now - s.busySince[unit]!) / 3_600_000);
  } else {
    if (kind === API) { s.requestsHeld[unit]! -= problem.profileRequests[profile]!; s.tokensHeld[unit]! -= problem.profileTokens[profile]!; }
    s.warm[unit] = -1; // it was to be warmed by this task
    giveBack(kernel, task);
  }
  if (kernel.anyCost && kind !== CLOUD) kernel.committed -= slotF[slot << SLOT_F | COMMITTED]!;
  if (load === 0) {
    s.freeAt[unit] = 0;
    if (kind === CLOUD && s.vmState[unit] === VM_READY) setIdle(kernel, unit, kernel.now);
  } else if (slotF[slot << SLOT_F | FINISH]! >= s.freeAt[unit]!) refreshFreeAt(kernel, unit);
  s.returnSlot(slot);
};

/** The unit may have room from now on: whoever looks for some must look there again. */
export const mayTake = (kernel: Kernel, unit: number): void => {
  const { roomFrom } = kernel.state, pool = kernel.problem.unitPool[unit]!;
  if (unit < roomFrom[pool]!) roomFrom[pool] = unit;
};

/** There may be more room in the unit's pool than before: whoever found none is to look again. */
export const roomGrows = (kernel: Kernel, unit: number): void => { kernel.state.roomGrown[kernel.problem.unitPool[unit]!]!++; };

/** Since when nothing has been placed on a READY VM; Infinity for every other unit. The kernel counts those that idle. */
export const setIdle = (kernel: Kernel, unit: number, since: number): void => {
  const { idleSince } = kernel.state, idled = idleSince[unit] !== Infinity, idles = since !== Infinity;
  if (idled !== idles) kernel.idleVms += idles ? 1 : -1;
  idleSince[unit] = since;
};

/** The placement will cost its job nothing after all: it never ran, or was turned away. */
export const giveBack = (kernel: Kernel, task: number): void => {
  const s = kernel.state;
  if (kernel.anyCost) s.jobCommitted[kernel.problem.taskJob[task]!]! -= s.committedOf(task);
};

/** The expected end of a task on the unit, which stands at `at` in `slotF`, changes; the expected end of the unit's load follows. */
export const moveFinish = (kernel: Kernel, at: number, unit: number, finish: number): void => {
  const s = kernel.state, old = s.slotF[at]!;
  s.slotF[at] = finish;
  if (finish >= s.freeAt[unit]!) s.freeAt[unit] = finish;
  else if (old === s.freeAt[unit]) refreshFreeAt(kernel, unit);
};

export const refreshFreeAt = (kernel: Kernel, unit: number): void => {
  const s = kernel.state, { slotI, slotF } = s;
  let at = 0;
  for (let slot = s.firstSlot[unit]!; slot >= 0; slot = slotI[slot << SLOT_I | NEXT]!) if (slotF[slot << SLOT_F | FINISH]! > at) at = slotF[slot << SLOT_F | FINISH]!;
  s.freeAt[unit] = at;
};

/** Working ms of a running attempt until now, for an end that does not tell it: by the published calendar, an absence told meanwhile is not taken off. */
export function workedSince({ problem, state, now }: Kernel, task: number): number {
  const unit = state.unitOf(task);
  return workedBefore(problem, unit, now) - workedBefore(problem, unit, state.sinceOf(task));
}

/** Calls and paid work are charged when the attempt ends. */
export const chargeAttempt = (kernel: Kernel, task: number, busyMs: number): void => {
  const { problem } = kernel, unit = kernel.state.unitOf(task), kind = problem.unitKind[unit]!;
  if (kind < API) return;
  const pool = problem.unitPool[unit]!, profile = problem.taskProfile[task]!;
  if (kind === API) kernel.spentClosed += Math.round(problem.poolCallPrice[pool]! * problem.profileRequests[profile]! + problem.poolTokenPrice[pool]! * problem.profileTokens[profile]!);
  else kernel.spentClosed += Math.round(problem.poolPrice[pool]! * busyMs / 3_600_000);
};
