// Laws that hold for every policy whatever goes wrong, and however much of it at once: kills with and without notice, storms,
// droughts, prices, absences and outages that overlap, slow-downs. A failure prints the seed, the path and the scenario.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runOnce } from '../../engine/experiment/run-once.ts';
import { recordText, recordView } from '../../engine/journal/record-view.ts';
import { STRIDE, TICK } from '../../engine/journal/records.ts';
import type { RunRecord } from '../../engine/journal/run-record.ts';
import { compileScenario } from '../../engine/model/compile.ts';
import type { FaultFile } from '../../engine/model/fault-plan.ts';
import type { FleetFile } from '../../engine/model/scenario.ts';
import { compileFaults } from '../../engine/sim/faults.ts';
import { Forecaster } from '../../engine/sim/forecast.ts';
import { replay } from '../../engine/sim/replay.ts';
import { Simulation, simulate } from '../../engine/sim/run.ts';
import { policies } from '../../policies/registry.ts';
import { arbitraryScenario } from '../support/random-scenario.ts';

const SEED = Number(process.env.TWINCLOCK_LAW_SEED ?? 20261123), RUNS = Number(process.env.TWINCLOCK_LAW_RUNS ?? 15);

/** Two faults of each kind for each resource, at instants taken from `numbers` in turn. */
function faultsFor(fleet: FleetFile, numbers: readonly number[]): FaultFile[] {
  let used = 0;
  const upTo = (most: number) => numbers[used++ % numbers.length]! % most, window = (most: number) => ({ at: upTo(most), for: 1 + upTo(most) });
  const twice = (make: () => FaultFile) => [make(), make()];
  return [
    ...(fleet.cloud ?? []).flatMap(({ id: pool }): FaultFile[] => [
      ...twice(() => ({ kind: 'terminate', at: upTo(600), pool, count: 1 + upTo(2), notice: upTo(200) })),
      ...twice(() => ({ kind: 'price', ...window(900), pool, factor: 0.5 + upTo(5) })),
      { kind: 'storm', at: upTo(300), for: 3600, killsPerHour: 20 + upTo(100), pool, notice: upTo(90) }, { kind: 'no-capacity', ...window(900), pool },
    ]),
    ...(fleet.human ?? []).flatMap(({ id: human }) => twice(() => ({ kind: 'away', ...window(4000), human }))),
    ...(fleet.api ?? []).flatMap(({ id: api }) => twice(() => ({ kind: 'outage', ...window(500), api }))),
    ...(fleet.local ?? []).flatMap(({ id: resource }) => twice(() => ({ kind: 'slow-down', ...window(500), resource, factor: 1 + upTo(3) }))),
  ];
}

/** Every row but the ticks, without row numbers. */
function story(run: RunRecord): string[] {
  const lines: string[] = [];
  for (let n = 0; n < run.log.count; n++) if (run.log.rows[n * STRIDE] !== TICK) lines.push(recordText(recordView(run.problem, run.log, n)));
  return lines;
}

describe.each(policies.map((policy) => [policy.name, policy] as const))('%s, whatever goes wrong,', (_name, policy) => {
  it('ends well or with a failed task, keeps the audit, replays, needs no other ticks, and can be forecast', () => {
    const numbers = fc.array(fc.nat(100_000), { minLength: 7, maxLength: 23 });
    fc.assert(fc.property(arbitraryScenario(), fc.nat(1000), numbers, (file, seed, drawn) => {
      const instance = compileScenario(file), faults = compileFaults({ twinclock: 'faults/1', name: 'law', faults: faultsFor(file.fleet, drawn) }, instance.problem), ends = ['finished', 'task-failed'];
      expect(runOnce(instance, { policy, seed, faults }).audit.broken).toEqual([]);
      const run = simulate(instance, { policy, seed, faults });
      expect(ends).toContain(run.cause);
      expect(replay(instance, run.log, { policy, parameters: run.parameters, weights: run.weights, seed })).toMatchObject({ identical: true, objection: '' });
      if (file.mode === 'tick') expect(story(simulate(instance, { policy, seed, faults, everyTick: true }))).toEqual(story(run));
      const stepped = new Simulation(instance, { policy, faults }), forecaster = new Forecaster(instance, { policy });
      stepped.begin(seed);
      for (let step = 1; !stepped.kernel.finished; step++) {
        stepped.world.step();
        if (step % 41 === 0) expect(ends).toContain(forecaster.future(stepped, step).cause);
      }
      expect(stepped.kernel.now).toBe(run.endedAt);
    }), { seed: SEED, numRuns: RUNS });
  });
});
