// Where a task could go, one row a place, worked out from what may be known now (estimates.ts): the numbers that a policy
// chooses by, that its decision is kept with, and on which the task is placed.
//
// Invariant: filling rows changes nothing in the run. It may only ask for a decision at the instant at which a filter ends
// by itself; all other filters end with an event. Some functions are closures: why, kernel.ts says.
import { CandidateColumns, SURELY_LATER_MS } from '../model/candidate-columns.ts';
import {
  AWAY, DRAINING, NO_ROOM, NO_VM_SLOT, NOT_INTERRUPTIBLE, OK, OVER_BUDGET, OVER_JOB_BUDGET, RATE_LIMITED, RECENTLY_REFUSED,
} from '../model/policy.ts';
import type { Candidates } from '../model/policy.ts';
import type { Problem } from '../model/problem.ts';
import { API, CLOUD, LOCAL, ON_DEMAND, SPOT, VM_DRAINING, VM_OFF, VM_READY } from '../model/states.ts';
import { intervalNear, workingFrom } from '../model/working-time.ts';
import { dataReadyAt, dataToCome, durationOn, expectedRework, fits, hasRoom, marginalCost, roomAt, setupOf, tokenWait, workLeft } from './estimates.ts';
import type { Kernel } from './kernel.ts';
import { LeastLine, leastCost } from './least-line.ts';
import type { ProblemTables } from './problem-tables.ts';
import type { Spending } from './spending.ts';

/** Of so few machines each is worked out: that is as soon done as to find out whom to leave out. */
const FEW = 8;

export class CandidateRows extends CandidateColumns implements Candidates {
  count = 0;
  leftOut = 0;
  /** The filter of each row as the kernel found it: a policy may take rows out, never open one. */
  readonly found: Uint8Array;
  private readonly kernel: Kernel;
  /** Some input of the task in hand has still to travel to some unit. */
  private dataToCome = false;
  private readonly spending: Spending;
  /** What the rows in hand are filled with, and the first row of the pool in hand. */
  private queued: Float64Array | undefined = undefined;
  private openOnly = false;
  private firstOfPool = 0;
  /** What the task's job may still spend. */
  private jobLeft = 0;
  /** By pool: what a task wastes on an empty unit, asked for last for one of that group, -1 for none, when so many tasks were open. */
  private readonly emptyWaste: Float64Array;
  private readonly emptyGroup: Int32Array;
  private readonly emptyAt: Int32Array;
  private readonly busy = new LeastLine();
  private problem: Problem;
  private tables: ProblemTables;
  /** By person: from when a start was last asked for, and that start. A busy person is asked about again and again until they are free. */
  private readonly askedFrom: Float64Array;
  private readonly startAsked: Float64Array;
  /** `intervalAt` of that start. */
  private readonly startsIn: Int32Array;
  /** `intervalAt` of the instant from which it was asked for, as far as is known. */
  private readonly asksIn: Int32Array;
  /** By unit: the first of its pool with the same calendar; by such a one: who of them was asked about last. */
  private calendars: Int32Array;
  private readonly likeAsked: Int32Array;

  constructor(kernel: Kernel, problem: Problem, tables: ProblemTables, spending: Spending) {
    const rows = rowsOf(problem), units = problem.unitCount;
    super(rows);
    this.kernel = kernel; this.problem = problem; this.tables = tables;
    this.spending = spending;
    this.found = new Uint8Array(rows);
    this.emptyWaste = new Float64Array(problem.poolCount); this.emptyGroup = new Int32Array(problem.poolCount).fill(-1); this.emptyAt = new Int32Array(problem.poolCount);
    this.askedFrom = new Float64Array(units).fill(NaN); this.startAsked = new Float64Array(units); this.startsIn = new Int32Array(units); this.asksIn = new Int32Array(units);
    this.calendars = tables.sameCalendar; this.likeAsked = Int32Array.from({ length: units }, (_, unit) => unit);
  }

