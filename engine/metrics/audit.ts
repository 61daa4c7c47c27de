// The conservation audit: reads a run's rows again from nothing, with its own small model of what they must mean, and
// names every law (audit-laws.ts) they break. Shares no code with the kernel, so that a fault of the kernel cannot hide
// here. One pass, O(rows + tasks + edges); it runs on every run.
import * as R from '../journal/records.ts';
import type { RunRecord } from '../journal/run-record.ts';
import { assert } from '../model/errors.ts';
import { sameCounts, type Problem } from '../model/problem.ts';
import { API, CLOUD, HUMAN, ON_DEMAND, SPOT, VM_DRAINING, VM_OFF, VM_READY, VM_REQUESTED, VM_STARTING, VM_STATES } from '../model/states.ts';
import { foldRun } from './attempts.ts';
import type { RunFold } from './attempts.ts';
import { auditAccounts } from './audit-accounts.ts';
import { BROKEN_MAX } from './audit-laws.ts';
import type { AuditResult, BrokenLaw, Law } from './audit-laws.ts';
import { workingMs } from './working-time.ts';

/** Not placed; placed; running; and the three ends. */
const OPEN = 0, PLACED = 1, RUNNING = 2, COMPLETED = 3, FAILED = 4, CANCELLED = 5;
const STATE_NAMES = ['open', 'placed', 'running', 'completed', 'failed', 'cancelled'] as const;

/**
 * Audits a run. `kernelSpent` is what the kernel says is spent and committed at the end, micro-dollars, when the caller has
 * it; `fold` the run's tables, when they are folded already (they are folded only if the rows make sense).
 */
export function auditRun(run: RunRecord, kernelSpent?: number, fold?: RunFold): AuditResult {
  return new Auditor(run.problem).audit(run, kernelSpent, fold);
}

/** Audits many runs of one problem in the same memory. */
export class Auditor {
  private problem: Problem;
  private broken: BrokenLaw[] = [];
  private row = 0;
  /** Busy times are measured, not computed. */
  private measured = false;
  private now = 0;

  // Tasks. `owed`: its attempt was cut off by a cancellation, which a REVOKE must tell the world.
  private readonly state: Uint8Array;
  private readonly attempt: Int32Array;
  private readonly failures: Int32Array;
  private readonly unit: Int32Array;
  private readonly waitsFor: Int32Array;
  private readonly owed: Uint8Array;
  private readonly startedAt: Float64Array;
  private readonly endedAt: Float64Array;
  private readonly setup: Float64Array;
  private readonly dataAt: Float64Array;
  private readonly ppm: Int32Array;
  private readonly checkpoints: Int32Array;
  private readonly awayBefore: Float64Array;
  private readonly nextOnUnit: Int32Array;
  private readonly previousOnUnit: Int32Array;

  private readonly jobOpen: Int32Array;
  private readonly jobSubmitted: Uint8Array;
  private readonly jobArchived: Uint8Array;

  private readonly used: Int32Array;
  private readonly load: Int32Array;
  private readonly firstOnUnit: Int32Array;
  private readonly warmFor: Int32Array;
  private readonly vmState: Uint8Array;
  private readonly vmLife: Int32Array;
  private readonly vmMarket: Uint8Array;
  private readonly requests: Float64Array;
  private readonly tokens: Float64Array;
  private readonly requestRate: Float64Array;
  private readonly tokenRate: Float64Array;
  private readonly filledAt: Float64Array;
  private readonly limitedUntil: Float64Array;
  /** Working time lost to absences so far; since when away, NaN when not. */
  private readonly awayMs: Float64Array;
  private readonly awaySince: Float64Array;

