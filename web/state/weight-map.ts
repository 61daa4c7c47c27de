// The runs of a map of weights: one store a grid point, the order in which the points are asked for, and what the map shows
// of them while they come in. Every point has the same seeds in the end; until then coarse points stand in for fine ones.
import { rankTable } from '../../engine/experiment/rank-table.ts';
import { coarseToFine, nearestCoarse, simplexGrid, simplexNeighbours, toPlane } from '../../engine/experiment/simplex.ts';
import type { MetricKey } from '../../engine/metrics/metrics.ts';
import type { Weights } from '../../engine/model/policy.ts';
import type { RunColumns, TextSource } from '../worker/protocol.ts';
import { RunStore } from './run-store.ts';

export const MAP_STEPS = 20;

const GRID = simplexGrid(MAP_STEPS), LEVELS = coarseToFine(MAP_STEPS);
/** Coarsest last: where the map looks for a figure that a point does not have yet. */
const STAND_INS = LEVELS.map(({ stride }) => nearestCoarse(MAP_STEPS, stride)).reverse();
const NEIGHBOURS = GRID.map((_, k) => simplexNeighbours(MAP_STEPS, k));
const PAIRS = NEIGHBOURS.flatMap((around, k) => around.filter((other) => other > k).map((other): readonly [number, number] => [k, other]));

/** Of the seeds, how many every point gets before any point gets more: a first sight, a rough map, then all. */
const PASSES = [1, 4, Infinity];

export interface MapRequest {
  readonly policies: readonly string[];
  /** Seeds 1 .. seedCount at every point. */
  readonly seedCount: number;
}

/** What one question asks for. */
export interface MapBatch {
  readonly points: readonly number[];
  readonly policies: readonly string[];
  readonly seeds: readonly number[];
}

/** What a point of the map shows: its own figure, or that of a coarser point. */
export interface MapCell {
  /** Mean over the seeds that are there; NaN when there is none, or when all of them failed. */
  readonly value: number;
  /** Place of the leading policy in the request; -1 while there is none. */
  readonly leader: number;
  /** It is shown to be better than every other one, as a comparison at this point would say. */
  readonly won: boolean;
  /** The point whose figure it is; -1 for none. */
  readonly of: number;
}

/** Where two neighbouring points differ. */
export interface MapBorder {
  readonly a: number;
  readonly b: number;
  /** Share of the seeds both have at which they do. */
  readonly share: number;
}

export class WeightMap {
  readonly grid: readonly Weights[] = GRID;
  private readonly stores: readonly RunStore[] = GRID.map(() => new RunStore());

  /** Runs at one point. */
  at(point: number): RunStore {
    return this.stores[point]!;
  }

  add(points: readonly number[], columns: readonly RunColumns[]): void {
    points.forEach((point, k) => { this.stores[point]!.add(columns[k]!); });
  }

  keepVersions(texts: readonly TextSource[]): void {
    for (const store of this.stores) store.keepVersions(texts);
  }

  missing({ policies, seedCount }: MapRequest): number {
    return this.stores.reduce((sum, store) => sum + store.missing(policies, seedCount), 0);
  }

  /** What is missing, in the order in which it is wanted: coarse points first, and a few seeds everywhere before the rest. */
  plan({ policies, seedCount }: MapRequest): MapBatch[] {
    return PASSES.flatMap((last, pass) => LEVELS.flatMap(({ points }) => points.flatMap((point): MapBatch[] => {
      const store = this.stores[point]!, seeds: number[] = [];
      for (let seed = 1 + (PASSES[pass - 1] ?? 0); seed <= Math.min(last, seedCount); seed++) if (policies.some((policy) => !store.has(policy, seed))) seeds.push(seed);
      return seeds.length === 0 ? [] : [{ points: [point], policies: policies.filter((policy) => seeds.some((seed) => !store.has(policy, seed))), seeds }];
    })));
  }

  /** What every point shows of a figure of one policy. */
  figures(policy: string, metric: MetricKey, seedCount: number): MapCell[] {
    return this.cells((store) => ({ value: mean(valuesOf(store, policy, metric, seedCount)), leader: -1, won: false }));
  }

  /** At every point which policy has the best objective so far, and that objective. */
  leaders({ policies, seedCount }: MapRequest): MapCell[] {
    return this.cells((store) => leaderAt(store, policies, seedCount));
  }

