// A comparison as data: what `compare --json` prints, and the rows of `compare --csv`, one a run.
import type { Comparison, PairedDifference } from '../../experiment/compare.ts';
import type { Summary } from '../../experiment/statistics.ts';
import { buildTable, number, text } from '../../journal/tables.ts';
import type { ColumnTable, TableDictionary } from '../../journal/tables.ts';
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

const RUN_COLUMNS = {
  scenario: text('name of the scenario'),
  policy: text('the policy with its parameters'),
  seed: number('1', "the run's seed"),
  cause: text('how the run ended'),
  audit: text('clean, or the law that was broken'),
  journalHash: text('hash of the journal'),
  ...Object.fromEntries(METRICS.map(({ key, unit, definition }) => [key, number(unit, definition)])),
} as const satisfies TableDictionary;

/** One row a run, of all policies of all comparisons. */
export function runsTable(comparisons: readonly Comparison[]): ColumnTable {
  return buildTable<TableDictionary>('runs', RUN_COLUMNS, (add) => {
    for (const { setup, policies, runs } of comparisons) {
      policies.forEach((policy, p) => {
        for (const { seed, cause, audit, hash, metrics } of runs[p]!) add({ scenario: setup.instance.problem.name, policy, seed, cause, audit, journalHash: hash, ...metrics });
      });
    }
  });
}
