// Laws of policies whose order never changes: `order` tells the keys whenever it is asked, and the run is the same whether the kernel
// keeps eligible tasks by these or sorts them as they come.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileScenario } from '../../engine/model/compile.ts';
import { InvariantError } from '../../engine/model/errors.ts';
import { DEFAULT_WEIGHTS } from '../../engine/model/policy.ts';
import type { Policy } from '../../engine/model/policy.ts';
import type { ScenarioFile } from '../../engine/model/scenario.ts';
import { Arena, Simulation, defaultedParameters } from '../../engine/sim/run.ts';
import { fifo } from '../../policies/fifo.ts';
import { policies } from '../../policies/registry.ts';
import { arbitraryScenario, crowded } from '../support/random-scenario.ts';
import { smallScenario } from '../support/small-scenario.ts';

const SEED = Number(process.env.TWINCLOCK_LAW_SEED ?? 20261123), RUNS = Math.ceil(Number(process.env.TWINCLOCK_LAW_RUNS ?? 40) / 5);

/** The policy without its keys. */
const sorting = (policy: Policy): Policy => ({
  ...policy,
  prepare: (problem, parameters, weights) => {
    const prepared = policy.prepare(problem, parameters, weights), { keys, memory = 0, everyTick = false } = prepared;
    return {
      memory, everyTick,
      order: (view, task) => {
        const key = prepared.order(view, task);
        if (!Object.is(key + 0, keys![task]! + 0)) expect.fail(`${problem.taskIds[task]}: ${key}, not ${keys![task]}`);
        return key;
      },
      decide: (view) => { prepared.decide(view); },
    };
  },
});

const { problem: anyProblem } = compileScenario(smallScenario([{ id: 't', duration: 1 }], { local: [{ id: 'pc' }] }));
const fixed = policies.filter((policy) => policy.prepare(anyProblem, defaultedParameters(policy, {}), DEFAULT_WEIGHTS).keys !== undefined);

/** As many copies of each task as make so many. */
const ofAtLeast = (count: number, file: ScenarioFile): ScenarioFile => crowded(file, Math.ceil(count / file.jobs.reduce((sum, { tasks }) => sum + tasks.length, 0)), 1);

it('there are such policies, and others', () => {
  expect(fixed.length).toBeGreaterThan(5);
  expect(fixed.length).toBeLessThan(policies.length);
});

it.each(fixed)('$name', (policy) => {
  fc.assert(fc.property(arbitraryScenario({ tasks: 6 }), fc.nat(1000), (file, seed) => {
    const instance = compileScenario(ofAtLeast(300, file)), run = new Simulation(instance, { policy });
    expect(run.run(seed).hash).toBe(new Simulation(instance, { policy: sorting(policy) }).run(seed).hash);
    expect(run.kernel.ready.inPlaces).toBe(true);
  }), { seed: SEED, numRuns: RUNS });
});

it('runs that share arrays, of problems of all sizes and policies of both kinds, are each what they are alone', () => {
  const one = fc.tuple(arbitraryScenario({ tasks: 5 }), fc.constantFrom(1, 300, 1100), fc.nat(policies.length - 1), fc.boolean());
  fc.assert(fc.property(fc.array(one, { minLength: 2, maxLength: 5 }), fc.nat(1000), (list, seed) => {
    const arena = new Arena(), runs = list.map(([file, count, k, keepLog]) => {
      const instance = compileScenario(ofAtLeast(count, file)), policy = policies[k]!;
      return { shared: new Simulation(instance, { policy, keepLog, reasons: false }, arena), alone: new Simulation(instance, { policy, keepLog, reasons: false }) };
    });
    for (const { shared, alone } of [...runs, ...runs]) {
      const a = shared.run(seed), b = alone.run(seed);
      expect([a.cause, a.endedAt, a.hash]).toEqual([b.cause, b.endedAt, b.hash]);
    }
  }), { seed: SEED, numRuns: RUNS });
});

it('one array of keys may serve several problems', () => {
  const keys = new Float64Array(300), policy: Policy = { ...fifo, name: 'by number', prepare: (...asked) => Object.assign(fifo.prepare(...asked), { keys, order: () => 0 }) }, arena = new Arena();
  const runs = [1, 2, 3].map((kinds) => {
    const tasks = Array.from({ length: 300 }, (_, k) => ({ id: `t${k}`, duration: 1 + k % 7, on: [['local'], ['cloud'], ['local', 'cloud']][k % kinds]! }));
    const instance = compileScenario(smallScenario(tasks, { local: [{ id: 'pc', cores: 2 }], cloud: [{ id: 'vm', max: 2, spinUp: 1, onDemand: { price: 1 } }] }));
    return { shared: new Simulation(instance, { policy }, arena), alone: new Simulation(instance, { policy: sorting(policy) }) };
  });
  for (const { shared, alone } of [...runs, ...runs]) expect(shared.run(1).hash).toBe(alone.run(1).hash);
});

it.each([['too few', new Float64Array(299)], ['no number', Float64Array.from({ length: 300 }, (_, k) => (k === 7 ? NaN : k))]])('keys that are %s are refused', (_, keys) => {
  const policy: Policy = { ...fifo, prepare: (...asked) => Object.assign(fifo.prepare(...asked), { keys }) };
  const instance = compileScenario(smallScenario(Array.from({ length: 300 }, (_, k) => ({ id: `t${k}`, duration: 1 })), { local: [{ id: 'pc' }] }));
  expect(() => new Simulation(instance, { policy }).run(1)).toThrow(InvariantError);
});