  constructor(problem: Problem) {
    const { taskCount: n, jobCount: j, unitCount: u } = problem;
    this.problem = problem;
    this.state = new Uint8Array(n); this.attempt = new Int32Array(n); this.failures = new Int32Array(n); this.unit = new Int32Array(n); this.waitsFor = new Int32Array(n);
    this.owed = new Uint8Array(n); this.startedAt = new Float64Array(n); this.endedAt = new Float64Array(n); this.setup = new Float64Array(n); this.dataAt = new Float64Array(n);
    this.ppm = new Int32Array(n); this.checkpoints = new Int32Array(n); this.awayBefore = new Float64Array(n);
    this.nextOnUnit = new Int32Array(n); this.previousOnUnit = new Int32Array(n);
    this.jobOpen = new Int32Array(j); this.jobSubmitted = new Uint8Array(j); this.jobArchived = new Uint8Array(j);
    this.used = new Int32Array(u * problem.dimensionCount); this.load = new Int32Array(u); this.firstOnUnit = new Int32Array(u); this.warmFor = new Int32Array(u);
    this.vmState = new Uint8Array(u); this.vmLife = new Int32Array(u); this.vmMarket = new Uint8Array(u);
    this.requests = new Float64Array(u); this.tokens = new Float64Array(u); this.requestRate = new Float64Array(u); this.tokenRate = new Float64Array(u);
    this.filledAt = new Float64Array(u); this.limitedUntil = new Float64Array(u); this.awayMs = new Float64Array(u); this.awaySince = new Float64Array(u);
  }

  /** Takes up another problem with as many tasks, jobs and units, in the same memory. */
  adopt(problem: Problem): void {
    assert(sameCounts(problem, this.problem), 'the auditor was made for a problem of another size');
    this.problem = problem;
  }

  /** As `auditRun`. The run must be of this auditor's problem. */
  audit(run: RunRecord, kernelSpent?: number, fold?: RunFold): AuditResult {
    this.reset();
    this.measured = run.measured === true;
    this.readRows(run);
    this.checkEnd(run);
    // Accounts of rows that make no sense would make none either.
    const accounts = this.broken.length > 0 ? undefined : auditAccounts(fold ?? foldRun(run), kernelSpent), broken = accounts?.broken ?? this.broken;
    return { clean: broken.length === 0, broken, warnings: accounts?.warnings ?? [] };
  }

  /** Columns that are written before they are read keep what they hold. */
  private reset(): void {
    const { predecessorFirst, jobFirst, unitPool, poolRequestBurst, poolTokenBurst, poolRequestRate, poolTokenRate, taskCount, jobCount, unitCount } = this.problem;
    this.broken = []; this.row = 0; this.now = 0;
    this.state.fill(0); this.attempt.fill(0); this.failures.fill(0); this.unit.fill(-1); this.owed.fill(0); this.ppm.fill(0);
    this.jobSubmitted.fill(0); this.jobArchived.fill(0);
    this.used.fill(0); this.load.fill(0); this.firstOnUnit.fill(-1); this.warmFor.fill(-1); this.vmState.fill(VM_OFF); this.vmLife.fill(0);
    this.filledAt.fill(0); this.limitedUntil.fill(0); this.awayMs.fill(0); this.awaySince.fill(NaN);
    for (let t = 0; t < taskCount; t++) this.waitsFor[t] = predecessorFirst[t + 1]! - predecessorFirst[t]!;
    for (let j = 0; j < jobCount; j++) this.jobOpen[j] = jobFirst[j + 1]! - jobFirst[j]!;
    for (let u = 0; u < unitCount; u++) {
      const pool = unitPool[u]!;
      this.requests[u] = poolRequestBurst[pool]!; this.tokens[u] = poolTokenBurst[pool]!;
      this.requestRate[u] = poolRequestRate[pool]! / 60_000; this.tokenRate[u] = poolTokenRate[pool]! / 60_000;
    }
  }

