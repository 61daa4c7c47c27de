// The deterministic state machine: apply(event) -> commands. It reads no clock, no file, no socket and draws no random
// number; the same events give the same commands, to the byte, under the simulated clock, live, and in replay. Every
// event is checked against the state machines of model/states.ts; a wrong one raises InvariantError with task, from, to
// and event. Commands are appended to `log` behind the event that caused them, where the world reads them.
import { InvariantError } from '../model/errors.ts';
import type { PreparedPolicy, ParameterValues, Weights } from '../model/policy.ts';
import type { Problem } from '../model/problem.ts';
import {
  API, ARCHIVED, CANCELLED, CLOUD, COMPLETED, ELIGIBLE, FAILED, HUMAN, LOCAL, QUEUED, RUNNING, SCHEDULED, SPOT, TASK_STATES, TASK_TRANSITIONS, VM_DRAINING,
  VM_OFF, VM_READY, VM_REQUESTED, VM_STARTING, VM_STATES, VM_TRANSITIONS,
} from '../model/states.ts';
import { DecisionLog } from '../journal/decision-log.ts';
import { RecordLog } from '../journal/log.ts';
import * as R from '../journal/records.ts';
import { dataReadyAt } from './estimates.ts';
import { ReadyQueues } from './ready-queues.ts';
import { KernelState, capacityFor } from './state.ts';
import { View } from './view.ts';

/** After a refused request, a pool's spot market is left alone this long (the interval peers' offering caches use). */
export const REFUSAL_BACKOFF_MS = 180_000;

export interface KernelOptions {
  readonly policy: PreparedPolicy;
  readonly parameters: ParameterValues;
  readonly weights: Weights;
  /** The policy's stream: uniform in [0, 1), keyed by its arguments. */
  readonly random: (a: number, b: number) => number;
  /** Keep the candidates and terms of every decision. Default true. Never changes a command. */
  readonly reasons?: boolean;
  /** Write events to the log too, not only commands. Default true. Off, nothing can be replayed or audited. */
  readonly keepEvents?: boolean;
  /** Decide at every tick of the grid, even where nothing can have changed. Default false. */
  readonly everyTick?: boolean;
}

export class Kernel {
  problem: Problem;
  policy: PreparedPolicy;
  parameters: ParameterValues;
  random: (a: number, b: number) => number;
  state: KernelState;
  readonly log: RecordLog;
  readonly decisions = new DecisionLog();
  readonly ready: ReadyQueues;
  readonly view: View;
  reasons: boolean;
  private everyTick: boolean;
  private keepEvents: boolean;
  private initialWeights: Weights;

  weights: Weights;
  now = 0;
  budget = Infinity;
  /** No budget anywhere: money need not be looked at before a placement. */
  unbudgeted = true;
  /** Micro-dollars of what has ended: VM lives, calls, people's work, energy. */
  spentClosed = 0;
  /** Expected micro-dollars of placed work that is not on a VM. */
  committed = 0;
  /** VMs that are not OFF. */
  vmCount = 0;
  /** Tasks that have not ended. */
  openTasks = 0;
  /** Something changed since the last decision. */
  dirty = false;
  /** A notice, a refusal or a loss: decide at once, not on the grid. */
  urgent = false;
  private wake = Infinity;
  private lastTick = -1;
  private paused = false;

  constructor(problem: Problem, options: KernelOptions) {
    this.problem = problem;
    this.policy = options.policy;
    this.parameters = options.parameters;
    this.weights = this.initialWeights = options.weights;
    this.random = options.random;
    this.reasons = options.reasons ?? true;
    this.everyTick = options.everyTick ?? false;
    this.keepEvents = options.keepEvents ?? true;
    this.log = new RecordLog(Math.min(8 * problem.taskCount + 64, 1 << 20));
    this.state = new KernelState(capacityFor(problem, options.policy.memory ?? 0));
    this.ready = new ReadyQueues(problem, this.state);
    this.view = new View(this);
    this.reset();
  }

  /** Takes up another problem, in the same arrays where they are large enough. To be followed by `reset`. */
  load(problem: Problem, options: KernelOptions): void {
    this.problem = problem;
    this.policy = options.policy;
    this.parameters = options.parameters;
    this.initialWeights = options.weights;
    this.random = options.random;
    this.reasons = options.reasons ?? true;
    this.everyTick = options.everyTick ?? false;
    this.keepEvents = options.keepEvents ?? true;
    const needed = capacityFor(problem, options.policy.memory ?? 0);
    if (!this.state.fits(needed)) this.state = new KernelState(needed);
    this.ready.load(problem, this.state);
    this.view.adopt(problem);
  }

