// The medians and quantiles of the bench, against numbers worked out by hand.
import { describe, expect, it } from 'vitest';
import { logLogSlope, median, quantile } from '../../bench/statistics.ts';

describe('order statistics', () => {
  it('are by value, not by the text of the numbers', () => {
    expect(median([10, 9, 100])).toBe(10);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(quantile([0, 10], 0.99)).toBeCloseTo(9.9);
    expect(quantile([5], 0.99)).toBe(5);
  });

  it('of nothing is no number', () => expect(median([])).toBeNaN());
});

describe('the slope of growth', () => {
  it('is the exponent of a power law, whatever its factor', () => {
    for (const exponent of [0, 1, 1.5, 2]) expect(logLogSlope([10, 100, 1000].map((n) => [n, 7 * n ** exponent]))).toBeCloseTo(exponent, 12);
  });

  it('of one size is no number', () => expect(logLogSlope([[10, 1], [10, 2]])).toBeNaN());
});
