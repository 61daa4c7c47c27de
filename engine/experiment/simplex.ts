// The simplex of weights as a triangular grid: its points in a fixed order, the order from coarse to fine in which a map of
// it is best filled, the neighbours of a point, and the picture's plane. A coordinate k of n is k / n, so 12 of 20 is the
// same number as 0.6. The picture is a triangle of side 1, latency at the top, cost at the left, fragmentation at the right.
import { assert } from '../model/errors.ts';
import type { Weights } from '../model/policy.ts';

/** A point of the picture: x from 0 to 1, y from 0 (top) to `SIMPLEX_HEIGHT` (bottom). */
export interface PlanePoint {
  readonly x: number;
  readonly y: number;
}

/** Height of an equilateral triangle of side 1. */
export const SIMPLEX_HEIGHT = Math.sqrt(3) / 2;

/** Every weight setting in steps of 1 / `steps`, (steps + 1)(steps + 2) / 2 of them: latency falls, and within it cost. */
export function simplexGrid(steps: number): Weights[] {
  assert(Number.isInteger(steps) && steps >= 1, 'a grid has at least one step');
  return latticePoints(steps).map(([latency, cost, fragmentation]) => ({ latency: latency / steps, cost: cost / steps, fragmentation: fragmentation / steps }));
}

/** Place in `simplexGrid(steps)` of the point with these whole coordinates, which sum to `steps`; -1 outside the simplex. */
export function simplexIndex(steps: number, latency: number, cost: number): number {
  const row = steps - latency;
  return row < 0 || row > steps || cost < 0 || cost > row ? -1 : row * (row + 1) / 2 + row - cost;
}

/** The grid point nearest to any weights: what rounding to three coordinates that still sum to 1 gives. */
export function nearestGridPoint(steps: number, { latency, cost, fragmentation }: Weights): number {
  const exact = [latency * steps, cost * steps, fragmentation * steps] as const, round = exact.map(Math.round) as [number, number, number];
  // The coordinate that rounding moved furthest gives way to the other two.
  const moved = exact.map((x, k) => Math.abs(round[k]! - x)), worst = moved.indexOf(Math.max(...moved));
  round[worst] += steps - (round[0] + round[1] + round[2]);
  return simplexIndex(steps, round[0], round[1]);
}

/** Places of the up to six points one step away, in ascending order. */
export function simplexNeighbours(steps: number, index: number): number[] {
  const [latency, cost] = latticePoint(index, steps);
  return [[1, -1], [1, 0], [0, 1], [0, -1], [-1, 1], [-1, 0]].map(([l, c]) => simplexIndex(steps, latency + l!, cost + c!)).filter((at) => at >= 0).sort((a, b) => a - b);
}

/** One level of a refinement. */
export interface SimplexLevel {
  /** Its points lie this many steps apart. */
  readonly stride: number;
  /** Points of this level that no coarser one has, in the order of the grid. */
  readonly points: readonly number[];
}

/** All points of the grid once, coarse levels first; each level halves the distance. 20 steps: 21, then 45, then 165 points. */
export function coarseToFine(steps: number): SimplexLevel[] {
  const points = latticePoints(steps), levels: SimplexLevel[] = [], on = (point: readonly number[], stride: number): boolean => point.every((x) => x % stride === 0);
  let coarsest = 1;
  while (steps % (2 * coarsest) === 0 && steps / coarsest > 6) coarsest *= 2;
  for (let stride = coarsest; stride >= 1; stride /= 2) {
    levels.push({ stride, points: [...points.keys()].filter((k) => on(points[k]!, stride) && !(stride < coarsest && on(points[k]!, 2 * stride))) });
  }
  return levels;
}

/** For each point of the grid the nearest of those that lie `stride` steps apart. */
export function nearestCoarse(steps: number, stride: number): number[] {
  assert(steps % stride === 0, 'a coarser grid is a part of the finer one');
  return simplexGrid(steps).map((weights) => {
    const [latency, cost] = latticePoint(nearestGridPoint(steps / stride, weights), steps / stride);
    return simplexIndex(steps, latency * stride, cost * stride);
  });
}

/** Where weights lie in the picture. */
export function toPlane({ latency, cost, fragmentation }: Weights): PlanePoint {
  return { x: latency / 2 + fragmentation, y: SIMPLEX_HEIGHT * (cost + fragmentation) };
}

/** The weights nearest to a point of the picture; points outside the triangle are taken to its border. */
export function fromPlane({ x, y }: PlanePoint): Weights {
  const latency = 1 - y / SIMPLEX_HEIGHT, fragmentation = x - latency / 2;
  return ontoSimplex([latency, 1 - latency - fragmentation, fragmentation]);
}

/** Euclidean projection onto the simplex (Held, Wolfe and Crowder 1974): the same amount off each part, none below zero. */
function ontoSimplex(parts: readonly [number, number, number]): Weights {
  const falling = [...parts].sort((a, b) => b - a);
  let sum = 0, off = 0;
  falling.forEach((part, k) => {
    sum += part;
    if (part - (sum - 1) / (k + 1) > 0) off = (sum - 1) / (k + 1);
  });
  const [latency, cost] = parts.map((part) => Math.max(0, part - off)) as [number, number, number];
  return { latency, cost, fragmentation: Math.max(0, 1 - latency - cost) };
}

function latticePoints(steps: number): [latency: number, cost: number, fragmentation: number][] {
  return Array.from({ length: (steps + 1) * (steps + 2) / 2 }, (_, k) => latticePoint(k, steps));
}

function latticePoint(index: number, steps: number): [latency: number, cost: number, fragmentation: number] {
  let row = 0;
  while ((row + 1) * (row + 2) / 2 <= index) row++;
  const fragmentation = index - row * (row + 1) / 2;
  return [steps - row, row - fragmentation, fragmentation];
}
