// Bounds from shared capacity. For a set S of pools, tasks that can run nowhere else share what S offers: over any window
// the work they need in one dimension (memory, cores, slots, requests, tokens) cannot exceed what S can give. Each task's
// need is taken under its cheapest option, weighted so that the whole of S offers one unit of work per ms; Jackson's
// schedule then gives the best "head + work + tail" over all subsets. Valid for any weights y of the pools with
// sum(units x y) = 1 (they are the dual prices of the fluid relaxation); used: capacity, and capacity x speed.
import { UNLIMITED } from '../model/fleet-pools.ts';
import type { Problem } from '../model/problem.ts';
import { API, CLOUD, HUMAN } from '../model/states.ts';
import type { DurationTable } from './durations.ts';
import { STEADY, jacksonBound, orderByKey } from './jackson.ts';
import type { Supply } from './jackson.ts';
import type { Paths } from './paths.ts';

export interface LoadBound {
  readonly kind: 'capacity' | 'slots' | 'requests' | 'tokens';
  /** Instant before which the work cannot be done, ms since the epoch. */
  readonly at: number;
  /** Of what, and where: `memory of ws, gpu`. */
  readonly detail: string;
}

/** Sets with more people than this are taken as always at work. */
const CALENDARS_MAX = 64;

/** All load bounds above `floor` (an instant already proven), best first within each kind. */
export class Loads {
  private readonly problem: Problem;
  private readonly durations: DurationTable;
  private readonly paths: Paths;
  private readonly bootMs: Float64Array;
  private readonly byHead: Int32Array;
  private readonly work: Float64Array;
  /** Tasks that can run in the present set of pools only, by head. */
  private members: Int32Array;
  private readonly callTail: Float64Array;
  readonly best = new Map<LoadBound['kind'], LoadBound>();
  private floor: number;

  constructor(problem: Problem, durations: DurationTable, paths: Paths, bootMs: Float64Array) {
    this.problem = problem; this.durations = durations; this.paths = paths; this.bootMs = bootMs;
    this.byHead = orderByKey(paths.head);
    this.work = new Float64Array(problem.taskCount);
    this.members = this.byHead;
    this.callTail = new Float64Array(problem.taskCount);
    this.floor = paths.length;
  }

  run(): ReadonlyMap<LoadBound['kind'], LoadBound> {
    for (const pools of poolSets(this.problem)) this.boundSet(pools);
    return this.best;
  }

  private boundSet(pools: readonly number[]): void {
    const { problem } = this, { dimensionCount: dims, poolSpeed, poolKind } = problem;
    this.members = this.membersOf(pools);
    const related = pools.every((p) => poolSpeed[p] === poolSpeed[pools[0]!]);
    for (let d = 0; d <= dims; d++) {
      this.boundDimension(pools, d, false);
      if (!related) this.boundDimension(pools, d, true);
    }
    if (pools.every((p) => poolKind[p] === API)) {
      this.boundRate(pools, 'requests', problem.profileRequests, problem.poolRequestRate, problem.poolRequestBurst);
      this.boundRate(pools, 'tokens', problem.profileTokens, problem.poolTokenRate, problem.poolTokenBurst);
    }
  }

  /** The tasks that can run in these pools only, by head. */
  private membersOf(pools: readonly number[]): Int32Array {
    const { problem, byHead } = this, { optionFirst, optionPool, taskProfile } = problem;
    const inside = new Uint8Array(problem.poolCount), profileInside = new Uint8Array(problem.profileCount);
    for (const p of pools) inside[p] = 1;
    for (let s = 0; s < problem.profileCount; s++) {
      let o = optionFirst[s]!;
      const end = optionFirst[s + 1]!;
      while (o < end && inside[optionPool[o]!] === 1) o++;
      if (o === end) profileInside[s] = 1;
    }
    const members = new Int32Array(byHead.length);
    let count = 0;
    for (let k = 0; k < byHead.length; k++) if (profileInside[taskProfile[byHead[k]!]!] === 1) members[count++] = byHead[k]!;
    return members.subarray(0, count);
  }