  private readRows(run: RunRecord): void {
    const { rows, length } = run.log, { endedAt } = run;
    for (let at = 0; at < length && this.broken.length < BROKEN_MAX; at += R.STRIDE, this.row++) {
      const code = rows[at]!;
      if (code >= R.PLACE) { this.command(code, rows[at + 1]!, rows[at + 2]!, rows[at + 3]!, rows[at + 4]!, rows[at + 5]!); continue; }
      const time = rows[at + 1]!;
      if (!(time >= this.now && time <= endedAt)) { this.report('time-order', `time ${time} after ${this.now}, in a run that ended at ${endedAt}`); continue; }
      this.now = time;
      if (code !== R.TICK) this.event(code, rows[at + 2]!, rows[at + 3]!, rows[at + 4]!, rows[at + 5]!);
    }
    this.row = -1;
  }

  private event(code: number, a: number, b: number, c: number, d: number): void {
    switch (code) {
      case R.BUDGET_CHANGED: case R.WEIGHTS_CHANGED: case R.FAULT_INJECTED: case R.FAULT_STRUCK: case R.FAULT_ENDED: case R.PAUSED: case R.RESUMED: case R.REVISED: return;
      case R.JOB_SUBMITTED: if (this.known(a, this.problem.jobCount)) this.submitted(a); return;
      case R.JOB_CANCELLED: if (this.known(a, this.problem.jobCount)) this.jobCancelled(a); return;
      case R.TASK_CANCELLED: if (this.known(a, this.problem.taskCount)) this.cancelled(a); return;
      case R.TASK_STARTED: if (this.underWay(a, b, PLACED, code)) this.started(a, c); return;
      case R.TASK_PROGRESS: this.underWay(a, b, RUNNING, code); return;
      case R.TASK_CHECKPOINTED: if (this.underWay(a, b, RUNNING, code)) this.checkpointed(a, c); return;
      case R.TASK_COMPLETED: if (this.underWay(a, b, RUNNING, code)) this.completed(a, c); return;
      case R.TASK_FAILED: if (this.underWay(a, b, this.state[a] === PLACED ? PLACED : RUNNING, code)) this.failed(a, c, d); return;
      case R.HUMAN_ACCEPTED: this.underWay(a, b, PLACED, code); return;
      case R.HUMAN_DECLINED: if (this.underWay(a, b, PLACED, code)) this.leave(a, OPEN); return;
      case R.VM_STARTED: if (this.lives(a, b, code)) this.moveVm(a, this.vmState[a] === VM_REQUESTED, VM_STARTING, code); return;
      case R.VM_IS_READY: if (this.lives(a, b, code) && this.vmState[a] !== VM_DRAINING) this.moveVm(a, this.vmState[a] === VM_STARTING, VM_READY, code); return;
      case R.VM_NOTICE: if (this.lives(a, b, code)) this.moveVm(a, this.vmState[a] !== VM_REQUESTED, VM_DRAINING, code); return;
      case R.VM_REFUSED: if (this.lives(a, b, code)) this.vmGone(a, this.vmState[a] === VM_REQUESTED, code); return;
      case R.VM_TERMINATED: if (this.lives(a, b, code)) this.vmGone(a, true, code); return;
      case R.PRICE_CHANGED: if (this.known(a, this.problem.poolCount) && !(b === SPOT && c >= 0)) this.report('record', `price ${c} in market ${b}`); return;
      case R.HUMAN_AWAY: if (this.known(a, this.problem.unitCount) && this.awaySince[a] !== this.awaySince[a]) this.awaySince[a] = this.now; return;
      case R.HUMAN_AVAILABLE: if (this.known(a, this.problem.unitCount)) { this.awayMs[a] = this.awayUntilNow(a); this.awaySince[a] = NaN; } return;
      case R.API_LIMITED: if (this.known(a, this.problem.unitCount) && b > this.limitedUntil[a]!) this.limitedUntil[a] = b; return;
      case R.API_RESTORED: if (this.known(a, this.problem.unitCount)) this.limitedUntil[a] = 0; return;
      case R.RATE_CHANGED: if (this.known(a, this.problem.unitCount)) this.rateChanged(a, b, c); return;
      default: this.report('record', `no event has the code ${code}`);
    }
  }

