// Every policy by name, and the one-line text in which people and programs write a policy with its parameters:
// `weighted:theta=0.8,idle=300`. Parameters that are left out take their defaults; all faults of a text are reported at once.
import { InputError, fault, inputError, nearestName, type Fault } from '../engine/model/errors.ts';
import type { ParameterValues, Policy } from '../engine/model/policy.ts';
import { cheapest } from './cheapest.ts';
import { criticalPath } from './critical-path.ts';
import { earliestDueDate } from './earliest-due-date.ts';
import { fastest } from './fastest.ts';
import { fifo } from './fifo.ts';
import { heft } from './heft.ts';
import { maxMin } from './max-min.ts';
import { minMin } from './min-min.ts';
import { onDemandOnly } from './on-demand-only.ts';
import { peft } from './peft.ts';
import { random } from './random.ts';
import { shortestProcessingTime } from './shortest-processing-time.ts';
import { spotOnly } from './spot-only.ts';
import { weighted } from './weighted.ts';

/** All policies; the default one first, then by name. */
export const policies: readonly Policy[] = [
  weighted, cheapest, criticalPath, earliestDueDate, fastest, fifo, heft, maxMin, minMin, onDemandOnly, peft, random, shortestProcessingTime, spotOnly,
];

const byName: ReadonlyMap<string, Policy> = new Map(policies.map((policy) => [policy.name, policy]));

/** The policy of that name. Throws `InputError` `unknown-policy` with the nearest name. */
export function policyNamed(name: string): Policy {
  const policy = byName.get(name);
  if (policy !== undefined) return policy;
  const known = policies.map((p) => p.name), near = nearestName(name, known);
  throw inputError('unknown-policy', '', 'no policy of this name', { value: name, hint: suggestion(near, known) });
}

const suggestion = (near: string | undefined, known: readonly string[]): string =>
  near === undefined ? `one of ${known.join(', ')}` : `did you mean "${near}"?`;

/** A policy with a value for each of its parameters. */
export interface PolicyChoice {
  readonly policy: Policy;
  readonly parameters: ParameterValues;
}

/**
 * Reads `name` or `name:key=number,key=number`. Throws `InputError`: `unknown-policy`, `unknown-parameter`, `bad-parameter`
 * (no number, or out of its range), `repeated-parameter`.
 *
 * @example parsePolicySpec('weighted:theta=0.8,idle=300')
 */
export function parsePolicySpec(text: string): PolicyChoice {
  return readPolicySpec(text, policyNamed);
}

/** The same for policies that need not be built in: `named` finds them, or throws. */
export function readPolicySpec(text: string, named: (name: string) => Policy): PolicyChoice {
  const colon = text.indexOf(':');
  const policy = named((colon < 0 ? text : text.slice(0, colon)).trim());
  const given = new Map<string, number>(), faults: Fault[] = [];
  for (const part of colon < 0 ? [] : text.slice(colon + 1).split(',')) readParameter(policy, part.trim(), given, faults);
  if (faults.length > 0) throw new InputError(faults);
  const parameters = Object.fromEntries(Object.entries(policy.parameters).map(([name, spec]) => [name, given.get(name) ?? spec.default]));
  return { policy, parameters };
}

/** The canonical text of a policy with its parameters: those that differ from their defaults, in the order it declares them. */
export function formatPolicySpec({ policy, parameters }: PolicyChoice): string {
  const changed = Object.entries(policy.parameters).filter(([name, spec]) => parameters[name] !== undefined && parameters[name] !== spec.default);
  return policy.name + (changed.length === 0 ? '' : ':' + changed.map(([name]) => `${name}=${parameters[name]}`).join(','));
}

function readParameter(policy: Policy, part: string, given: Map<string, number>, faults: Fault[]): void {
  const equals = part.indexOf('='), name = (equals < 0 ? part : part.slice(0, equals)).trim(), text = equals < 0 ? '' : part.slice(equals + 1).trim();
  const spec = Object.hasOwn(policy.parameters, name) ? policy.parameters[name] : undefined, known = Object.keys(policy.parameters);
  if (spec === undefined) {
    const near = nearestName(name, known);
    faults.push(fault('unknown-parameter', policy.name, 'the policy has no parameter of this name', { value: name, hint: suggestion(near, known) }));
    return;
  }
  const path = `${policy.name}.${name}`, value = text === '' ? NaN : Number(text);
  if (given.has(name)) faults.push(fault('repeated-parameter', path, 'the parameter is given twice', { value: text, hint: 'give it once' }));
  else if (!(value >= spec.min && value <= spec.max)) {
    const hint = `from ${spec.min} to ${spec.max}, for example ${name}=${spec.default}`;
    faults.push(fault('bad-parameter', path, 'not a number in the range of the parameter', { value: text, hint }));
  } else given.set(name, value);
}
