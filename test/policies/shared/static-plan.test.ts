// Static plans: the published ones of HEFT and PEFT, cases by hand, and the laws of every plan.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileScenario } from '../../../engine/model/compile.ts';
import type { Problem } from '../../../engine/model/problem.ts';
import type { ScenarioFile, TaskFile } from '../../../engine/model/scenario.ts';
import { optimisticCosts } from '../../../policies/shared/optimistic-costs.ts';
import { upwardRanks } from '../../../policies/shared/ranks.ts';
import { planByInsertion, type StaticPlan } from '../../../policies/shared/static-plan.ts';
import { loadCatalog } from '../../../scenarios/catalog/index.ts';
import { peftExampleInstance } from '../../support/peft-example.ts';

const heftPlan = (problem: Problem) => planByInsertion(problem, upwardRanks(problem));
const lines = (problem: Problem, plan: StaticPlan) =>
  problem.unitIds.map((id, u) => `${id}: ` + Array.from(plan.unitTasks.subarray(plan.unitFirst[u]!, plan.unitFirst[u + 1]!), (t) => `${problem.taskIds[t]} ${plan.start[t]! / 1000}-${plan.end[t]! / 1000}`).join(', '));

test('HEFT: the plan published for the ten-task example', () => {
  const { problem } = compileScenario(loadCatalog('heft-10')), plan = heftPlan(problem);
  expect(lines(problem, plan)).toEqual(['p1: n2 27-40, n8 57-62', 'p2: n4 18-26, n6 26-42, n9 56-68, n10 73-80', 'p3: n1 0-9, n3 9-28, n5 28-38, n7 38-49']);
  expect(plan.makespan).toBe(80_000);
});

test('PEFT: the plan published with it', () => {
  const { problem } = peftExampleInstance, { table, rank } = optimisticCosts(problem), plan = planByInsertion(problem, rank, table);
  expect(lines(problem, plan)).toEqual(['p1: n1 0-22, n4 22-29, n2 29-51, n3 51-83, n7 83-97', 'p2: n6 29-46, n8 54-77, n10 106-122', 'p3: n5 35-70, n9 81-89']);
  expect(plan.makespan).toBe(122_000);
  expect(heftPlan(problem).makespan).toBe(133_000);
});

const one = (tasks: readonly TaskFile[], fleet: ScenarioFile['fleet']) => compileScenario({ twinclock: 'scenario/1', name: 'one', jobs: [{ id: 'j', tasks }], fleet }).problem;

test('a machine with room for two runs two at once', () => {
  //  0    10   20        cores 4: a needs 3, b and c 2 each
  //  aaaaaaaaaa
  //            bbbbb
  //            ccccc
  const problem = one([{ id: 'a', duration: 10, demand: { cores: 3 } }, { id: 'b', duration: 5, demand: { cores: 2 } }, { id: 'c', duration: 5, demand: { cores: 2 } }], { local: [{ id: 'box', cores: 4 }] });
  expect(lines(problem, heftPlan(problem))).toEqual(['box: a 0-10, b 10-15, c 10-15']);
});

test('a VM begins with its spin-up, which another one is only worth if it ends sooner', () => {
  // Four tasks of 10 s, spin-up 15 s: a second VM takes its first task at the same time as the first.
  const problem = one(['a', 'b', 'c', 'd'].map((id) => ({ id, duration: 10, on: ['vm'] })), { cloud: [{ id: 'vm', max: 9, slots: 1, spinUp: '15s', onDemand: { price: 1 } }] });
  expect(lines(problem, heftPlan(problem)).filter((line) => line.includes('-'))).toEqual(['vm/0: a 15-25', 'vm/1: b 15-25', 'vm/2: c 15-25', 'vm/3: d 15-25']);
  const slow = one(['a', 'b', 'c', 'd'].map((id) => ({ id, duration: 10, on: ['vm', 'box'] })), { local: [{ id: 'box', slots: 1 }], cloud: [{ id: 'vm', max: 9, slots: 1, spinUp: '15s', onDemand: { price: 1 } }] });
  expect(lines(slow, heftPlan(slow)).filter((line) => line.includes('-'))).toEqual(['box: a 0-10, b 10-20', 'vm/0: c 15-25', 'vm/1: d 15-25']);
});