  private command(code: number, a: number, b: number, c: number, d: number, e: number): void {
    switch (code) {
      case R.PLACE: case R.OFFER: if (this.known(a, this.problem.taskCount) && this.known(c, this.problem.unitCount)) this.placed(a, b, c, d, e, code === R.OFFER); return;
      case R.REVOKE: if (this.known(a, this.problem.taskCount)) this.revoked(a, b); return;
      case R.CHECKPOINT: this.underWay(a, b, RUNNING, code); return;
      case R.REQUEST_VM: if (this.known(a, this.problem.unitCount)) this.requested(a, b, c); return;
      case R.RELEASE_VM: if (this.lives(a, b, code)) this.moveVm(a, this.vmState[a] !== VM_REQUESTED && this.load[a] === 0, VM_DRAINING, code); return;
      case R.ARCHIVE_JOB: if (this.known(a, this.problem.jobCount)) this.archived(a); return;
      case R.REFUSED: return;
      default: this.report('record', `no command has the code ${code}`);
    }
  }

  // --- tasks ---

  private submitted(job: number): void {
    if (this.jobSubmitted[job] === 1) this.report('release', `job ${this.problem.jobIds[job]} is submitted twice`);
    if (this.now < this.problem.jobRelease[job]!) {
      this.report('release', `job ${this.problem.jobIds[job]} is submitted at ${this.now}, before its release at ${this.problem.jobRelease[job]}`);
    }
    this.jobSubmitted[job] = 1;
  }

  private placed(task: number, attempt: number, unit: number, setup: number, dataAt: number, offered: boolean): void {
    const { problem } = this, pool = problem.unitPool[unit]!, kind = problem.poolKind[pool]!, profile = problem.taskProfile[task]!, name = problem.taskIds[task]!;
    if (this.state[task] !== OPEN) { this.report('task-state', `${name} is placed while it is ${STATE_NAMES[this.state[task]!]}`); return; }
    if (attempt !== this.attempt[task]! + 1) this.report('attempts', `attempt ${attempt} of ${name} follows attempt ${this.attempt[task]}`);
    if (this.jobSubmitted[problem.taskJob[task]!] === 0) this.report('release', `${name} is placed before its job is submitted`);
    if (this.waitsFor[task]! > 0) this.report('precedence', `${name} is placed before ${this.waitsFor[task]} of its predecessors completed`);
    if (!this.mayRun(profile, pool) || offered !== (kind === HUMAN)) this.report('placement', `${name} cannot run on ${problem.unitIds[unit]}`);
    if (kind === CLOUD) {
      const vm = this.vmState[unit]!;
      if (vm === VM_OFF || vm === VM_DRAINING) {
        this.report('placement', `${name} is placed on VM ${problem.unitIds[unit]}, which is ${vm === VM_OFF ? 'off' : 'draining'}`);
      }
      if (this.vmMarket[unit] === SPOT && problem.profileInterruptible[profile] === 0) {
        this.report('placement', `${name} must not be interrupted, and ${problem.unitIds[unit]} is a spot VM`);
      }
    }
    if (kind === API && this.limitedUntil[unit]! > this.now) {
      this.report('rate-limit', `${name} is placed on ${problem.unitIds[unit]}, which asked to wait until ${this.limitedUntil[unit]}`);
    }
    this.checkSetup(task, unit, profile, kind, setup);
    this.state[task] = PLACED;
    this.attempt[task] = attempt; this.unit[task] = unit; this.setup[task] = setup; this.dataAt[task] = dataAt;
    this.hold(task, unit, pool, profile);
  }

