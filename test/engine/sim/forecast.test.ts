// Futures from an instant of a run: they end as it does where nothing is left to chance, and never move it.
import { describe, expect, it } from 'vitest';
import { compileScenario } from '../../../engine/model/compile.ts';
import { Forecaster } from '../../../engine/sim/forecast.ts';
import { Simulation } from '../../../engine/sim/run.ts';
import type { ScenarioFile } from '../../../engine/model/scenario.ts';
import { loadCatalog } from '../../../scenarios/catalog/index.ts';
import { plainPolicy } from '../../support/small-scenario.ts';

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
