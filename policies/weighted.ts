// The policy of the project: each task where delay, money and fragmentation, weighted, are least. Tasks go by user priority,
// then by upward rank. For a task, J = wL L + wC C + wF F over its rows, in the units of the run's own objective:
//
//   L = D / span, D = d^2 / (d + slack). d: ms by which the row ends after the task's best row. Slack: ms that the task could
//       end later before it becomes the longest of all paths, (expected end of the run) - (its best end) - (rank behind it).
//       A critical task pays every ms of delay; one with slack pays little at first and more as the delay eats it up.
//   C = (cost - least cost of the rows) / money, F = waste x duration / span.
//
// span is the longest path of the run (releases and calendars included), money the budget, or without one what the cheapest
// option of every task costs alone. So an hour and a dollar weigh here what they weigh in the objective of the run.
//
// Rows without room, and spot pools that have just refused, compete with the instant at which they are expected to be free:
// if such a row is best, the task waits for it. The work of tasks that wait for a unit is in the way of those that come
// after them. Warm units save their set-up in both d and C, so a task may wait for one: that is all there is to batching.
// When spot may be used at all: shared/market.ts. Nothing random, nothing kept but the market rule's memory and counts.
//
// The slack rests on means and on paths without queues, so the rest of the run is taken to last CROWDING times as long.
// Above SCAN_MAX eligible tasks only the first of each group of like tasks is looked at, as if it were the last in the
// queue of its group: O(groups + placements) a round instead of O(eligible).
import { NO_ROOM, OK, RATE_LIMITED, RECENTLY_REFUSED } from '../engine/model/policy.ts';
import type { Candidates, ParameterSpec, ParameterValues, Policy, PolicyView, PreparedPolicy } from '../engine/model/policy.ts';
import type { Problem } from '../engine/model/problem.ts';
import { HUMAN } from '../engine/model/states.ts';
import { costReference } from './shared/cost-reference.ts';
import { IDLE_PARAMETER, IdleRelease } from './shared/idle-release.ts';
import { placeRow } from './shared/list-dispatch.ts';
import { MARKET_PARAMETERS, MarketRule } from './shared/market.ts';
import { meanDurations } from './shared/mean-costs.ts';
import { upwardRanks } from './shared/ranks.ts';
import { finishOf } from './shared/rows.ts';
import { workedUntil } from './shared/working-time.ts';

/** How much longer than its longest path the rest of a run is expected to take: tuned on the feature family, flat from 1.2 to 1.5. */
const CROWDING = 1.3;
/** Eligible tasks up to which each is looked at by itself. */
export const SCAN_MAX = 256;