  private capacityOf(pool: number, d: number): number {
    return d === this.problem.dimensionCount ? this.problem.poolSlots[pool]! : this.problem.capacity[pool * this.problem.dimensionCount + d]!;
  }

  /** Dimension `dimensionCount` is the slots. `bySpeed`: weigh pools by capacity x speed instead of capacity. */
  private boundDimension(pools: readonly number[], d: number, bySpeed: boolean): void {
    const { problem, durations, work, members } = this, { dimensionCount: dims, poolSpeed, poolFirst, optionFirst, optionPool, taskProfile, demand } = problem;
    const weight = (p: number) => this.capacityOf(p, d) * (bySpeed ? poolSpeed[p]! : 1);
    let whole = 0;
    for (const p of pools) {
      if (this.capacityOf(p, d) >= UNLIMITED) return;
      whole += (poolFirst[p + 1]! - poolFirst[p]!) * weight(p);
    }
    if (whole === 0) return;
    for (let k = 0; k < members.length; k++) {
      const t = members[k]!, profile = taskProfile[t]!, need = d === dims ? 1 : demand[profile * dims + d]!;
      if (!bySpeed || need === 0) { work[t] = need * durations.shortest[t]! / whole; continue; }
      let least = Infinity;
      for (let o = optionFirst[profile]!, row = durations.first[t]!, end = optionFirst[profile + 1]!; o < end; o++, row++) {
        least = Math.min(least, durations.ms[row]! * poolSpeed[optionPool[o]!]!);
      }
      work[t] = need * least / whole;
    }
    this.offer(d === dims ? 'slots' : 'capacity', pools, d === dims ? 'slots' : problem.dimensionNames[d]!, this.paths.tail, 0, this.supplyOf(pools, weight, whole));
  }

  private boundRate(pools: readonly number[], kind: 'requests' | 'tokens', need: Int32Array, rate: Float64Array, burst: Float64Array): void {
    const { problem, durations, work, members, paths, callTail } = this;
    let perMs = 0, atOnce = 0;
    for (const p of pools) { perMs += rate[p]! / 60_000; atOnce += burst[p]!; }
    if (!(perMs < Infinity)) return;
    for (let k = 0; k < members.length; k++) {
      const t = members[k]!;
      work[t] = need[problem.taskProfile[t]!]! / perMs;
      callTail[t] = durations.shortest[t]! + paths.tail[t]!; // tokens are taken when a call starts
    }
    this.offer(kind, pools, kind, callTail, atOnce / perMs, STEADY);
  }

  /** Computes the bound on what `work` holds, less `headStart` ms, unless it cannot beat what is known. */
  private offer(kind: LoadBound['kind'], pools: readonly number[], what: string, tail: Float64Array, headStart: number, supply: Supply): void {
    const { work, paths, members } = this;
    let total = 0, reach = 0;
    for (let k = 0; k < members.length; k++) {
      const t = members[k]!;
      if (work[t] === 0) continue;
      total += work[t]!;
      const span = paths.head[t]! + tail[t]!;
      if (span > reach) reach = span;
    }
    if (total === 0 || (supply === STEADY && total + reach - headStart <= this.floor)) return;
    // The true end is a whole ms; rounding errors must not raise it.
    const at = Math.ceil(jacksonBound(members, paths.head, work, tail, supply) - headStart - 1e-3);
    if (at > this.floor) this.floor = at;
    if (at <= (this.best.get(kind)?.at ?? 0)) return;
    this.best.set(kind, { kind, at, detail: `${what} of ${pools.map((p) => this.problem.poolIds[p]!).join(', ')}` });
  }

