// The audit's laws of units (audit.ts): what a unit holds, the lives of VMs, the buckets of APIs, the absences of people.
import * as R from '../journal/records.ts';
import { API, CLOUD, HUMAN, LOCAL, ON_DEMAND, SPOT, VM_DRAINING, VM_OFF, VM_READY, VM_REQUESTED, VM_STARTING, VM_STATES } from '../model/states.ts';
import type { AuditState } from './audit-state.ts';
import { AT, FIRST, KIND, LIFE, LOAD, MARKET, NEXT, OPEN, PLACED, POOL, PREVIOUS, PROFILE, STATE, TASK_F, TASK_I, UNIT, UNIT_I, VM_STATE, WARM } from './audit-state.ts';
import { workingMs } from './working-time.ts';

// --- what a unit holds ---

/** A task is placed on a unit: what it needs is taken from now on. */
export function hold(s: AuditState, task: number, unit: number, pool: number, profile: number): void {
  const { problem, used, taskI, unitI } = s, { dimensionCount: dims, demand, capacity } = problem, row = task << TASK_I, unitRow = unit << UNIT_I, next = unitI[unitRow | FIRST]!;
  taskI[row | NEXT] = next; taskI[row | PREVIOUS] = -1; unitI[unitRow | FIRST] = task;
  if (next >= 0) taskI[next << TASK_I | PREVIOUS] = task;
  for (let d = 0; d < dims; d++) {
    const held = used[unit * dims + d]! + demand[profile * dims + d]!;
    used[unit * dims + d] = held;
    if (held > capacity[pool * dims + d]!) {
      s.report('capacity', `${problem.unitIds[unit]} holds ${held} of ${capacity[pool * dims + d]} ${problem.dimensionNames[d]} with ${problem.taskIds[task]}`);
    }
  }
  const load = unitI[unitRow | LOAD]! + 1;
  unitI[unitRow | LOAD] = load;
  s.underWay++;
  if (load > problem.poolSlots[pool]!) {
    s.report('slots', `${problem.unitIds[unit]} holds ${load} tasks with ${problem.taskIds[task]}, and has ${problem.poolSlots[pool]} slots`);
  }
}

/** The attempt of a placed or running task ends; everything it held is free before the next row. */
export function leave(s: AuditState, task: number, to: number): void {
  const { problem: { demand, dimensionCount: dims }, used, taskI, unitI } = s, row = task << TASK_I, unit = taskI[row | UNIT]!, profile = taskI[row | PROFILE]!;
  const next = taskI[row | NEXT]!, previous = taskI[row | PREVIOUS]!, unitRow = unit << UNIT_I;
  if (previous < 0) unitI[unitRow | FIRST] = next; else taskI[previous << TASK_I | NEXT] = next;
  if (next >= 0) taskI[next << TASK_I | PREVIOUS] = previous;
  for (let d = 0; d < dims; d++) used[unit * dims + d]! -= demand[profile * dims + d]!;
  unitI[unitRow | LOAD]!--;
  s.underWay--;
  if (taskI[row | STATE] === PLACED) unitI[unitRow | WARM] = -1; // it never got to warm the unit
  else if (unitI[unitRow | KIND] === LOCAL) s.accounts.machineLeft(s, unit);
  taskI[row | STATE] = to;
}

/** A set-up must be paid in full, or not at all where the unit is warm for the batch key. */
export function checkSetup(s: AuditState, task: number, unit: number, profile: number, at: number): void {
  const { problem, unitI } = s, setup = s.rows[at + 4]!, batch = problem.profileBatch[profile]!, unitRow = unit << UNIT_I, isApi = unitI[unitRow | KIND] === API;
  const due = batch < 0 || isApi || unitI[unitRow | WARM] === batch ? 0 : problem.batchSetup[batch]!;
  if (setup !== due) s.report('setup', `${problem.taskIds[task]} is placed on ${problem.unitIds[unit]} with a set-up of ${setup} ms; ${due} are due`);
  if (batch >= 0) unitI[unitRow | WARM] = batch; else if (!isApi) unitI[unitRow | WARM] = -1;
}

