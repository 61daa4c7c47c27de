// The cells of the map of weights: each is what lies nearer to its setting than to any other, and together they are the triangle.
import { describe, expect, it } from 'vitest';
import { SIMPLEX_HEIGHT, simplexGrid, toPlane } from '../../../engine/experiment/simplex.ts';
import type { Weights } from '../../../engine/model/policy.ts';
import { cellOutline } from '../../../notebooks/pictures/ternary-map.ts';

/** Area of a polygon in the plane of the picture (the shoelace formula), whichever way round it goes. */
function area(outline: readonly Weights[]): number {
  const points = outline.map(toPlane);
  return Math.abs(points.reduce((sum, { x, y }, k) => sum + points.at(k - 1)!.x * y - x * points.at(k - 1)!.y, 0)) / 2;
}

describe('cells', () => {
  it.each([1, 2, 5, 20])('of a grid of %i steps fill the triangle and no more', (steps) => {
    const outlines = simplexGrid(steps).map((weights) => cellOutline(weights, steps));
    expect(outlines.reduce((sum, outline) => sum + area(outline), 0)).toBeCloseTo(SIMPLEX_HEIGHT / 2, 12);
    for (const { latency, cost, fragmentation } of outlines.flat()) expect(Math.min(latency, cost, fragmentation)).toBeGreaterThan(-1e-12);
  });

  it('are hexagons within, and a sixth of one at a corner', () => {
    const steps = 6, whole = area(cellOutline({ latency: 2 / 6, cost: 2 / 6, fragmentation: 2 / 6 }, steps));
    expect(cellOutline({ latency: 2 / 6, cost: 2 / 6, fragmentation: 2 / 6 }, steps)).toHaveLength(6);
    expect(area(cellOutline({ latency: 1, cost: 0, fragmentation: 0 }, steps))).toBeCloseTo(whole / 6, 12);
  });
});
