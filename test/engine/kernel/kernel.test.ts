// What the kernel keeps account of, read off its state after small runs: ticks of the grid, interruptions, a job's money.
import { expect, it } from 'vitest';
import { compileScenario } from '../../../engine/model/compile.ts';
import type { FleetFile } from '../../../engine/model/scenario.ts';
import { compileFaults } from '../../../engine/sim/faults.ts';
import { Simulation, simulate } from '../../../engine/sim/run.ts';
import { narrate } from '../../support/narrate.ts';
import { plainPolicy, smallScenario } from '../../support/small-scenario.ts';

const spot: FleetFile = { cloud: [{ id: 'vm', max: 2, spinUp: 0, spot: { price: 1.2, notice: 30 } }] };

it('leaves out no tick of the grid after an urgent decision between two of them, when all are wanted', () => {
  const instance = compileScenario(smallScenario([{ id: 'a', duration: 100, on: ['cloud'] }], spot, { mode: 'tick' }));
  const faults = compileFaults({ twinclock: 'faults/1', name: 'test', faults: [{ kind: 'terminate', at: 45, vm: 'vm/0' }] }, instance.problem);
  const r = simulate(instance, { policy: plainPolicy, seed: 1, faults, everyTick: true });
  expect(narrate(r, 'tick')).toEqual(['0 tick', '30 tick', '45 tick', '60 tick', '75 tick', '90 tick', '120 tick', '150 tick']);
});

it('counts an attempt that was saved in time as interrupted', () => {
  const instance = compileScenario(smallScenario([{ id: 'a', duration: 100, on: ['cloud'], checkpoint: { interval: 40, cost: 2 } }], spot));
  const simulation = new Simulation(instance, { policy: plainPolicy, faults: compileFaults({ twinclock: 'faults/1', name: 'test', faults: [{ kind: 'terminate', at: 50, vm: 'vm/0' }] }, instance.problem) });
  expect(narrate(simulation.run(1), 'revoke')).toHaveLength(1);
  expect(simulation.kernel.state.interruptions[0]).toBe(1);
});

it('charges a job nothing for calls that were turned away', () => {
  // Four calls of a dollar each, one of them answered 429 once.
  const calls = [1, 2, 3, 4].map((k) => ({ id: `c${k}`, duration: 1, on: ['api'] }));
  const instance = compileScenario(smallScenario([], { api: [{ id: 'llm', pricePerCall: 1, requestsPerMinute: 60, requestBurst: 2, actualShare: 0.5, retryAfter: 5 }] }, { jobs: [{ id: 'job', budget: 4.5, tasks: calls }] }));
  const simulation = new Simulation(instance, { policy: plainPolicy }), r = simulation.run(1);
  expect(narrate(r, 'task-failed')).toEqual(['1 task-failed c3 rate-limited 0']);
  expect(r.cause).toBe('finished');
  expect([...simulation.kernel.state.jobCommitted]).toEqual([4_000_000]);
});
