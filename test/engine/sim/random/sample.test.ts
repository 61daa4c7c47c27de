// Draws from every distribution, whole and given the time already spent: means, fit, and pinned values.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixed, scaled, type Distribution } from '../../../../engine/model/distribution.ts';
import { sample, sampleGivenAtLeast } from '../../../../engine/sim/random/sample.ts';
import { DURATION, RESAMPLE, Streams } from '../../../../engine/sim/random/streams.ts';
import { cdf, kolmogorov, meanAndError } from '../../../support/goodness-of-fit.ts';

const SEED = 20260117, N = 20_000;
const streams = new Streams(SEED);
const many = (d: Distribution, n = N): number[] => Array.from({ length: n }, (_, entity) => sample(d, streams, DURATION, entity, 0));
const manyGiven = (d: Distribution, elapsed: number, n = N): number[] => Array.from({ length: n }, (_, entity) => sampleGivenAtLeast(d, elapsed, streams, RESAMPLE, entity, 0));

const lognormal = (mean: number, sigma: number): Distribution => ({ kind: 'lognormal', mean, median: mean * Math.exp(-sigma * sigma / 2), sigma });
const gamma = (mean: number, shape: number): Distribution => ({ kind: 'gamma', mean, shape });

const continuous: Readonly<Record<string, Distribution>> = {
  'uniform': { kind: 'uniform', mean: 15, min: 10, max: 20 },
  'triangular': { kind: 'triangular', mean: 20, min: 10, mode: 15, max: 35 },
  'triangular with its mode at the start': { kind: 'triangular', mean: 20, min: 10, mode: 10, max: 40 },
  'triangular with its mode at the end': { kind: 'triangular', mean: 20, min: 0, mode: 30, max: 30 },
  'exponential': { kind: 'exponential', mean: 10 },
  'lognormal, sigma 0.3': lognormal(20, 0.3),
  'lognormal, sigma 1.5': lognormal(20, 1.5),
  'gamma, shape 0.3': gamma(20, 0.3),
  'gamma, shape 1': gamma(20, 1),
  'gamma, shape 2.5': gamma(20, 2.5),
  'gamma, shape 100': gamma(20, 100),
  'empirical': { kind: 'empirical', mean: 5.875, values: [1, 4, 4, 5, 20] },
};

describe.each(Object.entries(continuous))('%s', (_name, d) => {
  const values = many(d);

  it('has the mean that the scheduler is told', () => {
    const { mean, standardError } = meanAndError(values);
    expect(Math.abs(mean - d.mean)).toBeLessThan(4 * standardError);
  });

  it('has its distribution function, so all its quantiles', () => {
    const x = d.kind === 'empirical' ? values.filter((v) => v !== 4) : values; // an atom has no place in Kolmogorov's test
    const share = d.kind === 'empirical' ? (v: number) => (v < 4 ? cdf(d, v) : cdf(d, v) - 0.25) / 0.75 : (v: number) => cdf(d, v);
    expect(kolmogorov(x, share)).toBeLessThan(1.95);
  });

  it.each([0.2, 0.9, 1, 1.3, 1.6])('given at least %d of its mean, it has the distribution cut off there', (factor) => {
    const elapsed = d.mean * factor, before = cdf(d, elapsed), given = manyGiven(d, elapsed, 5_000);
    for (const v of given) expect(v).toBeGreaterThanOrEqual(elapsed);
    if (before >= 1) { expect(new Set(given)).toEqual(new Set([elapsed])); return; }
    if (d.kind === 'empirical' && elapsed < 4) return; // the atom again; its mean is compared below
    expect(kolmogorov(given, (v) => (cdf(d, v) - before) / (1 - before))).toBeLessThan(1.95);
  });

  it('given at least its mean, it lasts on average as long as the draws that did', () => {
    const survivors = meanAndError(many(d, 60_000).filter((v) => v >= d.mean)), given = meanAndError(manyGiven(d, d.mean));
    expect(Math.abs(given.mean - survivors.mean)).toBeLessThan(4 * Math.hypot(given.standardError, survivors.standardError));
  });
});

