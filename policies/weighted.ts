// The policy of the project: each task where delay, money and fragmentation, weighted, cost the run least. Tasks go by user
// priority, then by upward rank; J = wL L + wC C + wF F is compared over a task's rows (terms: see `scoreAll`). Rows without
// room, APIs that ask to wait and spot pools that have just refused compete with the instant at which they are expected to
// be free: if such a row is best, the task waits for it, and its work is in the way of those that come after it. A warm
// unit saves its set-up in delay and money, so a task may wait for one: that is batching. Spot or not: shared/market.ts.
// Invariant: a decision depends on the view alone; all else here is static or scratch.
import { NO_ROOM, OK, RATE_LIMITED, RECENTLY_REFUSED } from '../engine/model/policy.ts';
import type { Candidates, ParameterSpec, ParameterValues, Policy, PolicyView, PreparedPolicy, Weights } from '../engine/model/policy.ts';
import { groupOf } from '../engine/model/problem.ts';
import type { Problem } from '../engine/model/problem.ts';
import { HUMAN } from '../engine/model/states.ts';
import { costReference } from './shared/cost-reference.ts';
import { IDLE_PARAMETER, IdleRelease } from './shared/idle-release.ts';
import { placeRow } from './shared/list-dispatch.ts';
import { MARKET_PARAMETERS, MarketRule } from './shared/market.ts';
import { meanDurations } from './shared/mean-costs.ts';
import { PeopleLines } from './shared/people-lines.ts';
import { upwardRanks } from './shared/ranks.ts';
import { MANY, anyOpen, finishOf, placesOf, unitsOf } from './shared/rows.ts';
import { TaskOrder } from './shared/task-order.ts';
import { WaitingTasks } from './shared/waiting-tasks.ts';
import { workingUntil } from '../engine/model/working-time.ts';

/** How many times as long as its longest path the rest of a run is expected to take, since tasks queue. J is flat from 1.2 to 1.6. */
const CROWDING = 1.3;

/**
 * Up to so many eligible tasks each is looked at by itself, which lets those that wait be passed by others. Above, only the
 * first of each group of like tasks is, as if it were the last of them, in O(groups + placements) a round.
 */
export const SCAN_MAX = 64;

const PARAMETERS = {
  ...MARKET_PARAMETERS,
  idle: IDLE_PARAMETER,
  batching: { description: '1: a task may wait for a unit that is warm for its batch key; 0: warmth is no reason to wait.', default: 1, min: 0, max: 1 },
  maxWait: { description: 'Seconds a task may expect to wait for a better unit while another one could take it now.', default: 86_400, min: 0, max: 31_536_000 },
} as const satisfies Record<string, ParameterSpec>;

export const weighted: Policy = {
  name: 'weighted',
  summary: 'Each task where the weighted sum of delay, money and fragmentation is least; spot while urgency allows.',
  parameters: PARAMETERS,
  prepare: (problem, parameters) => new Weighted(problem, parameters),
};

class Weighted implements PreparedPolicy {
  readonly memory: number;
  private readonly problem: Problem;
  private readonly rank: Float64Array;
  /** From the end of the task to the end of the graph. */
  private readonly rankBehind: Float64Array;
  /** Ready order. */
  readonly keys: Float64Array;
  /** Latest (release + rank), and how long after the first release that is: the longest path of the run, queues aside. */
  private readonly lastEnd: number;
  private readonly span: number;
  /** The budget, or what all tasks cost alone at their cheapest. */
  private readonly money: number;
  private readonly batching: boolean;
  private readonly maxWaitMs: number;
  private readonly market: MarketRule;
  private readonly idle: IdleRelease;
  /** Where in `view.memory` the eligible tasks of each group are counted. */
  private readonly countAt: number;

