// Tests of fit for draws: Kolmogorov's distance, Pearson's chi-square, and the distribution functions they compare with.
// Thresholds are chosen by callers at about one in a thousand or rarer; seeds are fixed, so a verdict never changes by itself.
import type { Distribution } from '../../engine/model/distribution.ts';

/** sqrt(n) sup |F_n - F| (Kolmogorov). 1.95 is exceeded with probability 0.001. */
export function kolmogorov(values: readonly number[], cdf: (x: number) => number): number {
  const sorted = [...values].sort((x, y) => x - y), n = sorted.length;
  let distance = 0;
  sorted.forEach((x, k) => { const f = cdf(x); distance = Math.max(distance, f - k / n, (k + 1) / n - f); });
  return Math.sqrt(n) * distance;
}

/** (chi-square - degrees of freedom) / its standard deviation, for counts that should be equal. */
export function chiSquareScore(counts: ArrayLike<number>): number {
  const cells = Array.from(counts), total = cells.reduce((x, y) => x + y, 0), expected = total / cells.length;
  const chiSquare = cells.reduce((sum, c) => sum + (c - expected) ** 2 / expected, 0);
  return (chiSquare - (cells.length - 1)) / Math.sqrt(2 * (cells.length - 1));
}

/** Pearson's correlation times sqrt(n): nearly standard normal when there is none. */
export function correlationScore(xs: ArrayLike<number>, ys: ArrayLike<number>): number {
  const n = xs.length, mean = (v: ArrayLike<number>) => Array.from(v).reduce((x, y) => x + y, 0) / n, mx = mean(xs), my = mean(ys);
  let xy = 0, xx = 0, yy = 0;
  for (let i = 0; i < n; i++) { const x = xs[i]! - mx, y = ys[i]! - my; xy += x * y; xx += x * x; yy += y * y; }
  return xy / Math.sqrt(xx * yy) * Math.sqrt(n);
}

/** P(X <= x), written independently of the sampler: textbook formulas, erfc and the incomplete gamma function by series. */
export function cdf(d: Distribution, x: number): number {
  switch (d.kind) {
    case 'fixed': return x < d.mean ? 0 : 1;
    case 'uniform': return clamp((x - d.min) / (d.max - d.min));
    case 'triangular':
      if (x <= d.min) return 0;
      if (x >= d.max) return 1;
      return x < d.mode ? (x - d.min) ** 2 / ((d.max - d.min) * (d.mode - d.min)) : 1 - (d.max - x) ** 2 / ((d.max - d.min) * (d.max - d.mode));
    case 'exponential': return x <= 0 ? 0 : 1 - Math.exp(-x / d.mean);
    case 'lognormal': return x <= 0 ? 0 : normalCdf(Math.log(x / d.median) / d.sigma);
    case 'gamma': return x <= 0 ? 0 : lowerGamma(d.shape, x * d.shape / d.mean);
    case 'empirical': {
      const { values } = d, n = values.length;
      let below = -1;
      while (below + 1 < n && values[below + 1]! <= x) below++;
      if (below < 0) return 0;
      if (below === n - 1) return 1;
      return (below + (x - values[below]!) / (values[below + 1]! - values[below]!)) / (n - 1);
    }
  }
}

const clamp = (x: number): number => Math.min(1, Math.max(0, x));

/** By the series of Abramowitz & Stegun 26.2.11, absolute error below 1e-13 for |z| <= 6. */
export function normalCdf(z: number): number {
  if (Math.abs(z) > 6) return z > 0 ? 1 : 0;
  let term = z, sum = z;
  for (let k = 3; Math.abs(term) > 1e-18 && k < 400; k += 2) { term *= z * z / k; sum += term; }
  return 0.5 + sum * Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
}

/** Regularized lower incomplete gamma function by its power series (A&S 6.5.29). */
export function lowerGamma(shape: number, x: number): number {
  let term = 1 / shape, sum = term;
  for (let k = 1; k < 10_000 && term > sum * 1e-16; k++) { term *= x / (shape + k); sum += term; }
  return clamp(sum * Math.exp(shape * Math.log(x) - x - logGamma(shape)));
}

/** Stirling's series after shifting the argument above 10. */
function logGamma(x: number): number {
  let shift = 0;
  while (x < 10) { shift += Math.log(x); x += 1; }
  return (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5) - shift;
}

export function meanAndError(values: readonly number[]): { mean: number; standardError: number } {
  const n = values.length, mean = values.reduce((x, y) => x + y, 0) / n;
  return { mean, standardError: Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (n - 1) / n) };
}
