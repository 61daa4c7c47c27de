// The simulated cloud: spin-up, refusals, notices, kills, availability and prices. A spot slot's kills are instants in
// absolute time, drawn from the seed and the slot's name or taken from a trace, so that every policy meets the same
// market: whoever holds the slot then loses it, in whatever state the VM is.
import { CAUSE_INTERRUPTED, CAUSE_RELEASED, PRICE_CHANGED, VM_IS_READY, VM_NOTICE, VM_REFUSED, VM_STARTED, VM_TERMINATED } from '../journal/records.ts';
import { CLOUD, SPOT, VM_DRAINING, VM_OFF, VM_REQUESTED, VM_STARTING } from '../model/states.ts';
import { nextPoissonByHour } from './random/poisson.ts';
import { sample, sampleGivenAtLeast } from './random/sample.ts';
import { KILL, REFUSAL, RESAMPLE, SPIN_UP } from './random/streams.ts';
import { W_AVAILABILITY, W_PRICE, W_VM_KILL, W_VM_NOTICE, W_VM_READY } from './world-events.ts';
import type { World } from './world.ts';

export class VmMarket {
  private readonly world: World;
  private unitRoom = 0;
  private poolRoom = 0;
  /** Per unit: handles of the pending events of its present life, -1 for none, and when it is to die. */
  private readyEvent = new Float64Array(0);
  private noticeEvent = new Float64Array(0);
  private killEvent = new Float64Array(0);
  private dies = new Float64Array(0);
  /** Per unit: the next kill instant of its slot, and how many came before it. */
  private nextKill = new Float64Array(0);
  private killsSeen = new Int32Array(0);
  /** Per pool: VMs the market can give; faults in force; the price before them. */
  private available = new Float64Array(0);
  private droughts = new Int32Array(0);
  private priceFactor = new Float64Array(0);
  private basePrice = new Float64Array(0);

  constructor(world: World) {
    this.world = world;
    this.adopt();
  }

  /** Takes up the world's present problem: larger arrays where it needs them. To be followed by `reset`. */
  adopt(): void {
    const { unitCount: units, poolCount: pools } = this.world.problem;
    if (units > this.unitRoom) {
      this.unitRoom = units;
      this.readyEvent = new Float64Array(units); this.noticeEvent = new Float64Array(units); this.killEvent = new Float64Array(units); this.dies = new Float64Array(units);
      this.nextKill = new Float64Array(units); this.killsSeen = new Int32Array(units);
    }
    if (pools > this.poolRoom) {
      this.poolRoom = pools;
      this.available = new Float64Array(pools); this.droughts = new Int32Array(pools); this.priceFactor = new Float64Array(pools); this.basePrice = new Float64Array(pools);
    }
  }

  reset(): void {
    this.readyEvent.fill(-1); this.noticeEvent.fill(-1); this.killEvent.fill(-1); this.dies.fill(Infinity);
    this.nextKill.fill(-1); this.killsSeen.fill(0);
    this.available.fill(Infinity); this.droughts.fill(0); this.priceFactor.fill(1);
    this.basePrice.set(this.world.problem.poolSpotPrice);
  }

  /** Puts the first price and availability steps of the traces on the calendar. */
  begin(): void {
    const { problem, truth } = this.world;
    for (let p = 0; p < problem.poolCount; p++) {
      if (problem.poolKind[p] !== CLOUD) continue;
      this.scheduleStep(p, 0, truth.pools[p]!.priceSteps, W_PRICE);
      this.scheduleStep(p, 0, truth.pools[p]!.availability, W_AVAILABILITY);
    }
  }

  private scheduleStep(pool: number, step: number, steps: readonly (readonly [number, number])[], kind: number): void {
    const next = steps[step];
    if (next !== undefined) this.world.calendar.schedule(Math.max(this.world.calendar.now, next[0]), kind, pool, step);
  }

  // --- commands of the kernel ---

