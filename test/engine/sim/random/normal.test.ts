// The normal quantile against the values printed with the algorithm (Wichura 1988, AS 241).
import { describe, expect, it } from 'vitest';
import { normalQuantile, normalUpperTail } from '../../../../engine/sim/random/normal.ts';
import { normalCdf } from '../../../support/goodness-of-fit.ts';

const relative = (x: number, y: number): number => Math.abs(x / y - 1);

describe('normalQuantile (AS 241)', () => {
  it('gives the values Wichura prints to check an implementation with', () => {
    // Applied Statistics 37 (1988), p. 482: z(0.25), z(0.001), z(1e-20).
    expect(relative(normalQuantile(0.25), -0.6744897501960817)).toBeLessThan(1e-15);
    expect(relative(normalQuantile(0.001), -3.090232306167814)).toBeLessThan(1e-15);
    expect(relative(normalQuantile(1e-20), -9.262340089798408)).toBeLessThan(1e-15);
  });

  it.each([
    // 50-digit arithmetic (erfc and Newton's method), rounded to double. Both sides of each border of the three formulas.
    [1e-300, -37.0470962993612], [1e-100, -21.273453560965326], [1e-16, -8.222082216130435], [1e-8, -5.612001244174789], [0.01, -2.326347874040841],
    [0.07, -1.4757910281791706], [0.075, -1.439531470938456], [0.1, -1.2815515655446004], [0.3, -0.5244005127080408], [0.7, 0.5244005127080407],
    [0.925, 1.4395314709384561], [0.93, 1.475791028179171], [0.975, 1.9599639845400538], [0.999, 3.090232306167813],
  ])('z(%d) = %d', (p, z) => { expect(relative(normalQuantile(p), z)).toBeLessThan(1e-15); });

  it('is 0 in the middle, odd around it, and infinite at the ends', () => {
    expect(normalQuantile(0.5)).toBe(0);
    for (const p of [0.25, 0.0625, 2 ** -10, 2 ** -40]) expect(normalQuantile(1 - p)).toBe(-normalQuantile(p));
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity]);
  });

  it('inverts the distribution function', () => {
    for (let p = 0.0005; p < 1; p += 0.0005) expect(Math.abs(normalCdf(normalQuantile(p)) - p)).toBeLessThan(1e-13);
  });
});

describe('normalUpperTail', () => {
  it.each([
    // From 50-digit erfc.
    [-8, 0.9999999999999993], [-1, 0.8413447460685429], [0, 0.5], [0.5, 0.3085375387259869], [1, 0.15865525393145705], [3, 0.0013498980316300946],
    [5, 2.866515718791939e-7], [7.07, 7.746684865636478e-13], [7.08, 7.207723086467478e-13], [10, 7.619853024160525e-24], [20, 2.7536241186062337e-89],
    [36.9, 2.3105244811406173e-298],
  ])('Q(%d) = %d', (z, q) => { expect(relative(normalUpperTail(z), q)).toBeLessThan(1e-8); });

  it('is 0 and 1 far out, and the complement of its mirror image', () => {
    expect([normalUpperTail(37.1), normalUpperTail(-37.1)]).toEqual([0, 1]);
    for (const z of [0.3, 1.7, 4]) expect(normalUpperTail(z) + normalUpperTail(-z)).toBeCloseTo(1, 15);
  });

  it('is undone by normalQuantile, far into the tail', () => {
    for (let z = 0.25; z < 36; z += 0.25) expect(relative(-normalQuantile(normalUpperTail(z)), z)).toBeLessThan(1e-9);
  });
});
