// Distributions as numbers: what compile makes of a DistributionText. Sampling lives with the random streams of the
// simulated world; this file knows only the mean, because a scheduler is told means.

export type Distribution =
  | { readonly kind: 'fixed'; readonly mean: number }
  | { readonly kind: 'uniform'; readonly mean: number; readonly min: number; readonly max: number }
  | { readonly kind: 'triangular'; readonly mean: number; readonly min: number; readonly mode: number; readonly max: number }
  /** exp(mu + sigma Z) with mu chosen so that the mean is `mean`: mu = ln(mean) - sigma^2 / 2. `median` is exp(mu). */
  | { readonly kind: 'lognormal'; readonly mean: number; readonly median: number; readonly sigma: number }
  /** Scale = mean / shape. */
  | { readonly kind: 'gamma'; readonly mean: number; readonly shape: number }
  | { readonly kind: 'exponential'; readonly mean: number }
  /** Sorted ascending. */
  | { readonly kind: 'empirical'; readonly mean: number; readonly values: readonly number[] };

export const fixed = (mean: number): Distribution => ({ kind: 'fixed', mean });

/** The same distribution with every value multiplied by `factor` > 0. */
export function scaled(d: Distribution, factor: number): Distribution {
  switch (d.kind) {
    case 'fixed': case 'exponential': return { kind: d.kind, mean: d.mean * factor };
    case 'uniform': return { kind: 'uniform', mean: d.mean * factor, min: d.min * factor, max: d.max * factor };
    case 'triangular': return { kind: 'triangular', mean: d.mean * factor, min: d.min * factor, mode: d.mode * factor, max: d.max * factor };
    case 'lognormal': return { kind: 'lognormal', mean: d.mean * factor, median: d.median * factor, sigma: d.sigma };
    case 'gamma': return { kind: 'gamma', mean: d.mean * factor, shape: d.shape };
    case 'empirical': return { kind: 'empirical', mean: d.mean * factor, values: d.values.map((v) => v * factor) };
  }
}
