// Ranks against the published ten-task example (Topcuoglu et al. 2002), and what people and priorities do to them.
import { expect, test } from 'vitest';
import { compileScenario } from '../../../engine/model/compile.ts';
import type { ScenarioFile } from '../../../engine/model/scenario.ts';
import { criticalPathKeys, downwardRanks, priorityFractions, topologicalOrder, upwardRanks } from '../../../policies/shared/ranks.ts';
import { loadCatalog } from '../../../scenarios/catalog/index.ts';

const heft10 = compileScenario(loadCatalog('heft-10')).problem;
const seconds = (ms: Float64Array) => Array.from(ms, (x) => Math.round(x) / 1000);

test('upward ranks are those published for the ten-task example', () => {
  expect(seconds(upwardRanks(heft10))).toEqual([108, 77, 80, 80, 69, 63.333, 42.667, 35.667, 44.333, 14.667]);
});

test('downward ranks of the ten-task example', () => {
  // Mean costs: n1 13, n2 50/3, n3 43/3, n4 38/3, n5 35/3, n6 38/3, n7 11, n8 10, n9 50/3. For example n7: n3 at 13 + 12 = 25, then
  // 25 + 43/3 + 23 = 62.333; n10: the latest of n7, 62.333 + 11 + 17 = 90.333, n8, 66.667 + 10 + 11 = 87.667, n9, 63.667 + 50/3 + 13 = 93.333.
  expect(seconds(downwardRanks(heft10))).toEqual([0, 31, 25, 22, 24, 27, 62.333, 66.667, 63.667, 93.333]);
});

test('the topological order puts every task after its predecessors', () => {
  const order = topologicalOrder(heft10), place = new Map(Array.from(order, (task, k) => [task, k]));
  expect(place.size).toBe(10);
  for (let task = 0; task < 10; task++) {
    for (let k = heft10.predecessorFirst[task]!; k < heft10.predecessorFirst[task + 1]!; k++) expect(place.get(heft10.predecessors[k]!)!).toBeLessThan(place.get(task)!);
  }
});

const office: ScenarioFile = {
  twinclock: 'scenario/1', name: 'office',
  jobs: [{
    id: 'a',
    tasks: [
      { id: 'build', duration: '1h', on: ['box'] },
      { id: 'review', duration: '1h', on: ['human'], after: [{ task: 'build', data: '1GB' }], priority: 2 },
      { id: 'ship', duration: '30m', on: ['box'], after: ['review'], priority: -1 },
    ],
  }],
  fleet: {
    local: [{ id: 'box' }],
    // Two hours of work in eight on the wall clock, and a quarter of an hour until she answers.
    human: [{ id: 'ada', responseDelay: '15m', calendar: { intervals: [[0, 3_600_000], [7 * 3_600_000, 8 * 3_600_000]] } }],
    network: { bandwidth: '1MB/s' },
  },
};

test('people count in wall-clock time, and data does not move to them', () => {
  // review: (60 + 15) min x 8 h / 2 h = 5 h; ship 0.5 h; build 1 h, and no transfer of its 1 GB to a person.
  expect(Array.from(upwardRanks(compileScenario(office).problem), (ms) => ms / 3_600_000)).toEqual([6.5, 5.5, 0.5]);
});

test('user priority only breaks ties of whole milliseconds', () => {
  const { problem } = compileScenario(office);
  expect(Array.from(priorityFractions(problem))).toEqual([0, -0.4, 0.2].map((x) => expect.closeTo(x, 12)));
  expect([...criticalPathKeys(problem)]).toEqual([-6.5 * 3_600_000, -5.5 * 3_600_000 - 0.4, -0.5 * 3_600_000 + 0.2]);
});