  // Scratch of one decision.
  private readonly inOrder: TaskOrder;
  private readonly tasks: Int32Array;
  private taskCount = 0;
  private end = 0;
  /** By unit: work of the tasks that wait for it, as ms of the whole unit. */
  private readonly backlog: Float64Array;
  /** The units whose backlog is not 0. */
  private readonly waitedFor: Int32Array;
  private waitedForCount = 0;
  private readonly people: PeopleLines;
  private readonly waiting: WaitingTasks;
  /** By profile: 1 when so many places are open to it that not all need be looked at. */
  private readonly crowded: Uint8Array;
  /** The rows that are looked at: the view's, or those of `people`. */
  private rows!: Candidates;
  /** The first instant at which this decision asks to be woken for a task. */
  private nextWake = Infinity;
  /** By row of the task in hand: its expected finish behind the backlog; Infinity when it does not compete. */
  private readonly finish: Float64Array;
  /** Some row of `people` is out because its wait is too long. */
  private anyTooLong = false;
  private bestFinish = 0;
  private leastCost = 0;
  /** Of the pool whose rows are looked at: see `lookAtPool`. */
  private isHuman = false;
  private workThere = 0;
  private share = 0;
  private lostSetup = 0;
  private slack = 0;
  private readonly collect = (task: number): void => { this.inOrder.add(task); };

  constructor(problem: Problem, parameters: ParameterValues) {
    const durations = meanDurations(problem), rank = upwardRanks(problem, durations);
    let longest = 1, first = Infinity, last = 0;
    for (let task = 0; task < problem.taskCount; task++) {
      const release = problem.jobRelease[problem.taskJob[task]!]!;
      longest = Math.max(longest, rank[task]!);
      first = Math.min(first, release);
      last = Math.max(last, release + rank[task]!);
    }
    this.problem = problem;
    this.rank = rank;
    this.rankBehind = rank.map((r, task) => r - durations[task]!);
    this.keys = rank.map((r, task) => -2 * longest * problem.taskPriority[task]! - r);
    this.lastEnd = last;
    this.span = Math.max(1, last - first);
    this.money = costReference(problem);
    this.batching = parameters['batching'] !== 0;
    this.maxWaitMs = parameters['maxWait']! * 1000;
    this.market = new MarketRule(parameters['theta']!, parameters['hysteresis']!, 0);
    this.idle = new IdleRelease(problem, parameters['idle']!, problem.taskCount);
    this.countAt = problem.taskCount + this.idle.memory;
    this.memory = this.countAt + problem.groupCount;
    this.inOrder = new TaskOrder(problem, this.keys);
    this.tasks = new Int32Array(SCAN_MAX);
    this.backlog = new Float64Array(problem.unitCount);
    this.waitedFor = new Int32Array(problem.unitCount);
    this.people = new PeopleLines(problem, this.backlog);
    this.waiting = new WaitingTasks(problem, this.people, SCAN_MAX);
    this.crowded = Uint8Array.from({ length: problem.profileCount }, (_, profile) => (placesOf(problem, profile) >= MANY ? 1 : 0));
    this.finish = new Float64Array(problem.unitCount + 2 * problem.poolCount);
  }

  /** The keys never change. It is asked all the same, and so learns what has become eligible. */
  order(view: PolicyView, task: number): number {
    view.memory[this.countAt + groupOf(this.problem, task)]!++;
    return this.keys[task]!;
  }

  decide(view: PolicyView): void {
    if (!view.changed) return; // what waits, waits for a change or until it is due: time alone moves no task
    if (view.eligibleCount() > 0) this.place(view);
    this.idle.release(view);
  }

  private place(view: PolicyView): void {
    for (; this.waitedForCount > 0; this.waitedForCount--) this.backlog[this.waitedFor[this.waitedForCount - 1]!] = 0;
    this.people.begin();
    this.waiting.clear();
    this.nextWake = Infinity;
    if (view.eligibleCount() <= SCAN_MAX) this.scanAll(view); else this.scanGroups(view);
  }