// --- VMs ---

export function requested(s: AuditState, unit: number, at: number): void {
  const { problem, rows, unitI } = s, life = rows[at + 2]!, market = rows[at + 3]!, row = unit << UNIT_I, pool = unitI[row | POOL]!, name = problem.unitIds[unit]!;
  if (unitI[row | KIND] !== CLOUD || unitI[row | VM_STATE] !== VM_OFF) { s.report('vm-state', `VM ${name} is requested, which is not off`); return; }
  if (life !== unitI[row | LIFE]! + 1) s.report('vm-state', `life ${life} of VM ${name} follows life ${unitI[row | LIFE]}`);
  const sold = market === ON_DEMAND ? problem.poolPrice[pool]! >= 0 : market === SPOT && problem.poolSpotPrice[pool]! >= 0;
  if (!sold) s.report('placement', `VM ${name} is not sold in market ${market}`);
  unitI[row | VM_STATE] = VM_REQUESTED; unitI[row | LIFE] = life; unitI[row | MARKET] = market; unitI[row | WARM] = -1;
}

/** What happens to a VM in the life that is under way. */
export function vmChanged(s: AuditState, code: number, unit: number, at: number): void {
  const { unitI, accounts } = s, row = unit << UNIT_I, state = unitI[row | VM_STATE]!;
  switch (code) {
    case R.VM_STARTED:
      accounts.vmStarted(s, unit);
      moveVm(s, unit, state === VM_REQUESTED, VM_STARTING, code);
      return;
    case R.VM_IS_READY: if (state !== VM_DRAINING) moveVm(s, unit, state === VM_STARTING, VM_READY, code); return;
    case R.VM_NOTICE: moveVm(s, unit, state !== VM_REQUESTED, VM_DRAINING, code); return;
    case R.RELEASE_VM: moveVm(s, unit, state !== VM_REQUESTED && unitI[row | LOAD] === 0, VM_DRAINING, code); return;
    default: // refused, or terminated
      moveVm(s, unit, code === R.VM_TERMINATED || state === VM_REQUESTED, VM_OFF, code);
      for (let t = unitI[row | FIRST]!; t >= 0; t = unitI[row | FIRST]!) leave(s, t, OPEN);
      accounts.vmEnded(s, unit, code === R.VM_TERMINATED && s.rows[at + 4] === R.CAUSE_INTERRUPTED);
  }
}

function moveVm(s: AuditState, unit: number, allowed: boolean, to: number, code: number): void {
  const { unitI } = s, row = unit << UNIT_I;
  if (!allowed) {
    s.report('vm-state', `${R.RECORD_BY_CODE[code]!.name} for VM ${s.problem.unitIds[unit]}, which is ${VM_STATES[unitI[row | VM_STATE]!]} with ${unitI[row | LOAD]} tasks`);
  }
  unitI[row | VM_STATE] = to;
}

export function priceChanged(s: AuditState, pool: number, at: number): void {
  const market = s.rows[at + 3]!, price = s.rows[at + 4]!;
  if (market !== SPOT || !(price >= 0)) { s.report('record', `price ${price} in market ${market}`); return; }
  s.accounts.priceChanged(s, pool, price);
}

// --- APIs ---

/** A call begins: it takes its request and its tokens out of the published buckets, which must hold them. */
export function takeTokens(s: AuditState, task: number, unit: number, pool: number, profile: number): void {
  const { problem, requests, tokens } = s;
  refill(s, unit, pool);
  requests[unit]! -= problem.profileRequests[profile]!;
  tokens[unit]! -= problem.profileTokens[profile]!;
  if (below(s, requests[unit]!, problem.poolRequestBurst[pool]!, s.requestRate[unit]!)) s.report('rate-limit', `${problem.taskIds[task]} takes ${problem.unitIds[unit]} to ${requests[unit]} requests`);
  if (below(s, tokens[unit]!, problem.poolTokenBurst[pool]!, s.tokenRate[unit]!)) s.report('rate-limit', `${problem.taskIds[task]} takes ${problem.unitIds[unit]} to ${tokens[unit]} tokens`);
}

