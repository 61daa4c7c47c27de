// Summaries of replications: moments, t intervals, quantiles, shares, and how many seeds a wanted precision takes. Pure
// functions of plain numbers; values are one metric over seeds, in the order of the seeds. All intervals are 95 %.
import { assert, inputError } from '../model/errors.ts';
import { tQuantile } from './student-t.ts';

/** Two-sided 95 % point of the normal distribution. */
const Z_95 = 1.959963984540054;

export interface Summary {
  readonly n: number;
  readonly mean: number;
  /** Of the sample, divided by n - 1; NaN for n = 1. */
  readonly standardDeviation: number;
  /** 95 % half-width of the mean (Student t); Infinity for n = 1. */
  readonly halfWidth95: number;
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** All of the above; at least one value. Throws `not-finite` naming the first value that is not a finite number. */
export function summarize(values: readonly number[]): Summary {
  checkFinite(values);
  const { mean, variance } = moments(values);
  return {
    n: values.length, mean, standardDeviation: Math.sqrt(variance), halfWidth95: halfWidth95(values),
    min: quantile(values, 0), median: quantile(values, 0.5), max: quantile(values, 1),
  };
}

/** Mean and sample variance (n - 1) in one pass (Welford 1962); the variance of one value is NaN. */
export function moments(values: readonly number[]): { readonly mean: number; readonly variance: number } {
  assert(values.length > 0, 'no values');
  let mean = 0, squares = 0, n = 0;
  for (const x of values) {
    n++;
    const delta = x - mean;
    mean += delta / n;
    squares += delta * (x - mean);
  }
  return { mean, variance: n > 1 ? squares / (n - 1) : NaN };
}

/** Half the width of the 95 % t interval of the mean; Infinity for one value. */
export function halfWidth95(values: readonly number[]): number {
  const n = values.length;
  return n < 2 ? Infinity : halfWidthOf(Math.sqrt(moments(values).variance), n);
}

/** Quantile by linear interpolation of order statistics (type 7 of Hyndman and Fan 1996, the default of R), 0 <= p <= 1. */
export function quantile(values: readonly number[], p: number): number {
  assert(values.length > 0, 'no values');
  assert(p >= 0 && p <= 1, 'a quantile is asked for a share in [0, 1]');
  const sorted = Float64Array.from(values).sort();
  const h = (sorted.length - 1) * p, k = Math.floor(h), low = sorted[k];
  return h === k ? low : low + (h - k) * (sorted[k + 1] - low);
}

/** 95 % interval of a probability after k successes in n trials (Wilson 1927); the whole of [0, 1] for n = 0. */
export function wilson(k: number, n: number): { readonly share: number; readonly low: number; readonly high: number } {
  assert(Number.isInteger(k) && Number.isInteger(n) && k >= 0 && k <= n, 'wilson needs whole numbers 0 <= k <= n');
  if (n === 0) return { share: NaN, low: 0, high: 1 };
  const share = k / n, z2 = Z_95 * Z_95, scale = 1 + z2 / n;
  const center = (share + z2 / (2 * n)) / scale;
  const half = Z_95 / scale * Math.sqrt(share * (1 - share) / n + z2 / (4 * n * n));
  return { share, low: k === 0 ? 0 : center - half, high: k === n ? 1 : center + half };
}

/**
 * The fewest seeds whose 95 % half-width is expected to be at most `halfWidth`, judged by the standard deviation of a
 * pilot sample (of the differences, for paired runs): the least n >= 2 with t(n - 1) s / sqrt(n) <= halfWidth.
 */
export function seedsNeeded(halfWidth: number, standardDeviation: number): number {
  assert(halfWidth > 0, 'the wanted half-width must be positive');
  assert(standardDeviation >= 0 && Number.isFinite(standardDeviation), 'the standard deviation must be finite');
  let low = 1, high = 2;
  while (halfWidthOf(standardDeviation, high) > halfWidth) { low = high; high *= 2; }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (halfWidthOf(standardDeviation, middle) > halfWidth) low = middle; else high = middle;
  }
  return high;
}

/** Throws `not-finite` for the first value that is no finite number: an unfinished run has no makespan to average. */
export function checkFinite(values: readonly number[], name = 'values'): void {
  const k = values.findIndex((x) => !Number.isFinite(x));
  if (k < 0) return;
  throw inputError('not-finite', `${name}[${k}]`, 'statistics need finite numbers', {
    value: values[k], hint: 'leave out the seeds at which a run did not finish, for all policies',
  });
}

function halfWidthOf(standardDeviation: number, n: number): number {
  return tQuantile(0.975, n - 1) * standardDeviation / Math.sqrt(n);
}