  /** Back to the instant before the first event, for another run in the same arrays. */
  reset(): void {
    const { problem } = this;
    this.state.reset(problem);
    this.ready.reset();
    this.view.reset();
    this.log.clear();
    this.decisions.clear();
    this.weights = this.initialWeights;
    this.now = 0; this.budget = problem.budget; this.spentClosed = 0; this.committed = 0; this.vmCount = 0;
    this.unbudgeted = problem.budget === Infinity && !hasJobBudget(problem);
    this.openTasks = problem.taskCount;
    this.dirty = false; this.urgent = false; this.wake = Infinity; this.lastTick = -1; this.paused = false;
  }

  /** Makes this kernel a copy of another of the same problem. Its log starts empty. */
  copyFrom(other: Kernel): void {
    if (!this.state.hasLayoutOf(other.state)) { this.state = other.state.twin(); this.ready.load(this.problem, this.state); }
    this.state.copyFrom(other.state);
    this.ready.copyFrom(other.ready);
    this.view.reset();
    this.log.clear();
    this.decisions.clear();
    this.weights = other.weights;
    this.now = other.now; this.budget = other.budget; this.unbudgeted = other.unbudgeted; this.spentClosed = other.spentClosed; this.committed = other.committed; this.vmCount = other.vmCount;
    this.openTasks = other.openTasks;
    this.dirty = other.dirty; this.urgent = other.urgent; this.wake = other.wake; this.lastTick = other.lastTick; this.paused = other.paused;
  }

  /** Every task has ended, well or not. */
  get finished(): boolean { return this.openTasks === 0; }

  /**
   * The instant, `now` or later, at which the next TICK event is due: the next time a decision could differ. Infinity when
   * only an event can bring one. `now` is the world's clock, which may be past the last event.
   */
  nextTick(now: number): number {
    if (this.paused || this.openTasks === 0) return Infinity;
    if (this.urgent) return now;
    const { tickMs, eventDriven } = this.problem;
    let at = this.dirty ? now : this.wake;
    if (this.everyTick || (this.policy.everyTick === true && this.ready.eligible > 0)) at = Math.min(at, this.lastTick < 0 ? 0 : this.lastTick + tickMs);
    if (at < now) at = now;
    if (eventDriven || at === Infinity) return at;
    const grid = Math.ceil(at / tickMs) * tickMs;
    return grid <= this.lastTick ? this.lastTick - (this.lastTick % tickMs) + tickMs : grid;
  }

  /** Applies one event at `time` (ms, never before the last one). Fields as in journal/records.ts. */
  apply(code: number, time: number, a: number, b: number, c: number, d: number): void {
    if (!(time >= this.now)) fail(`time goes back: event ${code} at ${time}, now ${this.now}`);
    this.now = time;
    if (this.keepEvents) this.log.append(code, time, a, b, c, d);
    switch (code) {
      case R.TICK: this.decide(); return;
      case R.TASK_STARTED: this.taskStarted(a, b, c); return;
      case R.TASK_COMPLETED: this.taskCompleted(a, b, c); return;
      case R.TASK_CHECKPOINTED: this.taskCheckpointed(a, b, c); return;
      case R.TASK_PROGRESS: this.checkAttempt(a, b, RUNNING, code); return;
      case R.TASK_FAILED: this.taskFailed(a, b, c, d); return;
      case R.JOB_SUBMITTED: this.jobSubmitted(a); return;
      case R.JOB_CANCELLED: this.jobCancelled(a); return;
      case R.TASK_CANCELLED: this.cancelTask(a); this.dirty = true; return;
      case R.VM_STARTED: this.vmStarted(a, b); return;
      case R.VM_IS_READY: this.vmReady(a, b); return;
      case R.VM_REFUSED: this.vmRefused(a, b); return;
      case R.VM_NOTICE: this.vmNotice(a, b, c); return;
      case R.VM_TERMINATED: this.vmTerminated(a, b, c); return;
      case R.PRICE_CHANGED: this.priceChanged(a, b, c); return;
      case R.HUMAN_ACCEPTED: this.checkAttempt(a, b, SCHEDULED, code); return;
      case R.HUMAN_DECLINED: this.checkAttempt(a, b, SCHEDULED, code); this.toEligible(a); return;
      case R.HUMAN_AVAILABLE: this.state.awayUntil[a] = 0; this.dirty = true; return;
      case R.HUMAN_AWAY: this.state.awayUntil[a] = b === 0 ? Infinity : b; this.dirty = true; return;
      case R.API_LIMITED: this.state.limitedUntil[a] = Math.max(this.state.limitedUntil[a]!, b); this.dirty = true; return;
      case R.API_RESTORED: this.state.limitedUntil[a] = 0; this.dirty = true; return;
      case R.RATE_CHANGED: this.rateChanged(a, b, c); return;
      case R.BUDGET_CHANGED: this.budget = a; this.unbudgeted = false; this.dirty = true; return;
      case R.WEIGHTS_CHANGED: this.weights = { latency: a / 1e6, cost: b / 1e6, fragmentation: c / 1e6 }; this.dirty = true; return;
      case R.FAULT_INJECTED: return;
      case R.PAUSED: this.paused = true; return;
      case R.RESUMED: this.paused = false; this.dirty = true; return;
      default: fail(`unknown event ${code}`);
    }
  }