  /** Whether the arrays are large enough for the problem. */
  holds(problem: Problem): boolean { return rowsOf(problem) <= this.unit.length && problem.unitCount <= this.askedFrom.length && problem.poolCount <= this.emptyAt.length; }

  adopt(problem: Problem, tables: ProblemTables): void {
    this.problem = problem; this.tables = tables;
    this.calendars = tables.sameCalendar;
    this.askedFrom.fill(NaN); // calendars are the problem's
    for (let unit = 0; unit < problem.unitCount; unit++) this.likeAsked[unit] = unit;
  }

  /** Fills the rows for the task and returns their number. `queued`: see `PolicyView.candidates`; `openOnly`: see `PolicyView.openings`. */
  readonly fill = (task: number, queued?: Float64Array, openOnly = false): number => {
    const { kernel, problem } = this, profile = problem.taskProfile[task]!;
    this.count = 0; this.leftOut = 0;
    this.queued = queued; this.openOnly = openOnly;
    this.jobLeft = this.jobBudgetLeft(problem.taskJob[task]!);
    this.dataToCome = dataToCome(kernel, task);
    for (let option = problem.optionFirst[profile]!, end = problem.optionFirst[profile + 1]!; option < end; option++) {
      const pool = problem.optionPool[option]!, kind = problem.poolKind[pool]!, work = workLeft(kernel, task, option);
      this.firstOfPool = this.count;
      const first = problem.poolFirst[pool]!, last = problem.poolFirst[pool + 1]!;
      if (kind === CLOUD) this.addVms(task, profile, pool, work);
      else if (kind === LOCAL) this.addMachines(task, profile, pool, LOCAL, work);
      else if (kind === API) for (let unit = first; unit < last; unit++) this.addApi(task, profile, pool, unit, work);
      else this.addPeople(task, profile, pool, work);
    }
    return this.count;
  };

  /** VMs that are up or coming, then the next one to be requested in each market. */
  private addVms(task: number, profile: number, pool: number, work: number): void {
    const { problem } = this, s = this.kernel.state, first = problem.poolFirst[pool]!, looking = this.queued !== undefined;
    this.addMachines(task, profile, pool, CLOUD, work);
    const slot = s.offCount[pool]! > 0 ? s.offHeap[first]! : -1;
    if ((looking || this.openOnly) && slot < 0) return;
    if (problem.poolPrice[pool]! >= 0) this.addFresh(task, profile, pool, slot, ON_DEMAND, work);
    if (s.spotPrice[pool]! >= 0 && !(looking && problem.profileInterruptible[profile] === 0)) this.addFresh(task, profile, pool, slot, SPOT, work);
  }

