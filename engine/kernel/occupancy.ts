// What an attempt takes of its unit and gives back: room, its place in the unit's list, held tokens, expected ends, money.
import { API, CLOUD, LOCAL, RUNNING, VM_READY } from '../model/states.ts';
import type { Kernel } from './kernel.ts';

export function takeRoom(kernel: Kernel, task: number, unit: number, sign: 1 | -1): void {
  const { dimensionCount: dims, demand } = kernel.problem, from = kernel.problem.taskProfile[task]! * dims, to = unit * dims, free = kernel.state.free;
  for (let d = 0; d < dims; d++) free[to + d]! += sign * demand[from + d]!;
}

/** The attempt ends here: room, lists and held tokens are given back. */
export function leaveUnit(kernel: Kernel, task: number): void {
  const s = kernel.state, { problem } = kernel, unit = s.unit[task]!, kind = problem.unitKind[unit]!;
  const next = s.nextOnUnit[task]!, previous = s.previousOnUnit[task]!;
  if (previous < 0) s.firstOnUnit[unit] = next; else s.nextOnUnit[previous] = next;
  if (next >= 0) s.previousOnUnit[next] = previous;
  takeRoom(kernel, task, unit, 1);
  const load = --s.load[unit]!;
  if (s.taskState[task] === RUNNING) {
    if (--s.running[unit]! === 0 && kind === LOCAL) kernel.spentClosed += Math.round(problem.poolPrice[problem.unitPool[unit]!]! * (kernel.now - s.busySince[unit]!) / 3_600_000);
  } else {
    if (kind === API) { s.requestsHeld[unit]! -= problem.profileRequests[problem.taskProfile[task]!]!; s.tokensHeld[unit]! -= problem.profileTokens[problem.taskProfile[task]!]!; }
    s.warm[unit] = -1; // it was to be warmed by this task
    giveBack(kernel, task);
  }
  if (kind !== CLOUD) kernel.committed -= s.committed[task]!;
  if (load === 0) {
    s.freeAt[unit] = 0;
    if (s.vmState[unit] === VM_READY) s.idleSince[unit] = kernel.now;
  } else if (s.finish[task]! >= s.freeAt[unit]!) refreshFreeAt(kernel, unit);
}

/** The placement will cost its job nothing after all: it never ran, or was turned away. */
export function giveBack(kernel: Kernel, task: number): void {
  const s = kernel.state;
  s.jobCommitted[kernel.problem.taskJob[task]!]! -= s.committed[task]!;
}

/** The expected end of a task on the unit changes; the expected end of the unit's load follows. */
export function moveFinish(kernel: Kernel, task: number, unit: number, finish: number): void {
  const s = kernel.state, old = s.finish[task]!;
  s.finish[task] = finish;
  if (finish >= s.freeAt[unit]!) s.freeAt[unit] = finish;
  else if (old === s.freeAt[unit]) refreshFreeAt(kernel, unit);
}

export function refreshFreeAt(kernel: Kernel, unit: number): void {
  const s = kernel.state;
  let at = 0;
  for (let t = s.firstOnUnit[unit]!; t >= 0; t = s.nextOnUnit[t]!) if (s.finish[t]! > at) at = s.finish[t]!;
  s.freeAt[unit] = at;
}

/** Calls and paid work are charged when the attempt ends. */
export function chargeAttempt(kernel: Kernel, task: number, busyMs: number): void {
  const { problem } = kernel, unit = kernel.state.unit[task]!, kind = problem.unitKind[unit]!;
  if (kind < API) return;
  const pool = problem.unitPool[unit]!, profile = problem.taskProfile[task]!;
  if (kind === API) kernel.spentClosed += Math.round(problem.poolCallPrice[pool]! * problem.profileRequests[profile]! + problem.poolTokenPrice[pool]! * problem.profileTokens[profile]!);
  else kernel.spentClosed += Math.round(problem.poolPrice[pool]! * busyMs / 3_600_000);
}
