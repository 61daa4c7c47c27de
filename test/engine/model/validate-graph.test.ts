// Cycles: which tasks are on them, and no other.
import { expect, test } from 'vitest';
import { findCycles } from '../../../engine/model/validate-graph.ts';

/** Lists of predecessors by node. */
function lists(...predecessors: number[][]) {
  const first = [0];
  for (const list of predecessors) first.push(first.at(-1)! + list.length);
  return { first, sources: predecessors.flat() };
}

test('no cycle in a diamond', () => {
  expect(findCycles(lists([], [0], [0], [1, 2]))).toEqual([]);
});

test('a ring in the direction of precedence: 0 before 1 before 2 before 0', () => {
  expect(findCycles(lists([2], [0], [1]))).toEqual([[0, 1, 2]]);
});

test('only the tasks on the cycle, not those before or behind it', () => {
  expect(findCycles(lists([], [0, 3], [1], [2], [3]))).toEqual([[1, 2, 3]]);
});

test('two rings apart are two cycles; two through one task are shown as one', () => {
  expect(findCycles(lists([1], [0], [3], [2]))).toEqual([[0, 1], [2, 3]]);
  expect(findCycles(lists([1, 2], [0], [0]))).toHaveLength(1);
});

test('a chain of a hundred thousand is no recursion, closed or open', () => {
  const n = 100_000, chain = Array.from({ length: n }, (_, i) => (i === 0 ? [] : [i - 1]));
  expect(findCycles(lists(...chain))).toEqual([]);
  chain[0] = [n - 1];
  expect(findCycles(lists(...chain))[0]).toHaveLength(n);
});
