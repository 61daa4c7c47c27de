// Paired comparisons against published figures (the sleep data of Student 1908), by hand, and by laws.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holm, pairedComparison } from '../../../engine/experiment/paired-comparison.ts';

const SEED = 20260107;
const property = <T>(arbitrary: fc.Arbitrary<T>, holds: (value: T) => void) => fc.assert(fc.property(arbitrary, holds), { seed: SEED, numRuns: 300 });
const pairs = fc.array(fc.tuple(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 1000 })), { minLength: 1, maxLength: 30 });

describe('pairedComparison', () => {
  // Student's sleep data (Biometrika 1908): R's t.test(paired = TRUE) gives t = -4.0621, p = 0.002833, (-2.459886, -0.700114).
  const dextro = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
  const laevo = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];

  it('agrees with the published test on the sleep data', () => {
    const found = pairedComparison(dextro, laevo, { higherIsBetter: true });
    expect(found.n).toBe(10);
    expect(found.meanDifference).toBeCloseTo(-1.58, 12);
    expect(found.meanDifference - found.halfWidth95).toBeCloseTo(-2.4598858, 6);
    expect(found.meanDifference + found.halfWidth95).toBeCloseTo(-0.7001142, 6);
    expect(found.pValue).toBeCloseTo(0.002833, 6);
    expect(found.winTieLoss).toEqual([0, 1, 9]);
    expect(found.verdict).toBe('worse');
    // Variances 3.2006 and 4.0090 against 1.5129 of the differences.
    expect(found.varianceReduction).toBeCloseTo((3.200556 + 4.009) / 1.512889, 4);
  });

  it('takes lower as better unless told otherwise', () => {
    const low = [10, 11, 12, 10], high = [20, 22, 21, 20];
    expect(pairedComparison(low, high).verdict).toBe('better');
    expect(pairedComparison(low, high, { higherIsBetter: true }).verdict).toBe('worse');
    expect(pairedComparison(low, high).relative).toBeCloseTo((10.75 - 20.75) / 20.75, 12);
  });

  it('decides by itself when every seed shows one and the same difference, but not on one seed', () => {
    expect(pairedComparison([5, 6, 7], [7, 8, 9])).toMatchObject({ meanDifference: -2, halfWidth95: 0, pValue: 0, verdict: 'better' });
    expect(pairedComparison([5], [7])).toMatchObject({ halfWidth95: Infinity, pValue: 1, verdict: 'undecided' });
    expect(pairedComparison([5, 6], [5, 6])).toMatchObject({ meanDifference: 0, relative: 0, effectSize: 0, pValue: 1, varianceReduction: Infinity, verdict: 'undecided' });
  });

  it('is antisymmetric', () => {
    property(pairs, (sample) => {
      const a = sample.map((p) => p[0]), b = sample.map((p) => p[1]);
      const ab = pairedComparison(a, b), ba = pairedComparison(b, a), opposite = { better: 'worse', worse: 'better', undecided: 'undecided' } as const;
      expect(ba.meanDifference + ab.meanDifference).toBe(0);
      expect([ba.halfWidth95, ba.pValue, ba.varianceReduction]).toEqual([ab.halfWidth95, ab.pValue, ab.varianceReduction]);
      expect(ba.winTieLoss).toEqual([...ab.winTieLoss].reverse());
      expect(ba.verdict).toBe(opposite[ab.verdict]);
    });
  });

  it('does not see what both sides share at a seed', () => {
    property(fc.tuple(pairs, fc.integer({ min: 0, max: 100 })), ([sample, scale]) => {
      const a = sample.map((p) => p[0]), b = sample.map((p) => p[1]), common = sample.map((_, k) => scale * ((k * 37) % 11));
      const plain = pairedComparison(a, b), shifted = pairedComparison(a.map((x, k) => x + common[k]), b.map((x, k) => x + common[k]));
      expect([shifted.meanDifference, shifted.halfWidth95, shifted.pValue, shifted.verdict]).toEqual([plain.meanDifference, plain.halfWidth95, plain.pValue, plain.verdict]);
    });
  });

  it('has an interval that excludes zero exactly when p is below 0.05', () => {
    property(pairs, (sample) => {
      const c = pairedComparison(sample.map((p) => p[0]), sample.map((p) => p[1]));
      if (Math.abs(c.pValue - 0.05) > 1e-9) expect(c.verdict !== 'undecided').toBe(c.pValue < 0.05);
    });
  });

  it('refuses unequal seeds and unfinished runs', () => {
    expect(() => pairedComparison([1, 2], [1])).toThrow('[unpaired]');
    expect(() => pairedComparison([], [])).toThrow('[unpaired]');
    expect(() => pairedComparison([1, 2], [1, NaN])).toThrow('b[1]');
  });
});

describe('holm', () => {
  it('by hand: 0.005 x 4, 0.01 x 3, 0.03 x 2, then never falling', () => {
    const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
    [0.03, 0.06, 0.06, 0.02].forEach((p, k) => expect(adjusted[k]).toBeCloseTo(p, 12));
  });

  it('never lowers a p-value, keeps their order, and lies below Bonferroni', () => {
    property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 }), (ps) => {
      const adjusted = holm(ps);
      ps.forEach((p, k) => {
        expect(adjusted[k]).toBeGreaterThanOrEqual(p);
        expect(adjusted[k]).toBeLessThanOrEqual(Math.min(1, p * ps.length));
        ps.forEach((q, j) => { if (p < q) expect(adjusted[k]).toBeLessThanOrEqual(adjusted[j]); });
      });
    });
  });
});