  private scanAll(view: PolicyView): void {
    view.forEachEligible(this.collect);
    this.taskCount = this.inOrder.take(this.tasks);
    let longest = 0;
    for (let i = 0; i < this.taskCount; i++) longest = Math.max(longest, this.rank[this.tasks[i]!]!);
    this.expectEnd(view, longest);
    const onlyWait = this.taskCount > 1 && this.waiting.find(view, this.tasks, this.taskCount);
    for (let i = 0; i < this.taskCount; i++) {
      const task = this.tasks[i]!;
      if (task < 0 || (onlyWait && this.waiting.only(task))) continue;
      let k = this.choose(view, task, 0);
      if (this.batching && k >= 0 && this.letWarmPass(view, i, k)) k = this.choose(view, task, 0);
      this.settle(view, task, k);
    }
    if (onlyWait) this.letWait(view);
  }

  /** What comes of tasks that only wait is when to decide again: once that is no later than any of them could start, nobody else who waits need be looked at. */
  private letWait(view: PolicyView): void {
    for (let i = 0; i < this.taskCount; i++) {
      const task = this.tasks[i]!;
      if (task < 0 || !this.waiting.only(task)) continue;
      if (this.nextWake < Infinity && this.nextWake <= this.waiting.nextStart(view, this.tasks, this.taskCount, task)) this.market.passOver(view, task);
      else this.settle(view, task, this.choose(view, task, 0));
    }
  }

  private scanGroups(view: PolicyView): void {
    let task = view.next();
    this.expectEnd(view, this.rank[task]!);
    for (; task >= 0; task = view.next()) {
      const others = Math.min(view.eligibleCount(), view.memory[this.countAt + groupOf(this.problem, task)]!) - 1;
      if (!this.settle(view, task, this.choose(view, task, Math.max(0, others)))) view.closeGroup(task);
    }
  }

  /** Expected end of the run: by its static paths, or by the longest rank of the eligible tasks where that is later. */
  private expectEnd(view: PolicyView, longestRank: number): void {
    this.end = view.now + CROWDING * (Math.max(this.lastEnd, view.now + longestRank) - view.now);
  }

  /** The row with the least J, open or not, or -1; where reasons are kept, all terms are filled in of one that is open. `others`: like tasks that wait together with it. */
  private choose(view: PolicyView, task: number, others: number): number {
    // Most tasks wait, and are looked at again in every decision. One that does not, where reasons are kept, is looked at with all its rows.
    // So is one for which the wait for some person is too long while others are left out. Those surely end it later, but the wait for them may
    // not be too long: it is the end less what the task would take from when the person is free. Of someone who is free just before a night,
    // and asked then, the task takes the night too; of someone who was free in the morning it does not, and the same night is part of the wait.
    if (this.people.serves(task)) {
      const { people } = this, best = this.leastOfPeople(view, task, others);
      if (!(this.anyTooLong && people.leftOut > 0)) {
        if (best < 0 || people.filter[best] !== OK) return best;
        if (!view.keepsReasons) return this.openRowOf(view, task, people.unit[best]!);
      }
    } else if (this.waiting.isShut(task) || !view.mayFit(task)) return this.leastWait(view, task, others);
    else if (this.crowded[this.problem.taskProfile[task]!] === 1) {
      const best = this.leastOf(view, task, this.allowed(view, task, view.candidates(task, this.backlog)), others);
      if (best < 0 || view.candidate.filter[best] !== OK || !view.keepsReasons) return best;
    }
    return this.leastOf(view, task, this.allowed(view, task, view.candidates(task)), others);
  }

  /** The open row of a person who has one. Its terms stay empty, and `slack` another task's: people have no set-up to let others pass for. */
  private openRowOf(view: PolicyView, task: number, unit: number): number {
    const { candidate: c } = view;
    let k = view.openings(task) - 1;
    while (k >= 0 && c.unit[k] !== unit) k--;
    this.rows = c;
    return k;
  }

