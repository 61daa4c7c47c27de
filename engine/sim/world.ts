// The simulated world: turns the kernel's commands into later events on the simjs calendar, drawing what only the world
// knows from the run's named streams. It reads the kernel's commands from the log in order, so a command that takes
// effect at once (a free machine, a granted token) is answered at the same instant, before the next event.
import { RunError, assert } from '../model/errors.ts';
import type { Instance, Problem, Truth } from '../model/problem.ts';
import { STRIDE, CHECKPOINT, HUMAN_AVAILABLE, JOB_SUBMITTED, OFFER, PLACE, RELEASE_VM, REQUEST_VM, RESUMED, REVOKE, TICK } from '../journal/records.ts';
import type { RecordLog } from '../journal/log.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { SCHEDULED } from '../model/states.ts';
import { Attempts } from './attempts.ts';
import { FaultInjector } from './fault-injector.ts';
import type { CompiledFault } from './faults.ts';
import type { Streams } from './random/streams.ts';
import { EventCalendar } from './simjs/calendar.ts';
import { VmMarket } from './vm-market.ts';
import * as W from './world-events.ts';

/** Events at one instant above which the run is held to be in a zero-time loop. */
const SAME_INSTANT_MAX = 10_000;

export interface WorldOptions {
  readonly faults?: readonly CompiledFault[];
  /** Keep the rows of the log. Off for inner simulations: the log is emptied as it is read. Default true. */
  readonly keepLog?: boolean;
  /** Called with the wall time of decisions, in ms; the clock belongs to the caller. */
  readonly timer?: { now(): number; decided(ms: number): void };
}

export class World {
  problem: Problem;
  truth: Truth;
  readonly kernel: Kernel;
  readonly calendar: EventCalendar;
  readonly attempts: Attempts;
  readonly market: VmMarket;
  readonly injector: FaultInjector;
  streams: Streams;
  private timer: WorldOptions['timer'];
  private keepLog = true;
  /** The first row of the log that has not been read. */
  private cursor = 0;
  private tickAt = Infinity;
  private instant = -1;
  private atInstant = 0;
  private source: World | undefined = undefined;
  events = 0;
  /** Of a picture of another run: the instant it shows. */
  private observedAt = 0;
  /** The horizon was reached: the run is to stop. */
  atHorizon = false;
  /** The pending tick is the next of the grid: no other can come before it, unless one is urgent. */
  private tickIsNext = false;

  /** `kernel` must hold the instance's problem. */
  constructor(instance: Instance, kernel: Kernel, streams: Streams, options: WorldOptions = {}) {
    this.problem = instance.problem;
    this.truth = instance.truth;
    this.kernel = kernel;
    this.streams = streams;
    this.timer = undefined;
    this.calendar = new EventCalendar((kind, a, b, time) => this.happen(kind, a, b, time), 2 * Math.min(this.problem.taskCount, 4096) + this.problem.unitCount + 64);
    this.market = new VmMarket(this);
    this.attempts = new Attempts(this);
    this.injector = new FaultInjector(this);
    this.setOptions(options);
  }

  /** Takes up another instance, whose problem the kernel already holds, in the same arrays where they are large enough. */
  load(instance: Instance, options: WorldOptions): void {
    this.problem = instance.problem;
    this.truth = instance.truth;
    this.market.adopt();
    this.attempts.adopt();
    this.setOptions(options);
  }

  private setOptions(options: WorldOptions): void {
    this.timer = options.timer;
    this.keepLog = options.keepLog ?? true;
    this.injector.adopt(options.faults ?? []);
  }

  /** Back to the beginning, for another run in the same arrays, in the world of another seed. The kernel must be there too. */
  reset(streams: Streams): void {
    this.streams = streams;
    this.calendar.clear();
    this.market.reset();
    this.attempts.reset();
    this.injector.reset();
    this.source = undefined;
    this.cursor = 0; this.tickAt = Infinity; this.instant = -1; this.atInstant = 0; this.events = 0;
    this.atHorizon = false; this.tickIsNext = false;
  }

  /** Puts what is known from the start on the calendar: releases, traces, outages, faults. */
  begin(): void {
    const { problem, calendar } = this;
    for (let j = 0; j < problem.jobCount; j++) calendar.schedule(problem.jobRelease[j]!, W.W_SUBMIT, j, 0);
    this.market.begin();
    this.injector.begin();
    this.scheduleHorizon();
    this.scheduleTick();
  }

  /**
   * Becomes a fork of another world at this instant: the kernel's state as it is, and a future drawn from this world's own
   * model and streams, given what has passed. Nothing hidden in the other world is read. `attempts` and `market` take over
   * what anyone can see.
   */
  fork(source: World, streams: Streams): void {
    this.reset(streams);
    this.kernel.copyFrom(source.kernel);
    this.source = source;
    this.calendar.schedule(Math.max(source.kernel.now, source.observedAt), W.W_RESUME, 0, 0);
  }

  /**
   * Makes this the picture of a run that happens elsewhere, at `now`: its kernel is this world's, its rows are `log`. It holds
   * what anyone can see, and can be forked; it cannot be stepped.
   */
  observe(log: RecordLog, now: number): void {
    this.observedAt = now;
    this.attempts.observe(log);
  }

