// What truly happens to attempts: waiting for inputs, set-up, work, checkpoints, failure, the end; on machines, by APIs
// and by people. Work content is drawn once a task; answers, failures and latencies once an attempt. One calendar event
// is pending for each attempt at most.
import type { RecordLog } from '../journal/log.ts';
import {
  API_LIMITED, CAUSE_API_ERROR, CAUSE_LOST, CAUSE_RATE_LIMITED, CAUSE_REFUSED, CAUSE_TASK_ERROR, CHECKPOINT, HUMAN_ACCEPTED, HUMAN_AVAILABLE, HUMAN_AWAY, HUMAN_DECLINED,
  OFFER, PLACE, STRIDE, TASK_CHECKPOINTED, TASK_COMPLETED, TASK_FAILED, TASK_STARTED,
} from '../journal/records.ts';
import { optionOf } from '../kernel/estimates.ts';
import { requestLevelAt, tokenLevelAt } from '../kernel/rate-limits.ts';
import { workingUntil, workedBefore } from '../model/working-time.ts';
import { API, CLOUD, HUMAN, RUNNING, SCHEDULED, SPOT, VM_READY } from '../model/states.ts';
import { sample, sampleGivenAtLeast } from './random/sample.ts';
import { API_ERROR, DECLINE, DURATION, FAILURE, LATENCY, RESAMPLE, RESPONSE } from './random/streams.ts';
import { W_ANSWER, W_API_DRAIN, W_ATTEMPT, W_BEGIN } from './world-events.ts';
import type { World } from './world.ts';

/** The milestone an attempt's pending event stands for. */
const ENDS = 0, CHECKPOINT_WRITTEN = 1, FAILS = 2;

/**
 * Columns of a task's row. PENDING: handle of the pending event, -1 for none. SETUP: ms to pay, as the command said. STARTED_AT: when the attempt started; before that, when a person was asked.
 * WHOLE: true ms the whole task takes where it runs now. WORK, DONE: ms of this attempt to do, and done at SINCE; a person's
 * set-up is work below zero, so that it too goes on after an absence where it stopped. TARGET: work done when the pending
 * milestone is reached. FAILS_AT: work after which it fails. PPM0: progress, parts per million, with which it began.
 */
const PENDING = 0, MILESTONE = 1, SETUP = 2, INPUTS_AT = 3, SINCE = 4, STARTED_AT = 5, DONE = 6, TARGET = 7, WHOLE = 8, WORK = 9, FAILS_AT = 10, PPM0 = 11, ROW = 12;
/** What a fork takes over of an attempt under way: what anyone can see. */
const SEEN = [SETUP, INPUTS_AT, SINCE, STARTED_AT];

export class Attempts {
  private readonly world: World;
  private taskRoom = 0;
  private unitRoom = 0;
  /** A row a task: what an event of one attempt touches lies together (see below), which is one or two lines of cache instead of twelve. */
  private rows = new Float64Array(0);
  /** Per API: calls placed and waiting for tokens, in order, and the pending drain. */
  private waiting: number[][] = [];
  private drainEvent = new Float64Array(0);
  /** Per API: what the server really has left, when it allows less than it publishes. */
  private serverRequests = new Float64Array(0);
  private serverTokens = new Float64Array(0);
  private serverAt = new Float64Array(0);
  private outages = new Int32Array(0);
  /** Per person: away for a reason the calendar does not know. Per unit: how much longer work takes. */
  private absences = new Int32Array(0);
  private slowDown = new Float64Array(0);

  constructor(world: World) {
    this.world = world;
    this.adopt();
  }