  private hold(task: number, unit: number, pool: number, profile: number): void {
    const { problem, used } = this, { dimensionCount: dims, demand, capacity } = problem, next = this.firstOnUnit[unit]!;
    this.nextOnUnit[task] = next; this.previousOnUnit[task] = -1; this.firstOnUnit[unit] = task;
    if (next >= 0) this.previousOnUnit[next] = task;
    for (let d = 0; d < dims; d++) {
      const held = used[unit * dims + d]! += demand[profile * dims + d]!;
      if (held > capacity[pool * dims + d]!) {
        this.report('capacity', `${problem.unitIds[unit]} holds ${held} of ${capacity[pool * dims + d]} ${problem.dimensionNames[d]} with ${problem.taskIds[task]}`);
      }
    }
    if (++this.load[unit]! > problem.poolSlots[pool]!) {
      this.report('slots', `${problem.unitIds[unit]} holds ${this.load[unit]} tasks with ${problem.taskIds[task]}, and has ${problem.poolSlots[pool]} slots`);
    }
  }

  /** The attempt of a placed or running task ends; everything it held is free before the next row. */
  private leave(task: number, to: number): void {
    const { problem, used } = this, unit = this.unit[task]!, dims = problem.dimensionCount, profile = problem.taskProfile[task]!;
    const next = this.nextOnUnit[task]!, previous = this.previousOnUnit[task]!;
    if (previous < 0) this.firstOnUnit[unit] = next; else this.nextOnUnit[previous] = next;
    if (next >= 0) this.previousOnUnit[next] = previous;
    for (let d = 0; d < dims; d++) used[unit * dims + d]! -= problem.demand[profile * dims + d]!;
    this.load[unit]!--;
    if (this.state[task] === PLACED) this.warmFor[unit] = -1; // it never got to warm the unit
    this.state[task] = to;
  }

  private checkSetup(task: number, unit: number, profile: number, kind: number, setup: number): void {
    const { problem } = this, batch = problem.profileBatch[profile]!;
    const due = batch < 0 || kind === API || this.warmFor[unit] === batch ? 0 : problem.batchSetup[batch]!;
    if (setup !== due) this.report('setup', `${problem.taskIds[task]} is placed on ${problem.unitIds[unit]} with a set-up of ${setup} ms; ${due} are due`);
    if (batch >= 0) this.warmFor[unit] = batch; else if (kind !== API) this.warmFor[unit] = -1;
  }

  private started(task: number, unit: number): void {
    const { problem } = this, name = problem.taskIds[task]!;
    this.state[task] = RUNNING;
    this.startedAt[task] = this.now;
    this.checkpoints[task] = 0;
    if (unit !== this.unit[task]) { this.report('task-state', `${name} starts on another unit than it was placed on`); return; }
    const pool = problem.unitPool[unit]!, kind = problem.poolKind[pool]!;
    if (this.now < problem.jobRelease[problem.taskJob[task]!]!) this.report('release', `${name} starts before its job is released`);
    if (this.now < this.dataAt[task]! || this.now < this.inputsAt(task, unit, kind)) {
      this.report('data', `${name} starts at ${this.now}, before its inputs are there`);
    }
    if (kind === CLOUD && this.vmState[unit] !== VM_READY) this.report('placement', `${name} starts on VM ${problem.unitIds[unit]}, which is not ready`);
    if (kind === API) this.takeTokens(task, unit, pool);
    if (kind === HUMAN) this.startedByPerson(task, unit);
  }

  /** When all inputs can be read on the unit, to a ms. */
  private inputsAt(task: number, unit: number, kind: number): number {
    const { problem } = this;
    if (problem.predecessorBytes.length === 0 || kind === HUMAN || kind === API) return 0;
    let at = 0;
    for (let e = problem.predecessorFirst[task]!; e < problem.predecessorFirst[task + 1]!; e++) {
      const producer = problem.predecessors[e]!, bytes = problem.predecessorBytes[e]!;
      if (bytes > 0 && this.unit[producer] !== unit) at = Math.max(at, this.endedAt[producer]! + Math.floor(problem.networkLatency + bytes / problem.networkBandwidth));
    }
    return at;
  }

