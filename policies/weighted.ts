import type { Candidates, ParameterValues, Policy, PolicyView, PreparedPolicy, Weights } from '../engine/model/policy.ts';
import { NO_ROOM, OK, RATE_LIMITED, RECENTLY_REFUSED } from '../engine/model/policy.ts';
import type { Problem } from '../engine/model/problem.ts';
import { API, CLOUD, HUMAN } from '../engine/model/states.ts';
import { IDLE_PARAMETER, IdleRelease } from './shared/idle-release.ts';
import { placeRow } from './shared/list-dispatch.ts';
import { MARKET_PARAMETERS, MarketRule } from './shared/market.ts';
import { Downstream } from './shared/downstream.ts';
import { meanDurations } from './shared/mean-costs.ts';
import { upwardRanks } from './shared/ranks.ts';
import { planByInsertion, type StaticPlan } from './shared/static-plan.ts';
import { nextWorking, workedUntil } from './shared/working-time.ts';

const P = (d: number) => ({ description: 'x', default: d, min: -1e9, max: 1e9 });
export const weighted: Policy = {
  name: 'weighted',
  summary: 'Weighted sum of delay, money and fragmentation.',
  parameters: {
    ...MARKET_PARAMETERS, idle: IDLE_PARAMETER,
    gamma: P(1), due: P(0), ext: P(1), defer: P(1), queue: P(1), eMul: P(1), pow: P(1), fr: P(1), kMul: P(1), ds: P(1), mix: P(0.7), okey: P(0), str: P(1), late: P(0), noise: P(0), nseed: P(0), shadow: P(0), pl: P(0), plk: P(1.1), pj: P(0), kb: P(0), kd: P(0), kw: P(0), kg: P(0), nood: P(0), rr: P(1), hk: P(1), hq: P(1), mq: P(1), rw: P(1), res: P(0), alt: P(1), resKey: P(1),
  },
  prepare: (problem, parameters, weights) => new Weighted(problem, parameters, weights),
};

class Weighted implements PreparedPolicy {
  readonly memory: number;
  private readonly rank: Float64Array;
  private readonly tail: Float64Array;
  private key: Float64Array;
  private readonly idle: IdleRelease;
  private readonly market: MarketRule;
  private readonly down: Downstream;
  private readonly plan: StaticPlan;
  private placedAt = 0;
  private lf = new Float64Array(0);
  private jobAt = 0;
  private readonly mean: Float64Array;
  private end: number;
  private span: number;
  private readonly money: number;
  private readonly p: ParameterValues;
  private readonly tasks: Int32Array;
  private count = 0;
  private readonly backlog: Float64Array;
  private readonly reservedAt: Float64Array;
  private readonly reservedSlack: Float64Array;
  private readonly finish: Float64Array;
  private readonly collect = (task: number): void => {
    let i = this.count++;
    for (; i > 0 && this.key[this.tasks[i - 1]!]! > this.key[task]!; i--) this.tasks[i] = this.tasks[i - 1]!;
    this.tasks[i] = task;
  };