  /** Takes up the world's present problem: larger arrays where it needs them. To be followed by `reset`. */
  adopt(): void {
    const { taskCount: n, unitCount: u } = this.world.problem;
    if (n > this.taskRoom) {
      this.taskRoom = n;
      this.rows = new Float64Array(n * ROW);
    }
    if (u > this.unitRoom) {
      this.unitRoom = u;
      this.waiting = Array.from({ length: u }, () => []);
      this.drainEvent = new Float64Array(u); this.serverRequests = new Float64Array(u); this.serverTokens = new Float64Array(u); this.serverAt = new Float64Array(u);
      this.outages = new Int32Array(u); this.absences = new Int32Array(u); this.slowDown = new Float64Array(u);
    }
  }

  reset(): void {
    const { problem } = this.world;
    for (let t = 0; t < problem.taskCount; t++) this.rows[t * ROW + PENDING] = -1;
    this.drainEvent.fill(-1); this.outages.fill(0); this.absences.fill(0); this.slowDown.fill(1); this.serverAt.fill(0);
    for (let u = 0; u < problem.unitCount; u++) {
      this.waiting[u]!.length = 0;
      this.serverRequests[u] = problem.poolRequestBurst[problem.unitPool[u]!]!;
      this.serverTokens[u] = problem.poolTokenBurst[problem.unitPool[u]!]!;
    }
  }

  // --- commands of the kernel ---

  place(task: number, attempt: number, unit: number, setup: number, inputsAt: number): void {
    const { world } = this, { problem, calendar } = world, kind = problem.unitKind[unit];
    const { rows } = this, row = task * ROW;
    rows[row + SETUP] = setup;
    rows[row + INPUTS_AT] = inputsAt;
    if (kind === API) { this.waiting[unit]!.push(task); this.drain(unit); return; }
    if (kind === CLOUD && world.kernel.state.vmState[unit] !== VM_READY) return; // unitReady will take it up
    if (inputsAt > calendar.now) rows[row + PENDING] = calendar.schedule(inputsAt, W_BEGIN, task, attempt);
    else this.start(task, attempt, unit);
  }

  offer(task: number, attempt: number, unit: number, setup: number): void {
    this.rows[task * ROW + SETUP] = setup;
    this.rows[task * ROW + STARTED_AT] = this.world.calendar.now;
    this.awaitAnswer(task, attempt, unit);
  }

  revoke(task: number, unit: number): void {
    this.forget(task);
    const queue = this.waiting[unit]!, at = queue.indexOf(task);
    if (at < 0) return;
    queue.splice(at, 1);
    // The next in line may need less. Not before the commands behind this one are read: they may take it back too.
    if (at === 0) this.drainAt(unit, this.world.calendar.now);
  }

  /** Asked to write a checkpoint now: before a kill. Nothing to save during set-up; one being written goes on. */
  checkpoint(task: number, attempt: number): void {
    const { world } = this, { calendar, problem } = world, profile = problem.taskProfile[task]!;
    const { rows } = this, row = task * ROW, worked = rows[row + DONE] + (calendar.now - rows[row + SINCE]);
    if (worked <= rows[row + DONE] || worked >= rows[row + TARGET]) return;
    calendar.cancel(rows[row + PENDING]);
    rows[row + TARGET] = worked;
    rows[row + MILESTONE] = CHECKPOINT_WRITTEN;
    rows[row + PENDING] = calendar.schedule(calendar.now + problem.profileCheckpointCost[profile]!, W_ATTEMPT, task, attempt);
  }

  /** The attempt is over, for a reason the kernel knows: its pending event must not happen. */
  forget(task: number): void {
    if (this.rows[task * ROW + PENDING] >= 0) this.world.calendar.cancel(this.rows[task * ROW + PENDING]);
    this.rows[task * ROW + PENDING] = -1;
  }

  // --- events of the calendar ---

  /** A VM is ready: what was placed on it begins, in the order of placement. */
  unitReady(unit: number): void {
    const { world } = this, s = world.kernel.state, tasks: number[] = [];
    for (let t = s.firstOnUnit[unit]!; t >= 0; t = s.nextOnUnit(t)) if (s.taskState[t] === SCHEDULED) tasks.push(t);
    for (let k = tasks.length - 1; k >= 0; k--) this.place(tasks[k]!, s.attemptOf(tasks[k]), unit, this.rows[tasks[k] * ROW + SETUP], this.rows[tasks[k] * ROW + INPUTS_AT]);
  }

