// The runs of comparisons as one table, one row a run: what `compare --csv` writes and the workbench hands out.
import { buildTable, number, text } from '../journal/tables.ts';
import type { ColumnTable, TableDictionary } from '../journal/tables.ts';
import { METRICS } from '../metrics/metric-registry.ts';
import type { Metrics } from '../metrics/metrics.ts';

/** What the table needs to know of a comparison. */
export interface ComparedRuns {
  readonly scenario: string;
  readonly policies: readonly string[];
  /** `runs[p][k]`: policy p at its k-th seed. */
  readonly runs: readonly (readonly { readonly seed: number; readonly cause: string; readonly audit: string; readonly hash: string; readonly metrics: Metrics }[])[];
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
export function runsTable(comparisons: readonly ComparedRuns[]): ColumnTable {
  return buildTable<TableDictionary>('runs', RUN_COLUMNS, (add) => {
    for (const { scenario, policies, runs } of comparisons) {
      policies.forEach((policy, p) => {
        for (const { seed, cause, audit, hash, metrics } of runs[p]!) add({ scenario, policy, seed, cause, audit, journalHash: hash, ...metrics });
      });
    }
  });
}