  private supplyOf(pools: readonly number[], weight: (pool: number) => number, whole: number): Supply {
    const { problem } = this;
    let calendars = 0, boots = false;
    for (const p of pools) {
      if (problem.poolKind[p] === CLOUD && this.bootMs[p]! > 0) boots = true;
      for (let u = problem.poolFirst[p]!; u < problem.poolFirst[p + 1]!; u++) if (problem.unitAlways[u] === 0) calendars++;
    }
    return calendars === 0 && !boots || calendars > CALENDARS_MAX ? STEADY : new PublishedSupply(problem, pools, weight, whole, this.bootMs);
  }
}

/** What a set of pools can give over time by calendars and boot times, as a share of the whole. */
class PublishedSupply implements Supply {
  until = 0;
  private readonly problem: Problem;
  private readonly always: number;
  /** People: unit, next interval, share. */
  private readonly units: number[] = [];
  private readonly interval: number[] = [];
  private readonly share: number[] = [];
  /** VM pools: since when, share. */
  private readonly bootAt: number[] = [];
  private readonly bootShare: number[] = [];

  constructor(problem: Problem, pools: readonly number[], weight: (pool: number) => number, whole: number, bootMs: Float64Array) {
    this.problem = problem;
    let always = 0;
    for (const p of pools) {
      const share = weight(p) / whole, first = problem.poolFirst[p]!, end = problem.poolFirst[p + 1]!;
      if (problem.poolKind[p] === CLOUD) { this.bootAt.push(bootMs[p]!); this.bootShare.push(share * (end - first)); continue; }
      for (let u = first; u < end; u++) {
        if (problem.unitAlways[u] === 1) always += share;
        else { this.units.push(u); this.interval.push(problem.calendarFirst[u]!); this.share.push(share); }
      }
    }
    this.always = always;
  }

  at(time: number): number {
    const { calendarStart, calendarEnd, calendarFirst } = this.problem;
    let speed = this.always, until = Infinity;
    for (let k = 0; k < this.bootAt.length; k++) {
      if (this.bootAt[k]! <= time) speed += this.bootShare[k]!; else if (this.bootAt[k]! < until) until = this.bootAt[k]!;
    }
    for (let k = 0; k < this.units.length; k++) {
      const last = calendarFirst[this.units[k]! + 1]!;
      let i = this.interval[k]!;
      while (i < last && calendarEnd[i]! <= time) i++;
      this.interval[k] = i;
      if (i === last) continue;
      if (calendarStart[i]! <= time) { speed += this.share[k]!; until = Math.min(until, calendarEnd[i]!); } else until = Math.min(until, calendarStart[i]!);
    }
    this.until = until;
    return speed;
  }
}

/** Distinct sets of pools that tasks choose from, and the unions of all machines and of all people among them. Sets ascend. */
export function poolSets(problem: Problem): number[][] {
  const { optionFirst, optionPool, profileGroup, poolKind, poolCount } = problem, sets: number[][] = [], groupSeen = new Uint8Array(problem.groupCount);
  const machines = new Uint8Array(poolCount), people = new Uint8Array(poolCount);
  for (let s = 0; s < problem.profileCount; s++) {
    if (groupSeen[profileGroup[s]!] === 1) continue;
    groupSeen[profileGroup[s]!] = 1;
    const first = optionFirst[s]!, end = optionFirst[s + 1]!;
    if (sets.some((set) => sameSet(set, optionPool, first, end))) continue;
    const pools = Array.from(optionPool.subarray(first, end));
    sets.push(pools);
    if (pools.every((p) => poolKind[p] === HUMAN)) for (const p of pools) people[p] = 1;
    if (pools.every((p) => poolKind[p] !== HUMAN && poolKind[p] !== API)) for (const p of pools) machines[p] = 1;
  }
  for (const union of [machines, people]) {
    const pools = Int32Array.from(union.keys()).filter((p) => union[p] === 1);
    if (pools.length > 0 && !sets.some((set) => sameSet(set, pools, 0, pools.length))) sets.push([...pools]);
  }
  return sets;
}

function sameSet(set: readonly number[], pools: Int32Array, first: number, end: number): boolean {
  if (set.length !== end - first) return false;
  for (let k = first; k < end; k++) if (set[k - first] !== pools[k]) return false;
  return true;
}
