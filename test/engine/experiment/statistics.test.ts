// Moments, quantiles and shares against figures by hand and published ones, and by laws.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { halfWidth95, moments, quantile, seedsNeeded, summarize, wilson } from '../../../engine/experiment/statistics.ts';

const SEED = 20260106;
const property = <T>(arbitrary: fc.Arbitrary<T>, holds: (value: T) => void) => fc.assert(fc.property(arbitrary, holds), { seed: SEED, numRuns: 300 });
const values = fc.array(fc.integer({ min: -1_000_000, max: 1_000_000 }), { minLength: 2, maxLength: 40 });

describe('moments and half-width', () => {
  it('by hand: 2, 4, 4, 4, 5, 5, 7, 9 has mean 5 and squared deviations of 32', () => {
    const sample = [2, 4, 4, 4, 5, 5, 7, 9];
    expect(moments(sample)).toEqual({ mean: 5, variance: 32 / 7 });
    expect(halfWidth95(sample)).toBeCloseTo(2.364624 * Math.sqrt(32 / 7 / 8), 5);
  });

  it('keeps its digits far from zero (Welford)', () => {
    expect(moments([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16]).variance).toBe(30);
  });

  it('knows nothing of the spread of one value', () => {
    expect(summarize([3])).toEqual({ n: 1, mean: 3, standardDeviation: NaN, halfWidth95: Infinity, min: 3, median: 3, max: 3 });
  });

  it('moves with a shift and scales with a factor', () => {
    property(fc.tuple(values, fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: 1, max: 50 })), ([xs, shift, factor]) => {
      const plain = summarize(xs), moved = summarize(xs.map((x) => factor * x + shift)), size = 1 + Math.abs(moved.mean) + moved.halfWidth95;
      expect(Math.abs(moved.mean - (factor * plain.mean + shift)) / size).toBeLessThan(1e-9);
      expect(Math.abs(moved.halfWidth95 - factor * plain.halfWidth95) / size).toBeLessThan(1e-9);
    });
  });

  it('names the first value that is not finite', () => {
    expect(() => summarize([1, Infinity, NaN])).toThrow('values[1]: statistics need finite numbers (null) [not-finite]');
  });
});

describe('quantile', () => {
  it('interpolates order statistics like R type 7', () => {
    const sample = [10, 1, 4, 2, 3]; // sorted 1 2 3 4 10; p = 0.9 lies at 3.6 of 0..4: 4 + 0.6 * 6
    expect(quantile(sample, 0.9)).toBeCloseTo(7.6, 12);
    expect(quantile(sample, 0.5)).toBe(3);
    expect([quantile(sample, 0), quantile(sample, 1)]).toEqual([1, 10]);
    expect(sample).toEqual([10, 1, 4, 2, 3]);
  });

  it('rises with p and ignores the order of values', () => {
    property(fc.tuple(values, fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })), ([xs, p, q]) => {
      expect(quantile(xs, Math.min(p, q))).toBeLessThanOrEqual(quantile(xs, Math.max(p, q)));
      expect(quantile([...xs].reverse(), p)).toBe(quantile(xs, p));
    });
  });
});

describe('wilson', () => {
  it('agrees with published intervals', () => {
    const eight = wilson(8, 10);
    expect(eight.low).toBeCloseTo(0.4902, 4);
    expect(eight.high).toBeCloseTo(0.9433, 4);
    expect(wilson(0, 10)).toMatchObject({ share: 0, low: 0 });
    expect(wilson(0, 10).high).toBeCloseTo(0.2775, 4);
    expect(wilson(0, 0)).toEqual({ share: NaN, low: 0, high: 1 });
  });

  it('holds the share, stays in [0, 1], and mirrors', () => {
    property(fc.tuple(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 0, max: 500 })), ([n, drawn]) => {
      const k = drawn % (n + 1), interval = wilson(k, n), mirrored = wilson(n - k, n);
      expect(interval.low).toBeGreaterThanOrEqual(0);
      expect(interval.low).toBeLessThanOrEqual(k / n);
      expect(interval.high).toBeGreaterThanOrEqual(k / n);
      expect(interval.high).toBeCloseTo(1 - mirrored.low, 12);
    });
  });
});

describe('seedsNeeded', () => {
  it('by hand: s = 10 and a half-width of 5 take 18 seeds', () => {
    // t(16) 10 / sqrt(17) = 5.14 is too wide, t(17) 10 / sqrt(18) = 4.97 is not.
    expect(seedsNeeded(5, 10)).toBe(18);
    expect(seedsNeeded(5, 0)).toBe(2);
  });

  it('is the least number that keeps the half-width', () => {
    property(fc.tuple(fc.double({ min: 0.2, max: 20, noNaN: true }), fc.double({ min: 0.1, max: 20, noNaN: true })), ([width, s]) => {
      const n = seedsNeeded(width, s);
      // Two-valued samples of n with standard deviation s: half at +-d with d = s sqrt((n - 1) / n), for even n.
      const sample = (m: number) => Array.from({ length: m }, (_, k) => (k % 2 === 0 ? 1 : -1) * s * Math.sqrt((m - 1) / m));
      if (n % 2 === 0) expect(halfWidth95(sample(n))).toBeLessThanOrEqual(width * (1 + 1e-9));
      else if (n > 2) expect(halfWidth95(sample(n - 1))).toBeGreaterThan(width * (1 - 1e-9));
    });
  });
});
