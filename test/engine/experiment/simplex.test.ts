// The grid of weights: every point once, in one order; a refinement that visits each once; the picture's plane and back.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SIMPLEX_HEIGHT, coarseToFine, fromPlane, nearestCoarse, nearestGridPoint, simplexGrid, simplexIndex, simplexNeighbours, toPlane } from '../../../engine/experiment/simplex.ts';
import { DEFAULT_WEIGHTS } from '../../../engine/model/policy.ts';

const steps = fc.integer({ min: 1, max: 24 });
const point = fc.record({ x: fc.double({ min: -1, max: 2, noNaN: true }), y: fc.double({ min: -1, max: 2, noNaN: true }) });
const squared = (a: { x: number; y: number }, b: { x: number; y: number }): number => (a.x - b.x) ** 2 + (a.y - b.y) ** 2;

describe('the grid of weights', () => {
  it('of two steps is six points, latency falling, then cost', () => {
    expect(simplexGrid(2).map(({ latency, cost, fragmentation }) => [latency, cost, fragmentation])).toEqual([[1, 0, 0], [0.5, 0.5, 0], [0.5, 0, 0.5], [0, 1, 0], [0, 0.5, 0.5], [0, 0, 1]]);
  });

  it('of twenty steps has 231 points, the usual weights exactly among them', () => {
    const grid = simplexGrid(20);
    expect(grid).toHaveLength(231);
    expect(grid[simplexIndex(20, 12, 6)]).toEqual(DEFAULT_WEIGHTS);
    expect(nearestGridPoint(20, DEFAULT_WEIGHTS)).toBe(simplexIndex(20, 12, 6));
  });

  it('finds each of its points again, and none outside', () => {
    fc.assert(fc.property(steps, (n) => {
      simplexGrid(n).forEach((weights, k) => { expect(nearestGridPoint(n, weights)).toBe(k); });
      expect([simplexIndex(n, n + 1, 0), simplexIndex(n, 0, n + 1), simplexIndex(n, -1, 0), simplexIndex(n, n, 1)]).toEqual([-1, -1, -1, -1]);
    }), { seed: 7 });
  });

  it('has neighbours one step away, both ways', () => {
    fc.assert(fc.property(steps, (n) => {
      const grid = simplexGrid(n).map(toPlane);
      grid.forEach((at, k) => {
        const near = grid.flatMap((other, i) => (i !== k && squared(at, other) < (1.01 / n) ** 2 ? [i] : []));
        expect(simplexNeighbours(n, k)).toEqual(near);
      });
    }), { seed: 7 });
  });

  it('is visited from coarse to fine, each point once', () => {
    fc.assert(fc.property(steps, (n) => {
      const order = coarseToFine(n).flatMap(({ points }) => points);
      expect([...order].sort((a, b) => a - b)).toEqual(simplexGrid(n).map((_, k) => k));
    }), { seed: 7 });
    expect(coarseToFine(20).map(({ stride, points }) => [stride, points.length])).toEqual([[4, 21], [2, 45], [1, 165]]);
  });

  it('gives any weights the nearest of its points', () => {
    fc.assert(fc.property(steps, point, (n, at) => {
      const weights = fromPlane(at), grid = simplexGrid(n).map(toPlane), here = toPlane(weights), found = nearestGridPoint(n, weights);
      expect(squared(grid[found]!, here)).toBeLessThanOrEqual(Math.min(...grid.map((other) => squared(other, here))) + 1e-12);
    }), { seed: 7 });
  });
});

describe('the coarser grids in a grid', () => {
  it('stand in for the points between theirs', () => {
    const plane = simplexGrid(20).map(toPlane), levels = coarseToFine(20);
    levels.forEach(({ stride }, l) => {
      const coarse = levels.slice(0, l + 1).flatMap(({ points }) => points);
      nearestCoarse(20, stride).forEach((at, k) => {
        expect(coarse).toContain(at);
        expect(squared(plane[at]!, plane[k]!)).toBeCloseTo(Math.min(...coarse.map((other) => squared(plane[other]!, plane[k]!))), 12);
      });
    });
  });
});

describe('the picture of the simplex', () => {
  it('has its corners at the top, the left and the right', () => {
    expect([toPlane({ latency: 1, cost: 0, fragmentation: 0 }), toPlane({ latency: 0, cost: 1, fragmentation: 0 }), toPlane({ latency: 0, cost: 0, fragmentation: 1 })])
      .toEqual([{ x: 0.5, y: 0 }, { x: 0, y: SIMPLEX_HEIGHT }, { x: 1, y: SIMPLEX_HEIGHT }]);
  });

  it('is read back as it was drawn', () => {
    fc.assert(fc.property(steps, fc.nat(), (n, pick) => {
      const grid = simplexGrid(n), weights = grid[pick % grid.length]!, back = fromPlane(toPlane(weights));
      for (const part of ['latency', 'cost', 'fragmentation'] as const) expect(back[part]).toBeCloseTo(weights[part], 12);
    }), { seed: 7 });
  });

  it('takes a point outside to the nearest point of its border', () => {
    fc.assert(fc.property(point, (at) => {
      const weights = fromPlane(at), here = toPlane(weights), nearest = Math.min(...simplexGrid(24).map((other) => squared(toPlane(other), at)));
      expect(Math.min(weights.latency, weights.cost, weights.fragmentation)).toBeGreaterThanOrEqual(0);
      expect(weights.latency + weights.cost + weights.fragmentation).toBeCloseTo(1, 12);
      expect(squared(here, at)).toBeLessThanOrEqual(nearest + 1e-9);
    }), { seed: 7 });
  });
});
