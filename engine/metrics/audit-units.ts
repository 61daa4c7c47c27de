// The audit's laws of units (audit.ts): what a unit holds, the lives of VMs, the buckets of APIs, the absences of people.
import * as R from '../journal/records.ts';
import { API, CLOUD, HUMAN, LOCAL, ON_DEMAND, SPOT, VM_DRAINING, VM_OFF, VM_READY, VM_REQUESTED, VM_STARTING } from '../model/states.ts';
import * as say from './audit-reports.ts';
import type { AuditState } from './audit-state.ts';
import {
  AT, AWAY_MS, AWAY_SINCE, FILLED_AT, FIRST, INDEX, KIND, LIFE, LIMITED_UNTIL, LOAD, MARKET, NEXT, OPEN, PAID, PLACED, POOL, PREVIOUS, PROFILE, REQUESTS,
  REQUEST_BURST, REQUEST_RATE, SLOTS, STATE, TASK_F, TASK_I, TOKENS, TOKEN_BURST, TOKEN_RATE, UNIT, UNIT_F, UNIT_I, VM_STATE, WARM,
} from './audit-state.ts';
import { workingMs } from './working-time.ts';

// --- what a unit holds ---

/** A VM takes its tasks with it when it goes: they are kept in a list. */
export const joinVm = (s: AuditState, task: number, unit: number): void => {
  const { taskI, unitI } = s, row = (task & INDEX) << TASK_I, vm = (unit & INDEX) << UNIT_I, next = unitI[vm + FIRST]!;
  taskI[row + NEXT] = next; taskI[row + PREVIOUS] = -1; unitI[vm + FIRST] = task;
  if (next >= 0) taskI[((next & INDEX) << TASK_I) + PREVIOUS] = task;
};

const leaveVm = (s: AuditState, task: number, unit: number): void => {
  const { taskI, unitI } = s, row = (task & INDEX) << TASK_I, vm = (unit & INDEX) << UNIT_I, next = taskI[row + NEXT]!, previous = taskI[row + PREVIOUS]!;
  if (previous < 0) unitI[vm + FIRST] = next; else taskI[((previous & INDEX) << TASK_I) + NEXT] = next;
  if (next >= 0) taskI[((next & INDEX) << TASK_I) + PREVIOUS] = previous;
};

/** A task is placed on a unit: what it needs is taken from now on. */
export const hold = (s: AuditState, task: number, unit: number, profile: number): void => {
  const { room, needs, unitI, dimensionCount: dims } = s, row = (unit & INDEX) << UNIT_I, first = Math.imul(unit, dims), need = Math.imul(profile, dims);
  const left = room[first]! - needs[need]!, load = unitI[row + LOAD]! + 1;
  room[first] = left;
  if (left < 0) say.overCapacity(s, task, unit, 0);
  for (let d = 1; d < dims; d++) if ((room[first + d] -= needs[need + d]!) < 0) say.overCapacity(s, task, unit, d);
  unitI[row + LOAD] = load;
  if (load > unitI[row + SLOTS]!) say.overSlots(s, task, unit);
};

/** The attempt of a placed or running task ends; everything it held is free before the next row. */
export const leave = (s: AuditState, task: number, to: number): void => {
  const { taskI, unitI } = s, row = (task & INDEX) << TASK_I, unit = taskI[row + UNIT]!, unitRow = (unit & INDEX) << UNIT_I, kind = unitI[unitRow + KIND]!;
  if (taskI[row + STATE] === PLACED) unitI[unitRow + WARM] = -1; // it never got to warm the unit
  else if (kind === LOCAL && unitI[unitRow + PAID] !== 0) s.accounts.machineLeft(s, unit);
  free(s, task, unit, kind);
  taskI[row + STATE] = to;
};

/** Gives back what a task holds of its unit. */
export const free = (s: AuditState, task: number, unit: number, kind: number): void => {
  const { room, needs, taskI, unitI, dimensionCount: dims } = s, row = (unit & INDEX) << UNIT_I;
  const first = Math.imul(unit, dims), need = Math.imul(taskI[((task & INDEX) << TASK_I) + PROFILE]!, dims);
  room[first] += needs[need]!;
  for (let d = 1; d < dims; d++) room[first + d] += needs[need + d]!;
  unitI[row + LOAD]!--;
  if (kind === CLOUD) leaveVm(s, task, unit);
};

