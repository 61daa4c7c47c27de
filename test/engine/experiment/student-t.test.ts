// Student's t and what it is made of, against closed forms and the printed table.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { incompleteBeta, logGamma, tQuantile, tTwoSidedTail } from '../../../engine/experiment/student-t.ts';

const SEED = 20260105;
const property = <T>(arbitrary: fc.Arbitrary<T>, holds: (value: T) => void) => fc.assert(fc.property(arbitrary, holds), { seed: SEED, numRuns: 300 });

describe('logGamma', () => {
  it('gives factorials and the gamma of halves', () => {
    expect(logGamma(1)).toBeCloseTo(0, 14);
    expect(logGamma(11)).toBeCloseTo(Math.log(3_628_800), 12);
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 14);
  });

  it('obeys ln G(x + 1) = ln G(x) + ln x', () => {
    property(fc.double({ min: 0.01, max: 200, noNaN: true }), (x) => {
      expect(logGamma(x + 1) - logGamma(x)).toBeCloseTo(Math.log(x), 10);
    });
  });
});

describe('incompleteBeta', () => {
  it('is the binomial tail for whole numbers: I_x(k, n - k + 1) = P(Bin(n, x) >= k)', () => {
    // n = 4, x = 0.3, k = 2: 1 - 0.7^4 - 4 * 0.3 * 0.7^3 = 0.3483
    expect(incompleteBeta(0.3, 0.7, 2, 3)).toBeCloseTo(0.3483, 12);
  });

  it('is symmetric: I_x(a, b) + I_(1-x)(b, a) = 1', () => {
    property(fc.tuple(fc.double({ min: 0.001, max: 0.999, noNaN: true }), fc.double({ min: 0.5, max: 60, noNaN: true }), fc.double({ min: 0.5, max: 60, noNaN: true })), ([x, a, b]) => {
      expect(incompleteBeta(x, 1 - x, a, b) + incompleteBeta(1 - x, x, b, a)).toBeCloseTo(1, 12);
    });
  });
});

describe('tQuantile', () => {
  // Published table of Student's t (three decimals): freedom, then p = 0.90, 0.95, 0.975, 0.99, 0.995, 0.9995.
  const TABLE: readonly (readonly number[])[] = [
    [1, 3.078, 6.314, 12.706, 31.821, 63.657, 636.619],
    [2, 1.886, 2.920, 4.303, 6.965, 9.925, 31.599],
    [3, 1.638, 2.353, 3.182, 4.541, 5.841, 12.924],
    [5, 1.476, 2.015, 2.571, 3.365, 4.032, 6.869],
    [9, 1.383, 1.833, 2.262, 2.821, 3.250, 4.781],
    [10, 1.372, 1.812, 2.228, 2.764, 3.169, 4.587],
    [30, 1.310, 1.697, 2.042, 2.457, 2.750, 3.646],
    [60, 1.296, 1.671, 2.000, 2.390, 2.660, 3.460],
    [120, 1.289, 1.658, 1.980, 2.358, 2.617, 3.373],
  ];
  it.each(TABLE)('agrees with the table for %i degrees of freedom', (freedom, ...expected) => {
    const found = [0.9, 0.95, 0.975, 0.99, 0.995, 0.9995].map((p) => tQuantile(p, freedom));
    found.forEach((t, k) => expect(Math.abs(t - expected[k])).toBeLessThanOrEqual(0.00051));
  });

  it('agrees with the closed forms for one and two degrees of freedom', () => {
    property(fc.double({ min: 0.0001, max: 0.9999, noNaN: true }), (p) => {
      const one = Math.tan(Math.PI * (p - 0.5)), two = (2 * p - 1) * Math.sqrt(2 / (4 * p * (1 - p)));
      expect(Math.abs(tQuantile(p, 1) - one)).toBeLessThanOrEqual(1e-10 * (1 + Math.abs(one)));
      expect(Math.abs(tQuantile(p, 2) - two)).toBeLessThanOrEqual(1e-10 * (1 + Math.abs(two)));
    });
  });

  it('tends to the normal distribution', () => {
    expect(tQuantile(0.975, 1e7)).toBeCloseTo(1.959964, 5);
  });

  it('is the inverse of the two-sided tail, and odd about one half', () => {
    property(fc.tuple(fc.double({ min: 0.501, max: 0.9999, noNaN: true }), fc.integer({ min: 1, max: 500 })), ([p, freedom]) => {
      const t = tQuantile(p, freedom);
      expect(tTwoSidedTail(t, freedom)).toBeCloseTo(2 * (1 - p), 11);
      expect(tQuantile(1 - p, freedom)).toBeCloseTo(-t, 6);
    });
  });

  it('refuses what has no quantile', () => {
    expect(() => tQuantile(1, 5)).toThrow('0 < p < 1');
    expect(() => tQuantile(0.9, 0)).toThrow('degree of freedom');
  });
});