  begin(task: number, attempt: number): void {
    this.rows[task * ROW + PENDING] = -1;
    this.start(task, attempt, this.world.kernel.state.unitOf(task));
  }

  answer(task: number, attempt: number): void {
    const { world } = this, { truth, problem, streams } = world, unit = world.kernel.state.unitOf(task), decline = truth.pools[problem.unitPool[unit]!]!.decline;
    this.rows[task * ROW + PENDING] = -1;
    if (decline > 0 && streams.uniform(DECLINE, truth.taskKey[task]!, attempt, 0) < decline) { world.apply(HUMAN_DECLINED, task, attempt, unit, 0); return; }
    world.apply(HUMAN_ACCEPTED, task, attempt, unit, 0);
    this.start(task, attempt, unit);
  }

  reached(task: number, attempt: number): void {
    const { world } = this, { problem, calendar } = world, s = world.kernel.state, unit = s.unitOf(task), { rows } = this, row = task * ROW;
    rows[row + PENDING] = -1;
    switch (rows[row + MILESTONE]) {
      case CHECKPOINT_WRITTEN: {
        rows[row + DONE] = rows[row + TARGET];
        const ppm = Math.min(999_999, Math.max(s.ppmOf(task), rows[row + PPM0] + Math.floor(rows[row + DONE] / rows[row + WHOLE] * 1_000_000)));
        rows[row + SINCE] = calendar.now;
        this.planMilestone(task, attempt, unit);
        world.apply(TASK_CHECKPOINTED, task, attempt, ppm, 0);
        return;
      }
      case FAILS: {
        const api = problem.unitKind[unit] === API;
        world.apply(TASK_FAILED, task, attempt, api ? CAUSE_API_ERROR : CAUSE_TASK_ERROR, this.busyMs(task, unit, rows[row + FAILS_AT]));
        return;
      }
      default: world.apply(TASK_COMPLETED, task, attempt, this.busyMs(task, unit, rows[row + WORK]), 0);
    }
  }

  // --- work ---

  private start(task: number, attempt: number, unit: number): void {
    const { world } = this, { problem, truth, calendar, streams } = world, pool = problem.unitPool[unit]!, kind = problem.poolKind[pool]!, s = world.kernel.state;
    world.apply(TASK_STARTED, task, attempt, unit, 0);
    if (kind === API && this.serverRefuses(task, attempt, unit)) return;
    const option = optionOf(problem, task, pool), shape = truth.optionShape[option]!, key = truth.taskKey[task]!, { now } = calendar, { rows } = this, row = task * ROW;
    const factor = shape === 0 ? 1 : sample(truth.shapes[shape]!, streams, kind === API ? LATENCY : DURATION, key, kind === API ? attempt : 0);
    const whole = Math.max(0, Math.round(truth.taskWork[task]! * truth.optionScale[option]! * factor * this.slowDown[unit]!));
    const ppm = s.ppmOf(task), work = ppm === 0 ? whole : Math.round(whole * (1_000_000 - ppm) / 1_000_000), setup = rows[row + SETUP]!;
    rows[row + WHOLE] = whole;
    rows[row + PPM0] = ppm;
    rows[row + WORK] = work;
    rows[row + DONE] = kind === HUMAN ? -setup : 0;
    rows[row + STARTED_AT] = now;
    rows[row + SINCE] = kind === HUMAN ? now : now + setup;
    const rate = kind === API ? truth.pools[pool]!.errorRate : truth.profileFailureRate[problem.taskProfile[task]!]!, stream = kind === API ? API_ERROR : FAILURE;
    rows[row + FAILS_AT] = rate > 0 && streams.uniform(stream, key, attempt, 0) < rate ? Math.round(work * streams.uniform(stream, key, attempt, 1)) : Infinity;
    this.planMilestone(task, attempt, unit);
    world.injector.attemptStarted(task, unit);
  }

