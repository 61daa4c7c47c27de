// A thread that makes storms of a rehearsal: it compiles the scenario again, and sends the figures of each.
import { Rehearser } from '../../experiment/rehearsal/rehearse.ts';
import { compileScenario } from '../../model/compile.ts';
import type { FaultPlanFile } from '../../model/fault-plan.ts';
import type { Weights } from '../../model/policy.ts';
import type { ScenarioFile } from '../../model/scenario.ts';
import { policyFromTold } from './policy-told.ts';
import type { PolicyTold } from './policy-told.ts';
import { takeSeeds } from './take-seeds.ts';

/** What a thread is told. */
export interface StormWork extends PolicyTold {
  readonly scenario: ScenarioFile;
  readonly weights: Weights | undefined;
  readonly plan: FaultPlanFile;
}

takeSeeds(({ scenario, weights, plan, ...policy }: StormWork) => {
  const rehearser = new Rehearser({ instance: compileScenario(scenario), ...policyFromTold(policy), plan, ...(weights === undefined ? {} : { weights }) });
  return (seed) => rehearser.storm(seed);
});
