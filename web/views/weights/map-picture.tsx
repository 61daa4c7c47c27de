// The map of weights: a honeycomb in a triangle, coloured by a figure or by who leads, with the borders where schedules
// change, the mission's weights marked, and a point that is dragged or moved with the arrow keys.
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { SIMPLEX_HEIGHT, nearestGridPoint, simplexIndex } from '../../../engine/experiment/simplex.ts';
import { DEFAULT_WEIGHTS } from '../../../engine/model/policy.ts';
import type { Weights } from '../../../engine/model/policy.ts';
import { weightsText } from '../../state/routes/settings.ts';
import { MAP_STEPS } from '../../state/weight-map.ts';
import type { MapBorder, MapCell } from '../../state/weight-map.ts';
import { SIDE, VIEW_BOX, edge, hexagon, place, weightsAt } from './map-geometry.ts';

export interface MapPictureProps {
  readonly grid: readonly Weights[];
  readonly cells: readonly MapCell[];
  readonly borders: readonly MapBorder[];
  /** Style class of the borders. */
  readonly lines: string;
  /** Of a cell; undefined where there is nothing yet. */
  readonly fill: (cell: MapCell) => string | undefined;
  /** Names that stand on the map. */
  readonly regions: readonly MapRegion[];
  /** The point that is looked at. */
  readonly at: Weights;
  /** What is known of it, for those who cannot see the map. */
  readonly said: string;
  /** Moves the point; `done`: it stays there. */
  readonly onMove: (weights: Weights, done: boolean) => void;
  /** The grid point under the pointer with its place on the page, or undefined. */
  readonly onHover: (hovered: HoveredCell | undefined) => void;
}

/** A name and the point it stands on. */
export interface MapRegion {
  readonly point: number;
  readonly name: string;
}

export interface HoveredCell {
  readonly point: number;
  /** In the figure, px. */
  readonly x: number;
  readonly y: number;
}

const KEYS: Readonly<Record<string, readonly [latency: number, cost: number]>> = { ArrowUp: [1, -1], ArrowDown: [-1, 1], ArrowLeft: [0, 1], ArrowRight: [0, -1] };

