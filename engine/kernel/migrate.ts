// A kernel moves to another problem in the middle of a run: jobs were added, the fleet or the policy changed. Tasks, jobs,
// units and pools are matched by id; what has happened stays happened. Pure arithmetic on the two problems and the state, so
// that a replay that comes to the same row makes the same move.
//
// The policy starts afresh: its memory is zero, and it is asked for the order of every eligible task again, in ascending
// order of task number. A unit that is in use, or a task that exists, must exist afterwards: the caller has checked.
import type { ParameterValues, PreparedPolicy } from '../model/policy.ts';
import { groupOf, hasJobBudget } from '../model/problem.ts';
import type { Problem } from '../model/problem.ts';
import { CLOUD, COMPLETED, ELIGIBLE, VM_OFF } from '../model/states.ts';
import { assert } from '../model/errors.ts';
import { CANDIDATE_STRIDE, DECISION_STRIDE } from '../journal/decision-log.ts';
import { takeRoom } from './occupancy.ts';
import type { Kernel } from './kernel.ts';
import { KernelState, SLOT_I, TASK, TASK_I, UNIT, capacityFor } from './state.ts';

/** Moves the kernel to `problem`; `policy` has been prepared for it. To be called right after the `revised` event was applied. */
export function migrate(kernel: Kernel, problem: Problem, policy: PreparedPolicy, parameters: ParameterValues): void {
  const from = kernel.problem, old = kernel.state, state = new KernelState(capacityFor(problem, policy));
  state.reset(problem);
  const tasks = placesOf(from.taskIds, problem.taskIds), units = placesOf(from.unitIds, problem.unitIds);
  kernel.problem = problem;
  kernel.policy = policy;
  kernel.parameters = parameters;
  kernel.state = state;
  moveTasks(from, problem, old, state, tasks, units);
  moveJobs(from, problem, old, state);
  movePools(from, problem, old, state);
  moveUnits(kernel, from, old, units);
  moveDecisions(kernel, tasks, units, placesOf(from.poolIds, problem.poolIds));
  kernel.openTasks = countOpen(problem, state);
  kernel.unbudgeted = kernel.unbudgeted && !hasJobBudget(problem);
  kernel.dirty = true;
  kernel.ready.load(problem, state, policy);
  kernel.ready.reset();
  kernel.view.adopt(problem);
  kernel.view.reset();
  for (let t = 0; t < problem.taskCount; t++) if (state.taskState[t] === ELIGIBLE) kernel.queue(t);
}

/** Where each id of `from` stands in `to`, -1 when it does not. Both are in canonical order, so that one walk finds all that are still there. */
function placesOf(from: readonly string[], to: readonly string[]): Int32Array {
  const places = new Int32Array(from.length);
  for (let k = 0, at = 0; k < from.length; k++, at++) {
    while (at < to.length && to[at] !== from[k]) at++;
    if (at === to.length) return placesByName(from, to); // something has gone
    places[k] = at;
  }
  return places;
}

function placesByName(from: readonly string[], to: readonly string[]): Int32Array {
  const at = new Map(to.map((id, k) => [id, k]));
  return Int32Array.from(from, (id) => at.get(id) ?? -1);
}

const moved = (places: Int32Array, index: number): number => (index < 0 ? -1 : places[index]!);

function moveTasks(from: Problem, problem: Problem, old: KernelState, state: KernelState, tasks: Int32Array, units: Int32Array): void {
  state.takeSlots(old);
  for (let t = 0; t < from.taskCount; t++) {
    const to = tasks[t]!;
    assert(to >= 0, `task ${from.taskIds[t]} is gone after a revision`);
    state.takeTask(to, old, t);
    state.taskI[to << TASK_I | UNIT] = moved(units, old.unitOf(t));
    if (state.isPlaced(to)) state.slotI[state.taskAt[to]! << SLOT_I | TASK] = to;
  }
  const isOld = new Uint8Array(problem.taskCount);
  for (const t of tasks) isOld[t] = 1;
  for (let t = 0; t < problem.taskCount; t++) {
    if (isOld[t] === 1) { if (state.taskState[t]! >= COMPLETED) state.groupPending[groupOf(problem, t)]!--; continue; }
    for (let k = problem.predecessorFirst[t]!; k < problem.predecessorFirst[t + 1]!; k++) if (state.isCompleted(problem.predecessors[k]!)) state.taskAt[t]!--;
  }
}

