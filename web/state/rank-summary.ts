// One policy over many comparisons: its places, how far behind the best it is, and how often it is shown to be the best.
// Each comparison counts once, whatever its scale, so that no scenario speaks louder than another.
import { rankTable } from '../../engine/experiment/rank-table.ts';
import { METRIC_BY_KEY } from '../../engine/metrics/metric-registry.ts';
import type { Judgement } from '../worker/protocol.ts';

export interface RankSummaryRow {
  readonly policy: string;
  /** Mean over the comparisons; ties share the mean of their places, one without a figure is last. */
  readonly meanPlace: number;
  /** Mean over the comparisons of its mean to that of the best, 1 for the best; NaN where that has no meaning. */
  readonly ratioToBest: number;
  /** Comparisons in which it has the best mean, and in which it is shown to be better than every other one. */
  readonly best: number;
  readonly won: number;
}

export interface RankSummary {
  /** Best mean place first. */
  readonly rows: readonly RankSummaryRow[];
  /** Comparisons that were judged. */
  readonly count: number;
  /** One sentence; empty for fewer than two comparisons or policies, or without ratios. */
  readonly statement: string;
}

/** Of comparisons of the same policies by the same figure. */
export function rankSummary(policies: readonly string[], judgements: readonly Judgement[]): RankSummary {
  const places = judgements.map((judgement) => placesOf(policies, judgement)), ratios = judgements.map((judgement) => ratiosOf(policies, judgement));
  const rows = policies.map((policy, p): RankSummaryRow => ({
    policy, meanPlace: mean(places.map((own) => own[p]!)), ratioToBest: mean(ratios.map((own) => own[p]!)), best: places.filter((own) => own[p] === 1).length, won: judgements.filter(({ winner }) => winner === policy).length,
  })).sort((a, b) => a.meanPlace - b.meanPlace);
  const comparable = judgements.length > 1 && policies.length > 1 && ratios.flat().every(Number.isFinite);
  return { rows, count: judgements.length, statement: comparable ? rankTable(policies.map((name, p) => ({ name, values: ratios.map((own) => own[p]!) }))).statement : '' };
}

function placesOf(policies: readonly string[], { rows, metric }: Judgement): number[] {
  const sign = METRIC_BY_KEY[metric].better === 'higher' ? -1 : 1, values = policies.map((policy) => { const value = rows.find((row) => row.policy === policy)?.mean ?? NaN; return Number.isNaN(value) ? Infinity : sign * value; });
  return values.map((value) => 1 + values.filter((other) => other < value).length + (values.filter((other) => other === value).length - 1) / 2);
}

/** At least 1 where both means are above zero; a higher mean is divided the other way round where higher is better. */
function ratiosOf(policies: readonly string[], { rows, metric }: Judgement): number[] {
  const means = policies.map((policy) => rows.find((row) => row.policy === policy)?.mean ?? NaN), higher = METRIC_BY_KEY[metric].better === 'higher', best = higher ? Math.max(...means) : Math.min(...means);
  return means.map((value) => (best > 0 && value > 0 ? (higher ? best / value : value / best) : NaN));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
