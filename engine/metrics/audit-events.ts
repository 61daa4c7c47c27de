// The rows of a run that the audit (audit.ts) does not see often: what happens to jobs, checkpoints, failures, cancellations, VMs, prices,
// and what comes from outside. The two readers take the rows that audit-rows.ts does not read itself.
import * as R from '../journal/records.ts';
import { API, HUMAN, VM_DRAINING } from '../model/states.ts';
import { alive, underWay, unknown } from './audit-checks.ts';
import * as say from './audit-reports.ts';
import type { AuditState } from './audit-state.ts';
import {
  AT, ATTEMPT, CANCELLED, CHECKPOINTS, COMPLETED, FAILED, JOB, KIND, OPEN, PLACED, PROFILE, RUNNING, SETUP, STATE, TASK_F, TASK_I, UNIT, UNIT_I, VM_STATE,
} from './audit-state.ts';
import { checkBusy, leave, priceChanged, requested, unitChanged, vmChanged } from './audit-units.ts';

/** What reads an event that the loop does not read itself, and, below, a command. Closures, as the loop is one and for its reason. */
export const eventReader = (s: AuditState) => (code: number, at: number): void => {
  const { problem, taskI } = s, index = s.rows[at + 2]! | 0; // of the task, job, pool or unit that the row tells of, if it tells of one
  switch (code) {
    case R.TASK_PROGRESS: underWay(s, at + 2, index, RUNNING, code); return;
    case R.TASK_CHECKPOINTED: if (underWay(s, at + 2, index, RUNNING, code)) checkpointed(s, index, at); return;
    case R.TASK_FAILED: if (underWay(s, at + 2, index, taskI[(index << TASK_I) + STATE] === PLACED ? PLACED : RUNNING, code)) failed(s, index, at); return;
    case R.HUMAN_ACCEPTED: underWay(s, at + 2, index, PLACED, code); return;
    case R.HUMAN_DECLINED: if (underWay(s, at + 2, index, PLACED, code)) leave(s, index, OPEN); return;
    case R.VM_STARTED: case R.VM_IS_READY: case R.VM_NOTICE: case R.VM_REFUSED: case R.VM_TERMINATED: if (alive(s, at + 2, index, code)) vmChanged(s, code, index, at); return;
    case R.JOB_SUBMITTED: if (!unknown(s, at + 2, index, problem.jobCount)) submitted(s, index); return;
    case R.JOB_CANCELLED: if (!unknown(s, at + 2, index, problem.jobCount)) jobCancelled(s, index); return;
    case R.TASK_CANCELLED: if (!unknown(s, at + 2, index, s.taskCount)) cancelled(s, index); return;
    case R.PRICE_CHANGED: if (!unknown(s, at + 2, index, problem.poolCount)) priceChanged(s, index, at); return;
    case R.HUMAN_AWAY: case R.HUMAN_AVAILABLE: case R.API_LIMITED: case R.API_RESTORED: case R.RATE_CHANGED:
      if (!unknown(s, at + 2, index, s.unitCount)) unitChanged(s, code, index, at);
      return;
    case R.BUDGET_CHANGED: s.accounts.budget = s.rows[at + 2]!; return;
    case R.WEIGHTS_CHANGED: case R.FAULT_INJECTED: case R.FAULT_STRUCK: case R.FAULT_ENDED: case R.PAUSED: case R.RESUMED: case R.REVISED: return;
    default: say.unknownCode(s, at);
  }
};

export const commandReader = (s: AuditState) => (code: number, at: number): void => {
  const { problem } = s, index = s.rows[at + 1]! | 0;
  switch (code) {
    case R.REVOKE: if (!unknown(s, at + 1, index, s.taskCount)) revoked(s, index, at); return;
    case R.CHECKPOINT: underWay(s, at + 1, index, RUNNING, code); return;
    case R.REQUEST_VM: if (!unknown(s, at + 1, index, s.unitCount)) requested(s, index, at); return;
    case R.RELEASE_VM: if (alive(s, at + 1, index, code)) vmChanged(s, code, index, at); return;
    case R.ARCHIVE_JOB: if (!unknown(s, at + 1, index, problem.jobCount)) archived(s, index); return;
    case R.REFUSED: return;
    default: say.unknownCode(s, at);
  }
};

// --- tasks ---

function submitted(s: AuditState, job: number): void {
  const { problem } = s;
  if (s.jobSubmitted[job] === 1) say.submittedTwice(s, job); else s.unsubmitted--;
  if (s.now < problem.jobRelease[job]!) say.submittedBeforeRelease(s, job);
  s.jobSubmitted[job] = 1;
}