  /** Asks for a decision at or after `at`. An instant that is not in the future means the next tick. */
  wakeAt(at: number): void {
    const soonest = at > this.now ? at : this.now + this.problem.tickMs;
    if (soonest < this.wake) this.wake = soonest;
  }

  // --- decisions ---

  private decide(): void {
    this.lastTick = this.now;
    if (this.paused) return;
    this.dirty = false; this.urgent = false; this.wake = Infinity;
    this.ready.startRound();
    this.view.beginRound();
    this.policy.decide(this.view);
  }

  /** Places an eligible task; the caller (view.ts) has checked that it may be. `start`, `finish` and `cost` are the estimates it is placed on. */
  place(task: number, unit: number, start: number, finish: number, cost: number, setup: number): void {
    const s = this.state, { problem } = this, kind = problem.unitKind[unit]!;
    this.setTaskState(task, SCHEDULED, R.PLACE);
    this.ready.remove(task);
    const attempt = ++s.attempt[task]!;
    const ready = dataReadyAt(this, task, unit);
    s.unit[task] = unit;
    s.since[task] = start;
    s.finish[task] = finish;
    const next = s.firstOnUnit[unit]!;
    s.nextOnUnit[task] = next; s.previousOnUnit[task] = -1; s.firstOnUnit[unit] = task;
    if (next >= 0) s.previousOnUnit[next] = task;
    s.load[unit]!++;
    s.idleSince[unit] = Infinity;
    if (finish > s.freeAt[unit]!) s.freeAt[unit] = finish;
    this.takeRoom(task, unit, -1);
    const profile = problem.taskProfile[task]!, batch = problem.profileBatch[profile]!;
    if (batch >= 0) s.warm[unit] = batch; else if (kind !== API) s.warm[unit] = -1;
    if (kind !== CLOUD) { s.committed[task] = cost; this.committed += cost; }
    if (kind === API) { s.requestsHeld[unit]! += problem.profileRequests[profile]!; s.tokensHeld[unit]! += problem.profileTokens[profile]!; }
    if (cost !== 0) s.jobCommitted[problem.taskJob[task]!]! += cost;
    this.log.append(kind === HUMAN ? R.OFFER : R.PLACE, task, attempt, unit, setup, ready);
  }

  /** Requests the next VM of a pool; the caller has checked that one is OFF and the market sold. Returns its unit. */
  requestVm(pool: number, market: number): number {
    const s = this.state, unit = this.takeOffSlot(pool), life = ++s.vmLife[unit]!;
    this.setVmState(unit, VM_REQUESTED, R.REQUEST_VM);
    s.market[unit] = market;
    s.readyAt[unit] = this.now + this.problem.poolSpinUp[pool]!;
    s.killAt[unit] = Infinity;
    s.warm[unit] = -1;
    s.idleSince[unit] = Infinity;
    s.freeAt[unit] = 0;
    s.accrued[unit] = 0;
    s.vmPosition[unit] = this.vmCount; s.vms[this.vmCount++] = unit;
    this.log.append(R.REQUEST_VM, unit, life, market, 0, 0);
    return unit;
  }

