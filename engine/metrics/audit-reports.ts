// What the audit says where a row breaks a law: one function a fault, each of which reports it with ids and numbers. Apart from the
// checks, which are made for every row of every run: V8 inlines by the length of a function, and counts what never runs.
import * as R from '../journal/records.ts';
import { VM_OFF, VM_STATES } from '../model/states.ts';
import type { AuditState } from './audit-state.ts';
import { AT, ATTEMPT, COMPLETED, LIFE, LIMITED_UNTIL, LOAD, POOL, STATE, STATE_NAMES, TASK_F, TASK_I, UNIT, UNIT_F, UNIT_I, VM_STATE } from './audit-state.ts';

const taskName = (s: AuditState, task: number): string => s.problem.taskIds[task]!;
const unitName = (s: AuditState, unit: number): string => s.problem.unitIds[unit]!;
const stateName = (s: AuditState, task: number): string => STATE_NAMES[s.taskI[(task << TASK_I) + STATE]!]!;
const vmName = (s: AuditState, unit: number): string => VM_STATES[s.unitI[(unit << UNIT_I) + VM_STATE]!]!;

// --- rows; `at`: where the row begins, or the number that is wrong ---

export function unknownCode(s: AuditState, at: number): void { s.report('record', `no row has the code ${s.rows[at]}`); }

export function unknownIndex(s: AuditState, at: number, count: number): void { s.report('record', `${s.rows[at]} is not one of ${count}`); }

export function wrongTime(s: AuditState, at: number): void {
  s.report('time-order', `time ${s.rows[at + 1]} after ${s.now}, in a run that ended at ${s.last}`);
}

export function wrongPrice(s: AuditState, at: number): void { s.report('record', `price ${s.rows[at + 4]} in market ${s.rows[at + 3]}`); }

// --- tasks ---

/** The row at `at` tells of an attempt that is not under way as it says. */
export function notUnderWay(s: AuditState, task: number, at: number, code: number): void {
  const row = task << TASK_I, law = code === R.TASK_COMPLETED && s.taskI[row + STATE] === COMPLETED ? 'completed-once' : 'task-state';
  s.report(law, `${R.RECORD_BY_CODE[code]!.name} for attempt ${s.rows[at + 1]} of ${taskName(s, task)}, which is ${stateName(s, task)} in attempt ${s.taskI[row + ATTEMPT]}`);
}

export function placedWhileNotOpen(s: AuditState, task: number): void { s.report('task-state', `${taskName(s, task)} is placed while it is ${stateName(s, task)}`); }

export function attemptSkipped(s: AuditState, task: number, at: number): void {
  s.report('attempts', `attempt ${s.rows[at + 2]} of ${taskName(s, task)} follows attempt ${s.taskI[(task << TASK_I) + ATTEMPT]}`);
}

export function placedBeforeSubmission(s: AuditState, task: number): void { s.report('release', `${taskName(s, task)} is placed before its job is submitted`); }

export function placedBeforePredecessors(s: AuditState, task: number): void {
  s.report('precedence', `${taskName(s, task)} is placed before ${s.waits[task]} of its predecessors completed`);
}

export function placedOnWrongUnit(s: AuditState, task: number, unit: number): void { s.report('placement', `${taskName(s, task)} cannot run on ${unitName(s, unit)}`); }

export function placedOnLimitedApi(s: AuditState, task: number, unit: number): void {
  s.report('rate-limit', `${taskName(s, task)} is placed on ${unitName(s, unit)}, which asked to wait until ${s.unitF[(unit << UNIT_F) + LIMITED_UNTIL]}`);
}

export function placedOnVmGoing(s: AuditState, task: number, unit: number): void {
  s.report('placement', `${taskName(s, task)} is placed on VM ${unitName(s, unit)}, which is ${s.unitI[(unit << UNIT_I) + VM_STATE] === VM_OFF ? 'off' : 'draining'}`);
}

export function placedOnSpot(s: AuditState, task: number, unit: number): void {
  s.report('placement', `${taskName(s, task)} must not be interrupted, and ${unitName(s, unit)} is a spot VM`);
}

export function wrongSetup(s: AuditState, task: number, unit: number, at: number, due: number): void {
  s.report('setup', `${taskName(s, task)} is placed on ${unitName(s, unit)} with a set-up of ${s.rows[at + 4]} ms; ${due} are due`);
}

export function startedElsewhere(s: AuditState, task: number): void { s.report('task-state', `${taskName(s, task)} starts on another unit than it was placed on`); }

export function startedBeforeData(s: AuditState, task: number): void { s.report('data', `${taskName(s, task)} starts at ${s.now}, before its inputs are there`); }

export function startedBeforeVm(s: AuditState, task: number, unit: number): void {
  s.report('placement', `${taskName(s, task)} starts on VM ${unitName(s, unit)}, which is not ready`);
}

export function startedOutsideHours(s: AuditState, task: number, unit: number): void { s.report('calendar', `${taskName(s, task)} starts outside the hours of ${unitName(s, unit)}`); }

export function startedWhileAway(s: AuditState, task: number, unit: number): void { s.report('calendar', `${taskName(s, task)} starts while ${unitName(s, unit)} is away`); }