  private resume(source: World): void {
    const { problem, calendar, kernel } = this, { state: s } = kernel, { now } = calendar;
    if (kernel.isPaused) this.apply(RESUMED, 0, 0, 0, 0); // a future in which nothing is decided tells nothing
    for (let j = 0; j < problem.jobCount; j++) if (s.jobSubmitted[j] === 0) calendar.schedule(Math.max(now, problem.jobRelease[j]!), W.W_SUBMIT, j, 0);
    this.scheduleHorizon();
    this.market.resume();
    this.attempts.resume(source.attempts);
    this.injector.resume();
    for (let u = 0; u < problem.unitCount; u++) if (s.awayUntil[u]! > now && s.awayUntil[u]! < Infinity) calendar.schedule(s.awayUntil[u]!, W.W_RETURN, u, 0);
  }

  /** Lets the next event happen. False when nothing is pending. */
  readonly step = (): boolean => {
    if (!this.calendar.step()) return false;
    this.scheduleTick();
    return true;
  };

  private scheduleTick(): void {
    if (this.tickIsNext && !this.kernel.urgent) return;
    const { now } = this.calendar, at = this.kernel.nextTick(now);
    if (at >= this.tickAt) return; // an earlier one takes the place of the pending one
    this.tickAt = at;
    this.tickIsNext = !this.problem.eventDriven && (at <= this.kernel.nextGrid || at - now < this.problem.tickMs);
    this.calendar.scheduleFinal(at, W.W_TICK);
  }

  private scheduleHorizon(): void {
    if (this.problem.horizonMs < Infinity) this.calendar.scheduleLast(Math.max(this.calendar.now, this.problem.horizonMs), W.W_HORIZON, 0, 0);
  }

  /** Gives the kernel an event of this instant and carries out the commands it causes, unless that is under way already. */
  apply(code: number, a: number, b: number, c: number, d: number): void {
    this.events++;
    if (this.kernel.keepEvents && this.cursor === this.kernel.log.length) this.cursor += STRIDE; // the row of the event itself asks for nothing
    this.kernel.apply(code, this.calendar.now, a, b, c, d);
  }

  private happen(kind: number, a: number, b: number, time: number): void {
    if (time !== this.instant) { this.instant = time; this.atInstant = 0; }
    else if (++this.atInstant > SAME_INSTANT_MAX + this.problem.taskCount * 8) zeroTimeLoop(time);
    switch (kind) {
      case W.W_TICK: this.tick(); break;
      case W.W_ATTEMPT: this.attempts.reached(a, b); break;
      case W.W_BEGIN: this.attempts.begin(a, b); break;
      case W.W_SUBMIT: this.apply(JOB_SUBMITTED, a, 0, 0, 0); break;
      case W.W_VM_READY: this.market.ready(a, b); break;
      case W.W_VM_NOTICE: this.market.notice(a, b); break;
      case W.W_VM_KILL: this.market.kill(a, b); break;
      case W.W_PRICE: this.market.priceStep(a, b); break;
      case W.W_AVAILABILITY: this.market.availabilityStep(a, b); break;
      case W.W_ANSWER: this.attempts.answer(a, b); break;
      case W.W_API_DRAIN: this.attempts.drainDue(a); break;
      case W.W_FAULT: this.injector.inject(a); break;
      case W.W_FAULT_END: this.injector.end(a); break;
      case W.W_RESUME: this.resume(this.source!); break;
      case W.W_HORIZON: this.atHorizon = true; break;
      case W.W_RETURN: this.attempts.personReturns(a); this.apply(HUMAN_AVAILABLE, a, 0, 0, 0); break;
      case W.W_OUTAGE: this.attempts.outage(a, b === 1 ? 1 : -1); break;
      default: assert(false, `unknown world event ${kind}`);
    }
    this.carryOut();
  }

  private isScheduled(task: number, attempt: number): boolean {
    return this.kernel.state.taskState[task] === SCHEDULED && this.kernel.state.attemptOf(task) === attempt;
  }

  private readonly tick = (): void => {
    this.tickAt = Infinity;
    this.tickIsNext = false;
    const { timer } = this;
    if (timer === undefined) { this.apply(TICK, 0, 0, 0, 0); return; }
    const from = timer.now();
    this.apply(TICK, 0, 0, 0, 0);
    timer.decided(timer.now() - from);
  };

  /** Reads the commands behind the cursor; answering one may append more. */
  private carryOut(): void {
    const { log } = this.kernel;
    while (this.cursor < log.length) {
      const at = this.cursor, rows = log.rows, code = rows[at]! | 0;
      this.cursor = at + STRIDE;
      if (code < PLACE) continue;
      const a = rows[at + 1]! | 0, b = rows[at + 2]! | 0, c = rows[at + 3]! | 0, d = rows[at + 4]!, e = rows[at + 5]!;
      switch (code) {
        // A decision may take back what it has just ordered; the order behind is then void.
        case PLACE: if (this.isScheduled(a, b)) this.attempts.place(a, b, c, d, e); break;
        case OFFER: if (this.isScheduled(a, b)) this.attempts.offer(a, b, c, d); break;
        case REVOKE: this.attempts.revoke(a, c); break;
        case CHECKPOINT: this.attempts.checkpoint(a, b); break;
        case REQUEST_VM: this.market.request(a, b, c); break;
        case RELEASE_VM: this.market.release(a, b); break;
        default: break; // archives and refusals ask nothing of the world
      }
    }
    if (!this.keepLog) { log.clear(); this.cursor = 0; }
  }
}

function zeroTimeLoop(time: number): never {
  throw new RunError('zero-time-loop', `events go on for ever at ${time} ms`, { time });
}