  request(unit: number, life: number, market: number): void {
    const { world } = this, { problem, truth } = world, pool = problem.unitPool[unit]!, now = world.calendar.now;
    if (market === SPOT && this.refuses(pool, unit, life)) { world.apply(VM_REFUSED, unit, life, 0, 0); return; }
    world.apply(VM_STARTED, unit, life, 0, 0);
    const spinUp = Math.max(0, Math.round(sample(truth.pools[pool]!.spinUp, world.streams, SPIN_UP, truth.unitKey[unit]!, life)));
    this.readyEvent[unit] = world.calendar.schedule(now + spinUp, W_VM_READY, unit, life);
    if (market === SPOT) this.planKill(unit, life, this.killAfter(unit, now), problem.poolNotice[pool]!);
  }

  release(unit: number, life: number): void {
    this.forget(unit);
    this.world.apply(VM_TERMINATED, unit, life, CAUSE_RELEASED, 0);
  }

  /** Plans the end of a VM's present life at `at`, noticed `notice` ms before, at once if that is past. An earlier plan stays. */
  planKill(unit: number, life: number, at: number, notice: number): void {
    const { calendar } = this.world;
    if (at >= this.dies[unit]!) return;
    if (this.killEvent[unit]! >= 0) { calendar.cancel(this.killEvent[unit]!); calendar.cancel(this.noticeEvent[unit]!); }
    this.dies[unit] = at;
    this.noticeEvent[unit] = calendar.schedule(Math.max(calendar.now, at - notice), W_VM_NOTICE, unit, life);
    this.killEvent[unit] = calendar.schedule(Math.max(calendar.now, at), W_VM_KILL, unit, life);
  }

  // --- events of the calendar ---

  ready(unit: number, life: number): void {
    this.readyEvent[unit] = -1;
    this.world.apply(VM_IS_READY, unit, life, 0, 0);
    this.world.attempts.unitReady(unit);
  }

  notice(unit: number, life: number): void {
    this.noticeEvent[unit] = -1;
    if (this.dies[unit]! > this.world.calendar.now) this.world.apply(VM_NOTICE, unit, life, this.dies[unit]!, 0);
  }

  kill(unit: number, life: number): void {
    const { world } = this, s = world.kernel.state;
    this.killEvent[unit] = -1;
    this.forget(unit);
    for (let t = s.firstOnUnit(unit); t >= 0; t = s.nextOnUnit(t)) world.attempts.forget(t);
    world.apply(VM_TERMINATED, unit, life, CAUSE_INTERRUPTED, 0);
  }

  priceStep(pool: number, step: number): void {
    const steps = this.world.truth.pools[pool]!.priceSteps;
    this.basePrice[pool] = steps[step]![1];
    this.announcePrice(pool);
    this.scheduleStep(pool, step + 1, steps, W_PRICE);
  }

  availabilityStep(pool: number, step: number): void {
    const { world } = this, { problem } = world, steps = world.truth.pools[pool]!.availability, s = world.kernel.state;
    const limit = this.available[pool] = steps[step]![1];
    let held = this.held(pool);
    for (let u = problem.poolFirst[pool]!; u < problem.poolFirst[pool + 1]!; u++) if (s.vmState[u] === VM_DRAINING && s.market[u] === SPOT) held--; // on their way back
    // The market takes back the highest-numbered first.
    for (let u = problem.poolFirst[pool + 1]! - 1; u >= problem.poolFirst[pool]! && held > limit; u--) {
      if (s.vmState[u] === VM_OFF || s.vmState[u] === VM_REQUESTED || s.vmState[u] === VM_DRAINING || s.market[u] !== SPOT) continue;
      this.planKill(u, s.vmLife[u]!, world.calendar.now + problem.poolNotice[pool]!, problem.poolNotice[pool]!);
      held--;
    }
    this.scheduleStep(pool, step + 1, steps, W_AVAILABILITY);
  }

  // --- faults ---

  /** A fault multiplies the pool's spot price (or ends, with the inverse). */
  scalePrice(pool: number, factor: number): void {
    this.priceFactor[pool]! *= factor;
    if (Math.abs(this.priceFactor[pool]! - 1) < 1e-9) this.priceFactor[pool] = 1;
    this.announcePrice(pool);
  }

  drought(pool: number, change: 1 | -1): void { this.droughts[pool]! += change; }

