// What a plan may reach, on cases where nothing is left to chance.
import { describe, expect, it } from 'vitest';
import { BlastRadiusForecaster } from '../../../../engine/experiment/rehearsal/blast-radius.ts';
import { compileScenario } from '../../../../engine/model/compile.ts';
import type { FaultPlanFile } from '../../../../engine/model/fault-plan.ts';
import { observedRun } from '../../../../engine/sim/forecast.ts';
import { Simulation } from '../../../../engine/sim/run.ts';
import { plainPolicy, smallScenario } from '../../../support/small-scenario.ts';

const instance = compileScenario({ ...smallScenario([], { local: [{ id: 'pc' }], api: [{ id: 'llm', pricePerCall: 2, retryAfter: '20s' }], human: [{ id: 'ada' }] }), jobs: [{
  id: 'job', deadline: '150s', tasks: [{ id: 'call', duration: 100, on: ['api'] }, { id: 'after', duration: 10, on: ['local'], after: ['call'] }, { id: 'beside', duration: 50, on: ['local'] }],
}] });
const PLAN: FaultPlanFile = { twinclock: 'faults/1', name: 'down', faults: [{ kind: 'outage', at: '50s', for: '20s', api: 'llm' }, { kind: 'away', at: '1h', for: '1s', human: 'ada' }] };

// The call ends at 100, `after` at 110. Down from 50 to 70: the call is lost and paid for, made again at 70, ends at 170, `after` at 180.
const expected = {
  futures: 5, finished: { without: 5, with: 5 }, extraMs: { p10: 70_000, p50: 70_000, p90: 70_000 }, extraMicroUsd: { p10: 2_000_000, p50: 2_000_000, p90: 2_000_000 },
  tasks: [{ name: 'call', share: 1 }], vms: [], people: [], apis: [{ name: 'llm', share: 1 }],
  jobs: [{ job: 'job', delayMs: { p10: 70_000, p50: 70_000, p90: 70_000 }, deadline: 150_000, onTimeWithout: 1, onTimeWith: 0 }],
  faults: [{ name: 'llm down from 50s for 20s', share: 1 }, { name: 'ada away from 1h for 1s', share: 0 }],
};

describe('the reach of a plan', () => {
  it('from the beginning', () => {
    const forecaster = new BlastRadiusForecaster(instance, PLAN, undefined, { policy: plainPolicy });
    forecaster.add(5);
    expect(forecaster.result()).toEqual({ at: 0, ...expected });
  });

  it('from where a run stands: what has happened is counted in, the run is not moved', () => {
    const simulation = new Simulation(instance, { policy: plainPolicy });
    simulation.begin(1);
    while (simulation.world.calendar.nextTime() <= 40_000) simulation.world.step();
    const { kernel } = simulation, rows = kernel.log.count, source = observedRun(instance, kernel, kernel.log, 40_000);
    const forecaster = new BlastRadiusForecaster(instance, PLAN, { source, log: kernel.log, history: instance, at: 40_000 }, { policy: plainPolicy });
    forecaster.add(5);
    expect(forecaster.result()).toEqual({ at: 40_000, ...expected });
    expect(kernel.log.count).toBe(rows);
  });
});
