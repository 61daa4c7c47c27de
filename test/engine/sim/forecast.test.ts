// Futures from an instant of a run: they end as it does where nothing is left to chance, and never move it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileScenario } from '../../../engine/model/compile.ts';
import { Forecaster, observedRun } from '../../../engine/sim/forecast.ts';
import { Arena, Simulation } from '../../../engine/sim/run.ts';
import { compileFaults } from '../../../engine/sim/faults.ts';
import type { FaultFile } from '../../../engine/model/fault-plan.ts';
import type { FleetFile, ScenarioFile, TaskFile } from '../../../engine/model/scenario.ts';
import { resolvedScenario } from '../../../scenarios/opening/open-scenario.ts';
import { arbitraryScenario } from '../../support/random-scenario.ts';
import { loadCatalog } from '../../../scenarios/catalog/index.ts';
import { plainPolicy, smallScenario } from '../../support/small-scenario.ts';

/** Steps a fresh simulation until `steps` events have happened or it has ended. */
function until(file: ScenarioFile, steps: number): { simulation: Simulation; forecaster: Forecaster } {
  const instance = compileScenario(file), simulation = new Simulation(instance, { policy: plainPolicy });
  simulation.begin(7);
  for (let k = 0; k < steps && !simulation.kernel.finished; k++) simulation.world.step();
  return { simulation, forecaster: new Forecaster(instance, { policy: plainPolicy }) };
}

describe('forecast', () => {
  it('of a run without chance is its end, from every instant', () => {
    const file = loadCatalog('heft-10'), end = new Simulation(compileScenario(file), { policy: plainPolicy }).run(7).endedAt;
    for (let steps = 1; steps < 40; steps++) {
      const { simulation, forecaster } = until(file, steps);
      if (simulation.kernel.finished) break;
      expect(forecaster.future(simulation, 1)).toMatchObject({ cause: 'finished', endedAt: end });
    }
  });

  it('never moves the run it starts from, and repeats by seed', () => {
    const { simulation, forecaster } = until(loadCatalog('feature-120'), 400);
    const before = simulation.kernel.now, a = forecaster.future(simulation, 1);
    for (let seed = 2; seed < 8; seed++) forecaster.future(simulation, seed);
    expect(forecaster.future(simulation, 1)).toEqual(a);
    expect(simulation.kernel.now).toBe(before);
    while (!simulation.kernel.finished) simulation.world.step();
    expect(simulation.kernel.now).toBe(new Simulation(simulation.instance, { policy: plainPolicy }).run(7).endedAt);
  });

  it('finishes from every stage of feature-120, later stages spread less', () => {
    const spread = (steps: number) => {
      const { simulation, forecaster } = until({ ...loadCatalog('feature-120'), budget: 1e6 }, steps), ends: number[] = [];
      for (let seed = 0; seed < 40; seed++) { const f = forecaster.future(simulation, seed); expect(f.cause).toBe('finished'); ends.push(f.endedAt - simulation.kernel.now); }
      return Math.max(...ends) - Math.min(...ends);
    };
    const stages = [1, 150, 300, 450].map(spread);
    expect(stages[3]).toBeLessThan(stages[0]!);
  });
});

/** Nothing is left to chance here, but faults to come are not known: a future of an instant after the last of them ends as the run does. */
function endsAlike(tasks: readonly TaskFile[], fleet: FleetFile, faults: readonly FaultFile[], seconds: readonly number[], end: number): void {
  const instance = compileScenario(smallScenario(tasks, fleet)), forecaster = new Forecaster(instance, { policy: plainPolicy });
  const simulation = new Simulation(instance, { policy: plainPolicy, faults: compileFaults({ twinclock: 'faults/1', name: 'test', faults }, instance.problem) });
  expect(simulation.run(1).endedAt).toBe(end * 1000);
  for (const at of seconds) {
    simulation.begin(1);
    while (simulation.world.calendar.nextTime() <= at * 1000) simulation.world.step();
    expect([at, forecaster.future(simulation, 1).endedAt]).toEqual([at, end * 1000]);
  }
}

describe('a forecast takes over what anyone can see', () => {
  const ana = { id: 'ana', calendar: { intervals: [[0, 10_000_000]] as [number, number][] } };
  const away = (at: number, length: number): FaultFile => ({ kind: 'away', at, for: length, human: 'ana' });

  it('the work of a person who is away, or was', () => endsAlike(
    [{ id: 'a', duration: 100, on: ['human'] }, { id: 'b', duration: 70, on: ['local'] }, { id: 'c', duration: 1, on: ['local'], after: ['b'] }],
    { local: [{ id: 'pc' }], human: [ana] }, [away(60, 30)], [60, 70, 95, 130], 130,
  ));

  it('the absence of a person who has nothing to do yet', () => endsAlike(
    [{ id: 'x', duration: 20, on: ['local'] }, { id: 'a', duration: 60, on: ['human'], after: ['x'] }], { local: [{ id: 'pc' }], human: [ana] }, [away(10, 100)], [10, 20, 110], 170,
  ));

  // Work 100 s, checkpoints every 40 s that take 10 s: one at 100-110; the last, on the notice at 120, is written until 130.
  it('the checkpoint that is being written', () => endsAlike(
    [{ id: 'a', duration: 100, on: ['cloud'], checkpoint: { interval: 40, cost: 10 } }], { cloud: [{ id: 'vm', max: 2, spinUp: 60, spot: { price: 1.2, notice: 30 } }] },
    [{ kind: 'terminate', at: 120, vm: 'vm/0' }], [120, 129, 130, 200, 235], 250,
  ));

  it('from arrays that have held a larger problem', () => {
    const arena = new Arena(), small = compileScenario(loadCatalog('heft-10'));
    new Simulation(compileScenario(loadCatalog('feature-120')), { policy: plainPolicy }, arena).run(1);
    const simulation = new Simulation(small, { policy: plainPolicy }, arena);
    simulation.begin(7);
    for (let k = 0; k < 8; k++) simulation.world.step();
    expect(new Forecaster(small, { policy: plainPolicy }).future(simulation, 1).endedAt).toBe(new Simulation(small, { policy: plainPolicy }).run(7).endedAt);
  });
});

it('of a picture made of rows alone are those of the run itself', () => {
  fc.assert(fc.property(arbitraryScenario({ tasks: 10 }), fc.integer({ min: 1, max: 60 }), (drawn, steps) => {
    // A checkpoint that is being written shows in no row until it is there.
    const file = { ...drawn, jobs: drawn.jobs.map((job) => ({ ...job, tasks: job.tasks.map(({ checkpoint: _, ...task }) => task) })) };
    const { simulation, forecaster } = until(resolvedScenario(file), steps);
    if (simulation.kernel.finished) return;
    const { kernel, instance } = simulation, picture = observedRun(instance, kernel, kernel.log, kernel.now);
    for (let seed = 1; seed <= 3; seed++) expect(forecaster.future(picture, seed)).toEqual(forecaster.future(simulation, seed));
  }), { numRuns: 300, seed: 20261123 });
});
