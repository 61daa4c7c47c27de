// What truly happens to attempts: waiting for inputs, set-up, work, checkpoints, failure, the end; on machines, by APIs
// and by people. Work content is drawn once a task; answers, failures and latencies once an attempt. One calendar event
// is pending for each attempt at most.
import type { RecordLog } from '../journal/log.ts';
import {
  API_LIMITED, CAUSE_API_ERROR, CAUSE_LOST, CAUSE_RATE_LIMITED, CAUSE_REFUSED, CAUSE_TASK_ERROR, CHECKPOINT, HUMAN_ACCEPTED, HUMAN_AVAILABLE, HUMAN_AWAY, HUMAN_DECLINED,
  OFFER, PLACE, REVOKE, STRIDE, TASK_CHECKPOINTED, TASK_COMPLETED, TASK_FAILED, TASK_STARTED,
} from '../journal/records.ts';
import { optionIn, optionOf } from '../kernel/estimates.ts';
import { requestLevelAt, tokenLevelAt } from '../kernel/rate-limits.ts';
import { workingUntil, workedBefore } from '../model/working-time.ts';
import { API, CLOUD, HUMAN, RUNNING, SCHEDULED, SPOT, VM_READY } from '../model/states.ts';
import { AttemptRows, DONE, FAILS_AT, INPUTS_AT, MILESTONE, NO_ROW, PENDING, PPM0, SETUP, SINCE, STARTED_AT, TARGET, WHOLE, WORK } from './attempt-rows.ts';
import { sample, sampleGivenAtLeast } from './random/sample.ts';
import { API_ERROR, DECLINE, DURATION, FAILURE, LATENCY, RESAMPLE, RESPONSE } from './random/streams.ts';
import { W_ANSWER, W_API_DRAIN, W_ATTEMPT, W_BEGIN } from './world-events.ts';
import type { World } from './world.ts';

/** The milestone an attempt's pending event stands for. */
const ENDS = 0, CHECKPOINT_WRITTEN = 1, FAILS = 2;

/** What a fork takes over of an attempt under way: what anyone can see. */
const SEEN = [SETUP, INPUTS_AT, SINCE, STARTED_AT];