  /** Schedules the next thing that happens to the attempt, from `done` ms of work at `since`. */
  private planMilestone(task: number, attempt: number, unit: number): void {
    const { problem, calendar, kernel } = this.world, kind = problem.unitKind[unit]!;
    const { rows } = this, row = task * ROW, done = rows[row + DONE]!, attemptWork = rows[row + WORK]!, failsAt = rows[row + FAILS_AT]!, end = failsAt < attemptWork ? failsAt : attemptWork;
    let to = end, extra = 0, what = failsAt < attemptWork ? FAILS : ENDS;
    if (kind === CLOUD && kernel.state.market[unit] === SPOT) {
      const profile = problem.taskProfile[task]!, interval = problem.profileCheckpointInterval[profile]!;
      if (interval > 0 && done + interval < end) { to = done + interval; extra = problem.profileCheckpointCost[profile]!; what = CHECKPOINT_WRITTEN; }
    }
    rows[row + MILESTONE] = what;
    rows[row + TARGET] = to;
    if (kind === HUMAN) { this.planHumanWork(task, attempt, unit, to - done); return; }
    const at = rows[row + SINCE]! + (to - done) + extra;
    rows[row + PENDING] = calendar.schedule(at, W_ATTEMPT, task, attempt);
  }

  /** Time really worked by the attempt: a person's without pauses, a machine's from start to now. */
  private busyMs(task: number, unit: number, work: number): number {
    const { problem, calendar } = this.world;
    return problem.unitKind[unit] === HUMAN ? Math.round(this.rows[task * ROW + SETUP] + work) : calendar.now - this.rows[task * ROW + STARTED_AT];
  }

  // --- people ---

  private awaitAnswer(task: number, attempt: number, unit: number): void {
    const { world } = this, { problem, truth, calendar, streams } = world;
    if (this.absences[unit]! > 0) return; // taken up again on return
    const delay = Math.max(0, Math.round(sample(truth.pools[problem.unitPool[unit]!]!.response, streams, RESPONSE, truth.taskKey[task]!, attempt)));
    const answered = workingUntil(problem, unit, calendar.now, delay);
    if (answered < Infinity) this.rows[task * ROW + PENDING] = calendar.schedule(answered, W_ANSWER, task, attempt);
  }

  /** `work` ms of the attempt, set-up included, in the person's working time. */
  private planHumanWork(task: number, attempt: number, unit: number, work: number): void {
    const { problem, calendar } = this.world;
    if (this.absences[unit]! > 0) return;
    const at = workingUntil(problem, unit, calendar.now, work);
    if (at < Infinity) this.rows[task * ROW + PENDING] = calendar.schedule(at, W_ATTEMPT, task, attempt);
  }

  /** A person is away against the calendar: their work and answers stop where they are. */
  personLeaves(unit: number): void {
    const { world } = this, { problem, calendar } = world, s = world.kernel.state;
    if (this.absences[unit]!++ > 0) return;
    for (let t = s.firstOnUnit[unit]!; t >= 0; t = s.nextOnUnit(t)) {
      this.forget(t);
      if (s.taskState[t] !== RUNNING) continue;
      const worked = workedBefore(problem, unit, calendar.now) - workedBefore(problem, unit, this.rows[t * ROW + SINCE]);
      this.rows[t * ROW + DONE] = Math.min(this.rows[t * ROW + WORK], this.rows[t * ROW + DONE] + worked);
    }
  }