  /** The same among people, without the terms. */
  private leastOfPeople(view: PolicyView, task: number, others: number): number {
    const { people } = this, rows = people.fill(view, task, others), { finish, cost, filter, duration, open } = people, latest = view.now + this.maxWaitMs;
    let bestFinish = Infinity, leastCost = Infinity;
    this.rows = people;
    this.anyTooLong = false;
    for (let k = 0; k < rows; k++) {
      if (open > 0 && filter[k] !== OK && finish[k]! - duration[k]! > latest && finish[k] !== Infinity) { finish[k] = Infinity; this.anyTooLong = true; }
      if (finish[k] === Infinity) continue;
      if (finish[k]! < bestFinish) bestFinish = finish[k]!;
      if (cost[k]! < leastCost) leastCost = cost[k]!;
    }
    return this.leastAmong(view.weights, task, finish, cost, rows, bestFinish, leastCost);
  }

  /** The same where nothing is open, without the terms. */
  private leastWait(view: PolicyView, task: number, others: number): number {
    this.market.look(view, task);
    const c = view.candidate, rows = view.candidates(task, this.backlog);
    this.rows = c;
    this.measure(view, c, task, rows, others);
    return this.leastAmong(view.weights, task, this.finish, c.cost, rows, this.bestFinish, this.leastCost);
  }

  /** The row with the least J of those that waste nothing. One that both ends first and costs least has it, whatever the weights and the slack. */
  private leastAmong(w: Weights, task: number, finish: Float64Array, cost: Float64Array, rows: number, bestFinish: number, leastCost: number): number {
    const noCost = this.money === 0 || w.cost === 0;
    let best = -1, bestScore = Infinity;
    for (let k = 0; k < rows; k++) if (finish[k] === bestFinish && (noCost || cost[k] === leastCost) && bestFinish < Infinity) return k;
    const slack = this.slackAt(task, bestFinish);
    for (let k = 0; k < rows; k++) {
      if (finish[k] === Infinity) continue;
      const score = w.latency * this.latencyTerm(finish[k]! - bestFinish, slack) + w.cost * this.costTerm(cost[k]! - leastCost);
      if (best < 0 || score < bestScore || (score === bestScore && finish[k]! < finish[best]!)) { best = k; bestScore = score; }
    }
    return best;
  }

  /** Takes rows out that the market rule forbids. */
  private allowed(view: PolicyView, task: number, rows: number): number {
    this.market.filter(view, task, rows);
    return rows;
  }

  /** The same among the first `rows` of the view's. */
  private leastOf(view: PolicyView, task: number, rows: number, others: number): number {
    const c = view.candidate, { finish } = this;
    this.rows = c;
    this.measure(view, c, task, rows, others);
    this.slack = this.slackAt(task, this.bestFinish);
    return this.scoreAll(view.weights, c, finish, rows, this.slack);
  }

  /**
   * Fills in the terms of the rows that compete, each in [0, 1], in the units of the run's own objective, so that an hour and a
   * dollar weigh here what they weigh when the whole run is judged. Returns the row with the least sum, or -1.
   *
   * L = D / span with D = d^2 / (d + slack) (`priceOf`): d is how much later than the task's best row this one ends, `slack` how much
   * later the task could end before the path through it is the longest of all. Without slack all of d counts; with slack
   * little at first, and more as d eats it up. C = (cost - least cost of the rows) / money. F = waste x duration / span.
   */
  private scoreAll(w: Weights, c: Candidates, finish: Float64Array, rows: number, slack: number): number {
    const { cost, waste, duration, termLatency, termCost, termFragmentation, score } = c, { bestFinish, leastCost, span } = this;
    let best = -1, bestScore = Infinity;
    for (let k = 0; k < rows; k++) {
      const end = finish[k]!;
      if (end === Infinity) continue;
      const latency = this.latencyTerm(end - bestFinish, slack), money = this.costTerm(cost[k]! - leastCost), wasted = waste[k]!;
      const fragmentation = wasted === 0 ? 0 : wasted * Math.min(1, duration[k]! / span);
      const sum = w.latency * latency + w.cost * money + w.fragmentation * fragmentation;
      termLatency[k] = latency; termCost[k] = money; termFragmentation[k] = fragmentation; score[k] = sum;
      if (best < 0 || sum < bestScore || (sum === bestScore && end < finish[best]!)) { best = k; bestScore = sum; }
    }
    return best;
  }

