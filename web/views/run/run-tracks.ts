// The quantities under the timeline, as data for the painter: each with its scale, its line or its stack of areas, its limit,
// and how a value is said. One x axis with the resources above.
import { dollarText, numberText } from '../../../engine/metrics/figure-text.ts';
import { COUNTED_STATES } from '../../../engine/metrics/columns.ts';
import type { RunPicture, Series } from '../../worker/protocol.ts';
import type { Ink, InkName } from './timeline-ink.ts';
import { seriesAt } from './series-path.ts';

export interface TrackArea {
  readonly series: Series;
  readonly colour: InkName;
  /** Below the line; a line alone without. */
  readonly fill?: InkName;
}

export interface Track {
  readonly name: string;
  /** Under the name, while there is room. */
  readonly note: string;
  /** In root font sizes. */
  readonly height: number;
  /** Values hold until the next time; else points are joined. */
  readonly stepped: boolean;
  /** At the top of the track. */
  readonly most: number;
  /** Drawn in order, later ones over earlier ones. */
  readonly areas: readonly TrackArea[];
  readonly limit?: Series;
  /** Marks on the time axis of this track. */
  readonly ticks?: Float64Array;
  /** What is said of an instant, and of the whole run. */
  readonly at: (time: number) => string;
  readonly whole: string;
}

/** The order of areas in the stack, from the bottom: index into COUNTED_STATES. */
export const STATE_INK: readonly (keyof Ink & InkName)[] = ['state-completed', 'state-running', 'state-scheduled', 'state-eligible', 'state-queued', 'state-gone'];

const PRICES_MAX = 4;
const highest = ({ values }: Series): number => values.reduce((a, b) => Math.max(a, b), 0);

export function tracksOf(picture: RunPicture): Track[] {
  const { utilisation, queue } = picture, deepest = Math.max(1, highest(queue)), tasks = (value: number): string => (Number.isFinite(value) ? `${value} ${value === 1 ? 'task' : 'tasks'}` : '–');
  return [
    {
      name: 'utilisation', note: '', height: 2.9, stepped: true, most: 1, areas: [{ series: utilisation, colour: 'track', fill: 'track-soft' }],
      at: (time) => `${numberText(100 * seriesAt(utilisation, time, true), 0)} %`, whole: `mean ${numberText(100 * picture.metrics.utilisation, 0)} %`,
    },
    {
      name: 'queue depth', note: '', height: 2.9, stepped: true, most: deepest, areas: [{ series: queue, colour: 'track', fill: 'track-soft' }],
      at: (time) => tasks(seriesAt(queue, time, true)), whole: `≤ ${tasks(deepest)}`,
    },
    stateTrack(picture), costTrack(picture), ...priceTracks(picture),
  ];
}

function stateTrack({ states: { times, counts }, tasks }: RunPicture): Track {
  const sums = counts.map((_, s) => Float64Array.from(times, (__, k) => counts.slice(0, s + 1).reduce((sum, list) => sum + list[k]!, 0)));
  const done = { times, values: sums[0]! }, running = { times, values: Float64Array.from(counts[1]!) };
  return {
    name: 'tasks by state', note: '', height: 3.8, stepped: true, most: Math.max(1, highest({ times, values: sums.at(-1)! })),
    // The widest first: each further one covers its lower part.
    areas: [...COUNTED_STATES.keys()].reverse().map((s) => ({ series: { times, values: sums[s]! }, colour: STATE_INK[s]!, fill: STATE_INK[s]! })),
    at: (time) => `${numberText(seriesAt(done, time, true), 0)} done, ${numberText(seriesAt(running, time, true), 0)} run`, whole: `${counts[0]!.at(-1) ?? 0} of ${tasks.ids.length}`,
  };
}

function costTrack({ cost, budgets, budget, endedAt }: RunPicture): Track {
  const spent = highest(cost), limited = budgets.values.filter((value) => Number.isFinite(value)), tightest = limited.length === 0 ? Infinity : Math.min(...limited);
  return {
    name: 'cost', note: Number.isFinite(budget) ? `of ${dollarText(budget)}` : '', height: 2.9, stepped: false, most: Math.max(1, spent, limited.length === 0 ? 0 : Math.min(tightest, 2.5 * spent)) * 1.04,
    areas: [{ series: cost, colour: 'track', fill: 'track-soft' }], ...(limited.length === 0 ? {} : { limit: budgets }),
    at: (time) => dollarText(seriesAt(cost, Math.min(time, endedAt), false)), whole: dollarText(spent),
  };
}

/** The spot price of each pool that sells spot, those first that were used or turned somebody down. */
function priceTracks({ prices, lives, units }: RunPicture): Track[] {
  const used = new Set(Array.from(lives.unit, (u) => units.poolIds[units.pool[u]!]!)), shown = [...prices].sort((a, b) => Number(used.has(b.pool)) - Number(used.has(a.pool))).slice(0, PRICES_MAX);
  return shown.map(({ pool, price, refusedAt }) => {
    const hourly = (value: number): string => (Number.isFinite(value) ? `${dollarText(value)}/h` : '–');
    return {
      name: `spot ${pool}`, note: refusedAt.length === 0 ? '' : `refused ${refusedAt.length}×`, height: 2.2, stepped: true, most: 1.15 * Math.max(1, highest(price)), areas: [{ series: price, colour: 'track', fill: 'track-soft' }],
      ticks: refusedAt, at: (time) => hourly(seriesAt(price, time, true)), whole: `≤ ${hourly(highest(price))}`,
    };
  });
}
