// What the kernel keeps account of, read off its state after small runs: ticks of the grid, interruptions, a job's money.
import { describe, expect, it } from 'vitest';
import * as R from '../../../engine/journal/records.ts';
import type { RunRecord } from '../../../engine/journal/run-record.ts';
import { Kernel } from '../../../engine/kernel/kernel.ts';
import { foldRun } from '../../../engine/metrics/attempts.ts';
import { auditRun } from '../../../engine/metrics/audit.ts';
import { compileScenario } from '../../../engine/model/compile.ts';
import { DEFAULT_WEIGHTS } from '../../../engine/model/policy.ts';
import type { FleetFile } from '../../../engine/model/scenario.ts';
import { compileFaults } from '../../../engine/sim/faults.ts';
import { Simulation, simulate } from '../../../engine/sim/run.ts';
import { narrate } from '../../support/narrate.ts';
import { plainPolicy, smallScenario } from '../../support/small-scenario.ts';
import { numberOf, rowsOf, writtenRun } from '../../support/written-run.ts';

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

describe('work that is cancelled', () => {
  // ann works [9, 17). She takes "read" at 16:00, "ask" is called at 16:10, "run" begins on a machine at 16:00 for 1 $ an hour. All of it is cancelled at 10:00 of the next day.
  const HOUR = 3_600_000, open = (day: number): [number, number] => [(24 * day + 9) * HOUR, (24 * day + 17) * HOUR];
  const { problem } = compileScenario(smallScenario([], {
    local: [{ id: 'pc', cores: 1, energyPrice: 1 }], api: [{ id: 'llm', pricePerCall: 0.25, pricePerToken: 0.001 }], human: [{ id: 'ann', costPerHour: 60, calendar: { intervals: [open(0), open(1)] } }],
  }, { epoch: '2026-03-02T00:00:00Z', jobs: [{ id: 'job', tasks: [{ id: 'ask', duration: '40h', on: ['api'], tokens: 500 }, { id: 'read', duration: '7h', on: ['human'] }, { id: 'run', duration: '40h', on: ['local'] }] }] }));
  const number = (id: string): number => numberOf(problem.taskIds, id), unit = (id: string): number => numberOf(problem.unitIds, id);

  function placed(): Kernel {
    const weights = DEFAULT_WEIGHTS, kernel = new Kernel(problem, { policy: plainPolicy.prepare(problem, {}, weights), parameters: {}, weights, random: () => 0 });
    kernel.apply(R.JOB_SUBMITTED, 16 * HOUR, 0, 0, 0, 0);
    kernel.apply(R.TICK, 16 * HOUR, 0, 0, 0, 0);
    return kernel;
  }
  /** What the tables make of it, when the audit finds nothing wrong. */
  function cost(kernel: Kernel): number {
    const run = writtenRun(problem, rowsOf({ log: kernel.log } as RunRecord)), fold = foldRun(run);
    expect(auditRun(run, kernel.spent(), fold).broken).toEqual([]);
    return fold.ledger.total;
  }

  it('is paid: the call that was made, and the hours worked until then', () => {
    const kernel = placed();
    kernel.apply(R.TASK_STARTED, 16 * HOUR, number('read'), 1, unit('ann'), 0);
    kernel.apply(R.TASK_STARTED, 16 * HOUR, number('run'), 1, unit('pc'), 0);
    kernel.apply(R.TASK_STARTED, 16 * HOUR + 600_000, number('ask'), 1, unit('llm'), 0);
    kernel.apply(R.JOB_CANCELLED, 34 * HOUR, 0, 0, 0, 0);
    expect([kernel.spent(), cost(kernel)]).toEqual([138_750_000, 138_750_000]); // 2 h x 60 $, 0.25 $ + 500 x 0.001 $, 18 h x 1 $
  });

  it('costs nothing when it had not begun', () => {
    const kernel = placed();
    kernel.apply(R.JOB_CANCELLED, 34 * HOUR, 0, 0, 0, 0);
    expect([kernel.spent(), cost(kernel)]).toEqual([0, 0]);
  });
});
