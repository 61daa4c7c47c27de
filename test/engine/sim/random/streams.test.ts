// The random streams: pinned numbers, independence of what was asked before, and their quality along every counter.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvariantError } from '../../../../engine/model/errors.ts';
import { DURATION, KILL, POLICY, PURPOSES, RESAMPLE, STORM, Streams } from '../../../../engine/sim/random/streams.ts';
import { chiSquareScore, correlationScore } from '../../../support/goodness-of-fit.ts';

const N = 50_000;
const draws = (draw: (i: number) => number): Float64Array => Float64Array.from({ length: N }, (_, i) => draw(i));

/** One walk through the counters per direction in which a run asks: what is neighbouring there must not be alike. */
const s = new Streams(20260117);
const walks: Readonly<Record<string, (i: number) => number>> = {
  entities: (i) => s.uniform(DURATION, i, 0, 0),
  attempts: (i) => s.uniform(DURATION, 77, i, 0),
  draws: (i) => s.uniform(DURATION, 77, 0, i),
  'attempts x draws': (i) => s.uniform(DURATION, i >>> 4, (i >>> 2) & 3, i & 3),
  'attempt up, draw down': (i) => s.uniform(DURATION, i >>> 3, i & 7, 7 - (i & 7)),
  'entity up, attempt down': (i) => s.uniform(DURATION, i, N - i, 0),
  'high bits of the entity': (i) => s.uniform(DURATION, i << 16, 0, 0),
  'single bits': (i) => s.uniform(DURATION, 1 << (i & 31), 1 << ((i >>> 5) & 15), i >>> 9),
  seeds: (i) => new Streams(i).uniform(KILL, 1, 1, 0),
};

describe('Streams', () => {
  it('gives the pinned numbers (they are part of what a seed means: a change moves every journal)', () => {
    const one = new Streams(1);
    expect(one.uniform(DURATION, 0, 0, 0)).toBe(0.3486361823182553);
    expect(one.uniform(DURATION, 1, 0, 0)).toBe(0.2018516909688961);
    expect(one.uniform(DURATION, 0, 1, 0)).toBe(0.20435021952420396);
    expect(one.uniform(DURATION, 0, 0, 1)).toBe(0.7837640565874525);
    expect(one.uniform(KILL, 0xdeadbeef, 2, 7)).toBe(0.4222960587189708);
    expect(one.uniform(RESAMPLE, 4294967295, 2147483647, 3)).toBe(0.979516054409462);
    expect(new Streams('storm').uniform(DURATION, 0, 0, 0)).toBe(0.8916998181440242);
  });

  it('keeps the numbers of the purposes', () => {
    expect(PURPOSES).toEqual(['duration', 'failure', 'spin-up', 'refusal', 'kill', 'response', 'decline', 'api-error', 'latency', 'policy', 'storm', 'resample']);
    expect([DURATION, KILL, POLICY, STORM, RESAMPLE].map((p) => PURPOSES[p])).toEqual(['duration', 'kill', 'policy', 'storm', 'resample']);
  });

  it('takes 7 and "7" for the same seed, and no others', () => {
    const at = (seed: number | string) => new Streams(seed).uniform(KILL, 5, 1, 2);
    expect(at('7')).toBe(at(7));
    expect(new Set([7, 8, -7, '07', '7 ', 7.5, 'seven'].map(at)).size).toBe(7);
  });

  it('takes counters modulo 2^32', () => {
    expect(s.uniform(POLICY, -1, -2, -3)).toBe(s.uniform(POLICY, 2 ** 32 - 1, 2 ** 32 - 2, 2 ** 32 - 3));
  });

  it('refuses a purpose that is none', () => {
    for (const purpose of [-1, PURPOSES.length, 0.5, NaN]) expect(() => s.uniform(purpose, 0, 0, 0)).toThrow(InvariantError);
  });

  it('a draw depends on nothing that was asked before', () => {
    const counter = fc.tuple(fc.nat(PURPOSES.length - 1), fc.nat(0xffffffff), fc.nat(1000), fc.nat(100));
    fc.assert(fc.property(fc.array(counter, { minLength: 1, maxLength: 30 }), fc.string(), (asked, seed) => {
      const alone = asked.map((c) => new Streams(seed).uniform(...c));
      const together = new Streams(seed);
      expect(asked.map((c) => together.uniform(...c))).toEqual(alone);
      expect([...asked].reverse().map((c) => together.uniform(...c)).reverse()).toEqual(alone);
    }), { seed: 20260117, numRuns: 100 });
  });

  it('stays in [0, 1) on the grid of 2^-53, and uses all of it', () => {
    let odd = 0;
    for (let i = 0; i < 10_000; i++) {
      const u = s.uniform(STORM, i, 3, 1), scaled = u * 2 ** 53;
      expect(u >= 0 && u < 1 && Number.isInteger(scaled)).toBe(true);
      odd += scaled % 2;
    }
    expect(Math.abs(odd - 5_000)).toBeLessThan(4 * 50);
  });
});

