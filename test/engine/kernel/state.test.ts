// The slots of placed tasks: whose they are, that they grow past what there is room for at first, that a copy has its own.
import { expect, it } from 'vitest';
import type { KernelState } from '../../../engine/kernel/state.ts';
import { compileScenario } from '../../../engine/model/compile.ts';
import { RUNNING, SCHEDULED } from '../../../engine/model/states.ts';
import { compileFaults } from '../../../engine/sim/faults.ts';
import { Simulation } from '../../../engine/sim/run.ts';
import { plainPolicy, smallScenario } from '../../support/small-scenario.ts';

// 40 calls at once, then 40 tasks four to a VM, in the middle of which two VMs are killed.
const calls = Array.from({ length: 40 }, (_, k) => ({ id: `c${k}`, duration: 5 + k, on: ['api'] }));
const tasks = calls.map(({ id }, k) => ({ id: `t${k}`, duration: 30 + k, on: ['cloud'], after: [id], demand: { cores: 1 } }));
const instance = compileScenario(smallScenario([...calls, ...tasks], { api: [{ id: 'llm' }], cloud: [{ id: 'vm', cores: 4, max: 6, spinUp: 1, onDemand: { price: 1 } }] }));
const faults = compileFaults({ twinclock: 'faults/1', name: 'kills', faults: [{ kind: 'terminate', at: 60, vm: 'vm/0' }, { kind: 'terminate', at: 70, vm: 'vm/3' }] }, instance.problem);

/** Tasks on each unit, as its list has them, the one placed last first. */
const lists = (s: KernelState): number[][] => instance.problem.unitIds.map((_, unit) => {
  const list: number[] = [];
  for (let t = s.firstOnUnit(unit); t >= 0; t = s.nextOnUnit(t)) list.push(t);
  return list;
});
const placed = (s: KernelState): number[] => [...s.taskState.keys()].filter((t) => s.taskState[t] === SCHEDULED || s.taskState[t] === RUNNING);

it('gives each placed task a slot of its own, and the lists of the units hold just these', () => {
  const { world, kernel: { state } } = begun();
  let most = 0;
  while (!world.kernel.finished) {
    world.step();
    const now = placed(state);
    most = Math.max(most, now.length);
    expect(new Set(now.map((t) => state.taskAt[t]))).toHaveProperty('size', now.length);
    expect(lists(state).flat().sort((a, b) => a - b)).toEqual(now);
    expect(lists(state).map((list) => list.length)).toEqual([...state.load]);
    for (const [unit, list] of lists(state).entries()) expect(list.filter((t) => state.unitOf(t) !== unit)).toEqual([]);
  }
  expect(most).toBe(40);
  expect(state.interruptions.some((count) => count > 0)).toBe(true);
});

it('gives a copy slots of its own', () => {
  const { world, kernel: { state } } = begun();
  while (placed(state).length < 20) world.step();
  const copy = state.twin();
  copy.copyFrom(state);
  const before = lists(copy), finishes = placed(copy).map((t) => copy.finishOf(t));
  expect(before).toEqual(lists(state));
  while (!world.kernel.finished) world.step();
  expect(lists(state).flat()).toEqual([]);
  expect(lists(copy)).toEqual(before);
  expect(placed(copy).map((t) => copy.finishOf(t))).toEqual(finishes);
});

function begun(): Simulation {
  const simulation = new Simulation(instance, { policy: plainPolicy, faults });
  simulation.begin(1);
  return simulation;
}