  constructor(problem: Problem, parameters: ParameterValues, _w: Weights) {
    this.p = parameters; (globalThis as any).LATE = parameters['late'] === 1;
    const mean = meanDurations(problem);
    this.mean = mean; this.down = new Downstream(problem, parameters['str']!);
    this.rank = upwardRanks(problem, mean);
    this.tail = this.rank.map((r, t) => r - mean[t]!);
    let end = 0, begin = Infinity, maxRank = 0;
    for (let t = 0; t < problem.taskCount; t++) { const r = problem.jobRelease[problem.taskJob[t]!]!; end = Math.max(end, r + this.rank[t]!); begin = Math.min(begin, r); maxRank = Math.max(maxRank, this.rank[t]!); }
    this.key = this.rank.map((r, t) => -(problem.taskPriority[t]! * 2 * maxRank + r));
    this.end = end; this.span = Math.max(1, end - begin);
    this.money = problem.budget;
    if (parameters['kb'] !== 0 || parameters['kd'] !== 0 || parameters['kg'] !== 0) this.key = this.key.map((k, t) => k + parameters['kb']! * problem.jobRelease[problem.taskJob[t]!]! + parameters['kd']! * mean[t]! + parameters['kg']! * problem.jobReference[problem.taskJob[t]!]!);
    if (parameters['noise']! > 0) { let x = (parameters['nseed']! * 2654435761 + 12345) >>> 0; const rnd = () => { x = (Math.imul(x, 1664525) + 1013904223) >>> 0; return x / 4294967296; }; for (let i = 0; i < 10; i++) rnd(); this.key = this.key.map((k) => k * (1 + parameters['noise']! * (rnd() - 0.5))); }
    if (parameters['okey'] === 1) this.key = this.key.map((_, t) => -problem.taskPriority[t]! * 1e11 + this.down.latestFinish(t) - mean[t]!);
    if (parameters['ds'] === 1) { this.end = this.down.end; this.span = this.down.end - this.down.begin; }
    this.market = new MarketRule(parameters['theta']!, parameters['hysteresis']!, 0);
    this.idle = new IdleRelease(problem, parameters['idle']!, problem.taskCount);
    this.placedAt = problem.taskCount + this.idle.memory;
    { const plan = this.plan = planByInsertion(problem, this.rank), n = problem.taskCount; const lf = new Float64Array(n).fill(plan.makespan);
      const byEnd = Array.from({ length: n }, (_, t) => t).sort((a, b) => plan.start[b]! - plan.start[a]! || b - a);
      const next = new Int32Array(n).fill(-1);
      for (let u = 0; u < problem.unitCount; u++) if (problem.poolSlots[problem.unitPool[u]!] === 1 || problem.poolIds[problem.unitPool[u]!] === 'gpu') for (let k = plan.unitFirst[u]!; k + 1 < plan.unitFirst[u + 1]!; k++) next[plan.unitTasks[k]!] = plan.unitTasks[k + 1]!;
      for (const t of byEnd) { let v = plan.makespan; const ls = (q: number) => lf[q]! - (plan.end[q]! - plan.start[q]!);
        for (let k = problem.successorFirst[t]!; k < problem.successorFirst[t + 1]!; k++) v = Math.min(v, ls(problem.successors[k]!));
        if (next[t]! >= 0) v = Math.min(v, ls(next[t]!)); lf[t] = v; }
      this.lf = lf; }
    this.jobAt = this.placedAt + problem.taskCount; this.memory = this.jobAt + 2 * problem.jobCount;
    this.plan = planByInsertion(problem, this.p['resKey'] === 1 ? this.rank.map((_, t) => -(this.down.latestFinish(t) - mean[t]!)) : this.rank);
    this.tasks = new Int32Array(problem.taskCount);
    this.backlog = new Float64Array(problem.unitCount);
    this.reservedAt = new Float64Array(problem.unitCount);
    this.reservedSlack = new Float64Array(problem.unitCount);
    this.finish = new Float64Array(problem.unitCount + 2 * problem.poolCount);
  }

  order(_view: PolicyView, task: number): number { return this.key[task]!; }

  decide(view: PolicyView): void {
    this.count = 0;
    view.forEachEligible(this.collect);
    this.backlog.fill(0); this.reservedAt.fill(Infinity);
    let end = this.end;
    for (let i = 0; i < this.count; i++) { const t = this.tasks[i]!; end = Math.max(end, this.p['ds'] === 1 ? this.down.endAfter(t, view.now + this.mean[t]!) : view.now + this.rank[t]!); }
    if (this.p['pj'] === 1) for (let j = 0; j < view.problem.jobCount; j++) if (view.memory[this.jobAt + 2 * j]! > 0) end = Math.max(end, view.memory[this.jobAt + 2 * j]! + Math.max(0, view.now - view.memory[this.jobAt + 2 * j + 1]!));
    end = view.now + (end - view.now) * this.p['eMul']!;
    for (let i = 0; i < this.count; i++) this.consider(view, this.tasks[i]!, end);
    this.idle.release(view);
  }

