// A thread that makes runs of a comparison: it compiles the scenario again, and sends what each policy did under a seed.
import { Replications } from '../../experiment/compare.ts';
import { compileScenario } from '../../model/compile.ts';
import type { Weights } from '../../model/policy.ts';
import type { ScenarioFile } from '../../model/scenario.ts';
import type { CompiledFault } from '../../sim/faults.ts';
import { policyFromTold } from './policy-told.ts';
import type { PolicyTold } from './policy-told.ts';
import { takeSeeds } from './take-seeds.ts';

/** What a thread is told. */
export interface CompareWork {
  readonly scenario: ScenarioFile;
  readonly policies: readonly PolicyTold[];
  readonly weights: Weights | undefined;
  readonly faults: readonly CompiledFault[] | undefined;
}

takeSeeds(({ scenario, policies, weights, faults }: CompareWork) => {
  const replications = new Replications({
    instance: compileScenario(scenario), policies: policies.map(policyFromTold), clock: () => performance.now(),
    ...(weights === undefined ? {} : { weights }), ...(faults === undefined ? {} : { faults }),
  });
  return (seed) => replications.runsOf(seed);
});
