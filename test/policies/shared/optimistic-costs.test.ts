// The optimistic cost table of PEFT against the published example (Arabnejad and Barbosa 2014).
import { expect, test } from 'vitest';
import { compileScenario } from '../../../engine/model/compile.ts';
import { optimisticCosts } from '../../../policies/shared/optimistic-costs.ts';
import { peftExampleInstance } from '../../support/peft-example.ts';

test('the table and its means are those of the published example', () => {
  const { table, rank } = optimisticCosts(peftExampleInstance.problem);
  const rows = Array.from({ length: 10 }, (_, task) => Array.from(table.subarray(task * 3, task * 3 + 3), (ms) => ms / 1000));
  expect(rows).toEqual([
    [64, 68, 86], [42, 39, 42], [27, 41, 43], [42, 39, 50], [28, 37, 28], [42, 39, 44], [13, 16, 22], [13, 16, 33], [13, 16, 20], [0, 0, 0],
  ]);
  expect(Array.from(rank, (ms) => Math.round(ms / 100) / 10)).toEqual([72.7, 41, 37, 43.7, 31, 41.7, 17, 20.7, 16.3, 0]);
});

test('a pool of several units counts once a unit in the mean, and data moves within it too', () => {
  // b runs 10 s on a box or 4 s on a farm; its input takes 3 s to move. After a on the box: min(10, 4 + 3) = 7; on the farm: min(4, 10 + 3) = 4.
  const { problem } = compileScenario({
    twinclock: 'scenario/1', name: 'two pools',
    jobs: [{ id: 'j', tasks: [{ id: 'a', duration: { by: { box: 1, farm: 1 } } }, { id: 'b', duration: { by: { box: 10, farm: 4 } }, after: [{ task: 'a', data: 3000 }] }] }],
    fleet: { local: [{ id: 'box' }, { id: 'farm', count: 3 }], network: { bandwidth: 1000 } },
  });
  const { table, rank } = optimisticCosts(problem);
  expect(Array.from(table.subarray(0, 2))).toEqual([7000, 4000]);
  expect(rank[0]).toBe((7000 + 3 * 4000) / 4);
});
