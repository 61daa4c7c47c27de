// Student's t distribution for confidence intervals and paired tests, by the regularised incomplete beta function.
// Good to about 12 digits, and the same in every JS engine, so that a verdict never depends on the browser it is read in.
// Sources: DLMF 5.11.1 (log gamma), 8.17.22 (continued fraction), 8.17.4 (symmetry).
import { assert } from '../model/errors.ts';
import { exp, ln } from '../model/exact-math.ts';

/** B(2k) / (2k (2k - 1)) of Stirling's series, k = 1 .. 7. */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156] as const;
/** From here on seven terms of the series are exact to double precision. */
const STIRLING_FROM = 12;
const HALF_LOG_TWO_PI = 0.9189385332046727;

/** Natural logarithm of the gamma function, x > 0. */
export function logGamma(x: number): number {
  assert(x > 0, 'logGamma needs x > 0');
  let product = 1, z = x;
  for (; z < STIRLING_FROM; z++) product *= z;
  let series = 0;
  for (let k = STIRLING.length - 1; k >= 0; k--) series = series / (z * z) + STIRLING[k];
  return (z - 0.5) * ln(z) - z + HALF_LOG_TWO_PI + series / z - ln(product);
}

/** Regularised incomplete beta function I_x(a, b); `y` is 1 - x, given apart so that no digits are lost near 1. */
export function incompleteBeta(x: number, y: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (y <= 0) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(y, x, b, a);
  const logFront = a * ln(x) + b * ln(y) + logGamma(a + b) - logGamma(a) - logGamma(b);
  return exp(logFront) / a / betaFraction(x, a, b);
}

/** P(|T| >= t) for t >= 0 and `freedom` degrees of freedom: the two-sided p-value of a t statistic. */
export function tTwoSidedTail(t: number, freedom: number): number {
  if (t === Infinity) return 0;
  const square = t * t;
  return incompleteBeta(freedom / (freedom + square), square / (freedom + square), freedom / 2, 0.5);
}

/** The t with P(T <= t) = p, for 0 < p < 1 and `freedom` >= 1 degrees of freedom. `tQuantile(0.975, 9)` is 2.2622. */
export function tQuantile(p: number, freedom: number): number {
  assert(p > 0 && p < 1, 'tQuantile needs 0 < p < 1');
  assert(freedom >= 1, 'tQuantile needs at least one degree of freedom');
  if (p === 0.5) return 0;
  if (p < 0.5) return -tQuantile(1 - p, freedom);
  const tail = 2 * (1 - p);
  let low = 0, high = 1;
  while (tTwoSidedTail(high, freedom) > tail) { low = high; high *= 2; }
  const logScale = logGamma((freedom + 1) / 2) - logGamma(freedom / 2) - 0.5 * ln(freedom * Math.PI);
  let t = (low + high) / 2;
  for (let round = 0; round < 100; round++) {
    const excess = tTwoSidedTail(t, freedom) - tail;
    if (excess > 0) low = t; else high = t;
    const density = exp(logScale - (freedom + 1) / 2 * ln(1 + t * t / freedom));
    const newton = t + excess / (2 * density);
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - t) <= 1e-14 * t) return next;
    t = next;
  }
  return t;
}

/** 1 + d1/(1 + d2/(1 + ...)) of DLMF 8.17.22 by the modified Lentz method; converges fast for x <= (a + 1) / (a + b + 2). */
function betaFraction(x: number, a: number, b: number): number {
  let c = 1, d = 0, fraction = 1;
  const step = (term: number) => {
    d = 1 / awayFromZero(1 + term * d);
    c = awayFromZero(1 + term / c);
    fraction *= c * d;
    return Math.abs(c * d - 1);
  };
  for (let m = 0; m < 10_000; m++) {
    step(-(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)));
    if (step((m + 1) * (b - m - 1) * x / ((a + 2 * m + 1) * (a + 2 * m + 2))) < 1e-15) break;
  }
  return fraction;
}

const awayFromZero = (value: number) => (Math.abs(value) < 1e-300 ? 1e-300 : value);