  private startedByPerson(task: number, unit: number): void {
    const { problem } = this;
    this.awayBefore[task] = this.awayUntilNow(unit);
    // A start at the very end of an interval is the last instant of the answer's working time.
    if (workingMs(problem, unit, this.now - 1, this.now + 1) === 0) {
      this.report('calendar', `${problem.taskIds[task]} starts outside the hours of ${problem.unitIds[unit]}`);
    }
    if (this.awaySince[unit] === this.awaySince[unit]) this.report('calendar', `${problem.taskIds[task]} starts while ${problem.unitIds[unit]} is away`);
  }

  private checkpointed(task: number, ppm: number): void {
    const name = this.problem.taskIds[task]!, profile = this.problem.taskProfile[task]!;
    const kept = this.now - this.startedAt[task]! - this.setup[task]! - ++this.checkpoints[task]! * this.problem.profileCheckpointCost[profile]!;
    if (!(ppm >= this.ppm[task]! && ppm <= 1_000_000)) this.report('lost-work', `checkpointed progress of ${name} goes from ${this.ppm[task]} to ${ppm} ppm`);
    if (kept < 0) this.report('lost-work', `${name} has written ${this.checkpoints[task]} checkpoints in less time than they take`);
    this.ppm[task] = ppm;
  }

  private completed(task: number, busyMs: number): void {
    const { problem } = this;
    this.checkBusy(task, busyMs);
    const overhead = this.checkpoints[task]! * problem.profileCheckpointCost[problem.taskProfile[task]!]!;
    if (busyMs < this.setup[task]! + overhead) {
      this.report('lost-work', `${problem.taskIds[task]} completed in less time than its set-up and checkpoints take`);
    }
    this.endedAt[task] = this.now;
    this.leave(task, COMPLETED);
    for (let e = problem.successorFirst[task]!; e < problem.successorFirst[task + 1]!; e++) this.waitsFor[problem.successors[e]!]!--;
    this.jobOpen[problem.taskJob[task]!]!--;
  }

  private failed(task: number, cause: number, busyMs: number): void {
    const { problem } = this;
    if (this.state[task] === RUNNING) this.checkBusy(task, busyMs);
    else if (busyMs !== 0) this.report('busy-time', `${problem.taskIds[task]} had not started and was busy for ${busyMs} ms`);
    const counts = cause === R.CAUSE_TASK_ERROR || cause === R.CAUSE_API_ERROR || cause === R.CAUSE_TIMEOUT;
    const final = counts && ++this.failures[task]! >= problem.profileAttempts[problem.taskProfile[task]!]!;
    this.leave(task, final ? FAILED : OPEN);
    if (!final) return;
    this.jobOpen[problem.taskJob[task]!]!--;
    this.cancelDependents(task);
  }

  private checkBusy(task: number, busyMs: number): void {
    const { problem } = this, unit = this.unit[task]!, start = this.startedAt[task]!;
    const isPerson = problem.poolKind[problem.unitPool[unit]!] === HUMAN, away = isPerson ? this.awayUntilNow(unit) - this.awayBefore[task]! : 0;
    const most = isPerson ? workingMs(problem, unit, start, this.now) - away : this.now - start;
    if (busyMs === most || this.measured) return;
    this.report('busy-time', `${problem.taskIds[task]} was busy for ${busyMs} ms of ${most} on ${problem.unitIds[unit]}`);
  }

  private revoked(task: number, attempt: number): void {
    const state = this.state[task]!, name = this.problem.taskIds[task]!;
    if (this.owed[task] === 1 && attempt === this.attempt[task]) { this.owed[task] = 0; return; }
    const stopped = state === RUNNING && this.vmState[this.unit[task]!] === VM_DRAINING;
    if (attempt === this.attempt[task] && (state === PLACED || stopped)) this.leave(task, OPEN);
    else this.report('task-state', `attempt ${attempt} of ${name} is revoked; it is ${STATE_NAMES[state]} in attempt ${this.attempt[task]}`);
  }