function checkpointed(s: AuditState, task: number, at: number): void {
  const { problem, taskI, taskF } = s, row = task << TASK_I, ppm = s.rows[at + 4]!, checkpoints = taskI[row + CHECKPOINTS]! + 1;
  const kept = s.now - taskF[(task << TASK_F) + AT]! - taskF[(task << TASK_F) + SETUP]! - checkpoints * problem.profileCheckpointCost[taskI[row + PROFILE]!]!;
  if (!(ppm >= s.ppm[task]! && ppm <= 1_000_000)) say.progressFalls(s, task, at);
  if (kept < 0 && !s.measured) say.checkpointsTooSoon(s, task, checkpoints);
  taskI[row + CHECKPOINTS] = checkpoints;
  s.ppm[task] = ppm; s.unusual = true;
  s.savedAt[task] = s.now;
}

function failed(s: AuditState, task: number, at: number): void {
  s.unusual = true;
  const { rows, problem, taskI, taskF } = s, row = task << TASK_I, cause = rows[at + 4]!, busyMs = rows[at + 5]!;
  if (taskI[row + STATE] === RUNNING) {
    checkBusy(s, task, taskI[row + UNIT]!, s.unitI[(taskI[row + UNIT]! << UNIT_I) + KIND]!, at + 5);
    if (taskI[row + CHECKPOINTS]! > 0 && busyMs < s.savedAt[task]! - taskF[(task << TASK_F) + AT]!) say.savedMoreThanDone(s, task, at + 5);
    if (cause !== R.CAUSE_RATE_LIMITED && cause !== R.CAUSE_REFUSED) pay(s, task, at + 5); // a call that was turned away costs nothing
  } else if (busyMs !== 0) say.busyBeforeStart(s, task, at + 5);
  const counts = cause === R.CAUSE_TASK_ERROR || cause === R.CAUSE_API_ERROR || cause === R.CAUSE_TIMEOUT;
  const final = counts && ++s.failures[task]! >= problem.profileAttempts[taskI[row + PROFILE]!]!;
  leave(s, task, final ? FAILED : OPEN);
  if (!final) return;
  s.jobOpen[taskI[row + JOB]!]!--;
  cancelDependents(s, task);
}

/** Calls and people are paid when their work ends. `at`: where the row tells the busy time. */
function pay(s: AuditState, task: number, at: number): void {
  const { taskI, unitI } = s, unit = taskI[(task << TASK_I) + UNIT]!, kind = unitI[(unit << UNIT_I) + KIND]!;
  if (kind === API || kind === HUMAN) s.accounts.workDone(s, task, unit, at);
}

function revoked(s: AuditState, task: number, at: number): void {
  const { taskI, unitI } = s, row = task << TASK_I, attempt = s.rows[at + 2]!, state = taskI[row + STATE]!;
  if (s.owed[task] === 1 && attempt === taskI[row + ATTEMPT]) { s.owed[task] = 0; s.owing--; return; }
  const stopped = state === RUNNING && unitI[(taskI[row + UNIT]! << UNIT_I) + VM_STATE] === VM_DRAINING;
  if (attempt === taskI[row + ATTEMPT] && (state === PLACED || stopped)) leave(s, task, OPEN);
  else say.revokedWrongly(s, task, at);
}

function jobCancelled(s: AuditState, job: number): void {
  const { jobFirst } = s.problem;
  for (let t = jobFirst[job]!, end = jobFirst[job + 1]!; t < end; t++) cancelled(s, t);
}

function cancelled(s: AuditState, task: number): void {
  const { taskI, unitI } = s, row = task << TASK_I, state = taskI[row + STATE]!, unit = taskI[row + UNIT]!;
  if (state >= COMPLETED) return;
  if (state === RUNNING && unitI[(unit << UNIT_I) + KIND]! >= API) s.accounts.workCut(s, task, unit);
  if (state === OPEN) taskI[row + STATE] = CANCELLED;
  else { leave(s, task, CANCELLED); s.owed[task] = 1; s.owing++; s.unusual = true; }
  s.jobOpen[taskI[row + JOB]!]!--;
  cancelDependents(s, task);
}

function cancelDependents(s: AuditState, task: number): void {
  const { problem: { successorFirst, successors }, taskI, jobOpen } = s, stack = [task];
  for (let t = stack.pop(); t !== undefined; t = stack.pop()) {
    for (let e = successorFirst[t]!; e < successorFirst[t + 1]!; e++) {
      const next = successors[e]!, row = next << TASK_I;
      if (taskI[row + STATE] !== OPEN) continue;
      taskI[row + STATE] = CANCELLED;
      jobOpen[taskI[row + JOB]!]!--;
      stack.push(next);
    }
  }
}

function archived(s: AuditState, job: number): void {
  if (s.jobArchived[job] === 1) say.archivedTwice(s, job);
  if (s.jobOpen[job]! > 0) say.archivedWhileOpen(s, job);
  s.jobArchived[job] = 1;
}
