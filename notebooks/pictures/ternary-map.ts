// A map of the weight simplex: one cell for each setting of a grid, coloured by a figure or by a name. The corners put all
// weight on one term; the cells are those of the triangular grid (all points nearer to this setting than to any other),
// cut at the border. Where the pointer is, the map says what it knows of that setting.
import { dot, line, plot, pointer, text, tip } from '@observablehq/plot';
import type { ScaleOptions } from '@observablehq/plot';
import { SIMPLEX_HEIGHT, toPlane } from '../../engine/experiment/simplex.ts';
import type { Weights } from '../../engine/model/policy.ts';
import { LEAST_WIDTH, figure } from './figure.ts';

export interface MapCell {
  readonly weights: Weights;
  /** What the colour scale is of. */
  readonly value: number | string;
  /** Shown at the pointer; lines divided by line feeds. */
  readonly title: string;
  /** Marked with a dot: less than sure. */
  readonly doubtful?: boolean;
}

/** A setting with a name on the map. */
export interface MapMark {
  readonly weights: Weights;
  readonly label: string;
}

export interface MapOptions {
  /** What the map shows, in a sentence. */
  readonly label: string;
  /** Of the whole picture, pixels. */
  readonly width: number;
  /** Of the grid: cells lie 1 / `steps` apart. */
  readonly steps: number;
  readonly color: ScaleOptions;
  readonly marks?: readonly MapMark[];
  /** Writes the name of each region of like cells into it: for values that are names. */
  readonly named?: boolean;
}

type Point = readonly [latency: number, cost: number, fragmentation: number];

/** From a point of the grid to the corners of its cell, in thirds of a step, in order around it. */
const CORNERS: readonly Point[] = [[2, -1, -1], [1, 1, -2], [-1, 2, -1], [-2, 1, 1], [-1, -1, 2], [1, -2, 1]];
const ENDS = [
  { weights: { latency: 1, cost: 0, fragmentation: 0 }, label: 'all on latency', dy: -12, anchor: 'middle' },
  { weights: { latency: 0, cost: 1, fragmentation: 0 }, label: 'all on cost', dy: 16, anchor: 'start' },
  { weights: { latency: 0, cost: 0, fragmentation: 1 }, label: 'all on fragmentation', dy: 16, anchor: 'end' },
] as const;

export function ternaryMap(cells: readonly MapCell[], { label, width: wanted, steps, color, marks = [], named = false }: MapOptions): HTMLElement {
  const width = Math.max(LEAST_WIDTH, wanted);
  const size = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.8, pad = 2 * size, side = width - 2 * pad;
  const outline = cells.flatMap((cell, k) => cellOutline(cell.weights, steps).map((weights) => ({ ...toPlane(weights), cell: k, value: cell.value })));
  const spots = cells.map((cell) => ({ ...toPlane(cell.weights), ...cell })), marked = marks.map((mark) => ({ ...toPlane(mark.weights), ...mark }));
  const drawing = plot({
    width, height: side * SIMPLEX_HEIGHT + 2 * pad, margin: pad, style: { fontSize: `${size}px`, background: 'none', overflow: 'visible' },
    x: { domain: [0, 1], axis: null }, y: { domain: [SIMPLEX_HEIGHT, 0], axis: null }, color,
    marks: [
      line(outline, { x: 'x', y: 'y', z: 'cell', fill: 'value', stroke: 'value', strokeWidth: 0.6, curve: 'linear-closed' }),
      dot(spots.filter(({ doubtful }) => doubtful === true), { x: 'x', y: 'y', r: size * 0.13, fill: 'var(--theme-background)' }),
      ...(named ? [text(regions(spots), { x: 'x', y: 'y', text: 'value', fill: 'var(--theme-foreground)', stroke: 'var(--theme-background)', strokeWidth: 4 })] : []),
      dot(marked, { x: 'x', y: 'y', r: size * 0.42, fill: 'var(--theme-background)', stroke: 'var(--theme-foreground)', strokeWidth: 2 }),
      text(marked, { x: 'x', y: 'y', text: 'label', dy: -1.2 * size, fill: 'var(--theme-foreground)', stroke: 'var(--theme-background)', strokeWidth: 4, fontWeight: 600 }),
      ...ENDS.map(({ weights, label: end, dy, anchor }) => text([toPlane(weights)], { x: 'x', y: 'y', text: () => end, dy, textAnchor: anchor, fill: 'var(--theme-foreground)' })),
      tip(spots, pointer({ x: 'x', y: 'y', title: 'title', fill: 'var(--theme-background)', stroke: 'var(--theme-foreground-faint)' })),
    ],
  });
  return figure(label, drawing.legend('color', legendStyle(size)), drawing);
}

const legendStyle = (size: number) => ({ width: 20 * size, marginLeft: 0, style: { fontSize: `${size}px`, background: 'none' } });

/** For each value the cell nearest to the middle of all that have it. */
function regions<S extends { readonly x: number; readonly y: number; readonly value: number | string }>(spots: readonly S[]): S[] {
  return [...new Set(spots.map(({ value }) => value))].map((value) => {
    const own = spots.filter((spot) => spot.value === value), x = own.reduce((sum, spot) => sum + spot.x, 0) / own.length, y = own.reduce((sum, spot) => sum + spot.y, 0) / own.length;
    const distance = (spot: S): number => (spot.x - x) * (spot.x - x) + (spot.y - y) * (spot.y - y);
    return own.reduce((nearest, spot) => (distance(spot) < distance(nearest) ? spot : nearest));
  });
}

/** The corners of a setting's cell as weights, cut at the borders of the simplex. */
export function cellOutline({ latency, cost, fragmentation }: Weights, steps: number): Weights[] {
  let corners: Point[] = CORNERS.map(([l, c, f]) => [latency + l / (3 * steps), cost + c / (3 * steps), fragmentation + f / (3 * steps)]);
  for (const axis of [0, 1, 2] as const) corners = cutBelowZero(corners, axis);
  return corners.map(([l, c, f]) => ({ latency: l, cost: c, fragmentation: f }));
}

/** The part of a convex polygon in which a coordinate is not negative (Sutherland and Hodgman 1974). */
function cutBelowZero(corners: readonly Point[], axis: 0 | 1 | 2): Point[] {
  return corners.flatMap((corner, k) => {
    const before = corners.at(k - 1)!, crosses = corner[axis] < 0 !== before[axis] < 0, share = before[axis] / (before[axis] - corner[axis]);
    const crossing = (): Point => [0, 1, 2].map((i) => (i === axis ? 0 : before[i]! + share * (corner[i]! - before[i]!))) as unknown as Point;
    return [...(crosses ? [crossing()] : []), ...(corner[axis] < 0 ? [] : [corner])];
  });
}
