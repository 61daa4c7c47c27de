// Texts of distributions: what is read, what is refused, and that a shape has mean one.
import { describe, expect, test } from 'vitest';
import { parseDistribution, unitShape } from '../../../engine/model/distribution-text.ts';
import { scaled } from '../../../engine/model/distribution.ts';
import type { DistributionText } from '../../../engine/model/scenario.ts';

describe('parseDistribution', () => {
  test.each<[DistributionText, object]>([
    ['90s', { kind: 'fixed', mean: 90_000 }],
    [1.5, { kind: 'fixed', mean: 1500 }],
    [{ fixed: '2m' }, { kind: 'fixed', mean: 120_000 }],
    [{ uniform: { min: '1m', max: '3m' } }, { kind: 'uniform', mean: 120_000, min: 60_000, max: 180_000 }],
    [{ triangular: { min: 1, mode: 2, max: 6 } }, { kind: 'triangular', mean: 3000, min: 1000, mode: 2000, max: 6000 }],
    [{ gamma: { mean: '10s', shape: 2 } }, { kind: 'gamma', mean: 10_000, shape: 2 }],
    [{ exponential: { mean: '10s' } }, { kind: 'exponential', mean: 10_000 }],
    // Linear between 1 and 2 on one half of the probability, between 2 and 6 on the other: (1.5 + 4) / 2.
    [{ empirical: [6, 1, 2] }, { kind: 'empirical', mean: 2750, values: [1000, 2000, 6000] }],
    [{ empirical: ['4s'] }, { kind: 'empirical', mean: 4000, values: [4000] }],
  ])('%j', (text, wanted) => {
    expect(parseDistribution(text)).toEqual(wanted);
  });

  test('a lognormal by its median and by its mean are one', () => {
    const byMedian = parseDistribution({ lognormal: { median: '1m', sigma: 0.8 } });
    // exp(0.32) = 1.377127764335957
    expect(byMedian).toEqual({ kind: 'lognormal', mean: expect.closeTo(60_000 * 1.377127764335957, 9), median: 60_000, sigma: 0.8 });
    const byMean = parseDistribution({ lognormal: { mean: '1m', sigma: 0.8 } });
    expect(byMean).toMatchObject({ mean: 60_000 });
    expect((byMean as { median: number }).median).toBeCloseTo(60_000 / 1.377127764335957, 9);
  });

  test.each<[DistributionText, string]>([
    [{ uniform: { min: 2, max: 1 } }, 'minimum is above the maximum'],
    [{ triangular: { min: 1, mode: 4, max: 3 } }, 'ascending'],
    [{ lognormal: { sigma: 1 } }, 'either a median or a mean'],
    [{ lognormal: { median: 1, mean: 1, sigma: 1 } }, 'either a median or a mean'],
    [{ lognormal: { median: 1, sigma: -1 } }, 'sigma'],
    [{ gamma: { mean: 1, shape: 0 } }, 'shape'],
    [{ empirical: [] }, 'at least one'],
    ['soon', 'a duration is written like'],
    [-1, 'zero or more'],
  ])('refuses %j', (text, phrase) => {
    expect(() => parseDistribution(text)).toThrow(phrase);
  });
});

describe('unitShape', () => {
  test.each<DistributionText>([
    '5m', { uniform: { min: '1m', max: '3m' } }, { triangular: { min: 1, mode: 2, max: 6 } }, { lognormal: { median: 7, sigma: 0.8 } },
    { gamma: { mean: 7, shape: 2 } }, { exponential: { mean: 7 } }, { empirical: [1, 2, 6] },
  ])('of %j has mean 1, and scales back', (text) => {
    const d = parseDistribution(text), shape = unitShape(d), back = scaled(shape, d.mean);
    expect(shape.mean).toBe(1);
    for (const [key, value] of Object.entries(d)) {
      const found = (back as unknown as Record<string, unknown>)[key];
      if (typeof value === 'number') expect(found, key).toBeCloseTo(value, 8);
    }
  });
  test('is the same to the bit for every scale', () => {
    const shapes = [1, 3, 7, 60, 3600].map((median) => JSON.stringify(unitShape(parseDistribution({ lognormal: { median, sigma: 0.31 } }))));
    expect(new Set(shapes).size).toBe(1);
  });
  test('of nothing is fixed', () => {
    expect(unitShape(parseDistribution({ uniform: { min: 0, max: 0 } }))).toEqual({ kind: 'fixed', mean: 1 });
  });
});
