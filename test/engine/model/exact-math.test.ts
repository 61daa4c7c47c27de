// exp, ln and pow: near the built-in ones everywhere, and known answers to the bit, which must be the same on every engine.
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { exp, ln, pow } from '../../../engine/model/exact-math.ts';

const SEED = 20260105;
const relative = (found: number, wanted: number) => (found === wanted ? 0 : Math.abs(found - wanted) / Math.abs(wanted));

/** The largest relative error over a grid, with where it is. */
function worst(points: readonly number[], found: (x: number) => number, wanted: (x: number) => number): { at: number; error: number } {
  let at = NaN, error = -1;
  for (const x of points) {
    const e = relative(found(x), wanted(x));
    if (!(e <= error)) { at = x; error = e; }
  }
  return { at, error };
}
const grid = (from: number, to: number, count: number) => Array.from({ length: count }, (_, i) => from + (to - from) * (i + 0.37) / count);

describe('exp', () => {
  test('agrees with Math.exp to 1e-14 over the normal range', () => {
    expect(worst(grid(-700, 709, 50_000), exp, Math.exp).error).toBeLessThan(4e-16);
    expect(worst(grid(-1, 1, 50_000), exp, Math.exp).error).toBeLessThan(4e-16);
  });
  test('special values', () => {
    expect([exp(0), exp(-Infinity), exp(Infinity), exp(710), exp(-746)]).toEqual([1, 0, Infinity, Infinity, 0]);
    expect(exp(NaN)).toBeNaN();
    expect(relative(exp(1), Math.E)).toBeLessThan(2.3e-16);
    expect(exp(-744)).toBeCloseTo(Math.exp(-744), 320);
    expect(exp(-740)).toBeGreaterThan(0);
  });
  test('known answers, to the bit', () => {
    expect([exp(0.125), exp(0.5), exp(-2.5), exp(10), exp(100)]).toMatchInlineSnapshot(`
      [
        1.1331484530668263,
        1.6487212707001282,
        0.0820849986238988,
        22026.465794806718,
        2.6881171418161356e+43,
      ]
    `);
  });
});

describe('ln', () => {
  test('agrees with Math.log to 1e-14, near 1 too', () => {
    expect(worst(grid(1e-6, 1e6, 50_000), ln, Math.log).error).toBeLessThan(5e-16);
    expect(worst(grid(0.5, 2, 50_000), ln, Math.log).error).toBeLessThan(5e-16);
    expect(worst(grid(0.999999, 1.000001, 20_000), ln, Math.log).error).toBeLessThan(5e-16);
  });
  test('over all binary exponents, subnormal numbers too', () => {
    const points = Array.from({ length: 2090 }, (_, k) => 1.37 * 2 ** (k - 1072)).filter((x) => Number.isFinite(x));
    expect(worst(points, ln, Math.log).error).toBeLessThan(5e-16);
    expect(relative(ln(5e-324), Math.log(5e-324))).toBeLessThan(1e-15);
  });
  test('special values', () => {
    expect([ln(1), ln(0), ln(Infinity)]).toEqual([0, -Infinity, Infinity]);
    expect(ln(-1)).toBeNaN();
    expect(ln(NaN)).toBeNaN();
    expect(ln(2)).toBe(Math.LN2);
  });
  test('known answers, to the bit', () => {
    expect([ln(0.1), ln(0.9), ln(3), ln(10), ln(12345.678)]).toMatchInlineSnapshot(`
      [
        -2.3025850929940455,
        -0.10536051565782628,
        1.0986122886681098,
        2.302585092994046,
        9.421061321291832,
      ]
    `);
  });
});

describe('pow', () => {
  test('whole powers are those of exact multiplication', () => {
    for (const [x, y] of [[2, 10], [10, 15], [3, 33], [7, 18], [1.5, 20], [2, -1074 + 52], [10, 22]] as const) {
      let exact = 1;
      for (let i = 0; i < Math.abs(y); i++) exact *= x;
      expect(relative(pow(x, y), y < 0 ? 1 / exact : exact), `${x}^${y}`).toBeLessThan(3e-15);
    }
  });
  test('agrees with Math.pow to 1e-14 where the result is a normal number', () => {
    fc.assert(fc.property(fc.double({ min: 1e-300, max: 1e300, noNaN: true }), fc.double({ min: -30, max: 30, noNaN: true }), (x, y) => {
      const wanted = Math.pow(x, y);
      fc.pre(wanted > 1e-300 && wanted < 1e300);
      expect(relative(pow(x, y), wanted)).toBeLessThan(1e-14);
    }), { seed: SEED, numRuns: 5000 });
  });
  test('bases near 1 with large exponents lose nothing', () => {
    for (const x of grid(0.98, 1.02, 500)) for (const y of [-1e4, 1e3, 30_000.5]) expect(relative(pow(x, y), Math.pow(x, y))).toBeLessThan(1e-14);
  });
  test('special values', () => {
    expect([pow(0, 0), pow(5, 0), pow(1, 1e9), pow(0, 2), pow(0, -1), pow(Infinity, -1), pow(Infinity, 2), pow(10, 400), pow(10, -400)])
      .toEqual([1, 1, 1, 0, Infinity, 0, Infinity, Infinity, 0]);
    expect([pow(-2, 3), pow(NaN, 2), pow(2, NaN)]).toEqual([NaN, NaN, NaN]);
  });
});

test('ln undoes exp', () => {
  fc.assert(fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
    expect(Math.abs(ln(exp(x)) - x)).toBeLessThanOrEqual(3e-16 * Math.max(1, Math.abs(x)));
  }), { seed: SEED, numRuns: 2000 });
});
