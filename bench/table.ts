// The one table of a bench: a row a measurement, then the slopes of growth. Figures have four digits that mean something.
import { tableText, type TextCell, type TextColumn } from '../engine/cli/output/table-text.ts';
import type { GrowthPoint } from './case.ts';
import type { Measured } from './run-cells.ts';
import { logLogSlope } from './statistics.ts';

const COLUMNS: readonly TextColumn[] = [
  { title: 'case' }, { title: 'what' }, { title: 'median', align: 'right' }, { title: 'p99', align: 'right' }, { title: 'max', align: 'right' }, { title: 'unit' },
  { title: 'per second', align: 'right' }, { title: 'samples', align: 'right' }, { title: 'answer' },
];

/** Four significant digits, no exponent. */
export function figure(value: number | undefined): TextCell {
  if (value === undefined || !Number.isFinite(value)) return null;
  return Math.abs(value) >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(4)));
}

export function benchTable(measured: readonly Measured[], growth: ReadonlyMap<string, readonly GrowthPoint[]>, color: boolean): string {
  const rows = measured.flatMap(({ name, cell, result, failure }): TextCell[][] => (result === undefined
    ? [[name, `${cell}: ${failure}`, null, null, null, 'failed', null, null, null]]
    : result.rows.map(({ what, value, p99, max, unit, perSecond, samples }) => [
      name, what, figure(value), figure(p99), figure(max), unit, figure(perSecond), figure(samples), result.answer === '' ? null : result.answer.slice(0, 8),
    ])));
  const slopes = growthSlopes(growth).map(([series, slope, points]): TextCell[] => [
    'growth', `${series} ${points.map(({ size }) => size).join(', ')}`, figure(slope), null, null, 'slope', null, figure(points.length), null,
  ]);
  return tableText(COLUMNS, [...rows, ...slopes], { color });
}

/** Slope of ln(time) over ln(size) of every series of at least two sizes. */
export function growthSlopes(growth: ReadonlyMap<string, readonly GrowthPoint[]>): [series: string, slope: number, points: readonly GrowthPoint[]][] {
  return [...growth].filter(([, points]) => points.length > 1).map(([series, points]) => [series, logLogSlope(points.map(({ size, ms }) => [size, ms])), points]);
}
