// Sets of time: hand cases, and the laws of sets against a naive set of unit cells.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clip, disjoint, measure, subtract, type Interval } from '../../../scenarios/formats/intervals.ts';

const intervals = fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 })), { maxLength: 12 });
const cells = (list: readonly Interval[]): Set<number> => new Set(list.flatMap(([a, b]) => Array.from({ length: Math.max(0, b - a) }, (_, i) => a + i)));
const isSortedAndDisjoint = (list: readonly Interval[]): boolean => list.every(([a, b], i) => a < b && (i === 0 || list[i - 1]![1] < a));

describe('intervals', () => {
  it('joins what overlaps or touches and drops what is empty or reversed', () => {
    expect(disjoint([[5, 7], [1, 3], [3, 4], [6, 9], [2, 2], [12, 11]])).toEqual([[1, 4], [5, 9]]);
  });
  it('takes time away', () => {
    expect(subtract([[0, 10], [20, 30]], [[-5, 1], [4, 6], [9, 21], [30, 40]])).toEqual([[1, 4], [6, 9], [21, 30]]);
  });
  it('cuts to a window and counts from its start', () => {
    expect(clip([[0, 10], [20, 30], [40, 50]], 5, 25)).toEqual([[0, 5], [15, 20]]);
  });
  it('agrees with sets of unit cells', () => {
    fc.assert(fc.property(intervals, intervals, (a, b) => {
      const union = disjoint(a), rest = subtract(a, b), away = cells(b);
      expect(isSortedAndDisjoint(union) && isSortedAndDisjoint(rest)).toBe(true);
      expect(cells(union)).toEqual(cells(a));
      expect([...cells(rest)].sort()).toEqual([...cells(a)].filter((x) => !away.has(x)).sort());
      expect(measure(union)).toBe(cells(a).size);
    }), { seed: 11, numRuns: 300 });
  });
});
