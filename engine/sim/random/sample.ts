// Draws from the distributions of a scenario. One uniform number goes through the quantile function wherever there is one,
// so that a larger number gives a larger duration; only the gamma distribution takes a few (Marsaglia & Tsang 2000). Draws
// of one (purpose, entity, attempt) use draw numbers from 0 upwards. Nothing but + - * / sqrt and the engine's own exp, ln
// and pow: the same bits everywhere.
import type { Distribution } from '../../model/distribution.ts';
import { exp, ln, pow } from '../../model/exact-math.ts';
import { normalQuantile, normalUpperTail } from './normal.ts';
import type { Streams } from './streams.ts';

/** The nearest to 0 and 1 that a probability is taken, so that no quantile is infinite. */
const SMALLEST = 2 ** -54, LARGEST = 1 - 2 ** -53;
/** Trials of a rejection method, and the draw numbers set aside for one trial. */
const TRIALS_MAX = 64, DRAWS_A_TRIAL = 64;

/** One value in the unit of the distribution (ms for durations), not rounded. */
export function sample(d: Distribution, streams: Streams, purpose: number, entity: number, attempt: number): number {
  if (d.kind === 'fixed') return d.mean;
  if (d.kind === 'gamma') return gamma(d.shape, streams, purpose, entity, attempt, 0) * (d.mean / d.shape);
  return quantile(d, streams.uniform(purpose, entity, attempt, 0));
}

/**
 * One value given that it is at least `elapsed`: how long in all something takes that has taken `elapsed` so far. When the
 * distribution allows nothing that long, `elapsed` itself: it ends now. Never below `elapsed`.
 */
export function sampleGivenAtLeast(d: Distribution, elapsed: number, streams: Streams, purpose: number, entity: number, attempt: number): number {
  if (d.kind === 'fixed') return Math.max(d.mean, elapsed);
  if (d.kind === 'gamma') return Math.max(elapsed, gammaGivenAtLeast(d.mean, d.shape, elapsed, streams, purpose, entity, attempt));
  return Math.max(elapsed, quantileAbove(d, elapsed, streams.uniform(purpose, entity, attempt, 0)));
}

type Invertible = Exclude<Distribution, { readonly kind: 'fixed' | 'gamma' }>;

/** The value below which a share u of the distribution lies, 0 <= u < 1. */
function quantile(d: Invertible, u: number): number {
  switch (d.kind) {
    case 'uniform': return d.min + u * (d.max - d.min);
    case 'triangular': {
      const width = d.max - d.min, rise = d.mode - d.min;
      return u * width < rise ? d.min + Math.sqrt(u * width * rise) : d.max - Math.sqrt((1 - u) * width * (d.max - d.mode));
    }
    case 'exponential': return -d.mean * ln(1 - u);
    case 'lognormal': return d.median * exp(d.sigma * normalQuantile(Math.max(u, SMALLEST)));
    case 'empirical': return empiricalQuantile(d.values, u);
  }
}

/** The same of what is left of the distribution from `elapsed` on; works with the upper tail, which stays exact far out. */
function quantileAbove(d: Invertible, elapsed: number, u: number): number {
  switch (d.kind) {
    case 'uniform': {
      const from = Math.max(d.min, elapsed);
      return from + u * (d.max - from);
    }
    case 'triangular': {
      if (elapsed <= d.min) return quantile(d, u);
      if (elapsed >= d.max) return elapsed;
      const width = d.max - d.min, rise = d.mode - d.min, fall = d.max - d.mode;
      const past = elapsed - d.min, rest = d.max - elapsed;
      const tail = elapsed < d.mode ? 1 - past * past / (width * rise) : rest * rest / (width * fall);
      const left = (1 - u) * tail;
      return left * width > fall ? d.min + Math.sqrt((1 - left) * width * rise) : d.max - Math.sqrt(left * width * fall);
    }
    case 'exponential': return Math.max(0, elapsed) - d.mean * ln(1 - u);
    case 'lognormal': return lognormalAbove(d.median, d.sigma, elapsed, u);
    case 'empirical': {
      const below = empiricalShareBelow(d.values, elapsed);
      return empiricalQuantile(d.values, below + u * (1 - below));
    }
  }
}

