// Upward ranks against the published example (Topcuoglu et al. 2002), and the lists of edges they are computed on.
import { expect, test } from 'vitest';
import { compileGraph } from '../../../engine/model/compile-graph.ts';
import { upwardRanks } from '../../../engine/model/rank.ts';

const task = (id: string, ...after: (string | { task: string; data: string })[]) => ({ id, duration: 1, after });

test('upward ranks of the ten-task graph of Topcuoglu, Hariri and Wu (2002), mean costs rounded to whole numbers, without transfers', () => {
  // Successors: 1 -> 2..6; 2, 4, 6 -> 8; 2, 4, 5 -> 9; 3 -> 7; 7, 8, 9 -> 10. Mean costs 13, 17, 14, 13, 12, 13, 11, 10, 17, 15.
  const tasks = [task('1'), task('2', '1'), task('3', '1'), task('4', '1'), task('5', '1'), task('6', '1'), task('7', '3'),
    task('8', '2', '4', '6'), task('9', '2', '4', '5'), task('10', '7', '8', '9')];
  const ranks = upwardRanks(compileGraph(tasks), Float64Array.of(13, 17, 14, 13, 12, 13, 11, 10, 17, 15));
  // 10: 15. 9: 17+15. 8: 10+15. 7: 11+15. 6: 13+25. 5: 12+32. 4: 13+32. 3: 14+26. 2: 17+32. 1: 13+49.
  expect([...ranks]).toEqual([62, 49, 40, 45, 44, 38, 26, 25, 32, 15]);
});

test('CSR lists ascend whatever the order in the file, and carry the bytes of their edge', () => {
  const graph = compileGraph([task('a'), task('b'), task('c', { task: 'b', data: '2kB' }, 'a'), task('d', 'c', { task: 'a', data: '1kB' })]);
  expect([...graph.successorFirst]).toEqual([0, 2, 3, 4, 4]);
  expect([...graph.successors]).toEqual([2, 3, 2, 3]);
  expect([...graph.predecessorFirst]).toEqual([0, 0, 0, 2, 4]);
  expect([...graph.predecessors]).toEqual([0, 1, 0, 2]);
  expect([...graph.predecessorBytes]).toEqual([0, 2000, 1000, 0]);
});

test('no bytes at all when no edge carries data', () => {
  expect(compileGraph([task('a'), task('b', 'a')]).predecessorBytes).toHaveLength(0);
});

test('a cycle is refused', () => {
  expect(() => upwardRanks(compileGraph([task('a', 'b'), task('b', 'a')]), Float64Array.of(1, 1))).toThrow('cycle');
});