  /** The rows of the machines of a pool that are up or coming. */
  private readonly addMachines = (task: number, profile: number, pool: number, kind: number, work: number): void => {
    const { kernel, problem, queued, openOnly } = this, { now } = kernel, { vmState, load, market: markets, warm, readyAt, roomFrom } = kernel.state, slots = problem.poolSlots[pool]!;
    const batch = problem.profileBatch[profile]!, coldSetup = batch < 0 ? 0 : problem.batchSetup[batch]!, noSpot = problem.profileInterruptible[profile] === 0;
    const first = openOnly && kind !== CLOUD ? roomFrom[pool]! : problem.poolFirst[pool]!, last = problem.poolFirst[pool + 1]!, many = queued !== undefined && last - first > FEW;
    let idleSeen = -1, likeSeen = -1, duration = 0, rework = 0;
    if (many) this.busy.begin(kind === CLOUD ? problem.poolBillingMinimum[pool]! : -Infinity);
    for (let unit = first; unit < last; unit++) {
      const state = vmState[unit]!;
      if (kind === CLOUD) {
        if (state === VM_OFF) continue;
        if (state === VM_READY && load[unit] === 0) { // Idle VMs that are alike: the lowest-numbered stands for them.
          if (idleSeen >= 0 && this.alikeFor(task, pool, idleSeen, unit)) continue;
          idleSeen = unit;
        }
        if (queued !== undefined && (state === VM_DRAINING || (noSpot && markets[unit] === SPOT))) { this.leftOut++; continue; }
      }
      const market = markets[unit]!, room = load[unit]! < slots && fits(kernel, profile, unit);
      let filter = room ? OK : NO_ROOM;
      if (kind === CLOUD) {
        if (state === VM_DRAINING) filter = DRAINING;
        else if (noSpot && market === SPOT) filter = NOT_INTERRUPTIBLE;
      }
      if (openOnly && filter === NO_ROOM) continue;
      const setup = batch < 0 || warm[unit] === batch ? 0 : coldSetup, like = setup > 0 ? 2 + market : market;
      if (many && kind === LOCAL && load[unit] === 0) { // In a look so does the first of idle machines that are waited for alike.
        if (idleSeen >= 0 && queued[unit] === queued[idleSeen] && this.alikeFor(task, pool, idleSeen, unit)) { this.leftOut++; continue; }
        idleSeen = unit;
      }
      if (many && !room && load[unit] === 1 && (kind !== CLOUD || state === VM_READY) && this.busy.isBeaten(kernel, unit, like, queued[unit]!)) { this.leftOut++; continue; }
      let start = room ? now : roomAt(kernel, profile, unit);
      if (kind === CLOUD && state !== VM_READY && readyAt[unit]! > start) start = readyAt[unit]!;
      if (this.dataToCome) { const data = dataReadyAt(kernel, task, unit); if (data > start) start = data; }
      if (like !== likeSeen) { // a machine takes as long whenever it begins
        likeSeen = like;
        duration = durationOn(kernel, unit, market, profile, start, setup, work);
        rework = kind === CLOUD && market === SPOT ? expectedRework(problem, pool, profile, duration) : 0;
      }
      const cost = marginalCost(kernel, pool, unit, market, false, start + duration + rework, profile, work + setup);
      if (queued !== undefined && this.isBeaten(queued, filter, unit, market, start, setup, cost)) { this.leftOut++; continue; }
      if (many && filter === NO_ROOM) this.busy.add(like, start + queued[unit]!, cost, leastCost(kernel, pool, market, duration + rework));
      this.put(unit, pool, market, 0, filter, profile, start, duration, rework, setup, cost);
    }
  };

  /** Two idle machines of a pool are one to the task: same market and warmth, its data as near, and, where the bill runs in units longer than a tick, as much paid for. */
  private alikeFor(task: number, pool: number, a: number, b: number): boolean {
    const { problem } = this, s = this.kernel.state;
    return s.market[a] === s.market[b] && s.warm[a] === s.warm[b] && this.dataAt(task, a) === this.dataAt(task, b)
      && (s.billedFrom[a] === s.billedFrom[b] || problem.poolBillingGranularity[pool]! <= problem.tickMs);
  }

  private dataAt(task: number, unit: number): number { return this.dataToCome ? dataReadyAt(this.kernel, task, unit) : 0; }

  private addApi(task: number, profile: number, pool: number, unit: number, work: number): void {
    const { kernel, problem } = this, s = kernel.state, { now } = kernel, setup = setupOf(kernel, task, unit), duration = setup + work;
    let filter = OK, start = now;
    if (!hasRoom(kernel, profile, unit)) { filter = NO_ROOM; start = roomAt(kernel, profile, unit); }
    start += tokenWait(kernel, unit, problem.profileRequests[profile]!, problem.profileTokens[profile]!);
    if (s.limitedUntil[unit]! > now) { filter = RATE_LIMITED; start = Math.max(start, s.limitedUntil[unit]!); kernel.wakeAt(s.limitedUntil[unit]!); }
    this.put(unit, pool, s.market[unit]!, 0, filter, profile, start, duration, 0, setup, marginalCost(kernel, pool, unit, ON_DEMAND, false, start + duration, profile, work + setup));
  }

