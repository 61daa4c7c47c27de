// The nearest weights that turn a decision: cases on paper, and the laws of what is nearest.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { weightFlip, weightedScore } from '../../../engine/experiment/weight-flip.ts';

const terms = (latency: number, cost: number, fragmentation: number) => ({ latency, cost, fragmentation });

describe('weightFlip', () => {
  // Two terms only: 0.6 x 0 + 0.4 x 1 = 0.4 against 0.6 x 1 + 0.4 x 0 = 0.6. They tie where both weigh the same.
  it('finds the tie of two candidates that differ in latency and cost', () => {
    const flip = weightFlip(terms(0.6, 0.4, 0), terms(0, 1, 0), terms(1, 0, 0))!;
    expect(flip.weights).toEqual(terms(0.5, 0.5, 0));
    expect(flip.distance).toBeCloseTo(Math.SQRT1_2 * 0.2, 12);
  });

  // Lead (1, -1, 0): the tie is the line wL = wC, from (0.5, 0.5, 0) to (0, 0, 1). The foot of (0.6, 0.3, 0.1) on it is (0.45, 0.45, 0.1).
  it('goes straight to the line when fragmentation has weight', () => {
    const flip = weightFlip(terms(0.6, 0.3, 0.1), terms(0, 1, 0.2), terms(1, 0, 0.2))!;
    expect([flip.weights.latency, flip.weights.cost, flip.weights.fragmentation].map((x) => +x.toFixed(9))).toEqual([0.45, 0.45, 0.1]);
  });

  it('stops at the edge where weights would become negative', () => {
    // Lead (1, -10, 1): ties on the segment from (10/11, 1/11, 0) to (0, 1/11, 10/11).
    const flip = weightFlip(terms(1, 0, 0), terms(0, 10, 0), terms(1, 0, 1));
    expect(flip!.weights.latency).toBeCloseTo(10 / 11, 12);
    expect(flip!.weights.fragmentation).toBe(0);
    const inside = weightFlip(terms(0.94, 0.03, 0.03), terms(0, 10, 0), terms(1, 0, 1))!;
    expect(inside.weights.cost).toBeCloseTo(1 / 11, 12);
  });

  it('knows when there are none', () => {
    expect(weightFlip(terms(0.6, 0.3, 0.1), terms(0.1, 0.1, 0.1), terms(0.2, 0.2, 0.2))).toBeUndefined();
    expect(weightFlip(terms(0.6, 0.3, 0.1), terms(0.1, 0.1, 0.1), terms(0.1, 0.1, 0.1))).toBeUndefined();
    // Only fragmentation is worse here, and without weight on it nobody worked it out.
    expect(weightFlip(terms(0.7, 0.3, 0), terms(0.1, 0.1, 0.9), terms(0.2, 0.2, 0))).toBeUndefined();
  });

  it('gives weights at which they tie, none negative, summing to 1; no closer weights turn the choice', () => {
    const term = fc.integer({ min: 0, max: 100 }).map((x) => x / 100), triple = fc.record({ latency: term, cost: term, fragmentation: term });
    const weights = fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 50 })).map(([a, b, c]) => terms(a / (a + b + c), b / (a + b + c), c / (a + b + c)));
    fc.assert(fc.property(weights, triple, triple, weights, (w, a, b, other) => {
      const [chosen, rival] = weightedScore(w, a) <= weightedScore(w, b) ? [a, b] : [b, a], flip = weightFlip(w, chosen, rival);
      const isBetter = (at: typeof w) => weightedScore(at, rival) < weightedScore(at, chosen) - 1e-12;
      if (flip === undefined) { expect(isBetter(other)).toBe(false); return; }
      const { latency, cost, fragmentation } = flip.weights;
      expect(Math.min(latency, cost, fragmentation)).toBeGreaterThanOrEqual(0);
      expect(latency + cost + fragmentation).toBeCloseTo(1, 12);
      expect(weightedScore(flip.weights, chosen)).toBeCloseTo(weightedScore(flip.weights, rival), 12);
      const reach = Math.hypot(other.latency - w.latency, other.cost - w.cost, other.fragmentation - w.fragmentation);
      if (reach < flip.distance - 1e-12) expect(isBetter(other)).toBe(false);
    }), { seed: 11, numRuns: 2000 });
  });
});