  private consider(view: PolicyView, task: number, end: number): void {
    const { problem } = view, c = view.candidate, rows = view.candidates(task), p = this.p;
    if (p['nood'] === 0) this.market.filter(view, task, rows);
    let bestFinish = Infinity, leastCost = Infinity;
    for (let k = 0; k < rows; k++) {
      this.finish[k] = Infinity;
      if (c.filter[k] !== OK && ((c.filter[k] !== NO_ROOM && (p['rr'] === 0 || c.filter[k] !== RECENTLY_REFUSED && c.filter[k] !== RATE_LIMITED)) || p['queue'] === 0)) continue;
      if (c.filter[k] === NO_ROOM && p[problem.poolKind[c.pool[k]!] === HUMAN ? 'hq' : 'mq'] === 0) continue;
      if (p['nood'] === 1 && problem.poolKind[c.pool[k]!] === CLOUD && c.market[k] === 0) continue;
      const f = this.finishOn(view, task, k);
      this.finish[k] = f;
      if (f === Infinity) continue;
      bestFinish = Math.min(bestFinish, f);
      leastCost = Math.min(leastCost, c.cost[k]!);
    }
    if (bestFinish === Infinity) return;
    const bestEnd = this.down.endAfter(task, bestFinish);
    let slack = p['ds'] === 1 ? Math.max(0, end - bestEnd) : Math.max(0, end - bestFinish - p['gamma']! * this.tail[task]!);
    if (p['pl'] === 1) slack = Math.max(0, this.lf[task]! * p['plk']! - bestFinish);
    const dueSlack = problem.jobDeadline[problem.taskJob[task]!]! - bestFinish - p['gamma']! * this.tail[task]!;
    if (p['due'] === 1 && dueSlack > 0) slack = Math.min(slack, dueSlack);
    let best = -1;
    const w = view.weights;
    for (let k = 0; k < rows; k++) {
      const f = this.finish[k]!;
      if (f === Infinity) continue;
      const mix = p['mix']!;
      let price = this.price(p['ds'] === 1 ? mix * Math.max(0, this.down.endAfter(task, f) - bestEnd) + (1 - mix) * (f - bestFinish) : f - bestFinish, slack);
      const unit = c.unit[k]!;
      if (p['ext'] === 1 && c.filter[k] === OK && c.fresh[k] === 0 && this.reservedAt[unit]! < f) price += this.price(f - this.reservedAt[unit]!, this.reservedSlack[unit]!);
      if (p['res']! > 0 && problem.poolKind[c.pool[k]!] === HUMAN) price += p['res']! * this.externality(view, task, unit, f, end);
      c.termLatency[k] = Math.min(1, price / this.span);
      c.termCost[k] = Math.min(1, (problem.poolKind[c.pool[k]!] === HUMAN ? p['hk']! : 1) * p['kMul']! * (c.cost[k]! - leastCost) / this.money);
      c.termFragmentation[k] = Math.min(1, p['fr']! * c.waste[k]! * (f - c.start[k]!) / this.span);
      c.score[k] = w.latency * c.termLatency[k]! + w.cost * c.termCost[k]! + w.fragmentation * c.termFragmentation[k]!;
      if (best < 0 || c.score[k]! < c.score[best]! || (c.score[k] === c.score[best] && f < this.finish[best]!)) best = k;
    }
    if (best < 0) return;
    const unit = c.unit[best]!, kind = problem.poolKind[c.pool[best]!]!;
    const asleep = kind === HUMAN && p['defer'] === 1 && nextWorking(problem, unit, view.now) > view.now;
    if (c.filter[best] === OK && !asleep && !(kind === HUMAN && this.backlog[unit]! > 0)) { placeRow(view, task, best, this.idle); view.memory[this.placedAt + task] = 1;
      const F = this.finish[best]! + this.tail[task]!, x = this.finish[best]!, at = this.jobAt + 2 * problem.taskJob[task]!;
      if (view.now >= view.memory[at + 1]! || F >= view.memory[at]!) { view.memory[at] = F; view.memory[at + 1] = x; }
      if (this.tail[task] === 0) { view.memory[at] = 0; }
      return; }
    if (c.filter[best] === RECENTLY_REFUSED) { view.wakeAt(view.refusedUntil(c.pool[best]!)); return; }
    if (asleep) view.wakeAt(nextWorking(problem, unit, view.now));
    else if (c.start[best]! > view.now) view.wakeAt(c.start[best]!);
    if (kind === HUMAN) this.backlog[unit]! += problem.poolResponse[c.pool[best]!]! + view.estimate(task, c.pool[best]!) + c.setup[best]!;
    else {
      this.backlog[unit]! += c.duration[best]! * share(problem, task, c.pool[best]!);
      if (this.reservedAt[unit] === Infinity) { this.reservedAt[unit] = c.start[best]!; this.reservedSlack[unit] = slack; }
    }
  }

