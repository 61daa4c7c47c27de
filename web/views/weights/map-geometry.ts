// The map's honeycomb: each point of the grid a hexagon around it, all of one area, in the units of the picture's view box.
// Neighbours share an edge, on which a border between them is drawn.
import { SIMPLEX_HEIGHT, fromPlane, toPlane } from '../../../engine/experiment/simplex.ts';
import type { PlanePoint } from '../../../engine/experiment/simplex.ts';
import type { Weights } from '../../../engine/model/policy.ts';

/** Length of a side of the triangle. */
export const SIDE = 560;
/** Room for names and numbers around the triangle. */
export const MARGIN = { left: 58, right: 58, top: 44, bottom: 62 } as const;
export const VIEW_BOX = `${-MARGIN.left} ${-MARGIN.top} ${SIDE + MARGIN.left + MARGIN.right} ${SIDE * SIMPLEX_HEIGHT + MARGIN.top + MARGIN.bottom}`;

export function place(weights: Weights): PlanePoint {
  const { x, y } = toPlane(weights);
  return { x: x * SIDE, y: y * SIDE };
}

/** The weights nearest to a point of the picture. */
export function weightsAt({ x, y }: PlanePoint): Weights {
  return fromPlane({ x: x / SIDE, y: y / SIDE });
}

/** Corners of the hexagon around a point, as an SVG polygon has them. */
export function hexagon({ x, y }: PlanePoint, steps: number): string {
  const half = SIDE / steps / 2, corner = half / SIMPLEX_HEIGHT;
  return [[0, -corner], [half, -corner / 2], [half, corner / 2], [0, corner], [-half, corner / 2], [-half, -corner / 2]].map(([dx, dy]) => `${(x + dx!).toFixed(2)},${(y + dy!).toFixed(2)}`).join(' ');
}

/** The edge between the hexagons of two neighbours, as an SVG path. */
export function edge(a: PlanePoint, b: PlanePoint): string {
  const x = (a.x + b.x) / 2, y = (a.y + b.y) / 2, across = 0.5 / (2 * SIMPLEX_HEIGHT), dx = -(b.y - a.y) * across, dy = (b.x - a.x) * across;
  return `M${(x - dx).toFixed(2)} ${(y - dy).toFixed(2)}L${(x + dx).toFixed(2)} ${(y + dy).toFixed(2)}`;
}
