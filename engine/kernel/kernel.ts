// The deterministic state machine: apply(event) -> commands. It reads no clock, no file, no socket and draws no random
// number; the same events give the same commands, to the byte, under the simulated clock, live, and in replay. Every
// event is checked against the state machines of model/states.ts; a wrong one raises InvariantError with task, from, to
// and event. Commands are appended to `log` behind the event that caused them, where the world reads them.
//
// A few functions, here and in view.ts and sim/, are closures that hold their object, not methods: those that V8 compiles by themselves,
// with what they call in its place. While a thread has one kernel and one world, these are constants of the code, and with them all
// that they never let go of: arrays are read without a look at where they lie and how long they are. With several it is as with methods.
import type { PreparedPolicy, ParameterValues, Weights } from '../model/policy.ts';
import { groupOf, hasJobBudget } from '../model/problem.ts';
import type { Problem } from '../model/problem.ts';
import {
  API, ARCHIVED, CLOUD, COMPLETED, ELIGIBLE, FAILED, HUMAN, QUEUED, RUNNING, SCHEDULED, SPOT, VM_DRAINING, VM_READY, VM_REQUESTED, VM_STATES,
} from '../model/states.ts';
import { DecisionLog } from '../journal/decision-log.ts';
import { RecordLog } from '../journal/log.ts';
import * as R from '../journal/records.ts';
import { cancelDependents, cancelTask, jobCancelled } from './cancellation.ts';
import { checkAttempt, fail, setTaskState, setVmState } from './checks.ts';
import { dataReadyAt } from './estimates.ts';
import { chargeAttempt, giveBack, leaveUnit, moveFinish, roomGrows, setIdle, takeRoom, warmFor } from './occupancy.ts';
import { migrate } from './migrate.ts';
import { rateChanged, refill } from './rate-limits.ts';
import { ReadyQueues } from './ready-queues.ts';
import { ATTEMPT, COMMITTED, DONE, FINISH, KernelState, NEXT, PREVIOUS, SINCE, SLOT_F, SLOT_I, TASK, TASK_F, TASK_I, UNIT, capacityFor, largerOf } from './state.ts';
import { View } from './view.ts';
import { endsBefore, priceChanged, takeOffSlot, vmCostUntil, vmNotice, vmReady, vmRefused, vmStarted, vmTerminated } from './vms.ts';

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
  keepEvents: boolean;
  private initialWeights: Weights;

  weights: Weights;
  now = 0;
  budget = Infinity;
  /** No budget anywhere: money need not be looked at before a placement. */
  unbudgeted = true;
  /** How often what VMs are billed has changed, but by time and placements (spending.ts). */
  billings = 0;
  /** Micro-dollars of what has ended: VM lives, calls, people's work, energy. */
  spentClosed = 0;
  /** Expected micro-dollars of placed work that is not on a VM. */
  committed = 0;
  /** Some placement was expected to cost something: what tasks have COMMITTED is to be looked at. */
  anyCost = false;
  /** VMs that are not OFF, and among them those that are READY with nothing placed on them. */
  vmCount = 0;
  idleVms = 0;
  /** Tasks that have not ended. */
  openTasks = 0;
  /** Something changed since the last decision. */
  dirty = false;
  /** A notice, a refusal or a loss: decide at once, not on the grid. */
  urgent = false;
  private wake = Infinity;
  /** The first instant at which the tick after the last one may be, unless one is urgent or the problem is driven by events. */
  nextGrid = 0;
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
    this.state = new KernelState(capacityFor(problem, options.policy));
    this.ready = new ReadyQueues(problem, this.state, options.policy);
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
    const needed = capacityFor(problem, options.policy);
    if (!this.state.fits(needed)) this.state = new KernelState(largerOf(needed, this.state.capacity));
    this.ready.load(problem, this.state, options.policy);
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
    this.now = 0; this.budget = problem.budget; this.spentClosed = 0; this.committed = 0; this.anyCost = false; this.vmCount = 0; this.idleVms = 0;
    this.unbudgeted = problem.budget === Infinity && !hasJobBudget(problem);
    this.openTasks = problem.taskCount;
    this.dirty = false; this.urgent = false; this.wake = Infinity; this.nextGrid = 0; this.paused = false;
  }

  /**
   * Makes this kernel a copy of another of the same problem. Its log starts empty. A policy with another memory, or other keys, than that of
   * the other starts afresh; one with neither goes on where the other's is.
   */
  copyFrom(other: Kernel): void {
    const goesOn = this.keepsAs(other.policy);
    if (goesOn) {
      if (!this.state.hasLayoutOf(other.state)) { this.state = other.state.twin(); this.ready.load(this.problem, this.state, this.policy); }
      this.state.copyFrom(other.state);
      this.ready.copyFrom(other.ready);
    } else this.state = other.state; // until it has moved out
    this.view.reset();
    this.log.clear();
    this.decisions.clear();
    this.weights = other.weights;
    this.now = other.now; this.budget = other.budget; this.unbudgeted = other.unbudgeted; this.spentClosed = other.spentClosed; this.committed = other.committed; this.anyCost = other.anyCost; this.vmCount = other.vmCount; this.idleVms = other.idleVms;
    this.openTasks = other.openTasks;
    this.dirty = other.dirty; this.urgent = other.urgent; this.wake = other.wake; this.nextGrid = other.nextGrid; this.paused = other.paused;
    if (!goesOn) migrate(this, this.problem, this.policy, this.parameters);
  }

  /** Whether this kernel's policy keeps as much as the other, and tasks in the same fixed order, if in one. */
  private keepsAs({ memory = 0, keys: others }: PreparedPolicy): boolean {
    const { keys } = this.policy;
    if (memory !== (this.policy.memory ?? 0)) return false;
    if (keys === others) return true;
    if (keys === undefined || others === undefined) return false;
    for (let t = 0; t < keys.length; t++) if (keys[t] !== others[t]) return false;
    return true;
  }

  /** Nothing is decided until RESUMED. */
  get isPaused(): boolean { return this.paused; }

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
    if (this.everyTick || (this.policy.everyTick === true && this.ready.eligible > 0)) at = Math.min(at, this.nextGrid);
    if (at < now) at = now;
    if (eventDriven || at === Infinity) return at;
    if (at <= this.nextGrid) return this.nextGrid;
    return Math.ceil(at / tickMs) * tickMs;
  }

  /** Applies one event at `time` (ms, never before the last one). Fields as in journal/records.ts. */
  readonly apply = (code: number, time: number, a: number, b: number, c: number, d: number): void => {
    if (!(time >= this.now)) this.timeGoesBack(code, time);
    this.now = time;
    if (this.keepEvents) this.log.append(code, time, a, b, c, d);
    // What happens most comes first and alone: this is so little that the compiler puts it in the place of each call, where it knows the code.
    if (code === R.TASK_STARTED) this.taskStarted(a | 0, b | 0, c | 0); // numbers of things are integers: the compiler is told so once
    else if (code === R.TASK_COMPLETED) this.taskCompleted(a | 0, b | 0, c);
    else if (code === R.TICK) this.decide();
    else this.applyRare(code, a, b, c, d);
  };

  private applyRare(code: number, a: number, b: number, c: number, d: number): void {
    switch (code) {
      case R.TASK_CHECKPOINTED: this.taskCheckpointed(a, b, c); return;
      case R.TASK_PROGRESS: checkAttempt(this, a, b, RUNNING, code); return;
      case R.TASK_FAILED: this.taskFailed(a, b, c, d); return;
      case R.JOB_SUBMITTED: this.jobSubmitted(a); return;
      case R.JOB_CANCELLED: jobCancelled(this, a); return;
      case R.TASK_CANCELLED: cancelTask(this, a); this.dirty = true; return;
      case R.VM_STARTED: vmStarted(this, a, b); return;
      case R.VM_IS_READY: vmReady(this, a, b); return;
      case R.VM_REFUSED: vmRefused(this, a, b); return;
      case R.VM_NOTICE: vmNotice(this, a, b, c); return;
      case R.VM_TERMINATED: vmTerminated(this, a, b, c); return;
      case R.PRICE_CHANGED: priceChanged(this, a, b, c); return;
      case R.HUMAN_ACCEPTED: checkAttempt(this, a, b, SCHEDULED, code); return;
      case R.HUMAN_DECLINED: checkAttempt(this, a, b, SCHEDULED, code); this.toEligible(a); return;
      case R.HUMAN_AVAILABLE: this.state.awayUntil[a] = 0; this.dirty = true; return;
      case R.HUMAN_AWAY: this.state.awayUntil[a] = b === 0 ? Infinity : b; this.dirty = true; return;
      case R.API_LIMITED: this.state.limitedUntil[a] = Math.max(this.state.limitedUntil[a]!, b); roomGrows(this, a); this.dirty = true; return; // `candidates` is to be asked, and asks to be woken when the limit ends
      case R.API_RESTORED: this.state.limitedUntil[a] = 0; this.dirty = true; return;
      case R.RATE_CHANGED: rateChanged(this, a, b, c); return;
      case R.BUDGET_CHANGED: this.budget = a; this.unbudgeted = false; this.dirty = true; return;
      case R.WEIGHTS_CHANGED: this.weights = { latency: a / 1e6, cost: b / 1e6, fragmentation: c / 1e6 }; this.dirty = true; return;
      case R.FAULT_INJECTED: case R.FAULT_ENDED: case R.FAULT_STRUCK: return;
      case R.PAUSED: this.paused = true; return;
      case R.RESUMED: this.paused = false; this.dirty = true; return;
      case R.REVISED: return; // whoever gives the event moves the kernel (migrate.ts)
      default: fail(`unknown event ${code}`);
    }
  }

  private timeGoesBack(code: number, time: number): never { fail(`time goes back: event ${code} at ${time}, now ${this.now}`); }

  /** Asks for a decision at or after `at`. An instant that is not in the future means the next tick. */
  wakeAt(at: number): void {
    const soonest = at > this.now ? at : this.now + this.problem.tickMs;
    if (soonest < this.wake) this.wake = soonest;
  }

  // --- decisions ---

  private readonly decide = (): void => {
    const { tickMs, eventDriven } = this.problem;
    this.nextGrid = eventDriven || this.now === this.nextGrid ? this.now + tickMs : (Math.floor(this.now / tickMs) + 1) * tickMs; // of the grid, even after a decision too urgent for it
    if (this.paused) return;
    const changed = this.dirty || this.urgent || this.now >= this.wake;
    this.dirty = false; this.urgent = false;
    if (changed) this.wake = Infinity;
    this.ready.startRound();
    this.view.beginRound(changed);
    this.policy.decide(this.view);
    this.view.endRound();
  };

  /** Places an eligible task; the caller (view.ts) has checked that it may be. `start`, `finish` and `cost` are the estimates it is placed on. */
  readonly place = (task: number, unit: number, start: number, finish: number, cost: number, setup: number): void => {
    const s = this.state, { problem } = this, { taskI } = s, row = task << TASK_I, kind = problem.unitKind[unit]!, profile = problem.taskProfile[task]!;
    this.ready.remove(task, problem.profileGroup[profile]!);
    const slot = s.takeSlot(), { slotI, slotF, firstSlot } = s, integers = slot << SLOT_I, floats = slot << SLOT_F;
    s.taskState[task] = SCHEDULED; // from ELIGIBLE
    s.taskAt[task] = slot;
    const ready = dataReadyAt(this, task, unit), attempt = taskI[row | ATTEMPT]! + 1, next = firstSlot[unit]!;
    taskI[row | ATTEMPT] = attempt;
    taskI[row | UNIT] = unit;
    slotF[floats | SINCE] = start;
    slotF[floats | FINISH] = finish;
    slotI[integers | TASK] = task;
    slotI[integers | NEXT] = next; slotI[integers | PREVIOUS] = -1; firstSlot[unit] = slot;
    if (next >= 0) slotI[next << SLOT_I | PREVIOUS] = slot;
    s.load[unit]!++;
    if (finish > s.freeAt[unit]!) s.freeAt[unit] = finish;
    takeRoom(this, profile, unit, -1);
    if (problem.batchSetup.length > 0) warmFor(this, profile, unit);
    if (cost !== 0 || this.anyCost) this.commit(task, slot, cost, kind);
    if (kind === CLOUD) setIdle(this, unit, Infinity);
    else if (kind === API) { s.requestsHeld[unit]! += problem.profileRequests[profile]!; s.tokensHeld[unit]! += problem.profileTokens[profile]!; }
    this.log.append(kind === HUMAN ? R.OFFER : R.PLACE, task, attempt, unit, setup, ready);
  };

  /** Keeps what the placement is expected to cost. */
  private commit(task: number, slot: number, cost: number, kind: number): void {
    const s = this.state;
    this.anyCost = true;
    s.slotF[slot << SLOT_F | COMMITTED] = cost;
    s.jobCommitted[this.problem.taskJob[task]!]! += cost;
    if (kind !== CLOUD) this.committed += cost;
  }

  /** Requests the next VM of a pool; the caller has checked that one is OFF and the market sold. Returns its unit. */
  requestVm(pool: number, market: number): number {
    const s = this.state, unit = takeOffSlot(this, pool), life = ++s.vmLife[unit]!;
    setVmState(this, unit, VM_REQUESTED, R.REQUEST_VM);
    s.market[unit] = market;
    s.readyAt[unit] = this.now + this.problem.poolSpinUp[pool]!;
    s.killAt[unit] = Infinity;
    s.warm[unit] = -1;
    s.freeAt[unit] = 0;
    s.accrued[unit] = 0;
    s.vmPosition[unit] = this.vmCount; s.vms[this.vmCount++] = unit;
    this.log.append(R.REQUEST_VM, unit, life, market, 0, 0);
    return unit;
  }

  /** Releases a VM without load. */
  releaseVm(unit: number): void {
    const s = this.state;
    if (s.vmState[unit] !== VM_DRAINING) setVmState(this, unit, VM_DRAINING, R.RELEASE_VM);
    s.killAt[unit] = this.now;
    setIdle(this, unit, Infinity);
    this.log.append(R.RELEASE_VM, unit, s.vmLife[unit]!, 0, 0, 0);
  }

  /** Takes a SCHEDULED task back. */
  revoke(task: number): void {
    const s = this.state;
    this.log.append(R.REVOKE, task, s.attemptOf(task), s.unitOf(task), 0, 0);
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
    const { taskAt, taskState } = this.state;
    for (let t = this.problem.jobFirst[job]!, end = this.problem.jobFirst[job + 1]!; t < end; t++) {
      if (taskState[t] !== QUEUED) continue;
      const left = taskAt[t]! - 1;
      taskAt[t] = left;
      if (left === 0) this.becomeEligible(t);
    }
  }

  private taskStarted(task: number, attempt: number, unit: number): void {
    checkAttempt(this, task, attempt, SCHEDULED, R.TASK_STARTED);
    const s = this.state, { problem } = this, { slotF } = s, floats = s.taskAt[task]! << SLOT_F, kind = problem.unitKind[unit]!;
    if (s.unitOf(task) !== unit || (kind === CLOUD && s.vmState[unit]! < VM_READY)) this.startedWrongly(task, unit);
    s.taskState[task] = RUNNING; // from SCHEDULED
    if (kind === API) {
      refill(this, unit);
      const profile = problem.taskProfile[task]!, requests = problem.profileRequests[profile]!, tokens = problem.profileTokens[profile]!;
      s.requestsHeld[unit]! -= requests; s.tokensHeld[unit]! -= tokens;
      s.requestLevel[unit]! -= requests; s.tokenLevel[unit]! -= tokens;
    }
    if (s.running[unit]!++ === 0) s.busySince[unit] = this.now;
    const late = this.now - slotF[floats | SINCE]!;
    if (late === 0) return;
    slotF[floats | SINCE] = this.now;
    if (kind === CLOUD && late > 0) this.billings++;
    moveFinish(this, floats | FINISH, unit, slotF[floats | FINISH]! + late);
  }

  private startedWrongly(task: number, unit: number): never {
    const { state: s, problem: { taskIds } } = this;
    if (s.unitOf(task) !== unit) fail(`task ${taskIds[task]} started on a unit it was not placed on`);
    fail(`task ${taskIds[task]} started on a VM that is ${VM_STATES[s.vmState[unit]!]}`);
  }

  private readonly taskCompleted = (task: number, attempt: number, busyMs: number): void => {
    checkAttempt(this, task, attempt, RUNNING, R.TASK_COMPLETED);
    const s = this.state, { taskState, taskAt } = s, { successors, successorFirst } = this.problem;
    chargeAttempt(this, task, busyMs);
    leaveUnit(this, task);
    taskState[task] = COMPLETED; // from RUNNING
    s.taskF[task << TASK_F | DONE] = this.now;
    for (let k = successorFirst[task]!, end = successorFirst[task + 1]!; k < end; k++) {
      const next = successors[k]!;
      if (taskState[next] !== QUEUED) continue;
      const left = taskAt[next]! - 1;
      taskAt[next] = left;
      if (left === 0) this.becomeEligible(next);
    }
    this.taskEnded(task);
  };

  private taskCheckpointed(task: number, attempt: number, ppm: number): void {
    checkAttempt(this, task, attempt, RUNNING, R.TASK_CHECKPOINTED);
    const s = this.state, unit = s.unitOf(task);
    if (!(ppm >= s.ppmOf(task) && ppm <= 1_000_000)) fail(`progress of ${this.problem.taskIds[task]} goes from ${s.ppmOf(task)} to ${ppm} ppm`);
    s.taskF[task << TASK_F | DONE] = ppm;
    if (s.vmState[unit] === VM_DRAINING && !endsBefore(this, task, s.killAt[unit]!)) {
      s.interruptions[task]!++; // saved in time, but interrupted all the same
      this.revoke(task);
      this.urgent = true;
    }
  }

  private taskFailed(task: number, attempt: number, cause: number, busyMs: number): void {
    const s = this.state, running = s.taskState[task] === RUNNING;
    checkAttempt(this, task, attempt, running ? RUNNING : SCHEDULED, R.TASK_FAILED);
    const counts = cause === R.CAUSE_TASK_ERROR || cause === R.CAUSE_API_ERROR || cause === R.CAUSE_TIMEOUT;
    if (running && (cause === R.CAUSE_RATE_LIMITED || cause === R.CAUSE_REFUSED)) giveBack(this, task);
    else if (running) chargeAttempt(this, task, busyMs);
    if (!counts || ++s.failures[task]! < this.problem.profileAttempts[this.problem.taskProfile[task]!]!) { this.toEligible(task); return; }
    leaveUnit(this, task);
    setTaskState(this, task, FAILED, R.TASK_FAILED);
    this.taskEnded(task);
    cancelDependents(this, task);
  }

  /** A task reached its end: its job may be archived. */
  taskEnded(task: number): void {
    const s = this.state, { problem } = this, job = problem.taskJob[task]!;
    this.openTasks--;
    s.groupPending[groupOf(this.problem, task)]!--;
    this.dirty = true;
    if (--s.jobOpen[job]! > 0) return;
    this.log.append(R.ARCHIVE_JOB, job, 0, 0, 0, 0);
    if (this.openTasks === 0) this.releaseAll();
    const { taskState } = s;
    for (let t = problem.jobFirst[job]!, end = problem.jobFirst[job + 1]!; t < end; t++) if (taskState[t] === COMPLETED) taskState[t] = ARCHIVED;
  }

  /** The work is over: nothing is left running or billed. */
  private releaseAll(): void {
    const s = this.state;
    for (let k = 0; k < this.vmCount; k++) if (s.vmState[s.vms[k]!] !== VM_REQUESTED && s.load[s.vms[k]!] === 0) this.releaseVm(s.vms[k]!);
  }

  private becomeEligible(task: number): void {
    this.state.taskState[task] = ELIGIBLE; // from QUEUED
    this.queue(task);
  }

  /** An eligible task takes its place in the ready order. */
  readonly queue = (task: number): void => {
    const { ready, policy, view } = this, group = groupOf(this.problem, task);
    if (!ready.inPlaces) ready.add(task, group, policy.order(view, task));
    else {
      policy.order(view, task); // asked for what it notes down: its key is known, and not to be waited for
      ready.addInPlace(task, group);
    }
    this.dirty = true;
  };

  /** Back from SCHEDULED or RUNNING, with its checkpointed progress. */
  toEligible(task: number): void {
    leaveUnit(this, task);
    setTaskState(this, task, ELIGIBLE, R.REVOKE);
    this.queue(task);
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

  /** Micro-dollars spent by `at`, now or later, and committed for what is placed: VMs until their load is expected to end. */
  spent(at = this.now): number {
    const s = this.state;
    let total = this.spentClosed + this.committed;
    for (let k = 0; k < this.vmCount; k++) { const u = s.vms[k]!; total += vmCostUntil(this, u, Math.max(at, s.freeAt[u]!), false); }
    return total;
  }
}