export class Attempts {
  private readonly world: World;
  private unitRoom = 0;
  private readonly rows = new AttemptRows();
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
    const { unitCount: u } = this.world.problem;
    if (u > this.unitRoom) {
      this.unitRoom = u;
      this.waiting = Array.from({ length: u }, () => []);
      this.drainEvent = new Float64Array(u); this.serverRequests = new Float64Array(u); this.serverTokens = new Float64Array(u); this.serverAt = new Float64Array(u);
      this.outages = new Int32Array(u); this.absences = new Int32Array(u); this.slowDown = new Float64Array(u);
    }
  }

  reset(): void {
    const { problem } = this.world;
    this.rows.reset(problem.taskCount);
    this.drainEvent.fill(-1); this.outages.fill(0); this.absences.fill(0); this.slowDown.fill(1); this.serverAt.fill(0);
    for (let u = 0; u < problem.unitCount; u++) {
      if (this.waiting[u]!.length > 0) this.waiting[u]!.length = 0;
      this.serverRequests[u] = problem.poolRequestBurst[problem.unitPool[u]!]!;
      this.serverTokens[u] = problem.poolTokenBurst[problem.unitPool[u]!]!;
    }
  }

  // --- commands of the kernel ---

  place(task: number, attempt: number, unit: number, setup: number, inputsAt: number): void {
    const { world } = this, { problem, calendar } = world, kind = problem.unitKind[unit];
    const row = this.rows.take(task), { data } = this.rows;
    data[row + SETUP] = setup;
    data[row + INPUTS_AT] = inputsAt;
    if (kind === API) { this.waiting[unit]!.push(task); this.drain(unit); return; }
    if (kind === CLOUD && world.kernel.state.vmState[unit] !== VM_READY) return; // unitReady will take it up
    if (inputsAt > calendar.now) data[row + PENDING] = calendar.schedule(inputsAt, W_BEGIN, task, attempt);
    else this.start(task, attempt, unit);
  }

  offer(task: number, attempt: number, unit: number, setup: number): void {
    const row = this.rows.take(task), { data } = this.rows;
    data[row + SETUP] = setup;
    data[row + STARTED_AT] = this.world.calendar.now;
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
    const { data } = this.rows, row = this.rows.of[task]!, worked = data[row + DONE]! + (calendar.now - data[row + SINCE]!);
    if (worked <= data[row + DONE]! || worked >= data[row + TARGET]!) return;
    calendar.cancel(data[row + PENDING]!);
    data[row + TARGET] = worked;
    data[row + MILESTONE] = CHECKPOINT_WRITTEN;
    data[row + PENDING] = calendar.schedule(calendar.now + problem.profileCheckpointCost[profile]!, W_ATTEMPT, task, attempt);
  }

  /** The attempt is over, for a reason the kernel knows: its pending event must not happen. */
  forget(task: number): void {
    if (this.rows.of[task] === NO_ROW) return;
    this.interrupt(task);
    this.rows.giveBack(task);
  }

  /** What was to happen next to the attempt does not happen. */
  private interrupt(task: number): void {
    const { data } = this.rows, at = this.rows.of[task]! + PENDING;
    if (data[at]! >= 0) this.world.calendar.cancel(data[at]!);
    data[at] = -1;
  }

  // --- events of the calendar ---

  /** A VM is ready: what was placed on it begins, in the order of placement. */
  unitReady(unit: number): void {
    const { world } = this, s = world.kernel.state, tasks: number[] = [];
    for (let t = s.firstOnUnit(unit); t >= 0; t = s.nextOnUnit(t)) if (s.taskState[t] === SCHEDULED) tasks.push(t);
    for (let k = tasks.length - 1; k >= 0; k--) this.placeAgain(tasks[k]!, unit);
  }

  private placeAgain(task: number, unit: number): void {
    const row = this.rows.take(task), { data } = this.rows;
    this.place(task, this.world.kernel.state.attemptOf(task), unit, data[row + SETUP]!, data[row + INPUTS_AT]!);
  }

  begin(task: number, attempt: number): void {
    this.settle(task);
    this.start(task, attempt, this.world.kernel.state.unitOf(task));
  }

  answer(task: number, attempt: number): void {
    const { world } = this, { truth, problem, streams } = world, unit = world.kernel.state.unitOf(task), decline = truth.pools[problem.unitPool[unit]!]!.decline;
    this.settle(task);
    if (decline > 0 && streams.uniform(DECLINE, truth.taskKey[task]!, attempt, 0) < decline) { this.rows.giveBack(task); world.apply(HUMAN_DECLINED, task, attempt, unit, 0); return; }
    world.apply(HUMAN_ACCEPTED, task, attempt, unit, 0);
    this.start(task, attempt, unit);
  }

  reached(task: number, attempt: number): void {
    const { world } = this, { data } = this.rows, row = this.rows.of[task]!, what = data[row + MILESTONE]!;
    if (what === CHECKPOINT_WRITTEN) { this.checkpointReached(task, attempt, row); return; }
    const { problem, calendar } = world, unit = world.kernel.state.unitOf(task), kind = problem.unitKind[unit]!;
    // Time really worked: a person's without pauses, a machine's from start to now.
    const busyMs = kind === HUMAN ? Math.round(data[row + SETUP]! + (what === FAILS ? data[row + FAILS_AT]! : data[row + WORK]!)) : calendar.now - data[row + STARTED_AT]!;
    this.rows.giveBack(task);
    if (what === FAILS) world.apply(TASK_FAILED, task, attempt, kind === API ? CAUSE_API_ERROR : CAUSE_TASK_ERROR, busyMs);
    else world.apply(TASK_COMPLETED, task, attempt, busyMs, 0);
  }

  private checkpointReached(task: number, attempt: number, row: number): void {
    const { world } = this, { data } = this.rows, { state: s } = world.kernel, done = data[row + TARGET]!;
    data[row + DONE] = done;
    const ppm = Math.min(999_999, Math.max(s.ppmOf(task), data[row + PPM0]! + Math.floor(done / data[row + WHOLE]! * 1_000_000)));
    data[row + SINCE] = world.calendar.now;
    this.planMilestone(task, attempt, s.unitOf(task), row);
    world.apply(TASK_CHECKPOINTED, task, attempt, ppm, 0);
  }

  /** The pending event of the attempt has come. */
  private settle(task: number): void { this.rows.data[this.rows.of[task]! + PENDING] = -1; }

  // --- work ---

  private readonly start = (task: number, attempt: number, unit: number): void => {
    const { world } = this, { problem, truth, calendar, streams } = world, pool = problem.unitPool[unit]!, kind = problem.poolKind[pool]!, s = world.kernel.state;
    world.apply(TASK_STARTED, task, attempt, unit, 0);
    if (kind === API && this.serverRefuses(task, attempt, unit)) return;
    const profile = problem.taskProfile[task]!, option = optionIn(problem, profile, pool), shape = truth.optionShape[option]!, { now } = calendar, { data } = this.rows, row = this.rows.of[task]!;
    const factor = shape === 0 ? 1 : sample(truth.shapes[shape]!, streams, kind === API ? LATENCY : DURATION, truth.taskKey[task]!, kind === API ? attempt : 0);
    const whole = Math.max(0, Math.round(truth.taskWork[task]! * truth.optionScale[option]! * factor * this.slowDown[unit]!));
    const ppm = s.ppmOf(task), work = ppm === 0 ? whole : Math.round(whole * (1_000_000 - ppm) / 1_000_000), setup = data[row + SETUP]!;
    data[row + WHOLE] = whole;
    data[row + PPM0] = ppm;
    data[row + WORK] = work;
    data[row + DONE] = kind === HUMAN ? -setup : 0;
    data[row + STARTED_AT] = now;
    data[row + SINCE] = kind === HUMAN ? now : now + setup;
    const rate = kind === API ? truth.pools[pool]!.errorRate : truth.profileFailureRate[profile]!, stream = kind === API ? API_ERROR : FAILURE;
    data[row + FAILS_AT] = rate > 0 && streams.uniform(stream, truth.taskKey[task]!, attempt, 0) < rate ? Math.round(work * streams.uniform(stream, truth.taskKey[task]!, attempt, 1)) : Infinity;
    this.planMilestone(task, attempt, unit, row);
    world.injector.attemptStarted(task, unit);
  };

  /** Schedules the next thing that happens to the attempt, from `done` ms of work at `since`. */
  private planMilestone(task: number, attempt: number, unit: number, row: number): void {
    const { problem, calendar, kernel } = this.world, kind = problem.unitKind[unit]!;
    const { data } = this.rows, done = data[row + DONE]!, attemptWork = data[row + WORK]!, failsAt = data[row + FAILS_AT]!, end = failsAt < attemptWork ? failsAt : attemptWork;
    let to = end, extra = 0, what = failsAt < attemptWork ? FAILS : ENDS;
    if (kind === CLOUD && kernel.state.market[unit] === SPOT) {
      const profile = problem.taskProfile[task]!, interval = problem.profileCheckpointInterval[profile]!;
      if (interval > 0 && done + interval < end) { to = done + interval; extra = problem.profileCheckpointCost[profile]!; what = CHECKPOINT_WRITTEN; }
    }
    data[row + MILESTONE] = what;
    data[row + TARGET] = to;
    if (kind === HUMAN) { this.planHumanWork(task, attempt, unit, row, to - done); return; }
    const at = data[row + SINCE]! + (to - done) + extra;
    data[row + PENDING] = calendar.schedule(at, W_ATTEMPT, task, attempt);
  }

  // --- people ---

  private awaitAnswer(task: number, attempt: number, unit: number): void {
    const { world } = this, { problem, truth, calendar, streams } = world;
    if (this.absences[unit]! > 0) return; // taken up again on return
    const { response } = truth.pools[problem.unitPool[unit]!]!;
    // A fixed one needs no key: in a large project looking it up is a wait for memory.
    const delay = Math.max(0, Math.round(response.kind === 'fixed' ? response.mean : sample(response, streams, RESPONSE, truth.taskKey[task]!, attempt)));
    const answered = workingUntil(problem, unit, calendar.now, delay);
    if (answered < Infinity) this.rows.data[this.rows.of[task]! + PENDING] = calendar.schedule(answered, W_ANSWER, task, attempt);
  }

  /** `work` ms of the attempt, set-up included, in the person's working time. */
  private planHumanWork(task: number, attempt: number, unit: number, row: number, work: number): void {
    const { problem, calendar } = this.world;
    if (this.absences[unit]! > 0) return;
    const at = workingUntil(problem, unit, calendar.now, work);
    if (at < Infinity) this.rows.data[row + PENDING] = calendar.schedule(at, W_ATTEMPT, task, attempt);
  }

  /** A person is away against the calendar: their work and answers stop where they are. */
  personLeaves(unit: number): void {
    const { world } = this, { problem, calendar } = world, s = world.kernel.state;
    if (this.absences[unit]!++ > 0) return;
    for (let t = s.firstOnUnit(unit); t >= 0; t = s.nextOnUnit(t)) {
      this.interrupt(t);
      if (s.taskState[t] !== RUNNING) continue;
      const { data } = this.rows, row = this.rows.of[t]!, worked = workedBefore(problem, unit, calendar.now) - workedBefore(problem, unit, data[row + SINCE]!);
      data[row + DONE] = Math.min(data[row + WORK]!, data[row + DONE]! + worked);
    }
  }

  personReturns(unit: number): void {
    const { world } = this, s = world.kernel.state;
    if (--this.absences[unit]! > 0) return;
    for (let t = s.firstOnUnit(unit); t >= 0; t = s.nextOnUnit(t)) {
      if (s.taskState[t] === SCHEDULED) { this.awaitAnswer(t, s.attemptOf(t), unit); continue; }
      const row = this.rows.of[t]!;
      this.rows.data[row + SINCE] = world.calendar.now;
      this.planMilestone(t, s.attemptOf(t), unit, row);
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
    this.rows.giveBack(task);
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
    for (let t = s.firstOnUnit(unit); t >= 0; t = s.nextOnUnit(t)) if (s.taskState[t] === RUNNING) lost.push(t);
    if (lost.length > 0) world.apply(API_LIMITED, unit, world.calendar.now + world.truth.pools[world.problem.unitPool[unit]!]!.retryAfter, 0, 0);
    for (const t of lost.sort((a, b) => a - b)) {
      const startedAt = this.rows.data[this.rows.of[t]! + STARTED_AT]!;
      this.forget(t);
      world.apply(TASK_FAILED, t, s.attemptOf(t), CAUSE_LOST, world.calendar.now - startedAt);
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
      for (let t = s.firstOnUnit(unit); t >= 0; t = s.nextOnUnit(t)) placed.push(t);
      for (let k = placed.length - 1; k >= 0; k--) {
        const task = placed[k]!, attempt = s.attemptOf(task), row = this.rows.take(task), from = source.rows.of[task]!;
        for (const column of SEEN) this.rows.data[row + column] = source.rows.data[from + column]!;
        if (s.taskState[task] === RUNNING) this.resumeWork(task, attempt, unit, source);
        else if (kind === HUMAN) this.awaitAnswer(task, attempt, unit);
        else this.placeAgain(task, unit);
      }
    }
  }

  /** What anyone can see of the attempts under way, from the rows of a run whose world is not simulated. */
  observe(log: RecordLog): void {
    const { unitKind } = this.world.problem;
    let now = 0;
    for (let at = 0; at < log.length; at += STRIDE) {
      const code = log.rows[at]!, isEvent = code < PLACE, first = isEvent ? at + 2 : at + 1, a = log.rows[first]!, c = log.rows[first + 2]!;
      if (isEvent) now = log.rows[at + 1]!;
      switch (code) {
        case PLACE: case OFFER: this.note(a, [SETUP, log.rows[first + 3]!], [INPUTS_AT, log.rows[first + 4]!], [STARTED_AT, now]); break;
        case TASK_STARTED: {
          const setup = this.seen(a, SETUP), human = unitKind[c] === HUMAN;
          this.note(a, [STARTED_AT, now], [MILESTONE, ENDS], [SINCE, human ? now : now + setup], [DONE, human ? -setup : 0]);
          break;
        }
        case CHECKPOINT:
          if (now <= this.seen(a, SINCE) || this.seen(a, MILESTONE) === CHECKPOINT_WRITTEN) break; // nothing to save yet, or one is being written: as in `checkpoint`
          this.note(a, [MILESTONE, CHECKPOINT_WRITTEN], [TARGET, this.seen(a, DONE) + now - this.seen(a, SINCE)]);
          break;
        case TASK_CHECKPOINTED: this.note(a, [MILESTONE, ENDS], [SINCE, now]); break;
        case TASK_COMPLETED: case TASK_FAILED: case HUMAN_DECLINED: case REVOKE: this.forget(a); break;
        case HUMAN_AWAY: case HUMAN_AVAILABLE: this.observeAbsence(a, code === HUMAN_AWAY, now); break;
        default: break;
      }
    }
  }

  private seen(task: number, column: number): number { return this.rows.data[this.rows.of[task]! + column]!; }

  private note(task: number, ...numbers: (readonly [column: number, value: number])[]): void {
    const row = this.rows.take(task);
    for (const [column, value] of numbers) this.rows.data[row + column] = value;
  }

  /** Work of a person stops while they are away, and goes on after. Whose it was then is told by where their attempts are now. */
  private observeAbsence(unit: number, away: boolean, now: number): void {
    const { data, of } = this.rows, { problem, kernel: { state: s } } = this.world;
    if (away === (this.absences[unit]! > 0)) return;
    this.absences[unit] = away ? 1 : 0;
    for (let t = s.firstOnUnit(unit); t >= 0; t = s.nextOnUnit(t)) {
      const row = of[t]!;
      if (row === NO_ROW || s.taskState[t] !== RUNNING || data[row + STARTED_AT]! > now) continue;
      if (away) data[row + DONE] = data[row + DONE]! + workedBefore(problem, unit, now) - workedBefore(problem, unit, data[row + SINCE]!);
      data[row + SINCE] = now;
    }
  }

  private resumeWork(task: number, attempt: number, unit: number, source: Attempts): void {
    const { world } = this, { problem, truth, calendar, streams } = world, pool = problem.unitPool[unit]!, s = world.kernel.state, now = calendar.now;
    const { data } = this.rows, row = this.rows.of[task]!;
    const option = optionOf(problem, task, pool), mean = truth.taskWork[task]! * truth.optionScale[option]!, ppm = s.ppmOf(task), left = (1_000_000 - ppm) / 1_000_000;
    const worked = problem.poolKind[pool] === HUMAN ? source.workedByPerson(task, unit, now) : Math.max(0, now - data[row + SINCE]!);
    const factor = mean === 0 ? 1 : sampleGivenAtLeast(truth.shapes[truth.optionShape[option]!]!, Math.max(0, worked) / left / mean, streams, RESAMPLE, truth.taskKey[task]!, attempt);
    const whole = Math.round(mean * factor), work = Math.max(worked, Math.round(whole * left));
    data[row + WHOLE] = whole;
    data[row + PPM0] = ppm;
    data[row + WORK] = work;
    data[row + DONE] = worked;
    data[row + SINCE] = Math.max(now, data[row + SINCE]!);
    data[row + FAILS_AT] = Infinity;
    const written = source.checkpointWritten(task, now);
    if (written < 0) { this.planMilestone(task, attempt, unit, row); world.injector.attemptStarted(task, unit); return; }
    const target = source.seen(task, TARGET) - source.seen(task, DONE);
    data[row + DONE] = 0;
    data[row + TARGET] = target;
    data[row + WORK] = Math.max(work, target);
    data[row + MILESTONE] = CHECKPOINT_WRITTEN;
    data[row + PENDING] = calendar.schedule(Math.max(now, written), W_ATTEMPT, task, attempt);
  }

  /** When the checkpoint that is being written will be, -1 when none is. */
  private checkpointWritten(task: number, now: number): number {
    const { problem } = this.world, begun = this.seen(task, SINCE) + this.seen(task, TARGET) - this.seen(task, DONE);
    return this.seen(task, MILESTONE) === CHECKPOINT_WRITTEN && begun <= now ? begun + problem.profileCheckpointCost[problem.taskProfile[task]!]! : -1;
  }

  /** Working time a person has spent on the attempt, less its set-up: anyone can see when they were there. */
  private workedByPerson(task: number, unit: number, now: number): number {
    const { problem } = this.world;
    return this.seen(task, DONE) + (this.isAway(unit) ? 0 : workedBefore(problem, unit, now) - workedBefore(problem, unit, this.seen(task, SINCE)));
  }

  /** Work started on the unit from now on takes `factor` times as long as before. */
  slow(unit: number, factor: number): void { this.slowDown[unit]! *= factor; }

  /** The instant at which the running attempt would have done this share of what it set out to do. */
  instantOfProgress(task: number, share: number): number {
    return Math.round(this.seen(task, SINCE) + share * this.seen(task, WORK));
  }
}
