// The rows that a run has most of, as the audit (audit.ts) reads them: a placement, a start and an end of each task. The others
// are read in audit-events.ts.
//
// Two thirds of the time of an audit are spent here, on reads and writes of arrays. Where an array is a constant, V8 knows where it lies and how
// long it is, and needs half the instructions; of an index that is cut to a power of two, that it is not negative and may be added to. So
// the loop closes over the state, which makes it and the arrays it holds constants of the function for as long as a process has one
// auditor, and rows are found through INDEX. With several auditors all is the same, a quarter slower.
import * as R from '../journal/records.ts';
import { API, CLOUD, HUMAN, LOCAL, SPOT, VM_DRAINING, VM_OFF, VM_READY } from '../model/states.ts';
import { underWay, unknown } from './audit-checks.ts';
import { commandReader, eventReader } from './audit-events.ts';
import * as say from './audit-reports.ts';
import type { AuditState } from './audit-state.ts';
import {
  AT, ATTEMPT, CHECKPOINTS, COMPLETED, DATA_AT, INDEX, JOB, KIND, LIMITED_UNTIL, MARKET, OPEN, PAID, PLACED, POOL, POOL_BIT, PROFILE, RUNNING, SETUP, STATE,
  SUCCESSORS, SUCCESSORS_END, TASK_F, TASK_I, UNIT, UNIT_F, UNIT_I, VM_STATE,
} from './audit-state.ts';
import { checkBusy, checkSetup, free, hold, joinVm, startedByPerson, takeTokens } from './audit-units.ts';

/** More than a log can be long: what V8 needs to be told, so that it takes no place in it for negative. */
const PLACES = 0x3fffffff;

/** What reads the rows of the run that `state` has been reset for, and writes down what is broken. */
export function rowReader(s: AuditState): () => void {
  const readEvent = eventReader(s), readCommand = commandReader(s);
  return function readRows() {
    for (let at = 0; at < s.end; at = (at + R.STRIDE) & PLACES) {
      s.at = at;
      const { rows } = s, number = rows[at]!, code = number | 0; // an integer to the compiler: a switch over floats compares with one case after another
      if (code !== number) { say.unknownCode(s, at); continue; }
      if (code < R.PLACE) {
        const time = rows[at + 1]!;
        if (!(time >= s.now && time <= s.last)) { say.wrongTime(s, at); continue; }
        s.now = time;
      }
      switch (code) {
        case R.TICK: break;
        case R.TASK_STARTED: started(s, at); break;
        case R.TASK_COMPLETED: completed(s, at); break;
        case R.PLACE: case R.OFFER: placed(s, at, code); break;
        default: if (code < R.PLACE) readEvent(code, at); else readCommand(code, at);
      }
    }
    s.at = -1;
  };
}

const placed = (s: AuditState, at: number, code: number): void => {
  const { rows, taskI, taskF, unitI, waits, jobSubmitted } = s, task = rows[at + 1]! | 0, unit = rows[at + 3]! | 0;
  if (unknown(s, at + 1, task, s.taskCount) || unknown(s, at + 3, unit, s.unitCount)) return;
  const row = (task & INDEX) << TASK_I, floats = (task & INDEX) << TASK_F, unitRow = (unit & INDEX) << UNIT_I;
  if (taskI[row + STATE] !== OPEN) { say.placedWhileNotOpen(s, task); return; }
  const attempt = rows[at + 2]!, next = taskI[row + ATTEMPT]! + 1, kind = unitI[unitRow + KIND]!, profile = taskI[row + PROFILE]! & INDEX;
  if (attempt !== next) say.attemptSkipped(s, task, at);
  if (s.unsubmitted > 0 && jobSubmitted[taskI[row + JOB]!] === 0) say.placedBeforeSubmission(s, task);
  if (waits[task & INDEX]! > 0) say.placedBeforePredecessors(s, task);
  const bit = unitI[unitRow + POOL_BIT]!;
  if ((s.options[profile]! & bit) === 0 || code !== (kind === HUMAN ? R.OFFER : R.PLACE) || (bit < 0 && !mayRun(s, profile, unitI[unitRow + POOL]!))) say.placedOnWrongUnit(s, task, unit);
  if (kind === CLOUD) placedOnVm(s, task, unit, profile);
  if (kind === API && s.unitF[((unit & INDEX) << UNIT_F) + LIMITED_UNTIL]! > s.now) say.placedOnLimitedApi(s, task, unit);
  checkSetup(s, task, unit, profile, at);
  taskI[row + STATE] = PLACED; taskI[row + ATTEMPT] = attempt; taskI[row + UNIT] = unit;
  taskF[floats + SETUP] = rows[at + 4]!; taskF[floats + DATA_AT] = rows[at + 5]!;
  hold(s, task, unit, profile);
};

