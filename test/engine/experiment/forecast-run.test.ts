// Forecasts of a run, and of the same run without one of its VMs: solved by hand where nothing is left to chance, and laws
// where something is.
import { describe, expect, it } from 'vitest';
import { RunForecaster } from '../../../engine/experiment/forecast-run.ts';
import type { ForecastOptions, RunForecast } from '../../../engine/experiment/forecast-run.ts';
import { compileScenario } from '../../../engine/model/compile.ts';
import { InputError } from '../../../engine/model/errors.ts';
import type { ScenarioFile } from '../../../engine/model/scenario.ts';
import { RUNNING } from '../../../engine/model/states.ts';
import { Simulation } from '../../../engine/sim/run.ts';
import { loadCatalog } from '../../../scenarios/catalog/index.ts';
import { plainPolicy, smallScenario } from '../../support/small-scenario.ts';

const SECOND = 1000;

/** The run at the first instant at which it is so. */
function stoodWhen(file: ScenarioFile, isSo: (simulation: Simulation) => boolean): { readonly forecast: (futures: number, options?: Partial<ForecastOptions>) => RunForecast; readonly simulation: Simulation } {
  const instance = compileScenario(file), simulation = new Simulation(instance, { policy: plainPolicy });
  simulation.begin(7);
  while (!isSo(simulation)) simulation.world.step();
  return {
    simulation,
    forecast: (futures, options = {}) => {
      const forecaster = new RunForecaster(instance, simulation, simulation.kernel.now, { policy: plainPolicy, ...options });
      forecaster.add(futures);
      return forecaster.result();
    },
  };
}

// vm/0  |boot 0-60|train 60-160|          as it stands
// vm/0  |boot 0-60|train 60-X             killed when it has started (X = 60)
// vm/1            |boot 60-120|train 120-220|
const one = smallScenario(
  [{ id: 'train', duration: '100s', on: ['cloud'] }], { cloud: [{ id: 'vm', max: 2, spinUp: '60s', onDemand: { price: 36 } }] },
  { jobs: [{ id: 'job', deadline: '200s', tasks: [{ id: 'train', duration: '100s', on: ['cloud'] }] }] },
);

const started = ({ kernel }: Simulation): boolean => kernel.state.taskState[0] === RUNNING;
const worksOnVms = ({ kernel: { state, vmCount } }: Simulation): boolean => vmCount >= 3 && state.load[state.vms[0]!]! > 0;

describe('the loss of a VM', () => {
  it('costs the work on it, another boot, and the deadline: solved by hand', () => {
    const { forecast, simulation } = stoodWhen(one, started);
    expect(simulation.kernel.now).toBe(60 * SECOND);
    const { loss, ...plain } = forecast(3, { lose: 'vm/0' }), same = (value: number) => ({ p10: value, p50: value, p90: value });
    expect(plain).toEqual(forecast(3));
    expect(plain).toMatchObject({ finish: same(160 * SECOND), cost: same(1_600_000), jobs: [{ job: 'job', onTime: 1 }] });
    // 60 s of the first VM, then 160 s of the second, at a cent a second.
    expect(loss).toMatchObject({ vm: 'vm/0', pairs: 3, unfinished: {}, finish: same(220 * SECOND), cost: same(2_200_000), later: same(60 * SECOND), dearer: same(600_000), jobs: [{ job: 'job', onTime: 0 }] });
  });

  it('is drawn on the same luck: what is not touched by it does not move, and the forecast beside it is the plain one', () => {
    const { forecast, simulation } = stoodWhen({ ...loadCatalog('feature-120'), budget: 1e6 }, worksOnVms), { kernel } = simulation, plain = forecast(12);
    const vm = simulation.instance.problem.unitIds[kernel.state.vms[0]!]!, now = kernel.now, { loss, ...beside } = forecast(12, { lose: vm });
    expect(beside).toEqual(plain);
    expect(forecast(12, { lose: vm }).loss).toEqual(loss);
    expect(kernel.now).toBe(now);
    expect(loss!.pairs).toBe(12);
    expect(loss!.dearer.p50).not.toBe(0);
    // What was done before the instant stays done.
    for (const [j, job] of plain.jobs.entries()) if (job.finish.p90 < now) expect(loss!.jobs[j]).toEqual(job);
  });

  it('can only be that of a VM that is up', () => {
    const { forecast } = stoodWhen(one, started), refusal = (lose: string): unknown => { try { forecast(1, { lose }); } catch (error) { return error instanceof InputError ? error.faults[0] : error; } return undefined; };
    expect(refusal('vm/1')).toMatchObject({ code: 'vm-not-up', path: 'lose', value: '"vm/1"', hint: 'up now: vm/0' });
    expect(refusal('vm/7')).toMatchObject({ code: 'unknown-vm', hint: expect.stringContaining('vm/') });
  });
});
