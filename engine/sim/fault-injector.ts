// Applies a fault plan to the simulated world. Each fault that takes effect is written to the journal by its number in
// the plan, so that a picture can mark it and a counterfactual leave it out; the scheduler sees only its consequences.
import { BUDGET_CHANGED, FAULT_INJECTED, HUMAN_AVAILABLE, HUMAN_AWAY } from '../journal/records.ts';
import { CLOUD, RUNNING, SCHEDULED, SPOT, VM_OFF, VM_REQUESTED } from '../model/states.ts';
import type { CompiledFault } from './faults.ts';
import { nextPoisson } from './random/poisson.ts';
import { STORM } from './random/streams.ts';
import { W_FAULT, W_FAULT_END, W_OUTAGE } from './world-events.ts';
import type { World } from './world.ts';

export class FaultInjector {
  private readonly world: World;
  private faults: readonly CompiledFault[] = [];
  /** For `terminate-working`: the fault, and for each unit how many of its lives were killed so far and the last one planned. */
  private working: { readonly index: number; readonly kills: Int32Array; readonly plannedLife: Int32Array }[] = [];
  private stormKills = new Int32Array(0);

  constructor(world: World) {
    this.world = world;
  }

  /** Takes up a plan for the world's present problem. */
  adopt(faults: readonly CompiledFault[]): void {
    const { unitCount } = this.world.problem;
    this.faults = faults;
    this.stormKills = new Int32Array(faults.length);
    this.working = faults.flatMap((f, index) => f.kind === 'terminate-working'
      ? [{ index, kills: new Int32Array(unitCount), plannedLife: new Int32Array(unitCount) }] : []);
  }

  reset(): void {
    this.stormKills.fill(0);
    for (const w of this.working) { w.kills.fill(0); w.plannedLife.fill(0); }
  }

  begin(): void {
    const { calendar, problem, truth } = this.world;
    this.faults.forEach((f, k) => {
      if (f.kind === 'terminate-working') return;
      calendar.schedule(f.at, W_FAULT, k, 0);
    });
    for (let u = 0; u < problem.unitCount; u++) {
      for (const o of truth.pools[problem.unitPool[u]!]!.outages) { calendar.schedule(o.at, W_OUTAGE, u, 1); calendar.schedule(o.until, W_OUTAGE, u, -1); }
    }
  }

  /** Of a fork that is to meet a plan: what of it is still to come or lasts. */
  resume(): void {
    const { calendar } = this.world, { now } = calendar;
    this.faults.forEach((f, k) => {
      if (f.kind === 'terminate-working' || ('until' in f && f.until <= now)) return;
      calendar.schedule(Math.max(now, f.at), W_FAULT, k, 0);
    });
  }

  inject(index: number): void {
    const { world } = this, { calendar, kernel, problem } = world, f = this.faults[index]!, now = calendar.now;
    if (f.kind === 'storm') { this.stormStrike(index, f, now); return; }
    world.apply(FAULT_INJECTED, index, 0, 0, 0);
    if ('until' in f && f.until < Infinity) calendar.schedule(f.until, W_FAULT_END, index, 0);
    switch (f.kind) {
      case 'terminate': for (const unit of this.targets(f)) this.strike(unit, f.notice); return;
      case 'no-capacity': for (const p of f.pools) world.market.drought(p, 1); return;
      case 'price': for (const p of f.pools) if (problem.poolSpotPrice[p]! >= 0) world.market.scalePrice(p, f.factor); return;
      case 'away':
        // Of absences that overlap, the one that ends last is the one to expect them back from.
        if (!world.attempts.isAway(f.unit) || f.until > kernel.state.awayUntil[f.unit]!) world.apply(HUMAN_AWAY, f.unit, f.until === Infinity ? 0 : f.until, 0, 0);
        world.attempts.personLeaves(f.unit);
        return;
      case 'outage': world.attempts.outage(f.unit, 1); return;
      case 'slow-down': for (const u of f.units) world.attempts.slow(u, f.factor); return;
      case 'budget': if (f.budget !== kernel.budget) world.apply(BUDGET_CHANGED, f.budget, 0, 0, 0); return;
      default: return;
    }
  }

