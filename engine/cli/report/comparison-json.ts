// A comparison as data: what `compare --json` prints.
import type { Comparison, PairedDifference } from '../../experiment/compare.ts';
import type { Summary } from '../../experiment/statistics.ts';
import { METRICS } from '../../metrics/metric-registry.ts';
import { DEFAULT_WEIGHTS } from '../../model/policy.ts';

/** `mean`, `halfWidth95` and `pairedDifference` of a row are of `metric`; durations in ms, money in micro-dollars. */
export function comparisonJson(comparison: Comparison, faults: string | undefined): object {
  const { setup, metric, baseline, seeds, rows, winner, statement } = comparison;
  return {
    scenario: setup.instance.problem.name, scenarioHash: setup.instance.hash, metric, baseline, replications: seeds.length, firstSeed: seeds[0],
    weights: setup.weights ?? DEFAULT_WEIGHTS, ...(faults === undefined ? {} : { faults }), winner: winner ?? null, statement,
    rows: rows.map(({ policy, n, failed, failures, mean, halfWidth95, pairedDifference, metrics }) => ({
      policy, n, failed, ...(failed > 0 ? { failures } : {}), mean, halfWidth95, pairedDifference: differenceJson(pairedDifference),
      metrics: Object.fromEntries(METRICS.map(({ key }) => [key, summaryJson(metrics[key])])),
    })),
  };
}

const differenceJson = ({ n, mean, halfWidth95, relative, pValue, verdict, winTieLoss }: PairedDifference) => ({ n, mean, halfWidth95, verdict, winTieLoss, relative, pValue });

function summaryJson(s: Summary | undefined) {
  return s === undefined ? null : { mean: s.mean, halfWidth95: s.halfWidth95, standardDeviation: s.standardDeviation, min: s.min, median: s.median, max: s.max };
}