export function MapPicture({ grid, cells, borders, lines, fill, regions, at, said, onMove, onHover }: MapPictureProps): JSX.Element {
  const picture = useRef<SVGSVGElement>(null), [held, setHeld] = useState(false), points = grid.map(place), here = nearestGridPoint(MAP_STEPS, at);
  const under = (event: PointerEvent): number => {
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(picture.current!.getScreenCTM()!.inverse());
    return nearestGridPoint(MAP_STEPS, weightsAt({ x, y }));
  };
  const hover = (event: PointerEvent): void => {
    const box = picture.current!.getBoundingClientRect(), point = under(event), { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(picture.current!.getScreenCTM()!.inverse());
    const near = Math.hypot(x - points[point]!.x, y - points[point]!.y) < SIDE / MAP_STEPS;
    onHover(near ? { point, x: event.clientX - box.left, y: event.clientY - box.top } : undefined);
  };
  // Keys may come faster than the page is drawn.
  const keyed = useRef(at);
  keyed.current = at;
  const key = (event: KeyboardEvent): void => {
    const step = KEYS[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey || (step === undefined && event.key !== 'Home')) return;
    event.preventDefault();
    const next = step === undefined ? DEFAULT_WEIGHTS : grid[stepped(grid[nearestGridPoint(MAP_STEPS, keyed.current)]!, step)];
    if (next === undefined) return;
    keyed.current = next;
    onMove(next, false);
  };
  const handle = place(at), marked = place(DEFAULT_WEIGHTS);
  return (
    <svg ref={picture} class="weight-map" viewBox={VIEW_BOX} preserveAspectRatio="xMidYMid meet"
      onPointerDown={(event) => { event.currentTarget.setPointerCapture(event.pointerId); setHeld(true); onHover(undefined); onMove(grid[under(event)]!, false); }}
      onPointerMove={(event) => { if (held) { const point = under(event); if (point !== here) onMove(grid[point]!, false); } else hover(event); }}
      onPointerUp={(event) => { if (held) { setHeld(false); onMove(grid[under(event)]!, true); } }}
      onPointerCancel={() => { setHeld(false); }} onPointerLeave={() => { onHover(undefined); }}>
      <g aria-hidden="true">
        {points.map((point, k) => { const colour = fill(cells[k]!); return <polygon key={k} points={hexagon(point, MAP_STEPS)} class={colour === undefined ? 'cell empty' : cells[k]!.of === k ? 'cell' : 'cell coarse'} fill={colour ?? 'none'} data-point={k} />; })}
        {borders.map(({ a, b, share }) => <path key={`${a} ${b}`} d={edge(points[a]!, points[b]!)} class={lines} stroke-width={(0.4 + 2.6 * share * share).toFixed(2)} stroke-opacity={(0.12 + 0.78 * share * share).toFixed(2)} />)}
        {regions.map(({ point, name }) => <text key={name} class="region" x={points[point]!.x} y={points[point]!.y + 5} text-anchor="middle">{name}</text>)}
        <Frame />
        <g transform={`translate(${marked.x} ${marked.y})`} class="marked"><path d="M-9 0H9M0 -9V9" class="halo" /><path d="M-9 0H9M0 -9V9" class="cross" /></g>
      </g>
      <g class="handle" tabindex={0} role="slider" aria-label="Weights looked at; arrow keys move the point, Home takes it to the mission's weights" aria-valuemin={0} aria-valuemax={grid.length - 1} aria-valuenow={here}
        aria-valuetext={`${describe(at)}. ${said}`} transform={`translate(${handle.x} ${handle.y})`} onKeyDown={key} onKeyUp={(event) => { if (KEYS[event.key] !== undefined || event.key === 'Home') onMove(keyed.current, true); }}>
        <circle r="11" class="halo" /><circle r="11" class="ring" /><circle r="2.5" class="dot" />
      </g>
    </svg>
  );
}

/** `latency 0.6, cost 0.3, fragmentation 0.1`. */
export function describe(weights: Weights): string {
  const [latency, cost, fragmentation] = weightsText(weights).split(',');
  return `latency ${latency}, cost ${cost}, fragmentation ${fragmentation}`;
}

/** The neighbour in this direction; at an edge the step that is still possible upwards or downwards. -1 for none. */
function stepped(weights: Weights, [dLatency, dCost]: readonly [number, number]): number {
  const latency = Math.round(weights.latency * MAP_STEPS), cost = Math.round(weights.cost * MAP_STEPS), first = simplexIndex(MAP_STEPS, latency + dLatency, cost + dCost);
  return first >= 0 || dLatency === 0 ? first : simplexIndex(MAP_STEPS, latency + dLatency, cost);
}

const TICKS = [0.2, 0.4, 0.6, 0.8];

/** Names at the corners, and along each side the share of the weight that falls from its corner. */
function Frame(): JSX.Element {
  const height = SIDE * SIMPLEX_HEIGHT;
  return (
    <g class="frame">
      <text x={SIDE / 2} y={-26} text-anchor="middle" class="corner">latency 1</text>
      <text x={-26} y={height + 54} text-anchor="start" class="corner">cost 1</text>
      <text x={SIDE + 26} y={height + 54} text-anchor="end" class="corner">fragmentation 1</text>
      {TICKS.map((share) => {
        const left = place({ latency: share, cost: 1 - share, fragmentation: 0 }), bottom = place({ latency: 0, cost: share, fragmentation: 1 - share }), right = place({ latency: 1 - share, cost: 0, fragmentation: share });
        return (
          <g key={share}>
            <text x={left.x - 24} y={left.y + 4} text-anchor="end">{share}</text>
            <text x={bottom.x} y={bottom.y + 32} text-anchor="middle">{share}</text>
            <text x={right.x + 24} y={right.y + 4} text-anchor="start">{share}</text>
          </g>
        );
      })}
      <text transform={`translate(${SIDE / 4 - 58} ${height / 2}) rotate(-60)`} text-anchor="middle" class="along">latency →</text>
      <text x={SIDE / 2} y={height + 54} text-anchor="middle" class="along">← cost</text>
      <text transform={`translate(${SIDE * 3 / 4 + 58} ${height / 2}) rotate(60)`} text-anchor="middle" class="along">fragmentation →</text>
    </g>
  );
}
