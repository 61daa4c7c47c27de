// Who is named the winner, and when nobody is.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rankTable } from '../../../engine/experiment/rank-table.ts';

const SEED = 20260108;
const noise = [3, -2, 1, -3, 2, -1, 0, 1, -1, 0];
const around = (mean: number, spread: number, phase: number) => noise.map((_, k) => mean + spread * noise[(k * 3 + phase) % 10]);

describe('rankTable', () => {
  it('names a winner that is better than every other', () => {
    const table = rankTable([
      { name: 'fifo', values: around(130, 1, 4) }, { name: 'lookahead', values: around(100, 1, 1) }, { name: 'heft', values: around(110, 1, 2) },
    ]);
    expect(table.rows.map((row) => [row.rank, row.name, Math.round(row.summary.mean)])).toEqual([[1, 'lookahead', 100], [2, 'heft', 110], [3, 'fifo', 130]]);
    [1, 1.1, 1.3].forEach((ratio, k) => expect(table.rows[k].ratioToBest).toBeCloseTo(ratio, 12));
    expect(table.rows.map((row) => row.meanPlace)).toEqual([1, 2, 3]);
    expect(table.winner).toBe('lookahead');
    expect(table.rows[1]).toMatchObject({ betterThan: ['fifo'], worseThan: ['lookahead'] });
  });

  it('has no winner yet when the leader is not shown to be better than one of them', () => {
    const table = rankTable([{ name: 'a', values: around(100, 5, 1) }, { name: 'b', values: around(101, 5, 6) }, { name: 'c', values: around(150, 5, 2) }]);
    expect(table.winner).toBeUndefined();
    expect(table.statement).toBe('no winner yet: a leads, but is not shown to be better than b (n = 10)');
    expect(table.rows[0].betterThan).toEqual(['c']);
  });

  it('asks more of a leader when there are more pairs to be lucky in', () => {
    // a against b has p of about 0.03: enough for one pair, not for one of six.
    const a = around(100, 2, 1), b = a.map((x, k) => x + 1.6 + 2 * noise[(k + 3) % 10] / 2);
    const two = rankTable([{ name: 'a', values: a }, { name: 'b', values: b }]);
    expect(two.pairs[0].comparison.pValue).toBeGreaterThan(0.01);
    expect(two.winner).toBe('a');
    const four = rankTable([{ name: 'a', values: a }, { name: 'b', values: b }, { name: 'c', values: around(103, 4, 5) }, { name: 'd', values: around(103, 4, 7) }]);
    expect(four.winner).toBeUndefined();
  });

  it('ranks higher first when higher is better, and shares places between equals', () => {
    const table = rankTable([{ name: 'low', values: [1, 1] }, { name: 'high', values: [2, 2] }, { name: 'same', values: [2, 2] }], { higherIsBetter: true });
    expect(table.rows.map((row) => [row.name, row.meanPlace])).toEqual([['high', 1.5], ['same', 1.5], ['low', 3]]);
    expect(table.winner).toBeUndefined();
  });

  it('gives the same means, places and winner whatever the order of the policies', () => {
    const columns = fc.array(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 5, maxLength: 5 }), { minLength: 2, maxLength: 5 });
    fc.assert(fc.property(columns, (all) => {
      const samples = all.map((values, k) => ({ name: `p${k}`, values }));
      const table = rankTable(samples), reversed = rankTable([...samples].reverse());
      const facts = (t: typeof table) => new Map(t.rows.map((row) => [row.name, [row.summary.mean, row.meanPlace, [...row.betterThan].sort(), [...row.worseThan].sort()]]));
      for (const [name, found] of facts(table)) expect(facts(reversed).get(name)).toEqual(found);
      expect(reversed.winner).toBe(table.winner);
      expect(table.rows.reduce((sum, row) => sum + row.meanPlace, 0)).toBeCloseTo(samples.length * (samples.length + 1) / 2, 9);
    }), { seed: SEED, numRuns: 200 });
  });

  it('refuses one policy, or one name twice', () => {
    expect(() => rankTable([{ name: 'a', values: [1] }])).toThrow('[too-few-policies]');
    expect(() => rankTable([{ name: 'a', values: [1] }, { name: 'a', values: [2] }])).toThrow('[name-used-twice]');
  });
});
