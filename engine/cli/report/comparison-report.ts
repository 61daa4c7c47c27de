// A comparison for people: one row a policy, best first, means with their 95 % half-widths in one unit a column, the
// difference to the baseline seed by seed with its verdict, and one sentence that says whether anybody has won.
import type { Comparison, ComparisonRow } from '../../experiment/compare.ts';
import { METRIC_BY_KEY } from '../../metrics/metric-registry.ts';
import type { MetricKey } from '../../metrics/metrics.ts';
import { paint, tableText } from '../output/table-text.ts';
import type { TextCell, TextColumn } from '../output/table-text.ts';
import { countText, durationText, meanText, numberText, timeUnit } from './measure.ts';
import { right } from './text-columns.ts';

/** How the compared metric is shown: divided by `scale`, with `digits` after the point. */
interface Scale {
  readonly unit: string;
  readonly scale: number;
  readonly digits: number;
}

interface ShownColumn {
  readonly column: TextColumn;
  readonly cell: (row: ComparisonRow) => TextCell;
}

/** The table with the sentences under it, without a line end. */
export function comparisonReport(comparison: Comparison, color: boolean): string {
  const { rows, winner, statement, seeds, baseline, metric } = comparison, shown = columns(comparison);
  const cells = rows.map((row) => shown.map(({ cell }) => cell(row)));
  shown.forEach((_, c) => { alignIntervals(cells, c); });
  const table = tableText(shown.map(({ column }) => column), cells, { color, emphasized: new Set(rows.flatMap((row, k) => (row.policy === winner ? [k] : []))) });
  return [
    table, '',
    paint(winner === undefined ? 'yellow' : 'green', statement, color),
    `means over ${countText(seeds.length, 'seed')} ± 95 % half-width; Δ ${METRIC_BY_KEY[metric].title} less that of ${baseline}, seed by seed (paired t)`,
    ...failureLines(comparison),
  ].join('\n');
}

/** Pads half-widths, so that the ± of a column stand below each other. */
function alignIntervals(cells: TextCell[][], c: number): void {
  const halves = cells.map((row) => String(row[c]).split(' ±')[1]?.length ?? 0), widest = Math.max(0, ...halves);
  cells.forEach((row, r) => { if (halves[r]! > 0) row[c] = String(row[c]).padEnd(String(row[c]).length + widest - halves[r]!); });
}

function columns({ rows, seeds, baseline, metric }: Comparison): ShownColumn[] {
  const longest = (key: MetricKey) => Math.max(0, ...rows.map((row) => row.metrics[key]?.mean ?? 0)), time = timeUnit(longest('makespanMs')), lost = timeUnit(longest('lostWorkMs'));
  const { unit, scale, digits } = scaleOf(metric, longest(metric)), mean = (row: ComparisonRow, key: MetricKey) => row.metrics[key]?.mean ?? NaN;
  const money = longest('costMicroUsd') >= 1e9 ? 0 : 2, halfWidth = (row: ComparisonRow, key: MetricKey) => row.metrics[key]?.halfWidth95 ?? NaN;
  const shown: ShownColumn[] = [
    { column: { title: 'policy' }, cell: (row) => row.policy },
    { column: right('runs'), cell: (row) => `${row.n}/${seeds.length}` },
    { column: right(metric === 'objective' ? 'J' : METRIC_BY_KEY[metric].title, unit), cell: (row) => meanText(row.mean / scale, row.halfWidth95 / scale, digits) },
    { column: right('Δ', unit), cell: ({ policy, pairedDifference: d }) => (policy === baseline ? 'baseline' : meanText(d.mean / scale, d.halfWidth95 / scale, digits, true)) },
    { column: { title: 'verdict' }, cell: (row) => (row.policy === baseline ? '' : row.pairedDifference.verdict) },
  ];
  if (metric !== 'makespanMs') {
    shown.push({ column: right('makespan', time.name), cell: (row) => meanText(mean(row, 'makespanMs') / time.ms, halfWidth(row, 'makespanMs') / time.ms, 1) });
  }
  shown.push({ column: right('gap', '%'), cell: (row) => numberText(mean(row, 'makespanGap') * 100, 0) });
  if (metric !== 'costMicroUsd') shown.push({ column: right('cost', '$'), cell: (row) => numberText(mean(row, 'costMicroUsd') / 1e6, money) });
  if (rows.some((row) => row.metrics.budgetShare !== undefined)) shown.push({ column: right('spent', '%'), cell: (row) => numberText(mean(row, 'budgetShare') * 100, 0) });
  shown.push(
    { column: right('cuts'), cell: (row) => numberText(mean(row, 'interruptions'), 1) },
    { column: right('lost', lost.name), cell: (row) => numberText(mean(row, 'lostWorkMs') / lost.ms, 1) },
    { column: right('late'), cell: (row) => numberText(mean(row, 'deadlineMisses'), 1) },
  );
  return shown;
}

function scaleOf(metric: MetricKey, longest: number): Scale {
  switch (METRIC_BY_KEY[metric].unit) {
    case 'ms': {
      const { name, ms } = metric.startsWith('decisionMs') ? { name: 'ms', ms: 1 } : timeUnit(longest);
      return { unit: name, scale: ms, digits: name === 'ms' ? 3 : 2 };
    }
    case 'micro-dollars': return { unit: '$', scale: 1e6, digits: 2 };
    case 'share': return { unit: '%', scale: 0.01, digits: 1 };
    case 'ratio': return { unit: '', scale: 1, digits: 3 };
    case 'count': return { unit: '', scale: 1, digits: 2 };
  }
}

/** Failed runs by policy and sort, with the first of each in its own words. */
function failureLines({ rows, runs, policies }: Comparison): string[] {
  return rows.filter((row) => row.failed > 0).flatMap((row) => {
    const { seed, failure, metrics } = runs[policies.indexOf(row.policy)]!.find((run) => run.failure !== '')!;
    const sorts = Object.entries(row.failures).map(([cause, count]) => `${cause} ${count}`).join(', ');
    return [`${row.policy}: ${countText(row.failed, 'run')} failed (${sorts}), not in the means; seed ${seed} ${failure} after ${durationText(metrics.makespanMs)}`];
  });
}

/** What the short column titles stand for. */
export const COLUMN_LEGEND = 'J weighted objective · gap above the makespan bound · spent of the budget · cuts by the spot market · lost work · late jobs';