/** `at`: where the row tells the busy time. */
export function wrongBusyTime(s: AuditState, task: number, at: number, most: number): void {
  s.report('busy-time', `${taskName(s, task)} was busy for ${s.rows[at]} ms of ${most} on ${unitName(s, s.taskI[(task << TASK_I) + UNIT]!)}`);
}

export function busyBeforeStart(s: AuditState, task: number, at: number): void { s.report('busy-time', `${taskName(s, task)} had not started and was busy for ${s.rows[at]} ms`); }

export function shorterThanOverhead(s: AuditState, task: number): void {
  s.report('lost-work', `${taskName(s, task)} completed in less time than its set-up and checkpoints take`);
}

export function progressFalls(s: AuditState, task: number, at: number): void {
  s.report('lost-work', `checkpointed progress of ${taskName(s, task)} goes from ${s.ppm[task]} to ${s.rows[at + 4]} ppm`);
}

export function checkpointsTooSoon(s: AuditState, task: number, checkpoints: number): void {
  s.report('lost-work', `${taskName(s, task)} has written ${checkpoints} checkpoints in less time than they take`);
}

/** `at`: where the row tells the busy time. */
export function savedMoreThanDone(s: AuditState, task: number, at: number): void {
  s.report('lost-work', `${taskName(s, task)} was busy for ${s.rows[at]} ms, and saved work of ${s.savedAt[task]! - s.taskF[(task << TASK_F) + AT]!}`);
}

export function revokedWrongly(s: AuditState, task: number, at: number): void {
  const { taskI } = s, row = task << TASK_I;
  s.report('task-state', `attempt ${s.rows[at + 2]} of ${taskName(s, task)} is revoked; it is ${stateName(s, task)} in attempt ${taskI[row + ATTEMPT]}`);
}

export function neverRevoked(s: AuditState, task: number): void { s.report('task-state', `the cancelled attempt of ${taskName(s, task)} was never revoked`); }

// --- what a unit holds ---

export function overCapacity(s: AuditState, task: number, unit: number, dimension: number): void {
  const { problem, problem: { dimensionCount, dimensionNames } } = s, pool = s.unitI[(unit << UNIT_I) + POOL]!;
  const has = problem.capacity[pool * dimensionCount + dimension]!, held = has - s.room[unit * dimensionCount + dimension]!;
  s.report('capacity', `${unitName(s, unit)} holds ${held} of ${has} ${dimensionNames[dimension]} with ${taskName(s, task)}`);
}

export function overSlots(s: AuditState, task: number, unit: number): void {
  const row = unit << UNIT_I;
  s.report('slots', `${unitName(s, unit)} holds ${s.unitI[row + LOAD]} tasks with ${taskName(s, task)}, and has ${s.problem.poolSlots[s.unitI[row + POOL]!]} slots`);
}

export function overBucket(s: AuditState, task: number, unit: number, level: number, what: 'requests' | 'tokens'): void {
  s.report('rate-limit', `${taskName(s, task)} takes ${unitName(s, unit)} to ${level} ${what}`);
}

// --- VMs ---

/** The row at `at` tells of a life that is not under way. */
export function notAlive(s: AuditState, unit: number, at: number, code: number): void {
  const is = `${vmName(s, unit)} in life ${s.unitI[(unit << UNIT_I) + LIFE]}`;
  s.report('vm-state', `${R.RECORD_BY_CODE[code]!.name} for life ${s.rows[at + 1]} of VM ${unitName(s, unit)}, which is ${is}`);
}

export function requestedWhileNotOff(s: AuditState, unit: number): void { s.report('vm-state', `VM ${unitName(s, unit)} is requested, which is not off`); }

export function lifeSkipped(s: AuditState, unit: number, at: number): void {
  s.report('vm-state', `life ${s.rows[at + 2]} of VM ${unitName(s, unit)} follows life ${s.unitI[(unit << UNIT_I) + LIFE]}`);
}

export function notSold(s: AuditState, unit: number, at: number): void { s.report('placement', `VM ${unitName(s, unit)} is not sold in market ${s.rows[at + 3]}`); }

export function wrongVmState(s: AuditState, unit: number, code: number): void {
  s.report('vm-state', `${R.RECORD_BY_CODE[code]!.name} for VM ${unitName(s, unit)}, which is ${vmName(s, unit)} with ${s.unitI[(unit << UNIT_I) + LOAD]} tasks`);
}

// --- jobs ---

export function submittedTwice(s: AuditState, job: number): void { s.report('release', `job ${s.problem.jobIds[job]} is submitted twice`); }

export function submittedBeforeRelease(s: AuditState, job: number): void {
  s.report('release', `job ${s.problem.jobIds[job]} is submitted at ${s.now}, before its release at ${s.problem.jobRelease[job]}`);
}

export function archivedTwice(s: AuditState, job: number): void { s.report('archive', `job ${s.problem.jobIds[job]} is archived twice`); }

export function archivedWhileOpen(s: AuditState, job: number): void { s.report('archive', `job ${s.problem.jobIds[job]} is archived with ${s.jobOpen[job]} tasks open`); }

export function neverArchived(s: AuditState, job: number): void { s.report('archive', `job ${s.problem.jobIds[job]} has ended and was not archived`); }

export function openAtTheEnd(s: AuditState, job: number): void { s.report('ending', `job ${s.problem.jobIds[job]} has ${s.jobOpen[job]} tasks open in a finished run`); }