  personReturns(unit: number): void {
    const { world } = this, s = world.kernel.state;
    if (--this.absences[unit]! > 0) return;
    for (let t = s.firstOnUnit[unit]!; t >= 0; t = s.nextOnUnit(t)) {
      if (s.taskState[t] === SCHEDULED) { this.awaitAnswer(t, s.attemptOf(t), unit); continue; }
      this.rows[t * ROW + SINCE] = world.calendar.now;
      this.planMilestone(t, s.attemptOf(t), unit);
    }
  }

  isAway(unit: number): boolean { return this.absences[unit]! > 0; }

  // --- APIs ---

  /** Starts the waiting calls that fit the published buckets, first come first served; the client keeps to what is published. */
  drain(unit: number): void {
    const { world } = this, { kernel, problem, calendar } = world, queue = this.waiting[unit]!, s = kernel.state;
    this.cancelDrain(unit);
    while (queue.length > 0) {
      const task = queue[0]!, profile = problem.taskProfile[task]!;
      const requestGap = problem.profileRequests[profile]! - requestLevelAt(kernel, unit, calendar.now), tokenGap = problem.profileTokens[profile]! - tokenLevelAt(kernel, unit, calendar.now);
      if (requestGap > 0 || tokenGap > 0) {
        const wait = Math.max(requestGap > 0 ? requestGap / s.requestRate[unit]! : 0, tokenGap > 0 ? tokenGap / s.tokenRate[unit]! : 0);
        if (wait < Infinity) this.drainAt(unit, calendar.now + Math.max(1, Math.ceil(wait)));
        return;
      }
      queue.shift();
      this.start(task, s.attemptOf(task), unit);
    }
  }

  drainDue(unit: number): void { this.drainEvent[unit] = -1; this.drain(unit); }

  private drainAt(unit: number, at: number): void {
    this.cancelDrain(unit);
    this.drainEvent[unit] = this.world.calendar.schedule(at, W_API_DRAIN, unit, 0);
  }

  private cancelDrain(unit: number): void {
    if (this.drainEvent[unit]! >= 0) this.world.calendar.cancel(this.drainEvent[unit]!);
    this.drainEvent[unit] = -1;
  }

  /** The server's own answer at the start of a call: 503 in an outage, 429 when it allows less than it publishes. Neither uses up an attempt. */
  private serverRefuses(task: number, attempt: number, unit: number): boolean {
    const { world } = this, { problem, truth, calendar } = world, pool = problem.unitPool[unit]!, { actualShare, retryAfter } = truth.pools[pool]!, profile = problem.taskProfile[task]!;
    let cause = -1;
    if (this.outages[unit]! > 0) cause = CAUSE_REFUSED;
    else if (actualShare < 1) {
      const elapsed = calendar.now - this.serverAt[unit]!, requests = problem.profileRequests[profile]!, tokens = problem.profileTokens[profile]!;
      this.serverAt[unit] = calendar.now;
      this.serverRequests[unit] = Math.min(problem.poolRequestBurst[pool]!, this.serverRequests[unit]! + elapsed * problem.poolRequestRate[pool]! * actualShare / 60_000);
      this.serverTokens[unit] = Math.min(problem.poolTokenBurst[pool]!, this.serverTokens[unit]! + elapsed * problem.poolTokenRate[pool]! * actualShare / 60_000);
      if (this.serverRequests[unit]! < requests || this.serverTokens[unit]! < tokens) cause = CAUSE_RATE_LIMITED;
      else { this.serverRequests[unit]! -= requests; this.serverTokens[unit]! -= tokens; }
    }
    if (cause < 0) return false;
    world.apply(API_LIMITED, unit, calendar.now + retryAfter, 0, 0);
    world.apply(TASK_FAILED, task, attempt, cause, 0);
    return true;
  }