  /** Places the task on the row, or makes it wait there. Returns whether it was placed. */
  private settle(view: PolicyView, task: number, k: number): boolean {
    if (k < 0) return false;
    if (this.rows.filter[k] !== OK) { this.waitFor(view, task, k); return false; }
    const pool = this.rows.pool[k]!;
    if (placeRow(view, task, k, this.idle) !== OK) return false;
    this.people.placed(pool);
    view.memory[this.countAt + groupOf(this.problem, task)]!--;
    return true;
  }

  /**
   * Batching where one unit serves all: task i is about to set the unit of row k up for its own batch key. Tasks behind it
   * of no lower user priority for which that unit is warm go first if the price of delaying task i by their work is less than that of delaying them
   * by its set-up and work and their own set-up. Returns whether the rows of task i must be looked up again.
   */
  private letWarmPass(view: PolicyView, i: number, k: number): boolean {
    const { problem } = this, key = this.batchOf(this.tasks[i]!);
    let c = this.rows;
    if (c.filter[k] !== OK || c.fresh[k] === 1 || c.setup[k] === 0) return false;
    const unit = c.unit[k]!, slack = this.slack, delay = c.duration[k]!;
    let looked = false;
    for (let j = i + 1; j < this.taskCount; j++) {
      const other = this.tasks[j]!, otherKey = other < 0 ? -1 : this.batchOf(other);
      if (otherKey < 0 || otherKey === key || problem.taskPriority[other]! < problem.taskPriority[this.tasks[i]!]!) continue;
      looked = true;
      const row = this.choose(view, other, 0);
      c = this.rows;
      if (row < 0 || c.unit[row] !== unit || c.fresh[row] === 1 || c.filter[row] !== OK || c.setup[row]! > 0) continue;
      if (priceOf(c.duration[row]!, slack) < priceOf(delay + problem.batchSetup[otherKey]!, this.slack) && this.settle(view, other, row)) this.tasks[j] = -1;
    }
    return looked;
  }

  private latencyTerm(delay: number, slack: number): number { return Math.min(1, priceOf(delay, slack) / this.span); }

  private costTerm(more: number): number { return this.money > 0 ? Math.min(1, more / this.money) : 0; }

  /** How much later than `finish` the task could end before the path through it is the longest of all. */
  private slackAt(task: number, finish: number): number { return Math.max(0, this.end - finish - this.rankBehind[task]!); }

  /** Fills `finish` for the rows that compete, and finds the earliest finish and the least cost among them. */
  private measure(view: PolicyView, c: Candidates, task: number, rows: number, others: number): void {
    const { finish } = this, { filter, pool: pools, duration, rework, cost } = c, latest = view.now + this.maxWaitMs, ahead = others === 0 ? 0 : others / unitsOf(c, rows);
    let pool = -1, bestFinish = Infinity, leastCost = Infinity, open = -1;
    for (let k = 0; k < rows; k++) {
      if (pools[k] !== pool) { pool = pools[k]!; this.lookAtPool(view, task, pool, ahead); }
      let end = this.expectedFinish(view, c, k, ahead);
      if (end - duration[k]! - rework[k]! > latest && filter[k] !== OK) {
        if (open < 0) open = anyOpen(c, rows) ? 1 : 0;
        if (open === 1) end = Infinity;
      }
      finish[k] = end;
      if (end === Infinity) continue;
      if (end < bestFinish) bestFinish = end;
      if (cost[k]! < leastCost) leastCost = cost[k]!;
    }
    this.bestFinish = bestFinish; this.leastCost = leastCost;
  }