  private jobCancelled(job: number): void {
    for (let t = this.problem.jobFirst[job]!, end = this.problem.jobFirst[job + 1]!; t < end; t++) this.cancelled(t);
  }

  private cancelled(task: number): void {
    const state = this.state[task]!;
    if (state >= COMPLETED) return;
    if (state === OPEN) this.state[task] = CANCELLED;
    else { this.leave(task, CANCELLED); this.owed[task] = 1; }
    this.jobOpen[this.problem.taskJob[task]!]!--;
    this.cancelDependents(task);
  }

  private cancelDependents(task: number): void {
    const { successorFirst, successors, taskJob } = this.problem, stack = [task];
    for (let t = stack.pop(); t !== undefined; t = stack.pop()) {
      for (let e = successorFirst[t]!; e < successorFirst[t + 1]!; e++) {
        const next = successors[e]!;
        if (this.state[next] !== OPEN) continue;
        this.state[next] = CANCELLED;
        this.jobOpen[taskJob[next]!]!--;
        stack.push(next);
      }
    }
  }

  private archived(job: number): void {
    const name = this.problem.jobIds[job]!;
    if (this.jobArchived[job] === 1) this.report('archive', `job ${name} is archived twice`);
    if (this.jobOpen[job]! > 0) this.report('archive', `job ${name} is archived with ${this.jobOpen[job]} tasks open`);
    this.jobArchived[job] = 1;
  }

  // --- units ---

  private requested(unit: number, life: number, market: number): void {
    const { problem } = this, name = problem.unitIds[unit]!, pool = problem.unitPool[unit]!;
    if (problem.poolKind[pool] !== CLOUD || this.vmState[unit] !== VM_OFF) { this.report('vm-state', `VM ${name} is requested, which is not off`); return; }
    if (life !== this.vmLife[unit]! + 1) this.report('vm-state', `life ${life} of VM ${name} follows life ${this.vmLife[unit]}`);
    const sold = market === ON_DEMAND ? problem.poolPrice[pool]! >= 0 : market === SPOT && problem.poolSpotPrice[pool]! >= 0;
    if (!sold) {
      this.report('placement', `VM ${name} is not sold in market ${market}`);
    }
    this.vmState[unit] = VM_REQUESTED; this.vmLife[unit] = life; this.vmMarket[unit] = market; this.warmFor[unit] = -1;
  }

  private moveVm(unit: number, allowed: boolean, to: number, code: number): void {
    if (!allowed) {
      this.report('vm-state', `${R.RECORD_BY_CODE[code]!.name} for VM ${this.problem.unitIds[unit]}, which is ${VM_STATES[this.vmState[unit]!]} with ${this.load[unit]} tasks`);
    }
    this.vmState[unit] = to;
  }

  private vmGone(unit: number, allowed: boolean, code: number): void {
    this.moveVm(unit, allowed, VM_OFF, code);
    for (let t = this.firstOnUnit[unit]!; t >= 0; t = this.firstOnUnit[unit]!) this.leave(t, OPEN);
  }

  private takeTokens(task: number, unit: number, pool: number): void {
    const { problem } = this, profile = problem.taskProfile[task]!;
    this.refill(unit, pool);
    this.requests[unit]! -= problem.profileRequests[profile]!;
    this.tokens[unit]! -= problem.profileTokens[profile]!;
    if (below(this.requests[unit]!, problem.poolRequestBurst[pool]!)) {
      this.report('rate-limit', `${problem.taskIds[task]} takes ${problem.unitIds[unit]} to ${this.requests[unit]} requests`);
    }
    if (below(this.tokens[unit]!, problem.poolTokenBurst[pool]!)) {
      this.report('rate-limit', `${problem.taskIds[task]} takes ${problem.unitIds[unit]} to ${this.tokens[unit]} tokens`);
    }
  }