  /** An outage begins: calls under way are lost. Or ends. */
  outage(unit: number, change: 1 | -1): void {
    const { world } = this, s = world.kernel.state;
    this.outages[unit]! += change;
    if (change < 0 || this.outages[unit]! > 1) return;
    const lost: number[] = [];
    for (let t = s.firstOnUnit[unit]!; t >= 0; t = s.nextOnUnit(t)) if (s.taskState[t] === RUNNING) lost.push(t);
    if (lost.length > 0) world.apply(API_LIMITED, unit, world.calendar.now + world.truth.pools[world.problem.unitPool[unit]!]!.retryAfter, 0, 0);
    for (const t of lost.sort((a, b) => a - b)) {
      this.forget(t);
      world.apply(TASK_FAILED, t, s.attemptOf(t), CAUSE_LOST, world.calendar.now - this.rows[t * ROW + STARTED_AT]);
    }
  }

  // --- forks ---

  /**
   * Takes over, from the world of a copied kernel, what anyone can see of the attempts under way, and draws what is left of
   * them from this world's own model and streams, given what has passed. Called at the instant of the fork.
   */
  resume(source: Attempts): void {
    const { world } = this, { problem, calendar } = world, s = world.kernel.state;
    for (let unit = 0; unit < problem.unitCount; unit++) {
      if (problem.unitKind[unit] === HUMAN && s.awayUntil[unit]! > calendar.now) this.absences[unit] = 1;
      if (s.load[unit] === 0) continue;
      const kind = problem.unitKind[unit], placed: number[] = [];
      for (let t = s.firstOnUnit[unit]!; t >= 0; t = s.nextOnUnit(t)) placed.push(t);
      for (let k = placed.length - 1; k >= 0; k--) {
        const task = placed[k]!, attempt = s.attemptOf(task);
        for (const column of SEEN) this.rows[task * ROW + column] = source.rows[task * ROW + column]!;
        if (s.taskState[task] === RUNNING) this.resumeWork(task, attempt, unit, source);
        else if (kind === HUMAN) this.awaitAnswer(task, attempt, unit);
        else this.place(task, attempt, unit, this.rows[task * ROW + SETUP], this.rows[task * ROW + INPUTS_AT]);
      }
    }
  }

  /** What anyone can see of the attempts under way, from the rows of a run whose world is not simulated. */
  observe(log: RecordLog): void {
    const { rows } = this, { problem } = this.world, { unitKind } = problem;
    let now = 0;
    for (let at = 0; at < log.length; at += STRIDE) {
      const code = log.rows[at]!, isEvent = code < PLACE, first = isEvent ? at + 2 : at + 1, a = log.rows[first]!, c = log.rows[first + 2]!, row = a * ROW;
      if (isEvent) now = log.rows[at + 1]!;
      switch (code) {
        case PLACE: case OFFER: rows[row + SETUP] = log.rows[first + 3]!; rows[row + INPUTS_AT] = log.rows[first + 4]!; rows[row + STARTED_AT] = now; break;
        case TASK_STARTED:
          rows[row + STARTED_AT] = now; rows[row + MILESTONE] = ENDS;
          rows[row + SINCE] = unitKind[c] === HUMAN ? now : now + rows[row + SETUP]!;
          rows[row + DONE] = unitKind[c] === HUMAN ? -rows[row + SETUP]! : 0;
          break;
        case CHECKPOINT:
          if (now <= rows[row + SINCE]! || rows[row + MILESTONE] === CHECKPOINT_WRITTEN) break; // nothing to save yet, or one is being written: as in `checkpoint`
          rows[row + MILESTONE] = CHECKPOINT_WRITTEN; rows[row + TARGET] = rows[row + DONE]! + now - rows[row + SINCE]!;
          break;
        case TASK_CHECKPOINTED: rows[row + MILESTONE] = ENDS; rows[row + SINCE] = now; break;
        case HUMAN_AWAY: case HUMAN_AVAILABLE: this.observeAbsence(a, code === HUMAN_AWAY, now); break;
        default: break;
      }
    }
  }

