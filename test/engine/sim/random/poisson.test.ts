// Arrivals at a constant rate and at rates that change by the hour of the day.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ln } from '../../../../engine/model/exact-math.ts';
import { nextPoisson, nextPoissonByHour } from '../../../../engine/sim/random/poisson.ts';
import { KILL, STORM, Streams } from '../../../../engine/sim/random/streams.ts';
import { kolmogorov } from '../../../support/goodness-of-fit.ts';

const HOUR = 3_600_000, DAY = 24 * HOUR, MAY_DAY_2026 = 1_777_593_600_000;
const streams = new Streams(20260117);
const hourOf = (at: number, epochMs: number): number => Math.floor((((at + epochMs) % DAY) + DAY) % DAY / HOUR);

describe('nextPoisson', () => {
  it('has exponential gaps of the given rate', () => {
    const gaps = Array.from({ length: 20_000 }, (_, k) => nextPoisson(1e9, 3, streams, STORM, 1, k) - 1e9);
    expect(kolmogorov(gaps, (x) => 1 - Math.exp(-x * 3 / HOUR))).toBeLessThan(1.95);
  });

  it('never comes at rate 0', () => {
    expect([nextPoisson(5, 0, streams, STORM, 1, 0), nextPoissonByHour(5, [], 0, streams, STORM, 1, 0), nextPoissonByHour(5, Array(24).fill(0), 0, streams, STORM, 1, 0)])
      .toEqual([Infinity, Infinity, Infinity]);
  });
});

describe('nextPoissonByHour', () => {
  it('is nextPoisson when all hours are alike', () => {
    for (let k = 0; k < 500; k++) {
      const constant = nextPoisson(12_345, 0.3, streams, KILL, 9, k), hourly = nextPoissonByHour(12_345, Array(24).fill(0.3), MAY_DAY_2026, streams, KILL, 9, k);
      expect(hourly / constant).toBeCloseTo(1, 12);
    }
  });

  it('keeps to the hours that have a rate', () => {
    // Only 03:00 to 04:00 UTC, 12 an hour; the epoch is at 22:30, so the first such hour is 4.5 h to 5.5 h after it.
    const rates = Array.from({ length: 24 }, (_, h) => (h === 3 ? 12 : 0)), epochMs = MAY_DAY_2026 - 1.5 * HOUR;
    let at = 0;
    const perDay = new Map<number, number>();
    for (let k = 0; k < 6_000; k++) {
      at = nextPoissonByHour(at, rates, epochMs, streams, KILL, 1, k);
      const inDay = at % DAY;
      expect(inDay >= 4.5 * HOUR - 1e-3 && inDay <= 5.5 * HOUR + 1e-3).toBe(true);
      perDay.set(Math.floor(at / DAY), (perDay.get(Math.floor(at / DAY)) ?? 0) + 1);
    }
    expect(Math.abs(6_000 / (perDay.size) - 12)).toBeLessThan(4 * Math.sqrt(12 / 500));
  });

  it('spends exactly the drawn hazard between one arrival and the next', () => {
    // The cumulative hazard is summed here hour by hour; no formula is shared with the inversion.
    const hazard = (from: number, to: number, rates: readonly number[], epochMs: number): number => {
      let sum = 0;
      for (let at = from; at < to;) {
        const end = Math.min(to, (Math.floor((at + epochMs) / HOUR) + 1) * HOUR - epochMs);
        sum += rates[hourOf(at, epochMs)]! * (end - at) / HOUR;
        at = end;
      }
      return sum;
    };
    const rates = fc.array(fc.oneof({ weight: 1, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.double({ min: 0.001, max: 40, noNaN: true }) }), { minLength: 24, maxLength: 24 })
      .filter((r) => r.some((x) => x > 0.1));
    fc.assert(fc.property(rates, fc.integer({ min: 0, max: 40 * DAY }), fc.integer({ min: -DAY * 1000, max: MAY_DAY_2026 }), fc.nat(1e6), (perHour, previous, epochMs, k) => {
      const next = nextPoissonByHour(previous, perHour, epochMs, streams, KILL, 3, k);
      expect(next).toBeGreaterThanOrEqual(previous);
      const drawn = -ln(1 - streams.uniform(KILL, 3, k, 0));
      expect(Math.abs(hazard(previous, next, perHour, epochMs) - drawn)).toBeLessThan(1e-6);
    }), { seed: 20260117, numRuns: 500 });
  });

  it('gives Poisson counts in proportion to the rates', () => {
    const rates = Array.from({ length: 24 }, (_, h) => 0.2 + (h % 6) * 0.4), counts = new Float64Array(24), days = 400;
    let at = 0;
    for (let k = 0; (at = nextPoissonByHour(at, rates, MAY_DAY_2026, streams, STORM, 5, k)) < days * DAY; k++) counts[hourOf(at, MAY_DAY_2026)]!++;
    let chiSquare = 0;
    rates.forEach((rate, h) => { chiSquare += (counts[h]! - rate * days) ** 2 / (rate * days); });
    expect(chiSquare).toBeLessThan(51.2); // 24 degrees of freedom, exceeded with probability 0.001
  });
});
