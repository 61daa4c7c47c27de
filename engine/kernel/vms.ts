// The lives of VMs: what their events do, what they cost, and which slots of a pool are OFF. A life is billed from
// STARTING to its end at the prices in force, each constant stretch rounded once.
import * as R from '../journal/records.ts';
import { RUNNING, SCHEDULED, SPOT, VM_DRAINING, VM_OFF, VM_READY, VM_REQUESTED, VM_STARTING } from '../model/states.ts';
import { checkLife, fail, setVmState } from './checks.ts';
import type { Kernel } from './kernel.ts';
import { mayTake, roomGrows, setIdle } from './occupancy.ts';

/** After a refused request, a pool's spot market is left alone this long (the interval of peers' offering caches). */
export const REFUSAL_BACKOFF_MS = 180_000;

export function vmStarted(kernel: Kernel, unit: number, life: number): void {
  checkLife(kernel, unit, life, R.VM_STARTED);
  setVmState(kernel, unit, VM_STARTING, R.VM_STARTED);
  kernel.state.billedFrom[unit] = kernel.now;
  kernel.state.accruedTo[unit] = kernel.now;
  kernel.billings++;
  if (kernel.openTasks === 0) kernel.releaseVm(unit);
}

export function vmReady(kernel: Kernel, unit: number, life: number): void {
  checkLife(kernel, unit, life, R.VM_IS_READY);
  const s = kernel.state;
  if (s.vmState[unit] === VM_DRAINING) return; // noticed while it was starting
  setVmState(kernel, unit, VM_READY, R.VM_IS_READY);
  s.readyAt[unit] = kernel.now;
  mayTake(kernel, unit);
  if (s.load[unit] === 0) setIdle(kernel, unit, kernel.now);
  kernel.dirty = true;
}

export function vmRefused(kernel: Kernel, unit: number, life: number): void {
  checkLife(kernel, unit, life, R.VM_REFUSED);
  const s = kernel.state;
  if (s.vmState[unit] !== VM_REQUESTED) fail('only a requested VM can be refused');
  evict(kernel, unit);
  vmOff(kernel, unit, R.VM_REFUSED);
  const pool = kernel.problem.unitPool[unit]!;
  if (s.market[unit] === SPOT) s.refusedUntil[pool] = kernel.now + REFUSAL_BACKOFF_MS;
  kernel.urgent = true;
}

export function vmNotice(kernel: Kernel, unit: number, life: number, killAt: number): void {
  checkLife(kernel, unit, life, R.VM_NOTICE);
  const s = kernel.state;
  if (s.vmState[unit] !== VM_DRAINING) setVmState(kernel, unit, VM_DRAINING, R.VM_NOTICE);
  else if (!(killAt < s.killAt[unit]!)) return; // nothing new; an earlier kill leaves work to be saved that could have ended
  s.killAt[unit] = killAt;
  setIdle(kernel, unit, Infinity);
  for (let task = s.firstOnUnit(unit); task >= 0;) {
    const next = s.nextOnUnit(task), profile = kernel.problem.taskProfile[task]!;
    if (s.taskState[task] === SCHEDULED) kernel.revoke(task);
    else if (!endsBefore(kernel, task, killAt) && kernel.problem.profileCheckpointInterval[profile]! > 0 && kernel.now + kernel.problem.profileCheckpointCost[profile]! < killAt) {
      kernel.log.append(R.CHECKPOINT, task, s.attemptOf(task), unit, 0, 0);
    }
    task = next;
  }
  kernel.urgent = true;
}

/** The running task is expected to end by itself before the kill. One that is overdue already is not. */
export function endsBefore(kernel: Kernel, task: number, killAt: number): boolean {
  const finish = kernel.state.finishOf(task);
  return finish > kernel.now && finish <= killAt;
}

