// The surveyor's runs are those of the engine's own comparison, whatever it was asked before.
import { expect, it } from 'vitest';
import { compare } from '../../../engine/experiment/compare.ts';
import { compileScenario } from '../../../engine/model/compile.ts';
import { Surveyor } from '../../../notebooks/sweep/surveyor.ts';
import { parsePolicySpec } from '../../../policies/registry.ts';
import { loadCatalog } from '../../../scenarios/catalog/index.ts';

it('makes the runs of `compare`, in any order', () => {
  const weights = { latency: 0.2, cost: 0.7, fragmentation: 0.1 }, surveyor = new Surveyor('feature-12');
  const { runs } = compare({ instance: compileScenario(loadCatalog('feature-12')), policies: [parsePolicySpec('weighted')], weights, firstSeed: 3, replications: 4 });
  const later = surveyor.runs({ policy: 'weighted', weights }, [5, 6]);
  surveyor.runs({ policy: 'cheapest', weights: { latency: 1, cost: 0, fragmentation: 0 } }, [3]);
  expect([...surveyor.runs({ policy: 'weighted', weights }, [3, 4]), ...later]).toEqual(runs[0]);
});