  private externality(view: PolicyView, task: number, unit: number, f: number, end: number): number {
    const { problem } = view, { plan } = this;
    let worst = 0;
    for (let k = plan.unitFirst[unit]!, last = plan.unitFirst[unit + 1]!, n = 0; k < last && n < 8; k++) {
      const q = plan.unitTasks[k]!;
      if (q === task || view.memory[this.placedAt + q] === 1) continue;
      const at = Math.max(view.now, plan.start[q]!);
      if (at >= f) break;
      if (this.key[q]! >= this.key[task]!) continue;
      n++;
      const length = plan.end[q]! - plan.start[q]!, work = this.workOf(q, unit);
      const asPlanned = workedUntil(problem, unit, at, work);
      let late = workedUntil(problem, unit, f, work);
      if (this.p['alt'] === 1) late = Math.min(late, this.elsewhere(q, unit, at));
      const delay = this.down.endAfter(q, late) - this.down.endAfter(q, asPlanned);
      if (delay > 0) worst = Math.max(worst, this.price(delay, Math.max(0, end - this.down.endAfter(q, asPlanned))));
      void length;
    }
    return worst;
  }

  private workOf(task: number, unit: number): number {
    const { problem } = this.down, profile = problem.taskProfile[task]!;
    for (let o = problem.optionFirst[profile]!; o < problem.optionFirst[profile + 1]!; o++) if (problem.optionPool[o] === problem.unitPool[unit]) return Math.round(problem.taskWork[task]! * problem.optionScale[o]!);
    return 0;
  }

  private elsewhere(task: number, not: number, at: number): number {
    const { problem } = this.down, profile = problem.taskProfile[task]!;
    let best = Infinity;
    for (let o = problem.optionFirst[profile]!; o < problem.optionFirst[profile + 1]!; o++) {
      const pool = problem.optionPool[o]!, work = Math.round(problem.taskWork[task]! * problem.optionScale[o]!);
      for (let u = problem.poolFirst[pool]!; u < problem.poolFirst[pool + 1]!; u++) if (u !== not) best = Math.min(best, problem.poolKind[pool] === HUMAN ? workedUntil(problem, u, at, work + problem.poolResponse[pool]!) : at + work);
    }
    return best;
  }

  private price(delay: number, slack: number): number { return delay <= 0 ? 0 : delay * delay / (delay + this.p['pow']! * slack); }

  private finishOn(view: PolicyView, task: number, k: number): number {
    const { problem } = view, c: Candidates = view.candidate, unit = c.unit[k]!, own = c.start[k]! + c.duration[k]! + c.rework[k]!;
    if (c.fresh[k] === 1) return c.filter[k] === RECENTLY_REFUSED ? own + view.refusedUntil(c.pool[k]!) - view.now : own;
    const wait = this.backlog[unit]!;
    if (wait === 0) return own;
    const kind = problem.poolKind[c.pool[k]!];
    if (kind === HUMAN) {
      const start = workedUntil(problem, unit, c.start[k]!, wait);
      return start === Infinity ? Infinity : workedUntil(problem, unit, start, view.estimate(task, c.pool[k]!) + c.setup[k]!);
    }
    return c.filter[k] === NO_ROOM ? own + wait : own;
  }
}

function share(problem: Problem, task: number, pool: number): number {
  const dims = problem.dimensionCount, need = problem.taskProfile[task]! * dims;
  let s = 1 / problem.poolSlots[pool]!;
  for (let d = 0; d < dims; d++) { const cap = problem.capacity[pool * dims + d]!; if (cap > 0) s = Math.max(s, problem.demand[need + d]! / cap); }
  return s;
}
void API; void CLOUD;
