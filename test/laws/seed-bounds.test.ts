// Bounds kept for an instance are those of a seed worked out by themselves, whatever was asked before: no seed, fault or
// other durations leave a trace in the arrays that are used again. A failure prints the seed, the path and the scenario.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LowerBounds, lowerBounds } from '../../engine/bounds/bounds.ts';
import { SeedBounds, seedBounds, trueDurations } from '../../engine/experiment/seed-bounds.ts';
import { compileScenario } from '../../engine/model/compile.ts';
import type { FaultFile } from '../../engine/model/fault-plan.ts';
import type { Instance } from '../../engine/model/problem.ts';
import type { ScenarioFile } from '../../engine/model/scenario.ts';
import { compileFaults } from '../../engine/sim/faults.ts';
import type { CompiledFault } from '../../engine/sim/faults.ts';
import { catalogNames, loadCatalog } from '../../scenarios/catalog/index.ts';
import { arbitraryScenario, crowded } from '../support/random-scenario.ts';

const SEED = Number(process.env.TWINCLOCK_LAW_SEED ?? 20261201), RUNS = Number(process.env.TWINCLOCK_LAW_RUNS ?? 100);

/** Nothing, cheaper spot, dearer spot, quicker machines, and all of it at once. */
function faultsFor({ problem }: Instance): (readonly CompiledFault[])[] {
  const spot = problem.poolIds.filter((_, p) => problem.poolSpotPrice[p]! >= 0), compiled = (faults: readonly FaultFile[]) => compileFaults({ twinclock: 'faults/1', name: 'law', faults }, problem);
  const cheaper = spot.map((pool): FaultFile => ({ kind: 'price', at: '1h', for: '2h', pool, factor: 0.3 })), dearer = spot.map((pool): FaultFile => ({ kind: 'price', at: 0, for: '1d', pool, factor: 3 }));
  const quicker: FaultFile = { kind: 'slow-down', at: 0, for: '1h', resource: problem.poolIds[0]!, factor: 0.6 };
  return [[], cheaper, dearer, [quicker], [...cheaper, ...cheaper, ...dearer, quicker]].map(compiled);
}

/** Asks for each (seed, place of the faults) in turn. */
function checkInTurn(instance: Instance, asked: readonly (readonly [seed: number, faults: number])[]): void {
  const kept = new SeedBounds(instance), faults = faultsFor(instance);
  for (const [seed, k] of asked) expect(kept.of(seed, faults[k]!), `seed ${seed}, faults ${k}`).toEqual(seedBounds(instance, seed, faults[k]!));
}

describe('bounds that are kept', () => {
  const asked = fc.array(fc.tuple(fc.nat(1000), fc.nat(4)), { minLength: 2, maxLength: 6 });
  const check = (law: (file: ScenarioFile, asked: readonly (readonly [number, number])[]) => void) => fc.assert(fc.property(arbitraryScenario(), asked, law), { seed: SEED, numRuns: RUNS });

  it('are those of each seed and plan of faults, in any order', () => check((file, some) => { checkInTurn(compileScenario(file), some); }));
  it('are where many wait for many', () => check((file, some) => { checkInTurn(compileScenario(crowded(file, 4)), some); }));
  it('are on estimates and thorough too', () => check((file, some) => {
    const instance = compileScenario(file), kept = new LowerBounds(instance);
    for (const [seed, k] of some) {
      const durations = trueDurations(instance, seed), thorough = k % 2 === 1;
      expect(kept.find({ durations, thorough })).toEqual(lowerBounds(instance, { durations, thorough }));
      expect(kept.find()).toEqual(lowerBounds(instance));
    }
  }));
  it.each(catalogNames().filter((name) => name !== 'feature-100000'))('are in the catalogue: %s', (name) => {
    checkInTurn(compileScenario(loadCatalog(name)), [[1, 0], [2, 4], [1, 0], [3, 1], [2, 3]]);
  });
});