  /** What the rows of one pool have in common for the task. `ahead`: like tasks to be expected on each unit before it. */
  private lookAtPool(view: PolicyView, task: number, pool: number, ahead: number): void {
    const { problem } = this, batch = this.batchOf(task);
    this.isHuman = problem.poolKind[pool] === HUMAN;
    this.workThere = this.isHuman ? view.estimate(task, pool) : 0;
    this.share = this.isHuman || ahead === 0 ? 0 : shareOfUnit(problem, task, pool);
    this.lostSetup = this.batching || batch < 0 ? 0 : problem.batchSetup[batch]!;
  }

  private expectedFinish(view: PolicyView, c: Candidates, k: number, ahead: number): number {
    const filter = c.filter[k]!, unit = c.unit[k]!, own = finishOf(c, k);
    if (filter === RECENTLY_REFUSED) return own + view.refusedUntil(c.pool[k]!) - view.now;
    if (c.fresh[k] === 1) return filter === OK ? own : Infinity;
    if (filter !== OK && filter !== NO_ROOM && filter !== RATE_LIMITED) return Infinity;
    if (this.isHuman) return this.humanFinish(c, k, this.backlog[unit]! + ahead * this.workThere);
    if (filter === OK) return own;
    // Without batching, a set-up that is saved by waiting does not count.
    return own + this.backlog[unit]! + ahead * c.duration[k]! * this.share + (c.setup[k]! > 0 ? 0 : this.lostSetup);
  }

  /** A person takes one thing after the other, in working time: `wait` ms of it come first. */
  private humanFinish(c: Candidates, k: number, wait: number): number {
    const { problem } = this, unit = c.unit[k]!;
    if (wait === 0 || (c.filter[k] === OK && this.backlog[unit] === 0)) return finishOf(c, k);
    const start = workingUntil(problem, unit, c.start[k]!, wait);
    return start === Infinity ? Infinity : workingUntil(problem, unit, start, c.setup[k]! + this.workThere);
  }

  private waitFor(view: PolicyView, task: number, k: number): void {
    const { problem } = this, c = this.rows, unit = c.unit[k]!, pool = c.pool[k]!;
    if (c.filter[k] === RECENTLY_REFUSED) { view.wakeAt(view.refusedUntil(pool)); return; }
    if (c.start[k]! > view.now) { view.wakeAt(c.start[k]!); this.nextWake = Math.min(this.nextWake, c.start[k]!); }
    const forPeople = problem.poolKind[pool] === HUMAN;
    this.putBefore(unit, forPeople ? problem.poolResponse[pool]! + c.setup[k]! + view.estimate(task, pool) : c.duration[k]! * shareOfUnit(problem, task, pool));
    if (forPeople) this.people.waits(pool);
  }

  /** So many ms of work come before whatever else waits for the unit. */
  private putBefore(unit: number, ms: number): void {
    if (this.backlog[unit] === 0 && ms > 0) this.waitedFor[this.waitedForCount++] = unit;
    this.backlog[unit]! += ms;
  }

  private batchOf(task: number): number { return this.problem.profileBatch[this.problem.taskProfile[task]!]!; }
}

/** What a delay is worth, in ms of the run: all of it without slack, little of it while it is small against the slack. */
function priceOf(delay: number, slack: number): number {
  return delay <= 0 ? 0 : delay * delay / (delay + slack);
}

/** Share in [0, 1] of one unit of the pool that the task takes: its largest share of any dimension or of the slots. */
function shareOfUnit(problem: Problem, task: number, pool: number): number {
  const dims = problem.dimensionCount, need = problem.taskProfile[task]! * dims, have = pool * dims;
  let share = 1 / problem.poolSlots[pool]!;
  for (let d = 0; d < dims; d++) if (problem.capacity[have + d]! > 0) share = Math.max(share, problem.demand[need + d]! / problem.capacity[have + d]!);
  return share;
}
