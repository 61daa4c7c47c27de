// The conservation audit: reads a run's rows again from nothing, with its own small model of what they must mean, and
// names every law (audit-laws.ts) they break. Shares no code with the kernel, so that a fault of the kernel cannot hide
// here. One pass, O(rows + tasks + edges); it runs on every run.
import * as R from '../journal/records.ts';
import type { RunRecord } from '../journal/run-record.ts';
import { assert } from '../model/errors.ts';
import { sameCounts, type Problem } from '../model/problem.ts';
import { API, CLOUD, HUMAN, LOCAL, SPOT, VM_DRAINING, VM_OFF, VM_READY } from '../model/states.ts';
import { foldRun } from './attempts.ts';
import type { RunFold } from './attempts.ts';
import { auditTables } from './audit-accounts.ts';
import { BROKEN_MAX } from './audit-laws.ts';
import type { AuditResult } from './audit-laws.ts';
import * as say from './audit-reports.ts';
import {
  AT, ATTEMPT, AuditState, CANCELLED, CHECKPOINTS, COMPLETED, DATA_AT, FAILED, JOB, KIND, LIFE, MARKET, OPEN, PLACED, POOL, PROFILE, RUNNING, SETUP, STATE,
  SUCCESSORS, SUCCESSORS_END, TASK_F, TASK_I, UNIT, UNIT_I, VM_STATE,
} from './audit-state.ts';
import { checkBusy, checkSetup, hold, joinVm, leave, priceChanged, requested, startedByPerson, takeTokens, unitChanged, vmChanged } from './audit-units.ts';

/**
 * Audits a run and its tables. `kernelSpent` is what the kernel says is spent and committed at the end, micro-dollars, when
 * the caller has it; `fold` the run's tables, when they are folded already (they are folded only if the rows make sense).
 */
export function auditRun(run: RunRecord, kernelSpent?: number, fold?: RunFold): AuditResult {
  const auditor = new Auditor(run.problem), result = auditor.audit(run, kernelSpent, fold);
  return fold === undefined && result.clean ? auditor.withTables(result, foldRun(run)) : result;
}

/** Audits many runs of one problem in the same memory. */
export class Auditor {
  private readonly state: AuditState;

  constructor(problem: Problem) {
    this.state = new AuditState(problem);
  }

  /** Takes up another problem with as many tasks, jobs and units, in the same memory. */
  adopt(problem: Problem): void {
    assert(sameCounts(problem, this.state.problem), 'the auditor was made for a problem of another size');
    this.state.problem = problem;
  }

  /**
   * Checks every law of the run, which must be of this auditor's problem; with `fold` also that its tables tell of the same
   * money and of all the time.
   */
  audit(run: RunRecord, kernelSpent?: number, fold?: RunFold): AuditResult {
    const { state: s, state: { accounts } } = this;
    s.reset(run);
    this.readRows(run.log.length, run.endedAt);
    this.checkEnd(run);
    // Accounts of rows that make no sense would make none either.
    if (s.broken.length > 0) return { clean: false, broken: s.broken, warnings: [] };
    s.now = run.endedAt;
    accounts.close(s);
    const broken = accounts.broken(kernelSpent, s.anyLoad()), result = { clean: broken.length === 0, broken, warnings: accounts.warnings() };
    return fold === undefined ? result : this.withTables(result, fold);
  }

  /** The result of the last audit, and what is wrong with the tables of its run. */
  withTables({ broken, warnings }: AuditResult, fold: RunFold): AuditResult {
    const all = [...broken, ...auditTables(fold, this.state.accounts.total)];
    return { clean: all.length === 0, broken: all, warnings };
  }

