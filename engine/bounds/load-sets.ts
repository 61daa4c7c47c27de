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

/** All sets of pools that anything is taken of, with their loads. O(sets x dimensions x profiles), and what supplies take. */
export function loadSets(problem: Problem, bootMs: Float64Array): LoadSet[] {
  return poolSets(problem).map((pools) => new SetLoads(problem, bootMs, pools).set()).filter(({ loads }) => loads.length > 0);
}

const ONE = Int32Array.of(1);

class SetLoads {
  private readonly problem: Problem;
  private readonly bootMs: Float64Array;
  private readonly pools: readonly number[];
  private readonly inside: Uint8Array;
  private readonly loads: Load[] = [];

  constructor(problem: Problem, bootMs: Float64Array, pools: readonly number[]) {
    const { profileCount, groupCount, profileGroup, optionFirst, optionPool } = problem, inside = new Uint8Array(groupCount);
    for (let s = 0; s < profileCount; s++) if (optionPool.subarray(optionFirst[s]!, optionFirst[s + 1]!).every((p) => pools.includes(p))) inside[profileGroup[s]!] = 1;
    this.problem = problem; this.bootMs = bootMs; this.pools = pools; this.inside = inside;
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
    const needs = d === dims ? { needs: ONE, stride: 0, offset: 0 } : { needs: problem.demand, stride: dims, offset: d };
    this.add(d === dims ? 'slots' : 'capacity', d === dims ? 'slots' : problem.dimensionNames[d]!, {
      ...needs, time: bySpeed ? LEAST_WORK : SHORTEST, whole, headStart: 0, supply: publishedSupply(problem, pools, weight, whole, this.bootMs),
    });
  }

  private addRate(kind: 'requests' | 'tokens', needs: Int32Array, rate: Float64Array, burst: Float64Array): void {
    let perMs = 0, atOnce = 0;
    for (const p of this.pools) { perMs += rate[p]! / 60_000; atOnce += burst[p]!; }
    if (perMs < Infinity) this.add(kind, kind, { needs, stride: 1, offset: 0, time: AT_START, whole: perMs, headStart: atOnce / perMs, supply: STEADY });
  }

  private add(kind: LoadKind, what: string, load: Omit<Load, 'kind' | 'detail' | 'groups' | 'shares'>): void {
    const { problem, inside } = this, { needs, stride, offset, whole, time } = load, { taskProfile, profileGroup, groupCount } = problem, share = new Float64Array(groupCount);
    for (let s = 0; s < problem.profileCount; s++) if (inside[profileGroup[s]!] === 1) share[profileGroup[s]!] = needs[s * stride + offset]! / whole;
    if (time === AT_START) {
      share.fill(0);
      for (const s of taskProfile) if (inside[profileGroup[s]!] === 1) share[profileGroup[s]!]! += needs[s]! / whole;
    }
    const groups = Int32Array.from(share.keys()).filter((g) => share[g]! > 0);
    if (groups.length > 0) this.loads.push({ ...load, kind, detail: `${what} of ${this.pools.map((p) => problem.poolIds[p]!).join(', ')}`, groups, shares: Float64Array.from(groups, (g) => share[g]!) });
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