  /** The rows of the people of a pool. Who starts at one instant as another with the same calendar ends when they do, and all cost the same. */
  private readonly addPeople = (task: number, profile: number, pool: number, work: number): void => {
    const { kernel, problem, calendars, openOnly } = this, { now, state: { market, roomFrom } } = kernel;
    let seenStart = NaN, seenCalendar = -1, seenSetup = -1, duration = 0, cost = 0;
    for (let unit = openOnly ? roomFrom[pool]! : problem.poolFirst[pool]!, last = problem.poolFirst[pool + 1]!; unit < last; unit++) {
      const room = hasRoom(kernel, profile, unit);
      if (openOnly && !room) continue;
      const setup = setupOf(kernel, task, unit), start = this.personStart(unit, room ? now : roomAt(kernel, profile, unit));
      if (start !== seenStart || calendars[unit] !== seenCalendar || setup !== seenSetup) {
        if (setup !== seenSetup) cost = marginalCost(kernel, pool, unit, ON_DEMAND, false, start, profile, work + setup);
        seenStart = start; seenCalendar = calendars[unit]!; seenSetup = setup;
        duration = start === Infinity ? Infinity : workingFrom(problem, unit, this.startsIn[unit]!, start, setup + work) - start;
      }
      const filter = start === Infinity || (room && duration === Infinity) ? AWAY : room ? OK : NO_ROOM;
      this.put(unit, pool, market[unit]!, 0, filter, profile, start, duration, 0, setup, cost);
    }
  };

  /** Whether a row of the same pool is surely better than this one would be: see `PolicyView.candidates`. */
  private isBeaten(queued: Float64Array, filter: number, unit: number, market: number, start: number, setup: number, cost: number): boolean {
    const line = start + queued[unit]!;
    for (let k = this.firstOfPool; k < this.count; k++) {
      if (this.filter[k] !== filter || this.market[k] !== market || this.setup[k] !== setup || this.cost[k]! > cost) continue;
      const ahead = queued[this.unit[k]!]!;
      if (filter === OK) { if (this.start[k] === start && this.cost[k] === cost && ahead === queued[unit] && this.asFree(this.unit[k]!, unit)) return true; }
      else if (this.start[k]! + ahead <= line - SURELY_LATER_MS || (this.start[k] === start && ahead === queued[unit])) return true;
    }
    return false;
  }

  /** Whether two units have as much free in every dimension: what is placed there wastes as much. */
  private asFree(a: number, b: number): boolean {
    const { dimensionCount: dims } = this.problem, { free } = this.kernel.state;
    for (let d = 0; d < dims; d++) if (free[a * dims + d] !== free[b * dims + d]) return false;
    return true;
  }

  /** The row of the next VM of a pool to be requested in a market; `slot` -1: all are in use. */
  private addFresh(task: number, profile: number, pool: number, slot: number, market: number, work: number): void {
    const { kernel, problem } = this, s = kernel.state, now = kernel.now, batch = problem.profileBatch[profile]!, setup = batch < 0 ? 0 : problem.batchSetup[batch]!;
    let filter = OK;
    if (slot < 0) filter = NO_VM_SLOT;
    else if (market === SPOT && problem.profileInterruptible[profile] === 0) filter = NOT_INTERRUPTIBLE;
    else if (market === SPOT && s.refusedUntil[pool]! > now) { filter = RECENTLY_REFUSED; kernel.wakeAt(s.refusedUntil[pool]!); }
    const start = Math.max(now + Math.round(problem.poolSpinUp[pool]!), slot < 0 ? 0 : this.dataAt(task, slot));
    const duration = durationOn(kernel, slot < 0 ? problem.poolFirst[pool]! : slot, market, profile, start, setup, work);
    const rework = market === SPOT ? expectedRework(problem, pool, profile, duration) : 0;
    this.put(slot, pool, market, 1, filter, profile, start, duration, rework, setup, marginalCost(kernel, pool, slot, market, true, start + duration + rework, profile, work + setup));
  }