  /** Releases a VM without load. */
  releaseVm(unit: number): void {
    const s = this.state;
    if (s.vmState[unit] !== VM_DRAINING) this.setVmState(unit, VM_DRAINING, R.RELEASE_VM);
    s.killAt[unit] = this.now;
    s.idleSince[unit] = Infinity;
    this.log.append(R.RELEASE_VM, unit, s.vmLife[unit]!, 0, 0, 0);
  }

  /** Takes a SCHEDULED task back. */
  revoke(task: number): void {
    const s = this.state;
    this.log.append(R.REVOKE, task, s.attempt[task]!, s.unit[task]!, 0, 0);
    this.toEligible(task);
  }

  refuse(reason: number, task: number, unit: number): number {
    this.log.append(R.REFUSED, reason, task, unit, 0, 0);
    return reason;
  }

  // --- tasks ---

  private jobSubmitted(job: number): void {
    if (this.state.jobSubmitted[job] !== 0) fail(`job ${this.problem.jobIds[job]} submitted twice`);
    this.state.jobSubmitted[job] = 1;
    for (let t = this.problem.jobFirst[job]!, end = this.problem.jobFirst[job + 1]!; t < end; t++) {
      if (--this.state.pending[t]! === 0 && this.state.taskState[t] === QUEUED) this.becomeEligible(t);
    }
  }

  private taskStarted(task: number, attempt: number, unit: number): void {
    this.checkAttempt(task, attempt, SCHEDULED, R.TASK_STARTED);
    const s = this.state, { problem } = this, kind = problem.unitKind[unit]!;
    if (s.unit[task] !== unit) fail(`task ${problem.taskIds[task]} started on a unit it was not placed on`);
    if (kind === CLOUD && s.vmState[unit]! < VM_READY) fail(`task ${problem.taskIds[task]} started on a VM that is ${VM_STATES[s.vmState[unit]!]}`);
    this.setTaskState(task, RUNNING, R.TASK_STARTED);
    if (kind === API) {
      this.refill(unit);
      const profile = problem.taskProfile[task]!, requests = problem.profileRequests[profile]!, tokens = problem.profileTokens[profile]!;
      s.requestsHeld[unit]! -= requests; s.tokensHeld[unit]! -= tokens;
      s.requestLevel[unit]! -= requests; s.tokenLevel[unit]! -= tokens;
    }
    if (s.running[unit]!++ === 0) s.busySince[unit] = this.now;
    const late = this.now - s.since[task]!;
    s.since[task] = this.now;
    if (late !== 0) this.moveFinish(task, unit, s.finish[task]! + late);
  }

  private taskCompleted(task: number, attempt: number, busyMs: number): void {
    this.checkAttempt(task, attempt, RUNNING, R.TASK_COMPLETED);
    const s = this.state, { problem } = this;
    this.chargeAttempt(task, busyMs);
    this.leaveUnit(task);
    this.setTaskState(task, COMPLETED, R.TASK_COMPLETED);
    s.finish[task] = this.now;
    s.ppm[task] = 1_000_000;
    for (let k = problem.successorFirst[task]!, end = problem.successorFirst[task + 1]!; k < end; k++) {
      const next = problem.successors[k]!;
      if (--s.pending[next]! === 0 && s.taskState[next] === QUEUED) this.becomeEligible(next);
    }
    this.taskEnded(task);
  }

  private taskCheckpointed(task: number, attempt: number, ppm: number): void {
    this.checkAttempt(task, attempt, RUNNING, R.TASK_CHECKPOINTED);
    const s = this.state, unit = s.unit[task]!;
    if (!(ppm >= s.ppm[task]! && ppm <= 1_000_000)) fail(`progress of ${this.problem.taskIds[task]} goes from ${s.ppm[task]} to ${ppm} ppm`);
    s.ppm[task] = ppm;
    if (s.vmState[unit] === VM_DRAINING && !this.endsBefore(task, s.killAt[unit]!)) {
      this.revoke(task);
      this.urgent = true;
    }
  }