  /** Work of a person stops while they are away, and goes on after. Whose it was then is told by where their attempts are now. */
  private observeAbsence(unit: number, away: boolean, now: number): void {
    const { rows } = this, { problem, kernel: { state: s } } = this.world;
    if (away === (this.absences[unit]! > 0)) return;
    this.absences[unit] = away ? 1 : 0;
    for (let t = s.firstOnUnit[unit]!; t >= 0; t = s.nextOnUnit(t)) {
      const row = t * ROW;
      if (s.taskState[t] !== RUNNING || rows[row + STARTED_AT]! > now) continue;
      if (away) rows[row + DONE] = rows[row + DONE]! + workedBefore(problem, unit, now) - workedBefore(problem, unit, rows[row + SINCE]!);
      rows[row + SINCE] = now;
    }
  }

  private resumeWork(task: number, attempt: number, unit: number, source: Attempts): void {
    const { world } = this, { problem, truth, calendar, streams } = world, pool = problem.unitPool[unit]!, s = world.kernel.state, now = calendar.now;
    const option = optionOf(problem, task, pool), mean = truth.taskWork[task]! * truth.optionScale[option]!, ppm = s.ppmOf(task), left = (1_000_000 - ppm) / 1_000_000;
    const worked = problem.poolKind[pool] === HUMAN ? source.workedByPerson(task, unit, now) : Math.max(0, now - this.rows[task * ROW + SINCE]), factor = mean === 0 ? 1 : sampleGivenAtLeast(truth.shapes[truth.optionShape[option]!]!, Math.max(0, worked) / left / mean, streams, RESAMPLE, truth.taskKey[task]!, attempt);
    const { rows } = this, row = task * ROW, whole = Math.round(mean * factor), work = Math.max(worked, Math.round(whole * left));
    rows[row + WHOLE] = whole;
    rows[row + PPM0] = ppm;
    rows[row + WORK] = work;
    rows[row + DONE] = worked;
    rows[row + SINCE] = Math.max(now, rows[row + SINCE]!);
    rows[row + FAILS_AT] = Infinity;
    const written = source.checkpointWritten(task, now);
    if (written < 0) { this.planMilestone(task, attempt, unit); world.injector.attemptStarted(task, unit); return; }
    const target = source.rows[row + TARGET]! - source.rows[row + DONE]!;
    rows[row + DONE] = 0;
    rows[row + TARGET] = target;
    rows[row + WORK] = Math.max(work, target);
    rows[row + MILESTONE] = CHECKPOINT_WRITTEN;
    rows[row + PENDING] = calendar.schedule(Math.max(now, written), W_ATTEMPT, task, attempt);
  }

  /** When the checkpoint that is being written will be, -1 when none is. */
  private checkpointWritten(task: number, now: number): number {
    const { problem } = this.world, begun = this.rows[task * ROW + SINCE] + this.rows[task * ROW + TARGET] - this.rows[task * ROW + DONE];
    return this.rows[task * ROW + MILESTONE] === CHECKPOINT_WRITTEN && begun <= now ? begun + problem.profileCheckpointCost[problem.taskProfile[task]!]! : -1;
  }

  /** Working time a person has spent on the attempt, less its set-up: anyone can see when they were there. */
  private workedByPerson(task: number, unit: number, now: number): number {
    const { problem } = this.world;
    return this.rows[task * ROW + DONE] + (this.isAway(unit) ? 0 : workedBefore(problem, unit, now) - workedBefore(problem, unit, this.rows[task * ROW + SINCE]));
  }

  /** Work started on the unit from now on takes `factor` times as long as before. */
  slow(unit: number, factor: number): void { this.slowDown[unit]! *= factor; }

  /** The instant at which the running attempt would have done this share of what it set out to do. */
  instantOfProgress(task: number, share: number): number {
    return Math.round(this.rows[task * ROW + SINCE] + share * this.rows[task * ROW + WORK]);
  }
}