  private put(unit: number, pool: number, market: number, fresh: 0 | 1, filter: number, profile: number, start: number, duration: number, rework: number, setup: number, cost: number): void {
    const k = this.count++, { kernel } = this;
    const affordable = filter === OK ? this.whetherPaid(cost) : filter;
    this.unit[k] = unit; this.pool[k] = pool; this.market[k] = market; this.fresh[k] = fresh; this.filter[k] = affordable; this.found[k] = affordable;
    this.start[k] = start; this.duration[k] = duration; this.rework[k] = rework; this.setup[k] = setup; this.cost[k] = cost;
    this.waste[k] = filter !== OK || kernel.weights.fragmentation === 0 ? 0 : this.wasteOn(pool, fresh === 1 ? -1 : unit, profile);
    this.termLatency[k] = 0; this.termCost[k] = 0; this.termFragmentation[k] = 0; this.score[k] = 0;
  }

  /** All units of a pool on which nothing is placed, VMs to be requested among them, are one to all tasks of a group, until some task ends. */
  private wasteOn(pool: number, unit: number, profile: number): number {
    const { kernel, problem, tables, emptyWaste, emptyGroup, emptyAt } = this, group = problem.profileGroup[profile]!;
    if (unit >= 0 && kernel.state.load[unit]! > 0) return tables.fragmentation.waste(kernel.state, pool, unit, profile);
    if (emptyGroup[pool] !== group || emptyAt[pool] !== kernel.openTasks) {
      emptyGroup[pool] = group; emptyAt[pool] = kernel.openTasks;
      emptyWaste[pool] = tables.fragmentation.waste(kernel.state, pool, unit, profile);
    }
    return emptyWaste[pool]!;
  }

  /** Micro-dollars that may still be committed for a job, by its own budget. */
  jobBudgetLeft(job: number): number { return this.problem.jobBudget[job]! - this.kernel.state.jobCommitted[job]!; }

  /** OK when the run's budget and the job's can pay for it, or which of them cannot. */
  private whetherPaid(cost: number): number {
    if (!this.spending.allows(cost)) return OVER_BUDGET;
    return cost > this.jobLeft ? OVER_JOB_BUDGET : OK;
  }

  /** The state is another. */
  reset(): void { this.emptyGroup.fill(-1); }

  /**
   * Expected start of work by a person asked at `from`: their mean response in working time, then the next working instant. Worked out once for
   * each instant from which it is asked, and for all of a pool with the same calendar who are asked one after the other: those who are
   * free. Time goes on, so calendars are searched from where they were left.
   */
  personStart(unit: number, from: number): number {
    const present = Math.max(from, this.kernel.state.awayUntil[unit]!);
    if (this.askedFrom[unit] === present) return this.startAsked[unit]!;
    const { askedFrom, startAsked, startsIn, calendars } = this, calendar = calendars[unit]!, like = this.likeAsked[calendar]!;
    if (askedFrom[like] === present) { startAsked[unit] = startAsked[like]!; startsIn[unit] = startsIn[like]! - this.problem.calendarFirst[like]! + this.problem.calendarFirst[unit]!; }
    else this.askPerson(unit, present);
    askedFrom[unit] = present;
    this.likeAsked[calendar] = unit;
    return startAsked[unit]!;
  }

  private askPerson(unit: number, present: number): void {
    const { problem } = this;
    let start = Infinity;
    if (present < Infinity) {
      const asked = this.asksIn[unit] = intervalNear(problem, unit, present, this.asksIn[unit]!);
      const answered = workingFrom(problem, unit, asked, present, Math.round(problem.poolResponse[problem.unitPool[unit]!]!));
      if (answered < Infinity) {
        this.startsIn[unit] = intervalNear(problem, unit, answered, asked);
        start = workingFrom(problem, unit, this.startsIn[unit]!, answered, 0);
      }
    }
    this.startAsked[unit] = start;
  }
}

const rowsOf = (problem: Problem): number => problem.unitCount + 2 * problem.poolCount;
