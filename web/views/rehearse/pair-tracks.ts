// The quantities under the two runs, each with both of them in one scale: work completed, cost against budget, spot prices.
import { dollarText, durationText } from '../../../engine/metrics/figure-text.ts';
import type { RunPicture, Series } from '../../worker/protocol.ts';
import type { RehearsalAnswer } from '../../worker/rehearse.ts';
import type { Track } from '../run/run-tracks.ts';
import { seriesAt } from '../run/series-path.ts';

/** What a fault that is put on a track is about. */
export type TrackTarget = { readonly of: 'completed' } | { readonly of: 'cost' } | { readonly of: 'price'; readonly pool: string };

export interface PairTrack {
  readonly track: Track;
  readonly target: TrackTarget;
}

const PRICES_MAX = 4;
const highest = (...series: readonly Series[]): number => series.reduce((most, { values }) => values.reduce((a, b) => Math.max(a, b), most), 0);

export function pairTracks({ baseline, faulted, completed }: RehearsalAnswer): PairTrack[] {
  return [
    { track: completedTrack(completed), target: { of: 'completed' } }, { track: costTrack(baseline, faulted), target: { of: 'cost' } },
    ...faulted.prices.slice(0, PRICES_MAX).map(({ pool, price }) => ({ track: priceTrack(pool, baseline.prices.find((other) => other.pool === pool)?.price ?? price, price), target: { of: 'price', pool } as const })),
  ];
}

function completedTrack({ baseline, faulted }: RehearsalAnswer['completed']): Track {
  const most = Math.max(1, highest(baseline, faulted)), behind = (time: number): string => {
    const gap = seriesAt(baseline, time, true) - seriesAt(faulted, time, true);
    return Number.isNaN(gap) ? '–' : gap > 0 ? `${durationText(gap)} behind` : gap < 0 ? `${durationText(-gap)} ahead` : 'level';
  };
  return {
    name: 'work done', note: 'without: dashed', height: 3.6, stepped: true, most, at: behind, whole: `${durationText(most)} in all`,
    areas: [{ series: faulted, colour: 'track', fill: 'track-soft' }], limit: baseline,
  };
}

function costTrack(baseline: RunPicture, faulted: RunPicture): Track {
  return {
    name: 'cost', note: 'without: dashed', height: 3.2, stepped: false, most: Math.max(1, highest(baseline.cost, faulted.cost) * 1.02), areas: [{ series: faulted.cost, colour: 'track', fill: 'track-soft' }],
    limit: stepsOf(baseline.cost), at: (time) => dollarText(seriesAt(faulted.cost, time, false)), whole: dollarText(faulted.metrics.costMicroUsd),
  };
}

function priceTrack(pool: string, baseline: Series, faulted: Series): Track {
  const most = Math.max(1, highest(baseline, faulted) * 1.15);
  return {
    name: `spot ${pool}`, note: '', height: 2.2, stepped: true, most, areas: [{ series: faulted, colour: 'track', fill: 'track-soft' }], limit: baseline,
    at: (time) => `${dollarText(seriesAt(faulted, time, true))}/h`, whole: `≤ ${dollarText(highest(faulted))}/h`,
  };
}

const STEPS = 240;

/** A joined line as steps fine enough for a dashed line. */
function stepsOf(series: Series): Series {
  const { times } = series, from = times[0] ?? 0, to = times.at(-1) ?? 0, at = Float64Array.from({ length: STEPS + 1 }, (_, k) => from + (to - from) * k / STEPS);
  return { times: at, values: at.map((time) => seriesAt(series, time, false)) };
}