  private readRows(length: number, endedAt: number): void {
    const { state: s, state: { rows, broken } } = this;
    for (let at = 0; at < length && broken.length < BROKEN_MAX; at += R.STRIDE) {
      s.at = at;
      const number = rows[at]!, code = number | 0; // an integer to the compiler: a switch over floats compares with one case after another
      if (code !== number) { say.unknownCode(s, at); continue; }
      if (code < R.PLACE) {
        const time = rows[at + 1]!;
        if (!(time >= s.now && time <= endedAt)) { say.wrongTime(s, at, endedAt); continue; }
        s.now = time;
      }
      let task: number;
      switch (code) { // what most rows are, so that V8 inlines it here
        case R.TICK: break;
        case R.TASK_STARTED: if ((task = this.underWay(at + 2, PLACED, code)) >= 0) this.started(task, at); break;
        case R.TASK_COMPLETED: if ((task = this.underWay(at + 2, RUNNING, code)) >= 0) this.completed(task, at); break;
        case R.PLACE: case R.OFFER: if ((task = this.known(at + 1, s.problem.taskCount)) >= 0) this.placed(task, at, code === R.OFFER); break;
        default: if (code < R.PLACE) this.event(code, at); else this.command(code, at);
      }
    }
    s.at = -1;
  }

  private event(code: number, at: number): void {
    const { state: s, state: { problem } } = this;
    let index: number; // of the task, job, pool or unit that the row tells of
    switch (code) {
      case R.TASK_PROGRESS: this.underWay(at + 2, RUNNING, code); return;
      case R.TASK_CHECKPOINTED: if ((index = this.underWay(at + 2, RUNNING, code)) >= 0) this.checkpointed(index, at); return;
      case R.TASK_FAILED: if ((index = this.underWay(at + 2, this.isPlaced(at + 2) ? PLACED : RUNNING, code)) >= 0) this.failed(index, at); return;
      case R.HUMAN_ACCEPTED: this.underWay(at + 2, PLACED, code); return;
      case R.HUMAN_DECLINED: if ((index = this.underWay(at + 2, PLACED, code)) >= 0) leave(s, index, OPEN); return;
      case R.VM_STARTED: case R.VM_IS_READY: case R.VM_NOTICE: case R.VM_REFUSED: case R.VM_TERMINATED:
        if ((index = this.lives(at + 2, code)) >= 0) vmChanged(s, code, index, at);
        return;
      case R.JOB_SUBMITTED: if ((index = this.known(at + 2, problem.jobCount)) >= 0) this.submitted(index); return;
      case R.JOB_CANCELLED: if ((index = this.known(at + 2, problem.jobCount)) >= 0) this.jobCancelled(index); return;
      case R.TASK_CANCELLED: if ((index = this.known(at + 2, problem.taskCount)) >= 0) this.cancelled(index); return;
      case R.PRICE_CHANGED: if ((index = this.known(at + 2, problem.poolCount)) >= 0) priceChanged(s, index, at); return;
      case R.HUMAN_AWAY: case R.HUMAN_AVAILABLE: case R.API_LIMITED: case R.API_RESTORED: case R.RATE_CHANGED:
        if ((index = this.known(at + 2, problem.unitCount)) >= 0) unitChanged(s, code, index, at);
        return;
      case R.BUDGET_CHANGED: s.accounts.budget = s.rows[at + 2]!; return;
      case R.WEIGHTS_CHANGED: case R.FAULT_INJECTED: case R.FAULT_STRUCK: case R.FAULT_ENDED: case R.PAUSED: case R.RESUMED: case R.REVISED: return;
      default: say.unknownCode(s, at);
    }
  }

  private command(code: number, at: number): void {
    const { state: s, state: { problem } } = this;
    let index: number;
    switch (code) {
      case R.REVOKE: if ((index = this.known(at + 1, problem.taskCount)) >= 0) this.revoked(index, at); return;
      case R.CHECKPOINT: this.underWay(at + 1, RUNNING, code); return;
      case R.REQUEST_VM: if ((index = this.known(at + 1, problem.unitCount)) >= 0) requested(s, index, at); return;
      case R.RELEASE_VM: if ((index = this.lives(at + 1, code)) >= 0) vmChanged(s, code, index, at); return;
      case R.ARCHIVE_JOB: if ((index = this.known(at + 1, problem.jobCount)) >= 0) this.archived(index); return;
      case R.REFUSED: return;
      default: say.unknownCode(s, at);
    }
  }

  // --- tasks ---