/** A set-up must be paid in full, or not at all where the unit is warm for the batch key. */
export const checkSetup = (s: AuditState, task: number, unit: number, profile: number, at: number): void => {
  if (s.batchCount > 0) checkBatch(s, task, unit, profile, at);
  else if (s.rows[at + 4] !== 0) say.wrongSetup(s, task, unit, at, 0);
};

function checkBatch(s: AuditState, task: number, unit: number, profile: number, at: number): void {
  const { problem, unitI } = s, setup = s.rows[at + 4]!, batch = problem.profileBatch[profile]!, row = unit << UNIT_I, isApi = unitI[row + KIND] === API;
  const due = batch < 0 || isApi || unitI[row + WARM] === batch ? 0 : problem.batchSetup[batch]!;
  if (setup !== due) say.wrongSetup(s, task, unit, at, due);
  if (batch >= 0) unitI[row + WARM] = batch; else if (!isApi) unitI[row + WARM] = -1;
}

// --- VMs ---

export function requested(s: AuditState, unit: number, at: number): void {
  const { problem, rows, unitI } = s, life = rows[at + 2]!, market = rows[at + 3]!, row = unit << UNIT_I, pool = unitI[row + POOL]!;
  if (unitI[row + KIND] !== CLOUD || unitI[row + VM_STATE] !== VM_OFF) { say.requestedWhileNotOff(s, unit); return; }
  if (life !== unitI[row + LIFE]! + 1) say.lifeSkipped(s, unit, at);
  const sold = market === ON_DEMAND ? problem.poolPrice[pool]! >= 0 : market === SPOT && problem.poolSpotPrice[pool]! >= 0;
  if (!sold) say.notSold(s, unit, at);
  unitI[row + VM_STATE] = VM_REQUESTED; unitI[row + LIFE] = life; unitI[row + MARKET] = market; unitI[row + WARM] = -1;
}

/** What happens to a VM in the life that is under way. */
export function vmChanged(s: AuditState, code: number, unit: number, at: number): void {
  const { unitI, accounts } = s, row = unit << UNIT_I, state = unitI[row + VM_STATE]!;
  switch (code) {
    case R.VM_STARTED:
      accounts.vmStarted(s, unit);
      moveVm(s, unit, state === VM_REQUESTED, VM_STARTING, code);
      return;
    case R.VM_IS_READY: if (state !== VM_DRAINING) moveVm(s, unit, state === VM_STARTING, VM_READY, code); return;
    case R.VM_NOTICE: moveVm(s, unit, state !== VM_REQUESTED, VM_DRAINING, code); return;
    case R.RELEASE_VM: moveVm(s, unit, state !== VM_REQUESTED && unitI[row + LOAD] === 0, VM_DRAINING, code); return;
    default: // refused, or terminated
      moveVm(s, unit, code === R.VM_TERMINATED || state === VM_REQUESTED, VM_OFF, code);
      for (let t = unitI[row + FIRST]!; t >= 0; t = unitI[row + FIRST]!) leave(s, t, OPEN);
      accounts.vmEnded(s, unit, code === R.VM_TERMINATED && s.rows[at + 4] === R.CAUSE_INTERRUPTED);
  }
}

function moveVm(s: AuditState, unit: number, allowed: boolean, to: number, code: number): void {
  if (!allowed) say.wrongVmState(s, unit, code);
  s.unitI[(unit << UNIT_I) + VM_STATE] = to;
}

export function priceChanged(s: AuditState, pool: number, at: number): void {
  const market = s.rows[at + 3]!, price = s.rows[at + 4]!;
  if (market !== SPOT || !(price >= 0)) { say.wrongPrice(s, at); return; }
  s.accounts.priceChanged(s, pool, price);
}

// --- APIs ---

/** A call begins: it takes its request and its tokens out of the published buckets, which must hold them. */
export const takeTokens = (s: AuditState, task: number, unit: number, profile: number): void => {
  const { problem, unitF } = s, row = (unit & INDEX) << UNIT_F;
  refill(s, unit);
  const requests = unitF[row + REQUESTS]! - problem.profileRequests[profile]!, tokens = unitF[row + TOKENS]! - problem.profileTokens[profile]!;
  unitF[row + REQUESTS] = requests; unitF[row + TOKENS] = tokens;
  if (below(s, requests, unitF[row + REQUEST_BURST]!, unitF[row + REQUEST_RATE]!)) say.overBucket(s, task, unit, requests, 'requests');
  if (below(s, tokens, unitF[row + TOKEN_BURST]!, unitF[row + TOKEN_RATE]!)) say.overBucket(s, task, unit, tokens, 'tokens');
};