const PARAMETERS = {
  ...MARKET_PARAMETERS,
  idle: IDLE_PARAMETER,
  batching: { description: '1: a task may wait for a unit that is warm for its batch key; 0: waiting for warmth counts for nothing.', default: 1, min: 0, max: 1 },
  maxWait: { description: 'Seconds a task may expect to wait for a better unit while another one could take it now.', default: 86_400, min: 0, max: 31_536_000 },
  hold: { description: 'x', default: 1, min: 0, max: 1 },
  crowd: { description: 'x', default: CROWDING, min: 0, max: 10 },
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
  private readonly p: ParameterValues;
  /** Ready order: user priority, then the longest upward rank. */
  private readonly key: Float64Array;
  private readonly rank: Float64Array;
  /** Rank behind the task: from its end to the end of the graph. */
  private readonly behind: Float64Array;
  private readonly lastEnd: number;
  private readonly span: number;
  private readonly money: number;
  private readonly batching: boolean;
  private readonly maxWait: number;
  private readonly idle: IdleRelease;
  private readonly market: MarketRule;
  private readonly crowdAt: number;
  private readonly tasks: Int32Array;
  private taskCount = 0;
  /** By unit: work of tasks that wait for it, as ms of the whole unit. */
  private readonly backlog: Float64Array;
  private readonly heldFrom: Float64Array;
  private readonly heldSlack: Float64Array;
  private readonly heldFor: Float64Array;
  private readonly finish: Float64Array;
  private end = 0;
  private readonly collect = (task: number): void => {
    let i = this.taskCount++;
    for (; i > 0 && this.key[this.tasks[i - 1]!]! > this.key[task]!; i--) this.tasks[i] = this.tasks[i - 1]!;
    this.tasks[i] = task;
  };

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
    this.p = parameters;
    this.rank = rank;
    this.behind = rank.map((r, task) => r - durations[task]!);
    this.key = rank.map((r, task) => -2 * longest * problem.taskPriority[task]! - r);
    this.lastEnd = last;
    this.span = Math.max(1, last - first);
    this.money = costReference(problem);
    this.batching = parameters['batching'] !== 0;
    this.maxWait = parameters['maxWait']! * 1000;
    this.market = new MarketRule(parameters['theta']!, parameters['hysteresis']!, 0);
    this.idle = new IdleRelease(problem, parameters['idle']!, problem.taskCount);
    this.crowdAt = problem.taskCount + this.idle.memory;
    this.memory = this.crowdAt;
    this.tasks = new Int32Array(SCAN_MAX);
    this.backlog = new Float64Array(problem.unitCount);
    this.heldFrom = new Float64Array(problem.unitCount);
    this.heldSlack = new Float64Array(problem.unitCount);
    this.heldFor = new Float64Array(problem.unitCount);
    this.finish = new Float64Array(problem.unitCount + 2 * problem.poolCount);
  }

  order(_view: PolicyView, task: number): number { return this.key[task]!; }

  decide(view: PolicyView): void {
    this.backlog.fill(0);
    this.heldFrom.fill(Infinity);
    this.end = this.lastEnd;
    this.taskCount = 0;
    view.forEachEligible(this.collect);
    for (let i = 0; i < this.taskCount; i++) this.end = Math.max(this.end, view.now + this.rank[this.tasks[i]!]!);
    this.end = view.now + this.p['crowd']! * (this.end - view.now);
    for (let i = 0; i < this.taskCount; i++) this.consider(view, this.tasks[i]!);
    this.idle.release(view);
  }

  private consider(view: PolicyView, task: number): boolean {
    const c = view.candidate, rows = view.candidates(task);
    this.market.filter(view, task, rows);
    const { bestFinish, leastCost } = this.measure(view, task, rows);
    if (bestFinish === Infinity) return false;
    const slack = Math.max(0, this.end - bestFinish - this.behind[task]!);
    let best = -1, held = false;
    for (let k = 0; k < rows; k++) {
      const f = this.finish[k]!;
      if (f === Infinity) continue;
      const unit = c.unit[k]!;
      let price = delayPrice(f - bestFinish, slack), hold = false;
      if (this.p['hold'] === 1 && c.filter[k] === OK && c.fresh[k] === 0 && f > this.heldFrom[unit]!) {
        const now = price + delayPrice(f - this.heldFrom[unit]!, this.heldSlack[unit]!), later = delayPrice(f + this.heldFrom[unit]! + this.heldFor[unit]! - view.now - bestFinish, slack);
        hold = later < now;
        price = Math.min(now, later);
      }
      this.score(view, k, price, leastCost);
      if (best < 0 || c.score[k]! < c.score[best]! || (c.score[k] === c.score[best] && f < this.finish[best]!)) { best = k; held = hold; }
    }
    if (c.filter[best] === OK && !held) return placeRow(view, task, best, this.idle) === OK;
    if (!held) this.waitFor(view, task, best, slack);
    return false;
  }

  private score(view: PolicyView, k: number, price: number, leastCost: number): void {
    const c = view.candidate, w = view.weights;
    c.termLatency[k] = Math.min(1, price / this.span);
    c.termCost[k] = this.money > 0 ? Math.min(1, (c.cost[k]! - leastCost) / this.money) : 0;
    c.termFragmentation[k] = c.waste[k]! * Math.min(1, c.duration[k]! / this.span);
    c.score[k] = w.latency * c.termLatency[k]! + w.cost * c.termCost[k]! + w.fragmentation * c.termFragmentation[k]!;
  }

  private measure(view: PolicyView, task: number, rows: number): { bestFinish: number; leastCost: number } {
    const c = view.candidate;
    let bestFinish = Infinity, leastCost = Infinity, open = false;
    for (let k = 0; k < rows; k++) if (c.filter[k] === OK) open = true;
    for (let k = 0; k < rows; k++) {
      const f = this.finish[k] = this.expectedFinish(view, task, k);
      if (open && c.filter[k] !== OK && f - c.duration[k]! > view.now + this.maxWait) { this.finish[k] = Infinity; continue; }
      if (f === Infinity) continue;
      bestFinish = Math.min(bestFinish, f);
      leastCost = Math.min(leastCost, c.cost[k]!);
    }
    return { bestFinish, leastCost };
  }

  private expectedFinish(view: PolicyView, task: number, k: number): number {
    const c: Candidates = view.candidate, filter = c.filter[k]!, own = finishOf(c, k);
    if (filter === OK) { if (c.fresh[k] === 1 || this.problem.poolKind[c.pool[k]!] !== HUMAN) return own; }
    else if (filter === RECENTLY_REFUSED) return own + view.refusedUntil(c.pool[k]!) - view.now;
    else if (filter !== NO_ROOM && filter !== RATE_LIMITED) return Infinity;
    const { problem } = this, unit = c.unit[k]!, wait = this.backlog[unit]!;
    let f = own;
    if (wait > 0) {
      if (problem.poolKind[c.pool[k]!] === HUMAN) {
        const start = workedUntil(problem, unit, c.start[k]!, wait);
        f = start === Infinity ? Infinity : workedUntil(problem, unit, start, view.estimate(task, c.pool[k]!) + c.setup[k]!);
      } else f = own + wait;
    }
    const batch = problem.profileBatch[problem.taskProfile[task]!]!;
    if (!this.batching && batch >= 0 && c.setup[k] === 0) f += problem.batchSetup[batch]!;
    return f;
  }

  private waitFor(view: PolicyView, task: number, k: number, slack: number): void {
    const { problem } = this, c = view.candidate, unit = c.unit[k]!, pool = c.pool[k]!;
    if (c.filter[k] === RECENTLY_REFUSED) { view.wakeAt(view.refusedUntil(pool)); return; }
    if (c.start[k]! > view.now) view.wakeAt(c.start[k]!);
    if (problem.poolKind[pool] === HUMAN) this.backlog[unit]! += problem.poolResponse[pool]! + view.estimate(task, pool) + c.setup[k]!;
    else {
      this.backlog[unit]! += c.duration[k]! * shareOf(problem, task, pool);
      if (this.heldFrom[unit] === Infinity) { this.heldFrom[unit] = c.start[k]!; this.heldSlack[unit] = slack; this.heldFor[unit] = c.duration[k]!; }
    }
  }
}

/** What a delay is worth, in ms of the run: all of it without slack, little of it while it is small against the slack. */
function delayPrice(delay: number, slack: number): number {
  return delay <= 0 ? 0 : delay * delay / (delay + slack);
}

/** Share in [0, 1] of one unit of the pool that the task takes: its largest share of any dimension or of the slots. */
function shareOf(problem: Problem, task: number, pool: number): number {
  const dims = problem.dimensionCount, need = problem.taskProfile[task]! * dims, have = pool * dims;
  let share = 1 / problem.poolSlots[pool]!;
  for (let d = 0; d < dims; d++) if (problem.capacity[have + d]! > 0) share = Math.max(share, problem.demand[need + d]! / problem.capacity[have + d]!);
  return share;
}
