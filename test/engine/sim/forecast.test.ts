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
import { policies } from '../../../policies/registry.ts';
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

/** A simulation after each of the gaps, in events, until it has ended. */
function* stagesOf(simulation: Simulation, gaps: readonly number[]): Generator<Simulation, void, void> {
  simulation.begin(7);
  for (const gap of gaps) {
    for (let k = 0; k < gap && !simulation.kernel.finished; k++) simulation.world.step();
    if (simulation.kernel.finished) return;
    yield simulation;
  }
}

function picturesAgree(file: ScenarioFile, faults: readonly FaultFile[], gaps: readonly number[], seeds: number): void {
  const instance = compileScenario(file), forecaster = new Forecaster(instance, { policy: plainPolicy });
  const plan = compileFaults({ twinclock: 'faults/1', name: 'test', faults }, instance.problem);
  for (const { kernel, world } of stagesOf(new Simulation(instance, { policy: plainPolicy, faults: plan }), gaps)) {
    const picture = observedRun(instance, kernel, kernel.log, kernel.now);
    for (let seed = 1; seed <= seeds; seed++) expect(forecaster.future(picture, seed)).toEqual(forecaster.future({ world }, seed));
  }
}

/** Faults drawn for the resources that the scenario has. */
function someFaults({ fleet: { human = [], cloud = [], api = [] } }: ScenarioFile, drawn: readonly (readonly [kind: number, at: number, length: number, which: number])[]): FaultFile[] {
  const pick = <T>(list: readonly T[], which: number): T[] => (list.length === 0 ? [] : [list[which % list.length]!]);
  return drawn.flatMap(([kind, at, length, which]): FaultFile[] => {
    switch (kind) {
      case 0: return pick(human, which).map(({ id }) => ({ kind: 'away', at, for: length, human: id }));
      case 1: return pick(cloud, which).map(({ id }) => ({ kind: 'terminate', at, pool: id, count: 2, notice: length % 300 }));
      case 2: return pick(api, which).map(({ id }) => ({ kind: 'outage', at, for: length, api: id }));
      case 3: return [{ kind: 'slow-down', at, for: length, resource: 'box', factor: 2 }];
      case 4: return pick(cloud, which).map(() => ({ kind: 'no-capacity', at, for: length }));
      default: return pick(cloud, which).map(() => ({ kind: 'price', at, for: length, factor: 1.5 }));
    }
  });
}

describe('of a picture made of rows alone are those of the run itself', () => {
  it('on random scenarios with faults', () => {
    const fault = fc.tuple(fc.integer({ min: 0, max: 5 }), fc.nat(20_000), fc.integer({ min: 1, max: 8000 }), fc.nat(2));
    fc.assert(fc.property(arbitraryScenario({ tasks: 10 }), fc.array(fault, { maxLength: 4 }), fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 4 }), (drawn, faults, gaps) => {
      // A checkpoint that is written in between shows in no row until it is there; one asked for on a notice does.
      const onNoticeOnly: ScenarioFile = { ...drawn, jobs: drawn.jobs.map((job) => ({ ...job, tasks: job.tasks.map(({ checkpoint, ...task }) => ({ ...task, ...(checkpoint === undefined ? {} : { checkpoint: { ...checkpoint, interval: '2000h' } }) })) })) };
      picturesAgree(resolvedScenario(onNoticeOnly), someFaults(drawn, faults), gaps, 2);
    }), { numRuns: 60 });
  }, 60_000);

  const everyEvent = Array.from({ length: 40 }, () => 1);
  const fleet: FleetFile = { cloud: [{ id: 'vm', max: 2, spinUp: 60, onDemand: { price: 1 }, spot: { price: 0.2, notice: 30 } }] };
  const task: TaskFile = { id: 'a', duration: 100, on: ['cloud'], batchKey: 'image', checkpoint: { interval: '10h', cost: 10 } };

  // Set-up from 60 to 120: a notice at 90 asks for a checkpoint, and there is nothing to save yet.
  it('when a checkpoint is asked for during set-up', () => picturesAgree(
    smallScenario([task], fleet, { batches: { image: { setup: 60 } } }), [{ kind: 'terminate', at: 90, vm: 'vm/0', notice: 30 }], everyEvent, 2,
  ));

  // Work from 120: asked for at 150, written until 160; a second notice at 155 with an earlier kill asks again, and the first goes on.
  it('when a second notice asks for the checkpoint that is being written', () => picturesAgree(
    smallScenario([task], fleet, { batches: { image: { setup: 60 } } }),
    [{ kind: 'terminate', at: 150, vm: 'vm/0', notice: 60 }, { kind: 'terminate', at: 155, vm: 'vm/0', notice: 20 }], everyEvent, 2,
  ));
});

describe.each([200, 300])('a future under another policy, of %i tasks', (count) => {
  const named = (name: string) => policies.find((policy) => policy.name === name)!, tasks = Array.from({ length: count }, (_, k): TaskFile => ({
    id: `t${k}`, duration: 20 + (k * 37) % 90, ...(k % 3 === 0 ? {} : { after: [`t${k - 1}`] }), on: k % 5 === 0 ? ['human'] : ['local', 'cloud'], demand: { cores: 1 },
  }));
  const instance = compileScenario(smallScenario(tasks, { local: [{ id: 'pc', cores: 3 }], cloud: [{ id: 'vm', cores: 2, max: 4, spinUp: 30, onDemand: { price: 1 } }], human: [{ id: 'ann' }, { id: 'ben' }] }));
  const begun = (name: string, steps: number): Simulation => {
    const simulation = new Simulation(instance, { policy: named(name) });
    simulation.begin(7);
    for (let k = 0; k < steps; k++) simulation.world.step();
    return simulation;
  };

  // With and without keys that never change, and with other numbers kept.
  it.each([['critical-path', 'fifo'], ['fifo', 'critical-path'], ['critical-path', 'earliest-due-date'], ['weighted', 'heft'], ['heft', 'shortest-processing-time']])('of %s goes on as %s would have begun', (run, other) => {
    const forecaster = new Forecaster(instance, { policy: named(other) });
    for (const steps of [0, 1]) expect(forecaster.future(begun(run, steps), 3)).toEqual(forecaster.future(begun(other, steps), 3)); // nothing is decided yet
    const simulation = begun(run, count / 2), { now } = simulation.kernel, future = forecaster.future(simulation, 3);
    expect(future.cause).toBe('finished');
    expect(simulation.kernel.now).toBe(now);
    while (!simulation.kernel.finished) simulation.world.step();
    expect(simulation.kernel.now).toBe(new Simulation(instance, { policy: named(run) }).run(7).endedAt);
  });
});
