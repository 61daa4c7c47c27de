// Bounds on a seed's true durations: exact where the schedule is forced, and below every run there is.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lowerBounds } from '../../../engine/bounds/bounds.ts';
import { runOnce } from '../../../engine/experiment/run-once.ts';
import { seedBounds, trueDurations } from '../../../engine/experiment/seed-bounds.ts';
import { compileScenario } from '../../../engine/model/compile.ts';
import type { FaultFile } from '../../../engine/model/fault-plan.ts';
import { compileFaults } from '../../../engine/sim/faults.ts';
import { policies } from '../../../policies/registry.ts';
import { loadCatalog } from '../../../scenarios/catalog/index.ts';
import { arbitraryScenario } from '../../support/random-scenario.ts';
import { plainPolicy, smallScenario } from '../../support/small-scenario.ts';

const faultsOf = (instance: ReturnType<typeof compileScenario>, faults: readonly FaultFile[]) => compileFaults({ twinclock: 'faults/1', name: 'test', faults }, instance.problem);

describe('seedBounds', () => {
  it('is what the run took when tasks stand in a row', () => {
    const instance = compileScenario(smallScenario([
      { id: 'a', duration: { uniform: { min: 10, max: 1000 } }, on: ['local'] }, { id: 'b', duration: { lognormal: { mean: 100, sigma: 1 } }, on: ['local'], after: ['a'] },
    ], { local: [{ id: 'pc', slots: 1 }] }));
    const seen = [1, 2, 3, 4].map((seed) => {
      const { metrics, bounds, reference } = runOnce(instance, { policy: plainPolicy, seed });
      expect(bounds.makespanMs).toBe(metrics.makespanMs);
      expect(metrics.makespanGap).toBe(0);
      expect(reference.makespanMs).toBe(lowerBounds(instance).makespanMs);
      return bounds.makespanMs;
    });
    expect(new Set(seen).size).toBe(4);
  });

  it('takes faults into account that make work faster or spot cheaper', () => {
    const instance = compileScenario(smallScenario([{ id: 'a', duration: 3600, on: ['vm'] }], { cloud: [{ id: 'vm', cores: 1, max: 1, slots: 1, spinUp: 0, spot: { price: 1 } }] }));
    expect(seedBounds(instance, 1)).toMatchObject({ makespanMs: 3_600_000, costMicroUsd: 1_000_000 });
    const faults = faultsOf(instance, [{ kind: 'price', at: 0, for: '1h', factor: 0.25 }, { kind: 'slow-down', at: 0, for: '1h', resource: 'vm', factor: 0.5 }]);
    expect(seedBounds(instance, 1, faults)).toMatchObject({ makespanMs: 1_800_000, costMicroUsd: 125_000 });
    expect(trueDurations(instance, 1, faultsOf(instance, [{ kind: 'slow-down', at: 0, for: '1h', resource: 'vm', factor: 3 }]))(0, 0)).toBe(3_600_000);
  });

  it('is pinned: figures that were shared stay what they are', () => {
    expect(seedBounds(compileScenario(loadCatalog('feature-120')), 1)).toMatchObject({
      makespanMs: 680_860_222, costMicroUsd: 166_976_371, parts: [
        { name: 'calendar', makespanMs: 680_860_222, detail: '' }, { name: 'slots', makespanMs: 680_860_222, detail: 'slots of amara, dana' },
        { name: 'capacity', makespanMs: 629_642_027, detail: 'cores of workstation, cpu, gpu' }, { name: 'path', makespanMs: 367_281_532, detail: '' },
      ],
    });
    expect(seedBounds(compileScenario(loadCatalog('feature-1000')), 2)).toMatchObject({ makespanMs: 976_857_448, costMicroUsd: 1_889_765_056 });
  });

  it('is beaten by no run that completes its tasks, under any policy and with faults', () => {
    const small = arbitraryScenario({ tasks: 8 });
    fc.assert(fc.property(small, fc.integer({ min: 0, max: 1_000_000 }), fc.constantFrom(...policies), fc.boolean(), (file, seed, policy, faulty) => {
      const instance = compileScenario(file), pool = file.fleet.cloud?.[0]?.id;
      const faults = faulty && pool !== undefined ? faultsOf(instance, [{ kind: 'price', at: '10m', for: '2h', factor: 0.5 }, { kind: 'slow-down', at: '5m', for: '1d', resource: pool, factor: 0.7 }]) : [];
      const { run, metrics, bounds, audit } = runOnce(instance, { policy, seed, faults });
      expect(audit.broken).toEqual([]);
      if (run.cause !== 'finished') return;
      expect(metrics.makespanMs).toBeGreaterThanOrEqual(bounds.makespanMs);
      expect(metrics.costMicroUsd).toBeGreaterThanOrEqual(bounds.costMicroUsd);
    }), { seed: 5, numRuns: 150 });
  });
});
