// From the distribution a person writes to the numbers the engine keeps, in ms. Only the parameters a distribution needs
// are read; what makes no sense (a minimum above the maximum) is refused with a short phrase, and callers add the path.
import { fixed, type Distribution } from './distribution.ts';
import { exp } from './exact-math.ts';
import type { DistributionText } from './scenario.ts';
import { parseDuration } from './units.ts';

/** The distribution in ms. A plain duration is a fixed one. Throws a plain Error with a short phrase. */
export function parseDistribution(text: DistributionText): Distribution {
  if (typeof text === 'string' || typeof text === 'number') return fixed(parseDuration(text));
  if ('fixed' in text) return fixed(parseDuration(text.fixed));
  if ('uniform' in text) return uniform(parseDuration(text.uniform.min), parseDuration(text.uniform.max));
  if ('triangular' in text) return triangular(parseDuration(text.triangular.min), parseDuration(text.triangular.mode), parseDuration(text.triangular.max));
  if ('lognormal' in text) return lognormal(text.lognormal);
  if ('gamma' in text) {
    if (!(text.gamma.shape > 0)) throw new Error('the shape of a gamma distribution is above zero');
    return { kind: 'gamma', mean: parseDuration(text.gamma.mean), shape: text.gamma.shape };
  }
  if ('exponential' in text) return { kind: 'exponential', mean: parseDuration(text.exponential.mean) };
  return empirical(text.empirical.map(parseDuration));
}

/** The same distribution with mean 1: equal shapes of different scale give equal numbers. `fixed(1)` for a mean of 0. */
export function unitShape(d: Distribution): Distribution {
  if (d.mean === 0) return fixed(1);
  const { mean } = d;
  switch (d.kind) {
    case 'fixed': case 'exponential': return { kind: d.kind, mean: 1 };
    case 'uniform': return { kind: 'uniform', mean: 1, min: d.min / mean, max: d.max / mean };
    case 'triangular': return { kind: 'triangular', mean: 1, min: d.min / mean, mode: d.mode / mean, max: d.max / mean };
    // From sigma alone: median / mean would differ in the last digit from scale to scale.
    case 'lognormal': return { kind: 'lognormal', mean: 1, median: exp(-d.sigma * d.sigma / 2), sigma: d.sigma };
    case 'gamma': return { kind: 'gamma', mean: 1, shape: d.shape };
    case 'empirical': return { kind: 'empirical', mean: 1, values: d.values.map((v) => v / mean) };
  }
}

function uniform(min: number, max: number): Distribution {
  if (min > max) throw new Error('the minimum is above the maximum');
  return { kind: 'uniform', mean: (min + max) / 2, min, max };
}

function triangular(min: number, mode: number, max: number): Distribution {
  if (min > mode || mode > max) throw new Error('minimum, mode and maximum are not in ascending order');
  return { kind: 'triangular', mean: (min + mode + max) / 3, min, mode, max };
}

/** mean = median exp(sigma^2 / 2). */
function lognormal(text: { readonly median?: string | number; readonly mean?: string | number; readonly sigma: number }): Distribution {
  const { sigma } = text;
  if (!(sigma >= 0 && sigma <= 10)) throw new Error('the sigma of a lognormal distribution is between 0 and 10');
  if ((text.median === undefined) === (text.mean === undefined)) throw new Error('a lognormal distribution has either a median or a mean');
  const ratio = exp(sigma * sigma / 2);
  if (text.median !== undefined) {
    const median = parseDuration(text.median);
    return { kind: 'lognormal', mean: median * ratio, median, sigma };
  }
  const mean = parseDuration(text.mean!);
  return { kind: 'lognormal', mean, median: mean / ratio, sigma };
}

/**
 * The mean is that of the distribution drawn from: the sample's quantile function, linear between neighbouring order
 * statistics, whose integral weighs the first and the last value half.
 */
function empirical(values: number[]): Distribution {
  if (values.length === 0) throw new Error('an empirical distribution has at least one value');
  values.sort((a, b) => a - b);
  if (values.length === 1) return { kind: 'empirical', mean: values[0]!, values };
  let sum = -(values[0]! + values.at(-1)!) / 2;
  for (const v of values) sum += v;
  return { kind: 'empirical', mean: sum / (values.length - 1), values };
}
