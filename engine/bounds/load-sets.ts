// The shared capacities of a problem: which sets of pools there are, which groups of tasks can run nowhere else, what they
// take of each dimension, request rate and token rate, and what the set offers over time. Nothing here depends on how long
// tasks take; what nobody takes any of is left out.
import { UNLIMITED } from '../model/fleet-pools.ts';
import type { Problem } from '../model/problem.ts';
import { API, HUMAN } from '../model/states.ts';
import { STEADY } from './jackson.ts';
import type { Supply } from './jackson.ts';
import { publishedSupply } from './published-supply.ts';

export type LoadKind = 'capacity' | 'slots' | 'requests' | 'tokens';

/** What a task's need is multiplied by: its shortest duration; its least duration x speed; nothing, for what calls take when they start. */
export const SHORTEST = 0, LEAST_WORK = 1, AT_START = 2;

export interface Load {
  readonly kind: LoadKind;
  /** `memory of ws, gpu`. */
  readonly detail: string;
  readonly time: typeof SHORTEST | typeof LEAST_WORK | typeof AT_START;
  /** A task of profile s needs `needs[s * stride + offset]`. */
  readonly needs: Int32Array;
  readonly stride: number;
  readonly offset: number;
  /** What the whole set offers of it; what calls take at their start: per ms. */
  readonly whole: number;
  /** ms of work that are there at once. */
  readonly headStart: number;
  readonly supply: Supply;
  /** The groups that need some, and their needs as a share of the whole: of each task; what calls take at their start: of all tasks together. */
  readonly groups: Int32Array;
  readonly shares: Float64Array;
}

export interface LoadSet {
  /** By group: 1 when its tasks can run in these pools only. */
  readonly inside: Uint8Array;
  readonly loads: readonly Load[];
  /** Whether some load multiplies by least work, and whether some is of what calls take at their start. */
  readonly bySpeed: boolean;
  readonly calls: boolean;
}

/** All sets of pools that anything is taken of, with their loads. O(sets x (dimensions x groups + people)); with rates, tasks too. */
export function loadSets(problem: Problem, bootMs: Float64Array): LoadSet[] {
  const profiles = new Int32Array(problem.groupCount);
  for (let s = 0; s < problem.profileCount; s++) profiles[problem.profileGroup[s]!] = s;
  return poolSets(problem).map((pools) => new SetLoads(problem, bootMs, profiles, pools).set()).filter(({ loads }) => loads.length > 0);
}

const ONE = Int32Array.of(1);

class SetLoads {
  private readonly problem: Problem;
  private readonly bootMs: Float64Array;
  private readonly pools: readonly number[];
  /** Some profile of each group: tasks of a group may run in the same pools and take as much of each dimension. */
  private readonly profiles: Int32Array;
  private readonly inside: Uint8Array;
  private readonly loads: Load[] = [];

  constructor(problem: Problem, bootMs: Float64Array, profiles: Int32Array, pools: readonly number[]) {
    const { optionFirst, optionPool } = problem;
    this.problem = problem; this.bootMs = bootMs; this.pools = pools; this.profiles = profiles;
    this.inside = new Uint8Array(problem.groupCount);
    for (let g = 0; g < profiles.length; g++) {
      let o = optionFirst[profiles[g]!]!;
      const end = optionFirst[profiles[g]! + 1]!;
      while (o < end && pools.includes(optionPool[o]!)) o++;
      if (o === end) this.inside[g] = 1;
    }
  }

  set(): LoadSet {
    const { problem, pools, inside, loads } = this, { dimensionCount, poolSpeed, poolKind } = problem;
    const related = pools.every((p) => poolSpeed[p] === poolSpeed[pools[0]!]);
    for (let d = 0; d <= dimensionCount; d++) {
      this.addDimension(d, false);
      if (!related) this.addDimension(d, true);
    }
    if (pools.every((p) => poolKind[p] === API)) {
      this.addRate('requests', problem.profileRequests, problem.poolRequestRate, problem.poolRequestBurst);
      this.addRate('tokens', problem.profileTokens, problem.poolTokenRate, problem.poolTokenBurst);
    }
    return { inside, loads, bySpeed: loads.some(({ time }) => time === LEAST_WORK), calls: loads.some(({ time }) => time === AT_START) };
  }

  /** Dimension `dimensionCount` is the slots. `bySpeed`: weigh pools by capacity x speed instead of capacity, which is the same where all that have any are of speed 1. */
  private addDimension(d: number, bySpeed: boolean): void {
    const { problem, pools } = this, { dimensionCount: dims, poolSlots, capacity, poolSpeed, poolFirst } = problem;
    const capacityOf = (p: number) => (d === dims ? poolSlots[p]! : capacity[p * dims + d]!), weight = (p: number) => capacityOf(p) * (bySpeed ? poolSpeed[p]! : 1);
    let whole = 0;
    for (const p of pools) {
      if (capacityOf(p) >= UNLIMITED) return;
      whole += (poolFirst[p + 1]! - poolFirst[p]!) * weight(p);
    }
    if (whole === 0 || (bySpeed && pools.every((p) => capacityOf(p) === 0 || poolSpeed[p] === 1))) return;
    const needs = d === dims ? ONE : problem.demand, stride = d === dims ? 0 : dims, offset = d === dims ? 0 : d, shares: number[] = [];
    for (let g = 0; g < this.profiles.length; g++) shares.push(needs[this.profiles[g]! * stride + offset]! / whole);
    this.add(d === dims ? 'slots' : 'capacity', d === dims ? 'slots' : problem.dimensionNames[d]!, shares, () => ({
      needs, stride, offset, time: bySpeed ? LEAST_WORK : SHORTEST, whole, headStart: 0, supply: publishedSupply(problem, pools, weight, whole, this.bootMs),
    }));
  }

  private addRate(kind: 'requests' | 'tokens', needs: Int32Array, rate: Float64Array, burst: Float64Array): void {
    const { taskProfile, profileGroup, groupCount } = this.problem, shares = new Array<number>(groupCount).fill(0);
    let perMs = 0, atOnce = 0;
    for (const p of this.pools) { perMs += rate[p]! / 60_000; atOnce += burst[p]!; }
    if (!(perMs < Infinity)) return;
    for (const s of taskProfile) shares[profileGroup[s]!]! += needs[s]! / perMs;
    this.add(kind, kind, shares, () => ({ needs, stride: 1, offset: 0, time: AT_START, whole: perMs, headStart: atOnce / perMs, supply: STEADY }));
  }

  /** `shares`: by group, whether it is in the set or not. */
  private add(kind: LoadKind, what: string, shares: readonly number[], load: () => Omit<Load, 'kind' | 'detail' | 'groups' | 'shares'>): void {
    const groups: number[] = [];
    for (let g = 0; g < shares.length; g++) if (this.inside[g] === 1 && shares[g]! > 0) groups.push(g);
    if (groups.length === 0) return;
    this.loads.push({ ...load(), kind, detail: `${what} of ${this.pools.map((p) => this.problem.poolIds[p]!).join(', ')}`, groups: new Int32Array(groups), shares: new Float64Array(groups.map((g) => shares[g]!)) });
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
