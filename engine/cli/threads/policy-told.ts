// A policy as another thread is told of it: a built-in one by its name, one that came as text as its translation, for functions
// cannot be sent.
import { policyNamed } from '../../../policies/registry.ts';
import type { PolicyChoice } from '../../../policies/registry.ts';
import type { PolicyProgram } from '../../../policies/text/program.ts';
import { textPolicy } from '../../../policies/text/run-program.ts';
import { asTextPolicy } from '../../experiment/policy-trial.ts';
import type { ParameterValues } from '../../model/policy.ts';

export interface PolicyTold {
  readonly policy: string | PolicyProgram;
  readonly parameters: ParameterValues;
}

export function policyTold({ policy, parameters }: PolicyChoice): PolicyTold {
  return { policy: asTextPolicy(policy)?.program ?? policy.name, parameters };
}

export function policyFromTold({ policy, parameters }: PolicyTold): PolicyChoice {
  return { policy: typeof policy === 'string' ? policyNamed(policy) : textPolicy(policy), parameters };
}
