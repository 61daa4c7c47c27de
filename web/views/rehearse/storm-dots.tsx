// Every storm as a dot along one figure; those that did not finish as crosses at the right end. A click opens its seed.
import type { JSX } from 'preact';
import { metricText } from '../../../engine/metrics/figure-text.ts';
import type { StormFigures } from '../../../engine/experiment/rehearsal/figures.ts';
import { FIGURE_BY_KEY } from '../../../engine/experiment/rehearsal/figure-registry.ts';
import type { FigureKey } from '../../../engine/experiment/rehearsal/figure-registry.ts';
import { gained } from '../../../engine/experiment/rehearsal/rehearsal-text.ts';

export interface StormDotsProps {
  readonly figure: FigureKey;
  readonly storms: readonly StormFigures[];
  /** The one that is shown. */
  readonly seed: number;
  readonly onOpen: (seed: number) => void;
}

const WIDTH = 560, MARGIN = 8, RADIUS = 3.4, END = 26;

export function StormDots({ figure, storms, seed, onOpen }: StormDotsProps): JSX.Element {
  const spec = FIGURE_BY_KEY[figure], value = ({ values }: StormFigures): number => values[figure], finished = storms.filter((storm) => storm.cause === 'finished' && Number.isFinite(value(storm))), others = storms.filter((storm) => !finished.includes(storm));
  const low = Math.min(0, ...finished.map(value)), high = Math.max(0, ...finished.map(value)), span = high - low || 1, x = (v: number): number => MARGIN + (v - low) / span * (WIDTH - 2 * MARGIN - END);
  const piled = pile(finished.map((storm) => ({ storm, x: x(value(storm)) }))), tall = Math.max(1, ...piled.map(({ level }) => level + 1)), height = Math.min(74, 12 + tall * 2 * RADIUS), step = Math.min(2 * RADIUS, (height - 12) / tall);
  const text = (v: number): string => (figure.startsWith('extra') ? gained(spec, v) : metricText(spec, v));
  return (
    <figure class="storm-dots">
      <figcaption class="soft">{spec.title}: each storm a dot, the one shown filled; a click opens it</figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${height + 16}`} role="img" aria-label={`${spec.title} of ${storms.length} storms, from ${text(low)} to ${text(high)}; the table above has the figures`}>
        <line x1={0} x2={WIDTH} y1={height} y2={height} class="axis" /><line x1={x(0)} x2={x(0)} y1={0} y2={height} class="zero" />
        {piled.map(({ storm, x: at, level }) => <circle key={storm.seed} cx={at} cy={height - RADIUS - 1 - level * step} r={RADIUS} class={storm.seed === seed ? 'shown' : ''} onClick={() => { onOpen(storm.seed); }}><title>seed {storm.seed}: {text(value(storm))}</title></circle>)}
        {others.map((storm, k) => <text key={storm.seed} x={WIDTH - END + 6 + (k % 2) * 10} y={height - 3 - Math.floor(k / 2) * 5} class="lost" onClick={() => { onOpen(storm.seed); }}>✕<title>seed {storm.seed}: {storm.cause === 'finished' ? 'never' : storm.cause}</title></text>)}
        <text x={0} y={height + 13}>{text(low)}</text><text x={WIDTH - END} y={height + 13} text-anchor="end">{text(high)}</text>
      </svg>
    </figure>
  );
}

interface Dot { readonly storm: StormFigures; readonly x: number }

/** Dots that would cover each other lie on top of each other. */
function pile(dots: readonly Dot[]): (Dot & { readonly level: number })[] {
  const columns = new Map<number, number>();
  return [...dots].sort((a, b) => a.x - b.x).map((dot) => {
    const column = Math.round(dot.x / (2 * RADIUS)), level = columns.get(column) ?? 0;
    columns.set(column, level + 1);
    return { ...dot, x: column * 2 * RADIUS, level };
  });
}
