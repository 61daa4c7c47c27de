// One run of a policy's text that looks for what a comparison does not show: acts that are refused, by line, and numbers
// kept where they should not be.
import { asTextPolicy, tryPolicy } from '../../engine/experiment/policy-trial.ts';
import type { PolicyChoice } from '../../policies/registry.ts';
import type { PolicyTrial, RunRequest } from './protocol.ts';
import type { LoadedFaults, LoadedScenario } from './sources.ts';

/** Throws `InputError` with the line for whatever goes wrong in the text. A built-in policy has nothing to be found. */
export function policyTrial({ study, seed }: RunRequest, { instance }: LoadedScenario, { compiled }: LoadedFaults, { policy, parameters }: PolicyChoice): PolicyTrial {
  const own = asTextPolicy(policy);
  return { refused: own === undefined ? [] : tryPolicy(instance, own, { parameters, weights: study.weights, faults: compiled, seed }) };
}