describe.each(Object.entries(walks))('quality along %s', (_name, walk) => {
  const u = draws(walk);

  it('is uniform in its high and in its low bits', () => {
    const high = new Float64Array(256), low = new Float64Array(256);
    for (const x of u) { high[Math.floor(x * 256)]!++; low[(x * 2 ** 53) % 256]!++; }
    expect(Math.abs(chiSquareScore(high))).toBeLessThan(4);
    expect(Math.abs(chiSquareScore(low))).toBeLessThan(4);
  });

  it('shows no correlation with its neighbours', () => {
    for (const lag of [1, 2, 3, 4, 8, 16]) expect(Math.abs(correlationScore(u.subarray(lag), u.subarray(0, -lag)))).toBeLessThan(4);
  });

  it('fills the plane of neighbouring pairs evenly', () => {
    const cells = new Float64Array(256);
    for (let i = 0; i + 1 < N; i += 2) cells[Math.floor(u[i]! * 16) * 16 + Math.floor(u[i + 1]! * 16)]!++;
    expect(Math.abs(chiSquareScore(cells))).toBeLessThan(4);
  });
});

describe('different purposes', () => {
  it('are uncorrelated, pair by pair', () => {
    const streams = PURPOSES.map((_, p) => Float64Array.from({ length: 10_000 }, (_v, i) => s.uniform(p, i, 0, 0)));
    for (let p = 0; p < streams.length; p++) for (let q = 0; q < p; q++) expect(Math.abs(correlationScore(streams[p]!, streams[q]!))).toBeLessThan(4);
  });
});

describe('avalanche', () => {
  it('each bit of a counter flips each bit of the number half of the time', () => {
    const trials = 2_000, limit = 5 * Math.sqrt(trials) / 2;
    for (const field of [0, 1, 2]) for (let bit = 0; bit < 32; bit++) {
      const flips = new Float64Array(53);
      for (let i = 0; i < trials; i++) {
        const counter: [number, number, number] = [Math.imul(i, 0x9e3779b1) >>> 0, i & 3, i & 7], flipped: [number, number, number] = [...counter];
        flipped[field]! ^= 1 << bit;
        const u = s.uniform(KILL, ...counter) * 2 ** 53, v = s.uniform(KILL, ...flipped) * 2 ** 53;
        const high = Math.floor(u / 2 ** 27) ^ Math.floor(v / 2 ** 27), low = (u % 2 ** 27) ^ (v % 2 ** 27);
        for (let b = 0; b < 27; b++) flips[b]! += (low >>> b) & 1;
        for (let b = 0; b < 26; b++) flips[27 + b]! += (high >>> b) & 1;
      }
      for (const f of flips) expect(Math.abs(f - trials / 2)).toBeLessThan(limit);
    }
  });
});
