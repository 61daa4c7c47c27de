// Two policies over the same seeds. Each seed gives both the same true durations, kills and prices, so the differences
// seed by seed vary far less than the values; they alone are tested (paired t), never two marginal intervals side by side.
import { inputError } from '../model/errors.ts';
import { checkFinite, halfWidth95, moments } from './statistics.ts';
import { tTwoSidedTail } from './student-t.ts';

export type Verdict = 'better' | 'worse' | 'undecided';

/** What counts as better. Makespan, cost and tardiness are better lower, which is the default. */
export interface ComparisonOptions {
  readonly higherIsBetter?: boolean;
}

/** Of `a` against `b`; differences are a - b. */
export interface PairedComparison {
  readonly n: number;
  readonly meanDifference: number;
  /** 95 % half-width of the mean difference; Infinity for one pair. */
  readonly halfWidth95: number;
  /** meanDifference as a share of b's mean. */
  readonly relative: number;
  /** Seeds at which a is better, the same, worse. */
  readonly winTieLoss: readonly [wins: number, ties: number, losses: number];
  /** Two-sided, of the hypothesis that the mean difference is zero; 1 for one pair. */
  readonly pValue: number;
  /** Mean difference in standard deviations of the differences (Cohen's d for pairs). */
  readonly effectSize: number;
  /** How many times more seeds the same precision would take without pairing: (var a + var b) / var(a - b). */
  readonly varianceReduction: number;
  /** `better`: a is, at the 5 % level. Equal differences at every seed of two or more decide by themselves. */
  readonly verdict: Verdict;
}

/** Compares metric `a` with `b`, value k of both from the same seed. Throws `InputError` on unequal lengths or unfinished runs. */
export function pairedComparison(a: readonly number[], b: readonly number[], options: ComparisonOptions = {}): PairedComparison {
  if (a.length !== b.length || a.length === 0) {
    throw inputError('unpaired', '', `paired comparison needs the same seeds on both sides, found ${a.length} and ${b.length}`);
  }
  checkFinite(a, 'a');
  checkFinite(b, 'b');
  const differences = a.map((x, k) => x - b[k]), n = a.length;
  const { mean, variance } = moments(differences), meanB = moments(b).mean;
  const halfWidth = halfWidth95(differences), deviation = Math.sqrt(variance);
  return {
    n, meanDifference: mean, halfWidth95: halfWidth,
    relative: mean === 0 ? 0 : mean / Math.abs(meanB),
    winTieLoss: countWins(differences, options),
    pValue: n === 1 || mean === 0 ? 1 : tTwoSidedTail(Math.abs(mean) / deviation * Math.sqrt(n), n - 1),
    effectSize: mean === 0 ? 0 : n === 1 ? NaN : mean / deviation,
    varianceReduction: varianceReduction(a, b),
    verdict: Math.abs(mean) > halfWidth ? direction(mean, options) : 'undecided',
  };
}

/** (var a + var b) / var(a - b); 1 when nothing varies, NaN for one pair. */
export function varianceReduction(a: readonly number[], b: readonly number[]): number {
  const unpaired = moments(a).variance + moments(b).variance, paired = moments(a.map((x, k) => x - b[k])).variance;
  return paired === 0 ? (unpaired === 0 ? 1 : Infinity) : unpaired / paired;
}

/**
 * p-values adjusted for testing all of them at once (Holm 1979): below 0.05 after adjustment, at most one time in
 * twenty is any of them a false alarm. Same order as given.
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, k) => k).sort((i, j) => pValues[i] - pValues[j] || i - j);
  const adjusted = new Array<number>(pValues.length);
  let floor = 0;
  order.forEach((k, position) => {
    floor = Math.max(floor, Math.min(1, (pValues.length - position) * pValues[k]));
    adjusted[k] = floor;
  });
  return adjusted;
}

/** Which way a mean difference a - b points. */
export function direction(meanDifference: number, options: ComparisonOptions): Verdict {
  return meanDifference === 0 ? 'undecided' : meanDifference < 0 === (options.higherIsBetter !== true) ? 'better' : 'worse';
}

function countWins(differences: readonly number[], options: ComparisonOptions): [number, number, number] {
  const count: [number, number, number] = [0, 0, 0];
  for (const d of differences) {
    const verdict = direction(d, options);
    count[verdict === 'better' ? 0 : verdict === 'worse' ? 2 : 1]++;
  }
  return count;
}