const placedOnVm = (s: AuditState, task: number, unit: number, profile: number): void => {
  const { unitI } = s, unitRow = (unit & INDEX) << UNIT_I, vm = unitI[unitRow + VM_STATE]!;
  if (vm === VM_OFF || vm === VM_DRAINING) say.placedOnVmGoing(s, task, unit);
  if (unitI[unitRow + MARKET] === SPOT && s.problem.profileInterruptible[profile] === 0) say.placedOnSpot(s, task, unit);
  joinVm(s, task, unit);
};

/** Its job has been released: it was placed, so the job was submitted, and time does not go back. */
const started = (s: AuditState, at: number): void => {
  const { rows, taskI, taskF, unitI, now } = s, task = rows[at + 2]! | 0;
  if (!underWay(s, at + 2, task, PLACED, R.TASK_STARTED)) return;
  const row = (task & INDEX) << TASK_I, floats = (task & INDEX) << TASK_F, unit = taskI[row + UNIT]!, unitRow = (unit & INDEX) << UNIT_I, kind = unitI[unitRow + KIND]!;
  taskI[row + STATE] = RUNNING;
  taskI[row + CHECKPOINTS] = 0;
  taskF[floats + AT] = now;
  if (kind === LOCAL && unitI[unitRow + PAID] !== 0) s.accounts.machineTaken(s, unit);
  if (rows[at + 4] !== unit) { say.startedElsewhere(s, task); return; }
  if (now < taskF[floats + DATA_AT]! || (s.dataCount > 0 && kind < API && now < inputsAt(s, task, unit))) say.startedBeforeData(s, task);
  if (kind === CLOUD && unitI[unitRow + VM_STATE] !== VM_READY) say.startedBeforeVm(s, task, unit);
  if (kind === API) takeTokens(s, task, unit, taskI[row + PROFILE]!);
  if (kind === HUMAN) startedByPerson(s, task, unit);
};

/** When all inputs can be read on the machine, to a ms. */
function inputsAt({ problem, taskI, taskF }: AuditState, task: number, unit: number): number {
  let at = 0;
  for (let e = problem.predecessorFirst[task]!; e < problem.predecessorFirst[task + 1]!; e++) {
    const producer = problem.predecessors[e]!, bytes = problem.predecessorBytes[e]!;
    if (bytes > 0 && taskI[(producer << TASK_I) + UNIT] !== unit) {
      at = Math.max(at, taskF[(producer << TASK_F) + AT]! + Math.floor(problem.networkLatency + bytes / problem.networkBandwidth));
    }
  }
  return at;
}

const completed = (s: AuditState, at: number): void => {
  const { rows, taskI, taskF, unitI, waits, jobOpen, problem: { successors } } = s, task = rows[at + 2]! | 0;
  if (!underWay(s, at + 2, task, RUNNING, R.TASK_COMPLETED)) return;
  const row = (task & INDEX) << TASK_I, floats = (task & INDEX) << TASK_F, unit = taskI[row + UNIT]!, unitRow = (unit & INDEX) << UNIT_I, kind = unitI[unitRow + KIND]!;
  checkBusy(s, task, unit, kind, at + 4);
  const checkpoints = taskI[row + CHECKPOINTS]!, overhead = checkpoints === 0 ? 0 : checkpoints * s.problem.profileCheckpointCost[taskI[row + PROFILE]!]!;
  if (rows[at + 4]! < taskF[floats + SETUP]! + overhead && !s.measured) say.shorterThanOverhead(s, task);
  if (kind !== CLOUD && unitI[unitRow + PAID] !== 0) { if (kind === LOCAL) s.accounts.machineLeft(s, unit); else s.accounts.workDone(s, task, unit, at + 4); }
  free(s, task, unit, kind);
  taskI[row + STATE] = COMPLETED;
  taskF[floats + AT] = s.now;
  for (let e = taskI[row + SUCCESSORS]!, end = taskI[row + SUCCESSORS_END]!; e < end; e++) waits[successors[e]! & INDEX]--;
  jobOpen[taskI[row + JOB]!]--;
};

/** The profile has the pool among its options: to be asked of those that share a bit. */
function mayRun({ problem: { optionFirst, optionPool } }: AuditState, profile: number, pool: number): boolean {
  for (let o = optionFirst[profile]!; o < optionFirst[profile + 1]!; o++) if (optionPool[o] === pool) return true;
  return false;
}