/** Past z = 37 the tail is too small for a number; there Z - z given Z > z is exponential of rate z, but for 1 / z^2. */
function lognormalAbove(median: number, sigma: number, elapsed: number, u: number): number {
  if (elapsed <= 0) return median * exp(sigma * normalQuantile(Math.max(u, SMALLEST)));
  if (sigma === 0) return median;
  const from = ln(elapsed / median) / sigma;
  if (from > 37) return elapsed * exp(-sigma * ln(1 - u) / from);
  return median * exp(-sigma * normalQuantile(Math.min((1 - u) * normalUpperTail(from), LARGEST)));
}

/** Linear between neighbouring order statistics: the k-th of n values (from 0) is the quantile k / (n - 1). */
function empiricalQuantile(values: readonly number[], share: number): number {
  const place = share * (values.length - 1), below = Math.min(Math.floor(place), values.length - 1), v = values[below]!;
  return below + 1 < values.length ? v + (place - below) * (values[below + 1]! - v) : v;
}

/** The largest share whose quantile is not above x: inverse of `empiricalQuantile`. */
function empiricalShareBelow(values: readonly number[], x: number): number {
  let low = 0, high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! <= x) low = middle + 1; else high = middle;
  }
  if (low === 0) return 0;
  if (low === values.length) return 1;
  const v = values[low - 1]!;
  return (low - 1 + (x - v) / (values[low]! - v)) / (values.length - 1);
}

/**
 * Gamma variate of scale 1: G. Marsaglia & W. W. Tsang, "A simple method for generating gamma variables", ACM TOMS 26
 * (2000); below shape 1 by their boost, gamma(k) = gamma(k + 1) U^(1/k). Uses draw numbers from `first` on.
 */
function gamma(shape: number, streams: Streams, purpose: number, entity: number, attempt: number, first: number): number {
  if (shape < 1) {
    const boost = pow(1 - streams.uniform(purpose, entity, attempt, first), 1 / shape);
    return boost * gamma(shape + 1, streams, purpose, entity, attempt, first + 1);
  }
  const d = shape - 1 / 3, c = 1 / Math.sqrt(9 * d);
  for (let draw = first; ; draw += 2) {
    const x = normalQuantile(Math.max(streams.uniform(purpose, entity, attempt, draw), SMALLEST)), root = 1 + c * x;
    if (root <= 0) continue;
    const v = root * root * root, u = 1 - streams.uniform(purpose, entity, attempt, draw + 1);
    if (u < 1 - 0.0331 * x * x * x * x || ln(u) < 0.5 * x * x + d * (1 - v + ln(v))) return d * v;
  }
}

/**
 * Gamma has no simple inverse. Up to one standard deviation past the mean, plain draws are rejected until one is long
 * enough. Further out (or when none was), elapsed + an exponential of the rate of the density's logarithm at `elapsed` is
 * accepted with the ratio of the densities, which is exact (L. Devroye, "Non-Uniform Random Variate Generation", 1986,
 * II.3). When 64 trials of that fail too, the exponential tail elapsed + Exp(scale) to which all gammas tend is taken.
 */
function gammaGivenAtLeast(mean: number, shape: number, elapsed: number, streams: Streams, purpose: number, entity: number, attempt: number): number {
  const scale = mean / shape, e = elapsed / scale;
  let draw = 0;
  if (e <= shape + Math.sqrt(shape)) {
    for (let trial = 0; trial < TRIALS_MAX; trial++, draw += DRAWS_A_TRIAL) {
      const x = gamma(shape, streams, purpose, entity, attempt, draw);
      if (x >= e) return x * scale;
    }
  }
  const rate = shape > 1 ? 1 - (shape - 1) / e : 1;
  for (let trial = 0; trial < TRIALS_MAX && rate > 0; trial++, draw += 2) {
    const excess = -ln(1 - streams.uniform(purpose, entity, attempt, draw)) / rate, grown = (e + excess) / e;
    const logRatio = shape > 1 ? (shape - 1) * (ln(grown) - excess / e) : (shape - 1) * ln(grown);
    if (ln(1 - streams.uniform(purpose, entity, attempt, draw + 1)) <= logRatio) return (e + excess) * scale;
  }
  return elapsed - scale * ln(1 - streams.uniform(purpose, entity, attempt, draw));
}