  private taskFailed(task: number, attempt: number, cause: number, busyMs: number): void {
    const s = this.state, running = s.taskState[task] === RUNNING;
    this.checkAttempt(task, attempt, running ? RUNNING : SCHEDULED, R.TASK_FAILED);
    const counts = cause === R.CAUSE_TASK_ERROR || cause === R.CAUSE_API_ERROR || cause === R.CAUSE_TIMEOUT;
    if (running && cause !== R.CAUSE_RATE_LIMITED && cause !== R.CAUSE_REFUSED) this.chargeAttempt(task, busyMs);
    if (!counts || ++s.failures[task]! < this.problem.profileAttempts[this.problem.taskProfile[task]!]!) { this.toEligible(task); return; }
    this.leaveUnit(task);
    this.setTaskState(task, FAILED, R.TASK_FAILED);
    this.taskEnded(task);
    this.cancelDependents(task);
  }

  private jobCancelled(job: number): void {
    for (let t = this.problem.jobFirst[job]!, end = this.problem.jobFirst[job + 1]!; t < end; t++) this.cancelTask(t);
    this.dirty = true;
  }

  /** Cancels a task that has not ended, and all that depends on it. */
  private cancelTask(task: number): void {
    const s = this.state, from = s.taskState[task]!;
    if (from >= COMPLETED) return;
    if (from === ELIGIBLE) this.ready.remove(task);
    if (from === SCHEDULED || from === RUNNING) {
      this.log.append(R.REVOKE, task, s.attempt[task]!, s.unit[task]!, 0, 0);
      this.leaveUnit(task);
    }
    this.setTaskState(task, CANCELLED, R.TASK_CANCELLED);
    this.taskEnded(task);
    this.cancelDependents(task);
  }

  private cancelDependents(task: number): void {
    const { successorFirst, successors } = this.problem, stack = [task];
    while (stack.length > 0) {
      const t = stack.pop()!;
      for (let k = successorFirst[t]!, end = successorFirst[t + 1]!; k < end; k++) {
        const next = successors[k]!;
        if (this.state.taskState[next] !== QUEUED) continue;
        this.setTaskState(next, CANCELLED, R.TASK_CANCELLED);
        this.taskEnded(next);
        stack.push(next);
      }
    }
  }

  /** A task reached its end: its job may be archived. */
  private taskEnded(task: number): void {
    const s = this.state, { problem } = this, job = problem.taskJob[task]!;
    this.openTasks--;
    s.groupPending[this.ready.groupOf(task)]!--;
    this.dirty = true;
    if (--s.jobOpen[job]! > 0) return;
    this.log.append(R.ARCHIVE_JOB, job, 0, 0, 0, 0);
    if (this.openTasks === 0) this.releaseAll();
    for (let t = problem.jobFirst[job]!, end = problem.jobFirst[job + 1]!; t < end; t++) if (s.taskState[t] === COMPLETED) this.setTaskState(t, ARCHIVED, R.ARCHIVE_JOB);
  }

  /** The work is over: nothing is left running or billed. */
  private releaseAll(): void {
    const s = this.state;
    for (let k = 0; k < this.vmCount; k++) if (s.vmState[s.vms[k]!] !== VM_REQUESTED && s.load[s.vms[k]!] === 0) this.releaseVm(s.vms[k]!);
  }

  private becomeEligible(task: number): void {
    this.setTaskState(task, ELIGIBLE, R.JOB_SUBMITTED);
    this.state.since[task] = this.now;
    this.ready.add(task, this.policy.order(this.view, task));
    this.dirty = true;
  }

  /** Back from SCHEDULED or RUNNING, with its checkpointed progress. */
  private toEligible(task: number): void {
    this.leaveUnit(task);
    this.becomeEligible(task);
  }

  // --- VMs ---

  private vmStarted(unit: number, life: number): void {
    this.checkLife(unit, life, R.VM_STARTED);
    this.setVmState(unit, VM_STARTING, R.VM_STARTED);
    this.state.billedFrom[unit] = this.now;
    this.state.accruedTo[unit] = this.now;
    if (this.openTasks === 0) this.releaseVm(unit);
  }

  private vmReady(unit: number, life: number): void {
    this.checkLife(unit, life, R.VM_IS_READY);
    const s = this.state;
    if (s.vmState[unit] === VM_DRAINING) return; // noticed while it was starting
    this.setVmState(unit, VM_READY, R.VM_IS_READY);
    s.readyAt[unit] = this.now;
    if (s.load[unit] === 0) s.idleSince[unit] = this.now;
    this.dirty = true;
  }