  private submitted(job: number): void {
    const { state: s, state: { problem } } = this;
    if (s.jobSubmitted[job] === 1) say.submittedTwice(s, job);
    if (s.now < problem.jobRelease[job]!) say.submittedBeforeRelease(s, job);
    s.jobSubmitted[job] = 1;
  }

  private placed(task: number, at: number, offered: boolean): void {
    const { state: s, state: { rows, problem, taskI, taskF, unitI } } = this, unit = this.known(at + 3, problem.unitCount);
    if (unit < 0) return;
    const attempt = rows[at + 2]!, row = task << TASK_I, unitRow = unit << UNIT_I, pool = unitI[unitRow | POOL]!, kind = unitI[unitRow | KIND]!, profile = taskI[row | PROFILE]!;
    if (taskI[row | STATE] !== OPEN) { say.placedWhileNotOpen(s, task); return; }
    if (attempt !== taskI[row | ATTEMPT]! + 1) say.attemptSkipped(s, task, at);
    if (s.jobSubmitted[taskI[row | JOB]!] === 0) say.placedBeforeSubmission(s, task);
    if (s.waits[task]! > 0) say.placedBeforePredecessors(s, task);
    if (!this.mayRun(profile, pool) || offered !== (kind === HUMAN)) say.placedOnWrongUnit(s, task, unit);
    if (kind === CLOUD) this.placedOnVm(task, unit, profile);
    if (kind === API && s.limitedUntil[unit]! > s.now) say.placedOnLimitedApi(s, task, unit);
    checkSetup(s, task, unit, profile, at);
    taskI[row | STATE] = PLACED; taskI[row | ATTEMPT] = attempt; taskI[row | UNIT] = unit;
    taskF[task << TASK_F | SETUP] = rows[at + 4]!; taskF[task << TASK_F | DATA_AT] = rows[at + 5]!;
    hold(s, task, unit, pool, profile);
  }

  private placedOnVm(task: number, unit: number, profile: number): void {
    const { state: s, state: { problem, unitI } } = this, vm = unitI[unit << UNIT_I | VM_STATE]!;
    if (vm === VM_OFF || vm === VM_DRAINING) say.placedOnVmGoing(s, task, unit);
    if (unitI[unit << UNIT_I | MARKET] === SPOT && problem.profileInterruptible[profile] === 0) say.placedOnSpot(s, task, unit);
    joinVm(s, task, unit);
  }

  /** Its job has been released: it was placed, so the job was submitted, and time does not go back. */
  private started(task: number, at: number): void {
    const { state: s, state: { rows, taskI, taskF, unitI, now } } = this, row = task << TASK_I;
    taskI[row | STATE] = RUNNING;
    taskI[row | CHECKPOINTS] = 0;
    taskF[task << TASK_F | AT] = now;
    const unit = taskI[row | UNIT]!, kind = unitI[unit << UNIT_I | KIND]!;
    if (kind === LOCAL) s.accounts.machineTaken(s, unit);
    if (rows[at + 4] !== unit) { say.startedElsewhere(s, task); return; }
    if (now < taskF[task << TASK_F | DATA_AT]! || now < this.inputsAt(task, unit, kind)) say.startedBeforeData(s, task);
    if (kind === CLOUD && unitI[unit << UNIT_I | VM_STATE] !== VM_READY) say.startedBeforeVm(s, task, unit);
    if (kind === API) takeTokens(s, task, unit, unitI[unit << UNIT_I | POOL]!, taskI[row | PROFILE]!);
    if (kind === HUMAN) startedByPerson(s, task, unit);
  }

  /** When all inputs can be read on the unit, to a ms. */
  private inputsAt(task: number, unit: number, kind: number): number {
    const { state: { problem, taskI, taskF } } = this;
    if (problem.predecessorBytes.length === 0 || kind === HUMAN || kind === API) return 0;
    let at = 0;
    for (let e = problem.predecessorFirst[task]!; e < problem.predecessorFirst[task + 1]!; e++) {
      const producer = problem.predecessors[e]!, bytes = problem.predecessorBytes[e]!;
      if (bytes > 0 && taskI[producer << TASK_I | UNIT] !== unit) {
        at = Math.max(at, taskF[producer << TASK_F | AT]! + Math.floor(problem.networkLatency + bytes / problem.networkBandwidth));
      }
    }
    return at;
  }

