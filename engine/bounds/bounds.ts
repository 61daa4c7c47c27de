// Lower bounds on makespan and cost: what no schedule can beat, so that nobody mistakes "best of these" for "good". On
// estimates they are a reference for the scenario; with a seed's true durations they hold for every run of that seed
// that completes all tasks. The makespan is counted from the earliest release, as the metric is. Each part is valid by
// itself; the bound is their maximum.
import type { Instance, PoolTruth, Problem } from '../model/problem.ts';
import { CLOUD } from '../model/states.ts';
import { CostBound } from './cost-bound.ts';
import type { SpotFloor } from './cost-bound.ts';
import { DurationTable, estimatedDurations } from './durations.ts';
import type { Durations } from './durations.ts';
import { intervalEnergyBound } from './interval-energy.ts';
import { Loads } from './loads.ts';
import { LongestPaths } from './paths.ts';

export interface BoundOptions {
  /** ms of pure work of a task under an option. Default: the estimates. */
  readonly durations?: Durations;
  /** Lowest spot price a pool falls to when a fault makes it lower than the scenario's own steps. */
  readonly spotFloor?: SpotFloor;
  /** Also look at the energy of every time window: tens of ms at 120 tasks. Default false. */
  readonly thorough?: boolean;
}

/** `path`: longest chain of tasks. `calendar`: the same in people's working time. The others: shared capacity (loads.ts, interval-energy.ts). */
export type BoundName = 'path' | 'calendar' | 'capacity' | 'slots' | 'requests' | 'tokens' | 'energy';

export interface BoundPart {
  readonly name: BoundName;
  /** ms from the earliest release. */
  readonly makespanMs: number;
  /** What binds: `memory of ws, gpu`. Empty for paths. */
  readonly detail: string;
}

export interface Bounds {
  readonly makespanMs: number;
  readonly costMicroUsd: number;
  /** Strongest first. A load that cannot beat the others may be left out. */
  readonly parts: readonly BoundPart[];
  /** What the bounds leave out of the model, for people. */
  readonly notes: readonly string[];
}

const RELAXATIONS = [
  'decisions take no time and may fall at any instant', 'set-ups, checkpoints, failures, interruptions, refusals and response delays do not happen',
  'work on shared capacity is fluid', 'machines cost nothing while they boot, idle or are rounded up',
] as const;

/** Lower bounds of a scenario. O(n log n + edges) for few distinct sets of pools. */
export function lowerBounds(instance: Instance, options: BoundOptions = {}): Bounds {
  return new LowerBounds(instance).find(options);
}

/** The lower bounds of one scenario for durations that change: what does not depend on them is worked out once, and the arrays are used again. */
export class LowerBounds {
  private readonly problem: Problem;
  private readonly durations: DurationTable;
  private readonly cost: CostBound;
  private readonly paths: LongestPaths;
  private readonly loads: Loads;
  private readonly origin: number;

  constructor({ problem, truth }: Instance) {
    const bootMs = leastBoots(problem, truth.pools);
    this.problem = problem;
    this.durations = new DurationTable(problem);
    this.cost = new CostBound(problem, truth, this.durations);
    this.paths = new LongestPaths(problem, this.durations, bootMs);
    this.loads = new Loads(problem, this.durations, bootMs);
    this.origin = earliestRelease(problem);
  }

  /** What `lowerBounds` finds, whatever was asked before. */
  find({ durations = estimatedDurations(this.problem), spotFloor, thorough = false }: BoundOptions = {}): Bounds {
    const { problem, origin } = this, parts: BoundPart[] = [];
    this.durations.fill(durations);
    const costMicroUsd = this.cost.find(spotFloor);
    if (problem.taskCount === 0) return { makespanMs: 0, costMicroUsd, parts: [], notes: RELAXATIONS };
    const add = (name: BoundName, at: number, detail: string) => { parts.push({ name, makespanMs: Math.max(0, at - origin), detail }); };
    const { plain, published } = this.paths.find(), paths = published ?? plain;
    add('path', plain.length, '');
    if (published !== undefined) add('calendar', published.length, '');
    for (const load of this.loads.find(paths).values()) add(load.kind, load.at, load.detail);
    if (thorough) {
      const known = origin + parts.reduce((most, part) => Math.max(most, part.makespanMs), 0), energy = intervalEnergyBound(problem, this.durations, paths, known);
      if (energy.at > known) add('energy', energy.at, energy.detail);
    }
    parts.sort((a, b) => b.makespanMs - a.makespanMs);
    return { makespanMs: parts[0]!.makespanMs, costMicroUsd, parts, notes: RELAXATIONS };
  }
}

function earliestRelease(problem: Problem): number {
  let least = Infinity;
  for (let j = 0; j < problem.jobCount; j++) if (problem.jobRelease[j]! < least) least = problem.jobRelease[j]!;
  return least;
}

/** The least time from time 0 to a ready VM of each pool; 0 for what needs none. */
function leastBoots(problem: Problem, pools: readonly PoolTruth[]): Float64Array {
  const boot = new Float64Array(problem.poolCount);
  for (let p = 0; p < problem.poolCount; p++) if (problem.poolKind[p] === CLOUD) boot[p] = leastOf(pools[p]!.spinUp);
  return boot;
}

function leastOf(d: PoolTruth['spinUp']): number {
  switch (d.kind) {
    case 'fixed': return Math.round(d.mean);
    case 'uniform': case 'triangular': return Math.floor(d.min);
    case 'empirical': return Math.floor(d.values[0] ?? 0);
    default: return 0;
  }
}