  private vmRefused(unit: number, life: number): void {
    this.checkLife(unit, life, R.VM_REFUSED);
    const s = this.state;
    if (s.vmState[unit] !== VM_REQUESTED) fail('only a requested VM can be refused');
    this.evict(unit);
    this.vmOff(unit, R.VM_REFUSED);
    const pool = this.problem.unitPool[unit]!;
    if (s.market[unit] === SPOT) s.refusedUntil[pool] = this.now + REFUSAL_BACKOFF_MS;
    this.urgent = true;
  }

  private vmNotice(unit: number, life: number, killAt: number): void {
    this.checkLife(unit, life, R.VM_NOTICE);
    const s = this.state;
    if (s.vmState[unit] === VM_DRAINING) return; // a second notice, or one for a VM we have let go
    this.setVmState(unit, VM_DRAINING, R.VM_NOTICE);
    s.killAt[unit] = killAt;
    s.idleSince[unit] = Infinity;
    for (let task = s.firstOnUnit[unit]!; task >= 0;) {
      const next = s.nextOnUnit[task]!, profile = this.problem.taskProfile[task]!;
      if (s.taskState[task] === SCHEDULED) this.revoke(task);
      else if (!this.endsBefore(task, killAt) && this.problem.profileCheckpointInterval[profile]! > 0 && this.now + this.problem.profileCheckpointCost[profile]! < killAt) {
        this.log.append(R.CHECKPOINT, task, s.attempt[task]!, unit, 0, 0);
      }
      task = next;
    }
    this.urgent = true;
  }

  /** The running task is expected to end by itself before the kill. One that is overdue already is not. */
  private endsBefore(task: number, killAt: number): boolean {
    const finish = this.state.finish[task]!;
    return finish > this.now && finish <= killAt;
  }

  private vmTerminated(unit: number, life: number, cause: number): void {
    this.checkLife(unit, life, R.VM_TERMINATED);
    const s = this.state;
    if (s.load[unit]! > 0) this.urgent = true;
    this.evict(unit);
    if (s.vmState[unit] !== VM_REQUESTED) this.spentClosed += this.vmCostUntil(unit, this.now, cause === R.CAUSE_INTERRUPTED);
    this.vmOff(unit, R.VM_TERMINATED);
    this.dirty = true;
  }

  /** Sends everything on the unit back to ELIGIBLE. */
  private evict(unit: number): void {
    const s = this.state;
    for (let task = s.firstOnUnit[unit]!; task >= 0;) {
      const next = s.nextOnUnit[task]!;
      if (s.taskState[task] === RUNNING) s.interruptions[task]!++;
      this.toEligible(task);
      task = next;
    }
  }

  private vmOff(unit: number, event: number): void {
    const s = this.state;
    this.setVmState(unit, VM_OFF, event);
    s.idleSince[unit] = Infinity;
    s.killAt[unit] = Infinity;
    const at = s.vmPosition[unit]!, last = s.vms[--this.vmCount]!;
    s.vms[at] = last; s.vmPosition[last] = at; s.vmPosition[unit] = -1;
    this.returnOffSlot(unit);
  }

  /** Micro-dollars of the VM's present life if it ended at `at` >= now with today's price: rounded up to granularity and minimum. */
  vmCostUntil(unit: number, at: number, interrupted: boolean): number {
    const s = this.state, { problem } = this, pool = problem.unitPool[unit]!;
    if (s.vmState[unit] === VM_REQUESTED || s.vmState[unit] === VM_OFF) return 0;
    const total = at - s.billedFrom[unit]!;
    if (interrupted && s.market[unit] === SPOT && total < problem.poolFreeIfInterruptedWithin[pool]!) return 0;
    const price = this.priceOf(pool, s.market[unit]!);
    const extra = this.billedMs(pool, total) - total;
    return s.accrued[unit]! + Math.round(price * (at - s.accruedTo[unit]!) / 3_600_000) + Math.round(price * extra / 3_600_000);
  }

  /** A VM life of `total` ms as billed. */
  billedMs(pool: number, total: number): number {
    const granularity = this.problem.poolBillingGranularity[pool]!;
    return Math.max(this.problem.poolBillingMinimum[pool]!, Math.ceil(total / granularity) * granularity);
  }