function refill(s: AuditState, unit: number, pool: number): void {
  const { problem, requests, tokens } = s, elapsed = s.now - s.filledAt[unit]!;
  if (elapsed === 0) return; // 0 x an infinite rate is no number
  s.filledAt[unit] = s.now;
  requests[unit] = Math.min(problem.poolRequestBurst[pool]!, requests[unit]! + elapsed * s.requestRate[unit]!);
  tokens[unit] = Math.min(problem.poolTokenBurst[pool]!, tokens[unit]! + elapsed * s.tokenRate[unit]!);
}

/** Live, a call is told a moment after it went out, one sooner than another: by so many ms of refilling two may seem too close. */
const HEARD_MS = 1000;

/** Below zero by more than the rounding of many refills, and more than hearsay. */
function below(s: AuditState, level: number, size: number, rate: number): boolean {
  return level < -1e-6 - 1e-9 * size - (s.measured ? HEARD_MS * rate : 0);
}

// --- APIs and people: what comes from outside ---

export function unitChanged(s: AuditState, code: number, unit: number, at: number): void {
  const b = s.rows[at + 3]!, c = s.rows[at + 4]!;
  switch (code) {
    case R.HUMAN_AWAY: if (s.awaySince[unit] !== s.awaySince[unit]) s.awaySince[unit] = s.now; return;
    case R.HUMAN_AVAILABLE: s.awayMs[unit] = awayUntilNow(s, unit); s.awaySince[unit] = NaN; return;
    case R.API_LIMITED: if (b > s.limitedUntil[unit]!) s.limitedUntil[unit] = b; return;
    case R.API_RESTORED: s.limitedUntil[unit] = 0; return;
    case R.RATE_CHANGED:
      refill(s, unit, s.unitI[unit << UNIT_I | POOL]!);
      if (b === 0) s.requestRate[unit] = c / 60_000; else if (b === 1) s.tokenRate[unit] = c / 60_000;
  }
}

/** A person starts work only in published hours and while they are there. */
export function startedByPerson(s: AuditState, task: number, unit: number): void {
  const { problem } = s;
  s.awayBefore[task] = awayUntilNow(s, unit);
  // A start at the very end of an interval is the last instant of the answer's working time.
  if (workingMs(problem, unit, s.now - 1, s.now + 1) === 0) s.report('calendar', `${problem.taskIds[task]} starts outside the hours of ${problem.unitIds[unit]}`);
  if (s.awaySince[unit] === s.awaySince[unit] && !s.measured) s.report('calendar', `${problem.taskIds[task]} starts while ${problem.unitIds[unit]} is away`);
}

/** A machine or an API is busy with an attempt from its start to its end; a person for the working time in between. `at`: where the row tells the busy time. */
export function checkBusy(s: AuditState, task: number, at: number): void {
  const busyMs = s.rows[at]!, unit = s.taskI[task << TASK_I | UNIT]!, most = busyMost(s, task, unit);
  if (busyMs !== most && !s.measured) s.report('busy-time', `${s.problem.taskIds[task]} was busy for ${busyMs} ms of ${most} on ${s.problem.unitIds[unit]}`);
}

/** The most that a running attempt can have been busy, ms: a person is not while away or outside working hours. */
function busyMost(s: AuditState, task: number, unit: number): number {
  const start = s.taskF[task << TASK_F | AT]!;
  if (s.unitI[unit << UNIT_I | KIND] !== HUMAN) return s.now - start;
  return workingMs(s.problem, unit, start, s.now) - (awayUntilNow(s, unit) - s.awayBefore[task]!);
}

function awayUntilNow(s: AuditState, unit: number): number {
  const since = s.awaySince[unit]!;
  return s.awayMs[unit]! + (since === since ? workingMs(s.problem, unit, since, s.now) : 0);
}
