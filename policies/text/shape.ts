// What a policy's text must export: one object with name, summary, parameters and prepare, as in `engine/model/policy.ts`.
// Every fault of its shape is reported, at the line of the property; unknown keys are refused with the one that was meant.
import { InputError, nearestName } from '../../engine/model/errors.ts';
import type { Fault } from '../../engine/model/errors.ts';
import type { ParameterSpec, ParameterValues, PreparedPolicy, Weights } from '../../engine/model/policy.ts';
import type { Problem } from '../../engine/model/problem.ts';
import { faultAt } from './program.ts';
import type { PolicyProgram } from './program.ts';

export interface PolicyShape {
  /** Under which name the text exports it. */
  readonly exportName: string;
  readonly name: string;
  readonly summary: string;
  readonly parameters: Readonly<Record<string, ParameterSpec>>;
  prepare(problem: Problem, parameters: ParameterValues, weights: Weights): PreparedPolicy;
}

const KEYS = ['name', 'summary', 'parameters', 'prepare'] as const;
const SPEC_KEYS = ['description', 'default', 'min', 'max'] as const;
const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, NAME_MAX = 40, SUMMARY_MAX = 200;
const PARAMETER_NAME = /^[A-Za-z][A-Za-z0-9]*$/;
const EXAMPLE = "export const myPolicy: Policy = { name: 'my-policy', summary: '...', parameters: {}, prepare(problem, parameters, weights) { ... } }";

type Values = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Values => typeof value === 'object' && value !== null;

/** The one policy among what a text exports. Throws `InputError`: `no-policy`, `several-policies`, or what is wrong with it. */
export function policyAmong(exported: Values, program: PolicyProgram): PolicyShape {
  const { fileName, places } = program;
  const found = Object.entries(exported).filter(([, value]) => isObject(value) && ('prepare' in value || ('name' in value && 'summary' in value)));
  if (found.length === 0) throw new InputError([faultAt(fileName, [1, 1], 'no-policy', 'the text exports no policy', { hint: EXAMPLE })]);
  if (found.length > 1) {
    throw new InputError(found.map(([name]) => faultAt(fileName, places[name] ?? [1, 1], 'several-policies', 'a text exports one policy', { value: name, hint: 'keep each in a file of its own' })));
  }
  const [exportName, value] = found[0]! as [string, Values], faults: Fault[] = [];
  const report = (key: string, code: string, message: string, extra: { value?: unknown; hint?: string } = {}): void => {
    faults.push(faultAt(fileName, places[`${exportName}.${key}`] ?? places[exportName] ?? [1, 1], code, message, extra));
  };
  const { name, summary, parameters, prepare } = value;
  for (const key of Object.keys(value)) if (!KEYS.includes(key as 'name')) report(key, 'unknown-key', `a policy has no key ${JSON.stringify(key)}`, meant(key, KEYS));
  if (typeof name !== 'string' || !NAME.test(name) || name.length > NAME_MAX) report('name', 'bad-policy', `name is up to ${NAME_MAX} small letters, digits and hyphens`, { value: name, hint: "for example 'my-policy'" });
  if (typeof summary !== 'string' || summary.trim() === '' || summary.includes('\n') || summary.length > SUMMARY_MAX) {
    report('summary', 'bad-policy', `summary is one line of up to ${SUMMARY_MAX} characters`, { value: summary, hint: 'what it does, and its source when it is published' });
  }
  if (!isObject(parameters)) report('parameters', 'bad-policy', 'parameters is an object, {} when there are none', { value: parameters });
  if (typeof prepare !== 'function') report('prepare', 'bad-policy', 'prepare is a function', { value: prepare, hint: 'prepare(problem, parameters, weights) gives { order, decide }' });
  const specs = isObject(parameters) ? Object.entries(parameters).map(([key, spec]) => [key, checkedSpec(key, spec, (code, message, extra) => { report('parameters', code, message, extra); })] as const) : [];
  if (faults.length > 0) throw new InputError(faults);
  return {
    exportName, name: name as string, summary: summary as string, parameters: Object.freeze(Object.fromEntries(specs)),
    prepare: (problem, values, weights) => (value as unknown as PolicyShape).prepare(problem, values, weights),
  };
}

function checkedSpec(key: string, spec: unknown, report: (code: string, message: string, extra: { value?: unknown; hint?: string }) => void): ParameterSpec {
  const { description, default: given, min, max } = isObject(spec) ? spec : {} as Values, at = `parameter ${key}`;
  if (!PARAMETER_NAME.test(key)) report('bad-policy', 'a parameter has a name of letters and digits', { value: key });
  for (const name of isObject(spec) ? Object.keys(spec) : []) if (!SPEC_KEYS.includes(name as 'min')) report('unknown-key', `${at} has no key ${JSON.stringify(name)}`, meant(name, SPEC_KEYS));
  if (typeof description !== 'string' || description.trim() === '') report('bad-policy', `${at}: description is a text`, { value: description, hint: 'what it means, and its unit' });
  if (![given, min, max].every((x) => typeof x === 'number' && Number.isFinite(x)) || !(min! <= given! && given! <= max!)) {
    report('bad-policy', `${at}: min, default and max are numbers in this order`, { value: { min, default: given, max }, hint: '{ description: \'...\', default: 300, min: 0, max: 86_400 }' });
  }
  return Object.freeze({ description: description as string, default: given as number, min: min as number, max: max as number });
}

function meant(key: string, known: readonly string[]): { hint: string } {
  const near = nearestName(key, known);
  return { hint: near === undefined ? `there are ${known.join(', ')}` : `did you mean ${near}?` };
}
