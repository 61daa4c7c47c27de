// The cells of the study's maps: a metric over the survey, who wins where, and what a budget leaves to choose from.
import { countText, metricText, numberText, timeUnit } from '../../engine/metrics/figure-text.ts';
import { summarize } from '../../engine/experiment/statistics.ts';
import type { Summary } from '../../engine/experiment/statistics.ts';
import { METRIC_BY_KEY } from '../../engine/metrics/metric-registry.ts';
import type { MetricSpec } from '../../engine/metrics/metric-registry.ts';
import type { MetricKey } from '../../engine/metrics/metrics.ts';
import type { Weights } from '../../engine/model/policy.ts';
import type { MapCell } from '../pictures/ternary-map.ts';
import type { Sweep } from '../sweep/sweep.ts';
import type { Candidate } from './choice.ts';
import type { Winner } from './winners.ts';

/** `latency 0.60, cost 0.30, fragmentation 0.10`. */
export function weightsText({ latency, cost, fragmentation }: Weights): string {
  return `latency ${numberText(latency, 2)}, cost ${numberText(cost, 2)}, fragmentation ${numberText(fragmentation, 2)}`;
}

/** `208.7 h ±5.9 h`: a mean with its 95 % half-width, where that is known. */
export function summaryText(spec: MetricSpec, { mean, halfWidth95 }: Summary): string {
  return metricText(spec, mean) + (Number.isFinite(halfWidth95) ? ` ±${metricText(spec, halfWidth95)}` : '');
}

/** The mean of a metric for every setting that has runs, none of them failed, and the name of its scale. */
export function metricCells({ settings, runs }: Sweep, key: MetricKey): { readonly name: string; readonly cells: MapCell[] } {
  const spec = METRIC_BY_KEY[key], means = settings.flatMap(({ weights }, s) => {
    const own = runs[s]!;
    return own.length === 0 || own.some(({ failure }) => failure !== '') ? [] : [{ weights, summary: summarize(own.map(({ metrics }) => metrics[key])) }];
  });
  const { name, scale } = scaleOf(spec, Math.max(0, ...means.map(({ summary }) => summary.mean)));
  const cells = means.map(({ weights, summary }) => ({
    weights, value: summary.mean / scale, title: `${weightsText(weights)}\n${spec.title.toLowerCase()} ${summaryText(spec, summary)}\n${countText(summary.n, 'seed')}`,
  }));
  return { name: name === '' ? spec.title : `${spec.title}, ${name}`, cells };
}

/** Who has the least objective at each setting; doubtful where it is not shown to be better than all others. */
export function winnerCells(winners: readonly Winner[]): MapCell[] {
  return winners.map(({ weights, leader, shown, statement }) => ({ weights, value: leader, title: `${weightsText(weights)}\n${statement}`, doubtful: !shown }));
}

export const CHOICES = ['not shown to be slower', 'slower', 'above the budget'] as const;

/** What a budget leaves to choose from. `alike`: candidates not shown to be slower than the best. */
export function choiceCells(candidates: readonly Candidate[], alike: readonly Candidate[], budget: number): MapCell[] {
  return candidates.map((candidate) => {
    const { weights, makespanMs, costMicroUsd, spend } = candidate, value = spend > budget ? CHOICES[2] : alike.includes(candidate) ? CHOICES[0] : CHOICES[1];
    const figures = `makespan ${summaryText(METRIC_BY_KEY.makespanMs, makespanMs)}\ncost ${summaryText(METRIC_BY_KEY.costMicroUsd, costMicroUsd)}`;
    return { weights, value, title: `${weightsText(weights)}\n${figures}\n${value}` };
  });
}

function scaleOf({ unit }: MetricSpec, largest: number): { readonly name: string; readonly scale: number } {
  switch (unit) {
    case 'ms': { const { name, ms } = timeUnit(largest); return { name, scale: ms }; }
    case 'micro-dollars': return { name: '$', scale: 1e6 };
    case 'share': return { name: '%', scale: 0.01 };
    default: return { name: '', scale: 1 };
  }
}