test('people answer and work by their calendars; the second review goes over the night', () => {
  // Ada works [8, 12) and [32, 36) h, answers after 1 h of work. Three reviews of 2 h: [9, 11), [11, 12) + [32, 33), [33, 35).
  const hour = 3_600_000;
  const problem = one(['a', 'b', 'c'].map((id) => ({ id, duration: '2h', on: ['human'] })), { human: [{ id: 'ada', responseDelay: '1h', calendar: { intervals: [[8 * hour, 12 * hour], [32 * hour, 36 * hour]] } }] });
  const plan = heftPlan(problem);
  expect(Array.from(plan.start, (ms) => ms / hour)).toEqual([9, 11, 33]);
  expect(Array.from(plan.end, (ms) => ms / hour)).toEqual([11, 33, 35]);
});

test('a task that no calendar can hold is left unplanned, and what follows it too', () => {
  const hour = 3_600_000;
  const problem = one([{ id: 'a', duration: '2h', on: ['human'] }, { id: 'b', duration: '1h', after: ['a'] }], { local: [{ id: 'box' }], human: [{ id: 'ada', calendar: { intervals: [[0, hour]] } }] });
  const plan = heftPlan(problem);
  expect(Array.from(plan.unit)).toEqual([-1, -1]);
  expect(plan.makespan).toBe(0);
});

describe('laws of every plan', () => {
  const taskArbitrary = fc.record({
    duration: fc.integer({ min: 1, max: 50 }), cores: fc.integer({ min: 1, max: 4 }), on: fc.constantFrom(['box'], ['vm'], ['box', 'vm'], ['api'], ['api', 'box']),
    after: fc.array(fc.nat(), { maxLength: 3 }), data: fc.integer({ min: 0, max: 20_000 }),
  });
  const problemArbitrary = fc.array(taskArbitrary, { minLength: 1, maxLength: 30 }).map((list) => one(
    list.map(({ duration, cores, on, after, data }, i): TaskFile => ({
      id: `t${i}`, duration, demand: { cores }, on, after: [...new Set(i === 0 ? [] : after.map((x) => x % i))].map((p) => ({ task: `t${p}`, data })),
    })),
    { local: [{ id: 'box', cores: 4 }], cloud: [{ id: 'vm', cores: 6, max: 3, spinUp: '20s', onDemand: { price: 1 } }], api: [{ id: 'api', concurrency: 2 }], network: { bandwidth: 1000 } },
  ));

  test('every task is planned once, after its inputs, within the capacity of its unit', () => {
    fc.assert(fc.property(problemArbitrary, fc.boolean(), (problem, looksAhead) => {
      const costs = optimisticCosts(problem), plan = looksAhead ? planByInsertion(problem, costs.rank, costs.table) : heftPlan(problem);
      expect(Array.from(plan.unitTasks).sort((a, b) => a - b)).toEqual(Array.from({ length: problem.taskCount }, (_, t) => t));
      for (let task = 0; task < problem.taskCount; task++) {
        for (let k = problem.predecessorFirst[task]!; k < problem.predecessorFirst[task + 1]!; k++) expect(plan.start[task]!).toBeGreaterThanOrEqual(plan.end[problem.predecessors[k]!]!);
        const unit = plan.unit[task]!, pool = problem.unitPool[unit]!, cores = problem.dimensionNames.indexOf('cores');
        // Load changes only where a task starts, so it is enough to look there.
        const beside = Array.from({ length: problem.taskCount }, (_, t) => t).filter((t) => plan.unit[t] === unit && plan.start[t]! <= plan.start[task]! && plan.end[t]! > plan.start[task]!);
        expect(beside.length).toBeLessThanOrEqual(problem.poolSlots[pool]!);
        const used = beside.reduce((sum, t) => sum + problem.demand[problem.taskProfile[t]! * problem.dimensionCount + cores]!, 0);
        expect(used).toBeLessThanOrEqual(problem.capacity[pool * problem.dimensionCount + cores]!);
      }
    }), { seed: 20_020_301, numRuns: 150 });
  });
});