  private refill(unit: number, pool: number): void {
    const elapsed = this.now - this.filledAt[unit]!;
    if (elapsed === 0) return; // 0 x an infinite rate is no number
    this.filledAt[unit] = this.now;
    this.requests[unit] = Math.min(this.problem.poolRequestBurst[pool]!, this.requests[unit]! + elapsed * this.requestRate[unit]!);
    this.tokens[unit] = Math.min(this.problem.poolTokenBurst[pool]!, this.tokens[unit]! + elapsed * this.tokenRate[unit]!);
  }

  private rateChanged(unit: number, axis: number, perMinute: number): void {
    this.refill(unit, this.problem.unitPool[unit]!);
    if (axis === 0) this.requestRate[unit] = perMinute / 60_000;
    else if (axis === 1) this.tokenRate[unit] = perMinute / 60_000;
  }

  private awayUntilNow(unit: number): number {
    const since = this.awaySince[unit]!;
    return this.awayMs[unit]! + (since === since ? workingMs(this.problem, unit, since, this.now) : 0);
  }

  // --- the run as a whole ---

  private checkEnd(run: RunRecord): void {
    const { problem } = this;
    for (let j = 0; j < problem.jobCount; j++) {
      if (this.jobOpen[j] === 0 && this.jobArchived[j] === 0) this.report('archive', `job ${problem.jobIds[j]} has ended and was not archived`);
      if (this.jobOpen[j]! > 0 && run.cause === 'finished') {
        this.report('ending', `job ${problem.jobIds[j]} has ${this.jobOpen[j]} tasks open in a finished run`);
      }
    }
    for (let t = 0; t < problem.taskCount; t++) if (this.owed[t] === 1) this.report('task-state', `the cancelled attempt of ${problem.taskIds[t]} was never revoked`);
  }

  // --- common checks ---

  private known(index: number, count: number): boolean {
    if (index >= 0 && index < count && Number.isInteger(index)) return true;
    this.report('record', `${index} is not one of ${count}`);
    return false;
  }

  private underWay(task: number, attempt: number, state: number, code: number): boolean {
    if (!this.known(task, this.problem.taskCount)) return false;
    if (this.state[task] === state && this.attempt[task] === attempt) return true;
    const law = code === R.TASK_COMPLETED && this.state[task] === COMPLETED ? 'completed-once' : 'task-state';
    const is = `${STATE_NAMES[this.state[task]!]} in attempt ${this.attempt[task]}`;
    this.report(law, `${R.RECORD_BY_CODE[code]!.name} for attempt ${attempt} of ${this.problem.taskIds[task]}, which is ${is}`);
    return false;
  }

  private lives(unit: number, life: number, code: number): boolean {
    if (!this.known(unit, this.problem.unitCount)) return false;
    if (this.vmLife[unit] === life && this.vmState[unit] !== VM_OFF) return true;
    const is = `${VM_STATES[this.vmState[unit]!]} in life ${this.vmLife[unit]}`;
    this.report('vm-state', `${R.RECORD_BY_CODE[code]!.name} for life ${life} of VM ${this.problem.unitIds[unit]}, which is ${is}`);
    return false;
  }

  private mayRun(profile: number, pool: number): boolean {
    const { optionFirst, optionPool } = this.problem;
    for (let o = optionFirst[profile]!; o < optionFirst[profile + 1]!; o++) if (optionPool[o] === pool) return true;
    return false;
  }

  private report(law: Law, detail: string): void {
    if (this.broken.length < BROKEN_MAX) this.broken.push({ law, detail, row: this.row });
  }
}

/** Below zero by more than the rounding of many refills. */
function below(level: number, size: number): boolean {
  return level < -1e-6 - 1e-9 * size;
}