function moveJobs(from: Problem, problem: Problem, old: KernelState, state: KernelState): void {
  const jobs = placesOf(from.jobIds, problem.jobIds);
  for (let j = 0; j < from.jobCount; j++) for (const column of ['jobOpen', 'jobSubmitted', 'jobCommitted'] as const) state[column][jobs[j]!] = old[column][j]!;
}

function movePools(from: Problem, problem: Problem, old: KernelState, state: KernelState): void {
  const pools = placesOf(from.poolIds, problem.poolIds);
  for (let p = 0; p < from.poolCount; p++) {
    if (pools[p]! < 0) continue;
    state.spotPrice[pools[p]!] = old.spotPrice[p]!;
    state.refusedUntil[pools[p]!] = old.refusedUntil[p]!;
  }
}

const UNIT_COLUMNS = [
  'vmState', 'vmLife', 'market', 'load', 'running', 'readyAt', 'idleSince', 'freeAt', 'killAt', 'billedFrom', 'accruedTo', 'accrued', 'busySince',
  'levelAt', 'requestsHeld', 'tokensHeld', 'limitedUntil', 'awayUntil',
] as const;

function moveUnits(kernel: Kernel, from: Problem, old: KernelState, units: Int32Array): void {
  const { problem, state } = kernel, batches = placesOf(from.batchKeys, problem.batchKeys);
  for (let u = 0; u < from.unitCount; u++) {
    const to = units[u]!;
    if (to < 0) { assert(old.load[u] === 0 && old.vmState[u] === VM_OFF, `unit ${from.unitIds[u]} is in use and gone after a revision`); continue; }
    for (const column of UNIT_COLUMNS) state[column][to] = old[column][u]!;
    state.warm[to] = moved(batches, old.warm[u]!);
    state.firstSlot[to] = old.firstSlot[u]!;
    moveBuckets(from, problem, old, state, u, to);
    for (let t = state.firstOnUnit(to); t >= 0; t = state.nextOnUnit(t)) takeRoom(kernel, problem.taskProfile[t]!, to, -1);
  }
  for (let k = 0; k < kernel.vmCount; k++) {
    const u = units[old.vms[k]!]!;
    state.vms[k] = u;
    state.vmPosition[u] = k;
  }
  for (let p = 0; p < problem.poolCount; p++) {
    if (problem.poolKind[p] !== CLOUD) continue;
    let count = 0; // ascending is a heap
    for (let u = problem.poolFirst[p]!; u < problem.poolFirst[p + 1]!; u++) if (state.vmState[u] === VM_OFF) state.offHeap[problem.poolFirst[p]! + count++] = u;
    state.offCount[p] = count;
  }
}

/** Buckets keep their levels, as far as they still fit; a rate stays as last told, unless the fleet now publishes another. */
function moveBuckets(from: Problem, problem: Problem, old: KernelState, state: KernelState, u: number, to: number): void {
  const was = from.unitPool[u]!, is = problem.unitPool[to]!;
  state.requestLevel[to] = Math.min(problem.poolRequestBurst[is]!, old.requestLevel[u]!);
  state.tokenLevel[to] = Math.min(problem.poolTokenBurst[is]!, old.tokenLevel[u]!);
  if (from.poolRequestRate[was] === problem.poolRequestRate[is]) state.requestRate[to] = old.requestRate[u]!;
  if (from.poolTokenRate[was] === problem.poolTokenRate[is]) state.tokenRate[to] = old.tokenRate[u]!;
}

/** The reasons kept so far, in the numbers of the new problem. */
function moveDecisions({ decisions: { decisions, decisionCount, candidates, candidateCount } }: Kernel, tasks: Int32Array, units: Int32Array, pools: Int32Array): void {
  for (let at = 0; at < decisionCount * DECISION_STRIDE; at += DECISION_STRIDE) decisions[at + 1] = moved(tasks, decisions[at + 1]!);
  for (let at = 0; at < candidateCount * CANDIDATE_STRIDE; at += CANDIDATE_STRIDE) {
    candidates[at] = moved(units, candidates[at]!);
    candidates[at + 1] = moved(pools, candidates[at + 1]!);
  }
}

function countOpen(problem: Problem, state: KernelState): number {
  let open = 0;
  for (let t = 0; t < problem.taskCount; t++) if (state.taskState[t]! < COMPLETED) open++;
  return open;
}
