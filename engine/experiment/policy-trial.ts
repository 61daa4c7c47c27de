// A policy's text put to the test on one run: does it keep to the contract of the port, and which of its acts are refused,
// at which lines? The run is made with a policy that forgets everything but `view.memory` again and again; if it differs
// from the ordinary run, the text keeps numbers where forks and futures of a run cannot see them, and is refused.
import type { Instance } from '../model/problem.ts';
import { simulate } from '../sim/run.ts';
import type { SimulationOptions } from '../sim/run.ts';
import { errorAt } from '../../policies/text/program.ts';
import { textPolicy } from '../../policies/text/run-program.ts';
import type { RefusedAct, TextPolicy } from '../../policies/text/run-program.ts';

export interface CountedRefusal extends RefusedAct {
  readonly times: number;
}

export type TrialOptions = Pick<SimulationOptions, 'parameters' | 'weights' | 'faults' | 'everyTick'> & { readonly seed: number };

/**
 * The refused acts of one run, those of one line, act and reason counted together, in the order in which they first happened.
 * `hash`: that of the ordinary run, made here when it is not known. Throws `InputError`: `policy-state` when the text
 * remembers what it should not, and whatever goes wrong in it.
 */
export function tryPolicy(instance: Instance, policy: TextPolicy, options: TrialOptions, hash: string = simulate(instance, { ...options, policy, reasons: false }).hash): CountedRefusal[] {
  const refused = new Map<string, CountedRefusal>(), { program } = policy;
  const forgetful = textPolicy(program, {
    forget: true,
    onRefused: (act) => {
      const key = `${act.path} ${act.act} ${act.reason}`;
      refused.set(key, { ...act, times: (refused.get(key)?.times ?? 0) + 1 });
    },
  });
  if (simulate(instance, { ...options, policy: forgetful, reasons: false }).hash !== hash) {
    throw errorAt(program.fileName, placeOfPolicy(policy), 'policy-state', 'its decisions depend on variables that it changed in earlier ones', {
      hint: 'what must outlive a decision goes into view.memory (prepare says how many numbers: memory: 10)',
    });
  }
  return [...refused.values()];
}

function placeOfPolicy({ program: { places } }: TextPolicy): readonly [number, number] {
  return Object.entries(places).find(([name]) => name.endsWith('.prepare'))?.[1] ?? Object.values(places)[0] ?? [1, 1];
}

/** A policy that came as text, or undefined. */
export function asTextPolicy(policy: object): TextPolicy | undefined {
  return 'program' in policy && 'text' in policy ? policy as TextPolicy : undefined;
}