  private checkpointed(task: number, at: number): void {
    const { state: s, state: { problem, taskI, taskF } } = this, row = task << TASK_I, ppm = s.rows[at + 4]!, checkpoints = taskI[row | CHECKPOINTS]! + 1;
    const kept = s.now - taskF[task << TASK_F | AT]! - taskF[task << TASK_F | SETUP]! - checkpoints * problem.profileCheckpointCost[taskI[row | PROFILE]!]!;
    if (!(ppm >= s.ppm[task]! && ppm <= 1_000_000)) say.progressFalls(s, task, at);
    if (kept < 0 && !s.measured) say.checkpointsTooSoon(s, task, checkpoints);
    taskI[row | CHECKPOINTS] = checkpoints;
    s.ppm[task] = ppm;
    s.savedAt[task] = s.now;
  }

  private completed(task: number, at: number): void {
    const { state: s, state: { rows, problem, taskI, taskF } } = this, row = task << TASK_I, { successors } = problem, { waits } = s;
    checkBusy(s, task, at + 4);
    const checkpoints = taskI[row | CHECKPOINTS]!, overhead = checkpoints === 0 ? 0 : checkpoints * problem.profileCheckpointCost[taskI[row | PROFILE]!]!;
    if (rows[at + 4]! < taskF[task << TASK_F | SETUP]! + overhead && !s.measured) say.shorterThanOverhead(s, task);
    this.pay(task, at + 4);
    leave(s, task, COMPLETED);
    taskF[task << TASK_F | AT] = s.now;
    for (let e = taskI[row | SUCCESSORS]!, end = taskI[row | SUCCESSORS_END]!; e < end; e++) waits[successors[e]!]!--;
    s.jobOpen[taskI[row | JOB]!]!--;
  }

  private failed(task: number, at: number): void {
    const { state: s, state: { rows, problem, taskI, taskF } } = this, row = task << TASK_I, cause = rows[at + 4]!, busyMs = rows[at + 5]!;
    if (taskI[row | STATE] === RUNNING) {
      checkBusy(s, task, at + 5);
      if (taskI[row | CHECKPOINTS]! > 0 && busyMs < s.savedAt[task]! - taskF[task << TASK_F | AT]!) say.savedMoreThanDone(s, task, at + 5);
      if (cause !== R.CAUSE_RATE_LIMITED && cause !== R.CAUSE_REFUSED) this.pay(task, at + 5); // a call that was turned away costs nothing
    } else if (busyMs !== 0) say.busyBeforeStart(s, task, at + 5);
    const counts = cause === R.CAUSE_TASK_ERROR || cause === R.CAUSE_API_ERROR || cause === R.CAUSE_TIMEOUT;
    const final = counts && ++s.failures[task]! >= problem.profileAttempts[taskI[row | PROFILE]!]!;
    leave(s, task, final ? FAILED : OPEN);
    if (!final) return;
    s.jobOpen[taskI[row | JOB]!]!--;
    this.cancelDependents(task);
  }

  /** Calls and people are paid when their work ends. `at`: where the row tells the busy time. */
  private pay(task: number, at: number): void {
    const { state: s, state: { taskI, unitI } } = this, unit = taskI[task << TASK_I | UNIT]!, kind = unitI[unit << UNIT_I | KIND]!;
    if (kind === API || kind === HUMAN) s.accounts.workDone(s, task, unit, at);
  }

  private revoked(task: number, at: number): void {
    const { state: s, state: { taskI, unitI } } = this, row = task << TASK_I, attempt = s.rows[at + 2]!, state = taskI[row | STATE]!;
    if (s.owed[task] === 1 && attempt === taskI[row | ATTEMPT]) { s.owed[task] = 0; s.owing--; return; }
    const stopped = state === RUNNING && unitI[taskI[row | UNIT]! << UNIT_I | VM_STATE] === VM_DRAINING;
    if (attempt === taskI[row | ATTEMPT] && (state === PLACED || stopped)) leave(s, task, OPEN);
    else say.revokedWrongly(s, task, at);
  }