  /** Micro-dollars per hour now; -1 when not sold. */
  priceOf(pool: number, market: number): number {
    return market === SPOT ? this.state.spotPrice[pool]! : this.problem.poolPrice[pool]!;
  }

  /** Micro-dollars spent, and committed for what is placed: VMs until their load is expected to end. */
  spent(): number {
    const s = this.state;
    let total = this.spentClosed + this.committed;
    for (let k = 0; k < this.vmCount; k++) { const u = s.vms[k]!; total += this.vmCostUntil(u, Math.max(this.now, s.freeAt[u]!), false); }
    return total;
  }

  private priceChanged(pool: number, market: number, price: number): void {
    const s = this.state, old = s.spotPrice[pool]!;
    if (market !== SPOT) fail('only spot prices change');
    for (let k = 0; k < this.vmCount; k++) {
      const u = s.vms[k]!;
      if (this.problem.unitPool[u] !== pool || s.market[u] !== SPOT || s.vmState[u] === VM_REQUESTED) continue;
      s.accrued[u]! += Math.round(old * (this.now - s.accruedTo[u]!) / 3_600_000);
      s.accruedTo[u] = this.now;
    }
    s.spotPrice[pool] = price;
    this.dirty = true;
  }

  // --- APIs ---

  /** Requests in an API's published bucket at `at` >= now: refilled continuously up to the burst. */
  requestLevelAt(unit: number, at: number): number {
    const s = this.state;
    return Math.min(this.problem.poolRequestBurst[this.problem.unitPool[unit]!]!, s.requestLevel[unit]! + (at - s.levelAt[unit]!) * s.requestRate[unit]!);
  }

  /** Tokens likewise. */
  tokenLevelAt(unit: number, at: number): number {
    const s = this.state;
    return Math.min(this.problem.poolTokenBurst[this.problem.unitPool[unit]!]!, s.tokenLevel[unit]! + (at - s.levelAt[unit]!) * s.tokenRate[unit]!);
  }

  /** Brings the buckets to now. Only events do this, so that looking never changes a number. */
  private refill(unit: number): void {
    const s = this.state;
    if (s.levelAt[unit] === this.now) return;
    s.requestLevel[unit] = this.requestLevelAt(unit, this.now);
    s.tokenLevel[unit] = this.tokenLevelAt(unit, this.now);
    s.levelAt[unit] = this.now;
  }

  private rateChanged(unit: number, axis: number, perMinute: number): void {
    this.refill(unit);
    if (axis === 0) this.state.requestRate[unit] = perMinute / 60_000;
    else if (axis === 1) this.state.tokenRate[unit] = perMinute / 60_000;
    this.dirty = true;
  }

  // --- room and money of an attempt ---

  private takeRoom(task: number, unit: number, sign: 1 | -1): void {
    const { dimensionCount: dims, demand } = this.problem, from = this.problem.taskProfile[task]! * dims, to = unit * dims, free = this.state.free;
    for (let d = 0; d < dims; d++) free[to + d]! += sign * demand[from + d]!;
  }

  /** The attempt ends here: room, lists and held tokens are given back. */
  private leaveUnit(task: number): void {
    const s = this.state, { problem } = this, unit = s.unit[task]!, kind = problem.unitKind[unit]!;
    const next = s.nextOnUnit[task]!, previous = s.previousOnUnit[task]!;
    if (previous < 0) s.firstOnUnit[unit] = next; else s.nextOnUnit[previous] = next;
    if (next >= 0) s.previousOnUnit[next] = previous;
    this.takeRoom(task, unit, 1);
    const load = --s.load[unit]!;
    if (s.taskState[task] === RUNNING) {
      if (--s.running[unit]! === 0 && kind === LOCAL) this.spentClosed += Math.round(problem.poolPrice[problem.unitPool[unit]!]! * (this.now - s.busySince[unit]!) / 3_600_000);
    } else {
      if (kind === API) { s.requestsHeld[unit]! -= problem.profileRequests[problem.taskProfile[task]!]!; s.tokensHeld[unit]! -= problem.profileTokens[problem.taskProfile[task]!]!; }
      s.warm[unit] = -1; // it was to be warmed by this task
    }
    if (kind !== CLOUD) this.committed -= s.committed[task]!;
    if (load === 0) {
      s.freeAt[unit] = 0;
      if (s.vmState[unit] === VM_READY) s.idleSince[unit] = this.now;
    } else if (s.finish[task]! >= s.freeAt[unit]!) this.refreshFreeAt(unit);
  }