  // --- forks ---

  /** Plans what is left of the VMs of a copied kernel: spin-ups given the time they took so far, kills by the known hazard. */
  resume(): void {
    const { world } = this, { problem, kernel, truth, calendar, streams } = world, s = kernel.state;
    this.basePrice.set(s.spotPrice.subarray(0, problem.poolCount));
    for (let k = 0; k < kernel.vmCount; k++) {
      const unit = s.vms[k]!, life = s.vmLife[unit]!, pool = problem.unitPool[unit]!;
      if (s.vmState[unit] === VM_REQUESTED) { world.apply(VM_STARTED, unit, life, 0, 0); }
      if (s.vmState[unit] === VM_STARTING) {
        const total = sampleGivenAtLeast(truth.pools[pool]!.spinUp, calendar.now - s.billedFrom[unit]!, streams, RESAMPLE, truth.unitKey[unit]!, life);
        this.readyEvent[unit] = calendar.schedule(Math.max(calendar.now, Math.round(s.billedFrom[unit]! + total)), W_VM_READY, unit, life);
      }
      if (s.vmState[unit] === VM_DRAINING) {
        this.dies[unit] = s.killAt[unit]!;
        this.killEvent[unit] = calendar.schedule(Math.max(calendar.now, s.killAt[unit]!), W_VM_KILL, unit, life);
      } else if (s.market[unit] === SPOT) this.planKill(unit, life, this.killAfter(unit, calendar.now), problem.poolNotice[pool]!);
    }
  }

  // --- the market itself ---

  private announcePrice(pool: number): void {
    const price = Math.round(this.basePrice[pool]! * this.priceFactor[pool]!);
    if (price !== this.world.kernel.state.spotPrice[pool]) this.world.apply(PRICE_CHANGED, pool, SPOT, price, 0);
  }

  private refuses(pool: number, unit: number, life: number): boolean {
    const { truth, streams } = this.world, refusal = truth.pools[pool]!.refusal;
    if (this.droughts[pool]! > 0 || this.held(pool) > this.available[pool]!) return true;
    return refusal > 0 && streams.uniform(REFUSAL, truth.unitKey[unit]!, life, 0) < refusal;
  }

  /** Spot VMs of the pool that are up or asked for. */
  private held(pool: number): number {
    const { problem, kernel } = this.world;
    let count = 0;
    for (let u = problem.poolFirst[pool]!; u < problem.poolFirst[pool + 1]!; u++) if (kernel.state.vmState[u] !== VM_OFF && kernel.state.market[u] === SPOT) count++;
    return count;
  }

  /** The first kill instant of the slot after `now`. */
  private killAfter(unit: number, now: number): number {
    const { problem, truth, streams } = this.world, pool = problem.unitPool[unit]!, market = truth.pools[pool]!;
    if (market.killTimes.length > 0) {
      const times = market.killTimes[(unit - problem.poolFirst[pool]!) % market.killTimes.length]!;
      let k = this.killsSeen[unit]!;
      while (k < times.length && times[k]! <= now) k++;
      this.killsSeen[unit] = k;
      return k < times.length ? times[k]! : Infinity;
    }
    if (market.hazardByHour.length === 0) return Infinity;
    let at = this.nextKill[unit]!;
    while (Math.ceil(at) <= now) at = nextPoissonByHour(Math.max(0, at), market.hazardByHour, problem.epochMs, streams, KILL, truth.unitKey[unit]!, this.killsSeen[unit]!++);
    this.nextKill[unit] = at;
    return Math.ceil(at);
  }

  private forget(unit: number): void {
    const { calendar } = this.world;
    if (this.readyEvent[unit]! >= 0) calendar.cancel(this.readyEvent[unit]!);
    if (this.noticeEvent[unit]! >= 0) calendar.cancel(this.noticeEvent[unit]!);
    if (this.killEvent[unit]! >= 0) calendar.cancel(this.killEvent[unit]!);
    this.readyEvent[unit] = -1; this.noticeEvent[unit] = -1; this.killEvent[unit] = -1;
    this.dies[unit] = Infinity;
  }
}