  private jobCancelled(job: number): void {
    const { jobFirst } = this.state.problem;
    for (let t = jobFirst[job]!, end = jobFirst[job + 1]!; t < end; t++) this.cancelled(t);
  }

  private cancelled(task: number): void {
    const { state: s, state: { taskI, unitI } } = this, row = task << TASK_I, state = taskI[row | STATE]!, unit = taskI[row | UNIT]!;
    if (state >= COMPLETED) return;
    if (state === RUNNING && unitI[unit << UNIT_I | KIND]! >= API) s.accounts.workCut(s, task, unit);
    if (state === OPEN) taskI[row | STATE] = CANCELLED;
    else { leave(s, task, CANCELLED); s.owed[task] = 1; s.owing++; }
    s.jobOpen[taskI[row | JOB]!]!--;
    this.cancelDependents(task);
  }

  private cancelDependents(task: number): void {
    const { state: { problem: { successorFirst, successors }, taskI, jobOpen } } = this, stack = [task];
    for (let t = stack.pop(); t !== undefined; t = stack.pop()) {
      for (let e = successorFirst[t]!; e < successorFirst[t + 1]!; e++) {
        const next = successors[e]!, row = next << TASK_I;
        if (taskI[row | STATE] !== OPEN) continue;
        taskI[row | STATE] = CANCELLED;
        jobOpen[taskI[row | JOB]!]!--;
        stack.push(next);
      }
    }
  }

  private archived(job: number): void {
    const { state: s } = this;
    if (s.jobArchived[job] === 1) say.archivedTwice(s, job);
    if (s.jobOpen[job]! > 0) say.archivedWhileOpen(s, job);
    s.jobArchived[job] = 1;
  }

  // --- the run as a whole ---

  private checkEnd(run: RunRecord): void {
    const { state: s, state: { problem } } = this;
    for (let j = 0; j < problem.jobCount; j++) {
      if (s.jobOpen[j] === 0 && s.jobArchived[j] === 0) say.neverArchived(s, j);
      if (s.jobOpen[j]! > 0 && run.cause === 'finished') say.openAtTheEnd(s, j);
    }
    if (s.owing === 0) return;
    for (let t = 0; t < problem.taskCount; t++) if (s.owed[t] === 1) say.neverRevoked(s, t);
  }

  // --- common checks ---

  /** The index at `at`, -1 when there is none among `count`. */
  private known(at: number, count: number): number {
    const given = this.state.rows[at]!, index = given | 0;
    if (index === given && index >= 0 && index < count) return index;
    say.unknownIndex(this.state, at, count);
    return -1;
  }

  /** The task at `at`, -1 unless the attempt behind it is under way in that state. */
  private underWay(at: number, state: number, code: number): number {
    const { state: s, state: { rows, taskI } } = this, task = this.known(at, s.problem.taskCount), attempt = rows[at + 1]!, row = task << TASK_I;
    if (task < 0 || (taskI[row | STATE] === state && taskI[row | ATTEMPT] === attempt)) return task;
    say.notUnderWay(s, task, at, code);
    return -1;
  }

  private isPlaced(at: number): boolean {
    return this.state.taskI[this.state.rows[at]! << TASK_I | STATE] === PLACED;
  }

  /** The VM at `at`, -1 unless the life behind it is under way. */
  private lives(at: number, code: number): number {
    const { state: s, state: { rows, unitI } } = this, unit = this.known(at, s.problem.unitCount), life = rows[at + 1]!, row = unit << UNIT_I;
    if (unit < 0 || (unitI[row | LIFE] === life && unitI[row | VM_STATE] !== VM_OFF)) return unit;
    say.notAlive(s, unit, at, code);
    return -1;
  }

  private mayRun(profile: number, pool: number): boolean {
    const { optionFirst, optionPool } = this.state.problem;
    for (let o = optionFirst[profile]!; o < optionFirst[profile + 1]!; o++) if (optionPool[o] === pool) return true;
    return false;
  }
}