  /** The expected end of a task on the unit changes; the expected end of the unit's load follows. */
  private moveFinish(task: number, unit: number, finish: number): void {
    const s = this.state, old = s.finish[task]!;
    s.finish[task] = finish;
    if (finish >= s.freeAt[unit]!) s.freeAt[unit] = finish;
    else if (old === s.freeAt[unit]) this.refreshFreeAt(unit);
  }

  private refreshFreeAt(unit: number): void {
    const s = this.state;
    let at = 0;
    for (let t = s.firstOnUnit[unit]!; t >= 0; t = s.nextOnUnit[t]!) if (s.finish[t]! > at) at = s.finish[t]!;
    s.freeAt[unit] = at;
  }

  /** Calls and paid work are charged when the attempt ends. */
  private chargeAttempt(task: number, busyMs: number): void {
    const { problem } = this, unit = this.state.unit[task]!, kind = problem.unitKind[unit]!;
    if (kind < API) return;
    const pool = problem.unitPool[unit]!, profile = problem.taskProfile[task]!;
    if (kind === API) this.spentClosed += Math.round(problem.poolCallPrice[pool]! * problem.profileRequests[profile]! + problem.poolTokenPrice[pool]! * problem.profileTokens[profile]!);
    else this.spentClosed += Math.round(problem.poolPrice[pool]! * busyMs / 3_600_000);
  }

  // --- slots of a pool that are OFF: a heap of unit numbers, so that the lowest is used first ---

  private takeOffSlot(pool: number): number {
    const { offHeap, offCount } = this.state, base = this.problem.poolFirst[pool]!, top = offHeap[base]!, size = --offCount[pool]!, moved = offHeap[base + size]!;
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

  private returnOffSlot(unit: number): void {
    const pool = this.problem.unitPool[unit]!, { offHeap, offCount } = this.state, base = this.problem.poolFirst[pool]!;
    let i = offCount[pool]!++;
    while (i > 0) {
      const up = (i - 1) >> 1;
      if (offHeap[base + up]! <= unit) break;
      offHeap[base + i] = offHeap[base + up]!;
      i = up;
    }
    offHeap[base + i] = unit;
  }

  // --- checks ---

  private setTaskState(task: number, to: number, event: number): void {
    const from = this.state.taskState[task]!;
    if ((TASK_TRANSITIONS[from]! >> to & 1) === 0) {
      fail(`task ${this.problem.taskIds[task]}: ${TASK_STATES[from]} -> ${TASK_STATES[to]} by ${R.RECORD_BY_CODE[event]?.name} is not a transition`);
    }
    this.state.taskState[task] = to;
  }

  private setVmState(unit: number, to: number, event: number): void {
    const from = this.state.vmState[unit]!;
    if ((VM_TRANSITIONS[from]! >> to & 1) === 0) {
      fail(`VM ${this.problem.unitIds[unit]}: ${VM_STATES[from]} -> ${VM_STATES[to]} by ${R.RECORD_BY_CODE[event]?.name} is not a transition`);
    }
    this.state.vmState[unit] = to;
  }

  private checkAttempt(task: number, attempt: number, state: number, event: number): void {
    const s = this.state;
    if (s.attempt[task] !== attempt || s.taskState[task] !== state) {
      fail(`${R.RECORD_BY_CODE[event]?.name} for attempt ${attempt} of task ${this.problem.taskIds[task]}, which is ${TASK_STATES[s.taskState[task]!]} in attempt ${s.attempt[task]}`);
    }
  }

  private checkLife(unit: number, life: number, event: number): void {
    const s = this.state;
    if (s.vmLife[unit] !== life || s.vmState[unit] === VM_OFF) {
      fail(`${R.RECORD_BY_CODE[event]?.name} for life ${life} of VM ${this.problem.unitIds[unit]}, which is ${VM_STATES[s.vmState[unit]!]} in life ${s.vmLife[unit]}`);
    }
  }
}

function hasJobBudget(problem: Problem): boolean {
  for (let j = 0; j < problem.jobCount; j++) if (problem.jobBudget[j]! < Infinity) return true;
  return false;
}

/** Conditions are written out where they are checked, so that no message is built unless it is needed. */
function fail(message: string): never {
  throw new InvariantError(message);
}
