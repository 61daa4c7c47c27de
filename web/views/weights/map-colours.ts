// How a cell of the map is coloured, and what its legend says: a sequential scale that is told apart in all common forms of
// colour blindness (cividis: Nunez, Anderton and Renslow 2018), the better end bright; or the colour of the policy that leads.
import { interpolateCividis } from 'd3';
import { METRIC_BY_KEY } from '../../../engine/metrics/metric-registry.ts';
import type { MetricKey } from '../../../engine/metrics/metrics.ts';
import type { MapCell } from '../../state/weight-map.ts';

export interface ColourScale {
  readonly low: number;
  readonly high: number;
  /** Colour of a value; undefined for NaN. */
  readonly colour: (value: number) => string | undefined;
}

/** Of the scale: lines must still be seen on it. */
const DARKEST = 0.15;

/** Over the values that are there. */
export function figureScale(cells: readonly MapCell[], metric: MetricKey): ColourScale {
  let low = Infinity, high = -Infinity;
  for (const { value } of cells) if (!Number.isNaN(value)) { low = Math.min(low, value); high = Math.max(high, value); }
  const { better } = METRIC_BY_KEY[metric], span = high - low;
  return {
    low, high, colour: (value) => {
      if (Number.isNaN(value)) return undefined;
      const share = span > 0 ? (value - low) / span : 0.5;
      return interpolateCividis(DARKEST + (1 - DARKEST) * (better === 'lower' ? 1 - share : share));
    },
  };
}

/** Colours of the scale from its low to its high end, for a legend. */
export function scaleGradient({ low, high, colour }: ColourScale, steps = 12): string {
  return `linear-gradient(90deg, ${Array.from({ length: steps + 1 }, (_, k) => colour(low + (high - low) * k / steps) ?? 'none').join(', ')})`;
}