  end(index: number): void {
    const { world } = this, f = this.faults[index]!;
    switch (f.kind) {
      case 'no-capacity': for (const p of f.pools) world.market.drought(p, -1); return;
      case 'price': for (const p of f.pools) if (world.problem.poolSpotPrice[p]! >= 0) world.market.scalePrice(p, 1 / f.factor); return;
      case 'away':
        world.attempts.personReturns(f.unit);
        if (!world.attempts.isAway(f.unit)) world.apply(HUMAN_AVAILABLE, f.unit, 0, 0, 0);
        return;
      case 'outage': world.attempts.outage(f.unit, -1); return;
      case 'slow-down': for (const u of f.units) world.attempts.slow(u, 1 / f.factor); return;
      default: return;
    }
  }

  /** Called when an attempt has begun its work: a VM that is to be killed while it works gets its hour. */
  attemptStarted(task: number, unit: number): void {
    if (this.working.length === 0) return;
    const { world } = this, { problem, kernel } = world, pool = problem.unitPool[unit]!;
    if (problem.poolKind[pool] !== CLOUD) return;
    for (const w of this.working) {
      const f = this.faults[w.index]! as Extract<CompiledFault, { kind: 'terminate-working' }>, life = kernel.state.vmLife[unit]!;
      if (!f.pools.includes(pool) || w.kills[unit]! >= f.times || w.plannedLife[unit] === life || (f.spotOnly && kernel.state.market[unit] !== SPOT)) continue;
      w.plannedLife[unit] = life;
      w.kills[unit]!++;
      world.apply(FAULT_INJECTED, w.index, 0, 0, 0);
      world.market.planKill(unit, life, world.attempts.instantOfProgress(task, f.atProgress), f.notice < 0 ? problem.poolNotice[pool]! : f.notice);
    }
  }

  private targets(f: Extract<CompiledFault, { kind: 'terminate' }>): number[] {
    const { problem, kernel: { state: s } } = this.world;
    if (f.unit >= 0) return this.isUp(f.unit) ? [f.unit] : [];
    if (f.task >= 0) {
      const on = s.unitOf(f.task);
      return (s.taskState[f.task] === RUNNING || s.taskState[f.task] === SCHEDULED) && problem.unitKind[on] === CLOUD && this.isUp(on) ? [on] : [];
    }
    const up: number[] = [];
    for (let u = problem.poolFirst[f.pool]!; u < problem.poolFirst[f.pool + 1]! && up.length < f.count; u++) if (this.isUp(u)) up.push(u);
    return up;
  }

  private isUp(unit: number): boolean {
    const state = this.world.kernel.state.vmState[unit];
    return state !== VM_OFF && state !== VM_REQUESTED;
  }

  /** Kills a VM after its notice. */
  private strike(unit: number, notice: number): void {
    const { market, calendar, problem, kernel } = this.world, warning = notice < 0 ? problem.poolNotice[problem.unitPool[unit]!]! : notice;
    market.planKill(unit, kernel.state.vmLife[unit]!, calendar.now + warning, warning);
  }

  /** One kill of a storm on a spot VM drawn among those that are up, and the hour of the next. */
  private stormStrike(index: number, f: Extract<CompiledFault, { kind: 'storm' }>, now: number): void {
    const { world } = this, { problem, kernel: { state: s }, streams, calendar } = world, strike = this.stormKills[index]!++;
    if (strike > 0) {
      const up: number[] = [];
      for (const p of f.pools) for (let u = problem.poolFirst[p]!; u < problem.poolFirst[p + 1]!; u++) if (this.isUp(u) && s.market[u] === SPOT) up.push(u);
      if (up.length > 0) {
        world.apply(FAULT_INJECTED, index, 0, 0, 0);
        this.strike(up[Math.floor(streams.uniform(STORM, f.key, strike, 1) * up.length)]!, f.notice);
      }
    }
    const next = Math.round(nextPoisson(now, f.killsPerHour, streams, STORM, f.key, strike));
    if (next < f.until) calendar.schedule(next, W_FAULT, index, 0);
  }
}
