// Runs of one setting as a point of the picture of time against money: dollars and hours, means with 95 % half-widths.
import type { ComparedRun } from '../../engine/experiment/compare.ts';
import { summarize } from '../../engine/experiment/statistics.ts';
import { METRIC_BY_KEY } from '../../engine/metrics/metric-registry.ts';
import type { TradePoint } from '../pictures/trade-off.ts';
import { summaryText } from './map-cells.ts';

/** Over the runs that did not fail; undefined when all did. */
export function tradePoint(name: string, runs: readonly ComparedRun[]): TradePoint | undefined {
  const good = runs.filter(({ failure }) => failure === '').map(({ metrics }) => metrics);
  if (good.length === 0) return undefined;
  const makespan = summarize(good.map(({ makespanMs }) => makespanMs)), cost = summarize(good.map(({ costMicroUsd }) => costMicroUsd));
  const figures = `makespan ${summaryText(METRIC_BY_KEY.makespanMs, makespan)}\ncost ${summaryText(METRIC_BY_KEY.costMicroUsd, cost)}`;
  return {
    name, title: `${name}\n${figures}`, cost: cost.mean / 1e6, costHalf: cost.halfWidth95 / 1e6, makespan: makespan.mean / 3.6e6, makespanHalf: makespan.halfWidth95 / 3.6e6,
  };
}