const refill = (s: AuditState, unit: number): void => {
  const { unitF } = s, row = (unit & INDEX) << UNIT_F, elapsed = s.now - unitF[row + FILLED_AT]!;
  if (elapsed === 0) return; // 0 x an infinite rate is no number
  unitF[row + FILLED_AT] = s.now;
  unitF[row + REQUESTS] = Math.min(unitF[row + REQUEST_BURST]!, unitF[row + REQUESTS]! + elapsed * unitF[row + REQUEST_RATE]!);
  unitF[row + TOKENS] = Math.min(unitF[row + TOKEN_BURST]!, unitF[row + TOKENS]! + elapsed * unitF[row + TOKEN_RATE]!);
};

/** Live, a call is told a moment after it went out, one sooner than another: by so many ms of refilling two may seem too close. */
const HEARD_MS = 1000;

/** Below zero by more than the rounding of many refills, and more than hearsay. */
const below = (s: AuditState, level: number, size: number, rate: number): boolean => {
  return level < -1e-6 - 1e-9 * size - (s.measured ? HEARD_MS * rate : 0);
};

// --- APIs and people: what comes from outside ---

export function unitChanged(s: AuditState, code: number, unit: number, at: number): void {
  const { unitF } = s, b = s.rows[at + 3]!, c = s.rows[at + 4]!, row = unit << UNIT_F;
  switch (code) {
    case R.HUMAN_AWAY: if (unitF[row + AWAY_SINCE] !== unitF[row + AWAY_SINCE]) unitF[row + AWAY_SINCE] = s.now; return;
    case R.HUMAN_AVAILABLE: unitF[row + AWAY_MS] = awayUntilNow(s, unit); unitF[row + AWAY_SINCE] = NaN; return;
    case R.API_LIMITED: if (b > unitF[row + LIMITED_UNTIL]!) unitF[row + LIMITED_UNTIL] = b; return;
    case R.API_RESTORED: unitF[row + LIMITED_UNTIL] = 0; return;
    case R.RATE_CHANGED:
      refill(s, unit);
      if (b === 0) unitF[row + REQUEST_RATE] = c / 60_000; else if (b === 1) unitF[row + TOKEN_RATE] = c / 60_000;
  }
}

/** A person starts work only in published hours and while they are there. */
export const startedByPerson = (s: AuditState, task: number, unit: number): void => {
  const { problem, awayBefore } = s, away = awayUntilNow(s, unit);
  if (awayBefore[task] !== away) { awayBefore[task] = away; s.unusual = true; }
  // A start at the very end of an interval is the last instant of the answer's working time.
  if (workingMs(problem, unit, s.now - 1, s.now + 1) === 0) say.startedOutsideHours(s, task, unit);
  const since = s.unitF[(unit << UNIT_F) + AWAY_SINCE];
  if (since === since && !s.measured) say.startedWhileAway(s, task, unit);
};

/** A machine or an API is busy with an attempt from its start to its end; a person for the working time in between. `at`: where the row tells the busy time. */
export const checkBusy = (s: AuditState, task: number, unit: number, kind: number, at: number): void => {
  if (kind === HUMAN) checkWork(s, task, unit, at);
  else if (s.rows[at]! !== s.now - s.taskF[((task & INDEX) << TASK_F) + AT]! && !s.measured) say.wrongBusyTime(s, task, at, s.now - s.taskF[(task << TASK_F) + AT]!);
};

/** A person is not busy while away or outside working hours. */
function checkWork(s: AuditState, task: number, unit: number, at: number): void {
  const most = workingMs(s.problem, unit, s.taskF[(task << TASK_F) + AT]!, s.now) - (awayUntilNow(s, unit) - s.awayBefore[task]!);
  if (s.rows[at]! !== most && !s.measured) say.wrongBusyTime(s, task, at, most);
}

const awayUntilNow = (s: AuditState, unit: number): number => {
  const { unitF } = s, row = (unit & INDEX) << UNIT_F, since = unitF[row + AWAY_SINCE]!;
  return since === since ? unitF[row + AWAY_MS]! + workingMs(s.problem, unit, since, s.now) : unitF[row + AWAY_MS]!;
};