describe('sample', () => {
  it('gives the pinned values (they are part of what a seed means)', () => {
    const one = new Streams(1), of = (d: Distribution) => [sample(d, one, DURATION, 42, 1), sampleGivenAtLeast(d, 12, one, RESAMPLE, 42, 1)];
    expect(of(fixed(10))).toEqual([10, 12]);
    expect(of(continuous['uniform']!)).toEqual([13.17009142470527, 17.554109479682985]);
    expect(of({ kind: 'triangular', mean: 20, min: 10, mode: 15, max: 35 })).toEqual([16.52040507032861, 22.835445898875722]);
    expect(of({ kind: 'exponential', mean: 10 })).toEqual([3.8127380525573478, 23.85032264076809]);
    expect(of({ kind: 'lognormal', mean: 11.331484530668263, median: 10, sigma: 0.5 })).toEqual([7.881716614940542, 18.496075141841008]);
    expect(of(gamma(10, 2.5))).toEqual([6.154932079997116, 12.014768142404204]);
    expect(of(gamma(10, 0.4))).toEqual([8.234848200811909, 12.048436522470011]);
    expect(of({ kind: 'empirical', mean: 4, values: [1, 2, 4, 5, 8] })).toEqual([2.5360731397642153, 12]);
  });

  it('is the quantile function of one uniform number, so it grows with it', () => {
    for (const d of Object.values(continuous)) {
      if (d.kind === 'gamma' || d.kind === 'empirical') continue;
      for (let entity = 0; entity < 500; entity++) {
        expect(Math.abs(cdf(d, sample(d, streams, DURATION, entity, 3)) - streams.uniform(DURATION, entity, 3, 0))).toBeLessThan(1e-12);
      }
    }
  });

  it('interpolates an empirical distribution between its order statistics', () => {
    const d: Distribution = { kind: 'empirical', mean: 25, values: [10, 20, 40] };
    for (let entity = 0; entity < 200; entity++) {
      const u = streams.uniform(DURATION, entity, 0, 0);
      expect(sample(d, streams, DURATION, entity, 0)).toBeCloseTo(u < 0.5 ? 10 + 20 * u : 20 + 40 * (u - 0.5), 12);
    }
  });

  it('keeps to the one value of a distribution that has only one', () => {
    const single: Distribution[] = [
      fixed(7), { kind: 'uniform', mean: 7, min: 7, max: 7 }, { kind: 'triangular', mean: 7, min: 7, mode: 7, max: 7 },
      { kind: 'empirical', mean: 7, values: [7] }, { kind: 'empirical', mean: 7, values: [7, 7, 7] }, { kind: 'lognormal', mean: 7, median: 7, sigma: 0 },
    ];
    for (const d of single) for (let entity = 0; entity < 20; entity++) {
      expect(sample(d, streams, DURATION, entity, 0)).toBe(7);
      expect(sampleGivenAtLeast(d, 3, streams, DURATION, entity, 0)).toBe(7);
      expect(sampleGivenAtLeast(d, 7, streams, DURATION, entity, 0)).toBe(7);
      expect(sampleGivenAtLeast(d, 9, streams, DURATION, entity, 0)).toBe(9);
    }
  });

  it('scales with its distribution', () => {
    for (const d of Object.values(continuous)) for (let entity = 0; entity < 100; entity++) {
      expect(sample(scaled(d, 60_000), streams, DURATION, entity, 0) / (60_000 * sample(d, streams, DURATION, entity, 0))).toBeCloseTo(1, 12);
    }
  });

  it('a draw for one entity moves no other', () => {
    const first = many(gamma(20, 2.5), 50);
    for (let entity = 1_000; entity < 1_100; entity++) sample(gamma(5, 0.3), streams, DURATION, entity, 0);
    expect(many(gamma(20, 2.5), 50)).toEqual(first);
  });
});

describe('sampleGivenAtLeast', () => {
  const anyDistribution: fc.Arbitrary<Distribution> = fc.oneof(
    fc.constantFrom(...Object.values(continuous)),
    fc.record({ mean: fc.double({ min: 1e-3, max: 1e9, noNaN: true }), sigma: fc.double({ min: 0, max: 3, noNaN: true }) }).map(({ mean, sigma }) => lognormal(mean, sigma)),
    fc.record({ mean: fc.double({ min: 1e-3, max: 1e9, noNaN: true }), shape: fc.double({ min: 0.05, max: 500, noNaN: true }) }).map(({ mean, shape }) => gamma(mean, shape)),
    fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 30 }).map((v): Distribution => ({ kind: 'empirical', mean: 0, values: v.sort((x, y) => x - y) })),
  );

  it('is never below what has elapsed, and always a number', () => {
    fc.assert(fc.property(anyDistribution, fc.double({ min: 0, max: 1e3, noNaN: true }), fc.nat(0xffffffff), (d, multiple, entity) => {
      const elapsed = d.mean * multiple, v = sampleGivenAtLeast(d, elapsed, streams, RESAMPLE, entity, 0);
      expect(v).toBeGreaterThanOrEqual(elapsed);
      expect(v).toBeLessThan(Infinity);
    }), { seed: SEED, numRuns: 2_000 });
  });

  it('with nothing elapsed is a plain draw', () => {
    for (const d of Object.values(continuous)) for (let entity = 0; entity < 200; entity++) {
      expect(sampleGivenAtLeast(d, 0, streams, DURATION, entity, 0)).toBeCloseTo(sample(d, streams, DURATION, entity, 0), 9);
    }
  });

  it.each([
    // Far out there are no survivors to compare with; the expected excess comes from integrating the tail (see each line).
    ['exponential: no memory', { kind: 'exponential', mean: 10 }, 500, 10],
    // Gamma(2), scale 10, from 300 on: tail (1 + x) exp(-x) in units of the scale, so the mean excess is (2 + 30) / (1 + 30) scales.
    ['gamma of shape 2', gamma(20, 2), 300, 10 * 32 / 31],
    // Gamma(1/2), scale 40, from 400 on: mean excess G(3/2, 10) / G(1/2, 10) - 10 = 0.9593 scales, G the upper incomplete gamma function.
    ['gamma of shape 1/2', gamma(20, 0.5), 400, 40 * 0.959_303],
  ] as const)('far out: %s', (_name, d, elapsed, excess) => {
    const { mean, standardError } = meanAndError(manyGiven(d as Distribution, elapsed).map((v) => v - elapsed));
    expect(Math.abs(mean - excess)).toBeLessThan(4 * standardError);
  });

  it('goes on beyond the last number of the lognormal tail', () => {
    // Standard deviations from 36 to 40: the tail probability runs out of numbers at 38.5, the mean excess in z stays about 1 / z.
    for (const z of [36, 36.99, 37.01, 40, 100]) {
      const elapsed = Math.exp(0.1 * z), given = manyGiven({ kind: 'lognormal', mean: Math.exp(0.005), median: 1, sigma: 0.1 }, elapsed, 4_000);
      const { mean, standardError } = meanAndError(given.map((v) => Math.log(v) / 0.1 - z));
      expect(Math.abs(mean - 1 / z * (1 - 1 / (z * z)))).toBeLessThan(4 * standardError);
    }
  });
});