export function vmTerminated(kernel: Kernel, unit: number, life: number, cause: number): void {
  checkLife(kernel, unit, life, R.VM_TERMINATED);
  const s = kernel.state;
  if (s.load[unit]! > 0) kernel.urgent = true;
  evict(kernel, unit);
  if (s.vmState[unit] !== VM_REQUESTED) kernel.spentClosed += vmCostUntil(kernel, unit, kernel.now, cause === R.CAUSE_INTERRUPTED);
  vmOff(kernel, unit, R.VM_TERMINATED);
  kernel.dirty = true;
}

/** Sends everything on the unit back to ELIGIBLE. */
export function evict(kernel: Kernel, unit: number): void {
  const s = kernel.state;
  for (let task = s.firstOnUnit(unit); task >= 0;) {
    const next = s.nextOnUnit(task);
    if (s.taskState[task] === RUNNING) s.interruptions[task]!++;
    kernel.toEligible(task);
    task = next;
  }
}

export function vmOff(kernel: Kernel, unit: number, event: number): void {
  const s = kernel.state;
  setVmState(kernel, unit, VM_OFF, event);
  setIdle(kernel, unit, Infinity);
  s.killAt[unit] = Infinity;
  const at = s.vmPosition[unit]!, last = s.vms[--kernel.vmCount]!;
  s.vms[at] = last; s.vmPosition[last] = at; s.vmPosition[unit] = -1;
  returnOffSlot(kernel, unit);
  roomGrows(kernel, unit);
}

/** Micro-dollars of the VM's present life if it ended at `at` >= now with today's price: rounded up to granularity and minimum. */
export function vmCostUntil(kernel: Kernel, unit: number, at: number, interrupted: boolean): number {
  const s = kernel.state, { problem } = kernel, pool = problem.unitPool[unit]!;
  if (s.vmState[unit] === VM_REQUESTED || s.vmState[unit] === VM_OFF) return 0;
  const total = at - s.billedFrom[unit]!;
  if (interrupted && s.market[unit] === SPOT && total < problem.poolFreeIfInterruptedWithin[pool]!) return 0;
  const price = kernel.priceOf(pool, s.market[unit]!);
  const extra = kernel.billedMs(pool, total) - total;
  return s.accrued[unit]! + Math.round(price * (at - s.accruedTo[unit]!) / 3_600_000) + Math.round(price * extra / 3_600_000);
}

export function priceChanged(kernel: Kernel, pool: number, market: number, price: number): void {
  const s = kernel.state, old = s.spotPrice[pool]!;
  if (market !== SPOT) fail('only spot prices change');
  for (let k = 0; k < kernel.vmCount; k++) {
    const u = s.vms[k]!;
    if (kernel.problem.unitPool[u] !== pool || s.market[u] !== SPOT || s.vmState[u] === VM_REQUESTED) continue;
    s.accrued[u]! += Math.round(old * (kernel.now - s.accruedTo[u]!) / 3_600_000);
    s.accruedTo[u] = kernel.now;
  }
  s.spotPrice[pool] = price;
  kernel.billings++;
  kernel.dirty = true;
}

export function takeOffSlot(kernel: Kernel, pool: number): number {
  const { offHeap, offCount } = kernel.state, base = kernel.problem.poolFirst[pool]!, top = offHeap[base]!, size = --offCount[pool]!, moved = offHeap[base + size]!;
  let i = 0;
  for (;;) {
    let child = 2 * i + 1;
    if (child >= size) break;
    if (child + 1 < size && offHeap[base + child + 1]! < offHeap[base + child]!) child++;
    if (offHeap[base + child]! >= moved) break;
    offHeap[base + i] = offHeap[base + child]!;
    i = child;
  }
  offHeap[base + i] = moved;
  return top;
}

export function returnOffSlot(kernel: Kernel, unit: number): void {
  const pool = kernel.problem.unitPool[unit]!, { offHeap, offCount } = kernel.state, base = kernel.problem.poolFirst[pool]!;
  let i = offCount[pool]!++;
  while (i > 0) {
    const up = (i - 1) >> 1;
    if (offHeap[base + up]! <= unit) break;
    offHeap[base + i] = offHeap[base + up]!;
    i = up;
  }
  offHeap[base + i] = unit;
}