  /** Neighbours whose schedules under this policy differ at any of these seeds. */
  scheduleBorders(policy: string, seeds: readonly number[]): MapBorder[] {
    return PAIRS.flatMap(([a, b]) => {
      const same = seeds.map((seed) => this.stores[a]!.sameSchedule(policy, seed, this.stores[b]!)).filter((found) => found !== undefined), apart = same.filter((found) => !found).length;
      return apart === 0 ? [] : [{ a, b, share: apart / same.length }];
    });
  }

  /** Around the points that make the same schedule under this policy and seed as `point` does. */
  bordersAround(point: number, policy: string, seed: number): MapBorder[] {
    const here = this.stores[point]!, same = this.stores.map((store, k) => (k === point ? true : here.sameSchedule(policy, seed, store)));
    return PAIRS.flatMap(([a, b]) => (same[a] !== undefined && same[b] !== undefined && same[a] !== same[b] ? [{ a, b, share: 1 }] : []));
  }

  private cells(own: (store: RunStore) => Omit<MapCell, 'of'>): MapCell[] {
    const known = this.stores.map(own), there = (k: number): boolean => known[k]!.leader >= 0 || !Number.isNaN(known[k]!.value);
    return known.map((_, k) => {
      const of = STAND_INS.map((nearest) => nearest[k]!).find(there) ?? -1;
      return of < 0 ? { value: NaN, leader: -1, won: false, of } : { ...known[of]!, of };
    });
  }
}

/** Neighbours with different leaders, both known. */
export function leaderBorders(cells: readonly MapCell[]): MapBorder[] {
  return PAIRS.flatMap(([a, b]) => (cells[a]!.leader >= 0 && cells[b]!.leader >= 0 && cells[a]!.leader !== cells[b]!.leader ? [{ a, b, share: 1 }] : []));
}

/** A part of the map where one policy leads, and a point in the middle of it. */
export interface LeaderRegion {
  readonly leader: number;
  readonly point: number;
}

/** Points that a part has at least, to be worth a name. */
const REGION_MIN = 6;

/** Of each leader the largest part that hangs together. */
export function leaderRegions(cells: readonly MapCell[]): LeaderRegion[] {
  const seen = new Set<number>(), largest = new Map<number, readonly number[]>();
  cells.forEach(({ leader }, start) => {
    if (leader < 0 || seen.has(start)) return;
    const part = [start];
    seen.add(start);
    for (const k of part) for (const other of NEIGHBOURS[k]!) if (!seen.has(other) && cells[other]!.leader === leader) { seen.add(other); part.push(other); }
    if (part.length >= REGION_MIN && part.length > (largest.get(leader)?.length ?? 0)) largest.set(leader, part);
  });
  return [...largest].map(([leader, part]) => ({ leader, point: middleOf(part) }));
}

/** The point of a part that is nearest to its centre of mass: always in it. */
function middleOf(part: readonly number[]): number {
  const places = part.map((k) => toPlane(GRID[k]!)), x = mean(places.map((place) => place.x)), y = mean(places.map((place) => place.y)), far = places.map((place) => Math.hypot(place.x - x, place.y - y));
  return part[far.indexOf(Math.min(...far))]!;
}

/**
 * Who leads at a point, by the rules of `compare`: seeds at which every policy fails say nothing, one that fails at another
 * seed does not lead, and the leader has won when it beats each of the others in paired tests.
 */
function leaderAt(store: RunStore, policies: readonly string[], seedCount: number): Omit<MapCell, 'of'> {
  const failed = (policy: string, seed: number): boolean => store.failure(policy, seed) !== '';
  const seeds = store.completeSeeds(policies, seedCount).filter((seed) => policies.some((policy) => !failed(policy, seed)));
  const sound = policies.filter((policy) => !seeds.some((seed) => failed(policy, seed)));
  if (seeds.length === 0 || sound.length === 0) return { value: NaN, leader: -1, won: false };
  const samples = sound.map((name) => ({ name, values: seeds.map((seed) => store.value(name, seed, 'objective')) }));
  if (samples.length === 1) return { value: mean(samples[0]!.values), leader: policies.indexOf(sound[0]!), won: false };
  const { rows: [best], winner } = rankTable(samples);
  return { value: best!.summary.mean, leader: policies.indexOf(best!.name), won: winner === best!.name };
}

/** Figures of the seeds that are there and did not fail. */
export function valuesOf(store: RunStore, policy: string, metric: MetricKey, seedCount: number): number[] {
  const values: number[] = [];
  for (let seed = 1; seed <= seedCount; seed++) {
    const value = store.value(policy, seed, metric);
    if (!Number.isNaN(value)) values.push(value);
  }
  return values;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
