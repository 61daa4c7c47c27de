// Policies as the command line names them: built in by name, or a file of one's own by its path, each with parameters after a
// colon. The compiler of texts is large, so it is loaded only when there is a text.
import { InputError, inputError } from '../../model/errors.ts';
import { parsePolicySpec, policies, policyNamed, readPolicySpec } from '../../../policies/registry.ts';
import type { PolicyChoice } from '../../../policies/registry.ts';
import type { Policy } from '../../model/policy.ts';
import { textPolicy } from '../../../policies/text/run-program.ts';
import type { TextPolicy } from '../../../policies/text/run-program.ts';
import { translatePolicy } from '../../../policies/text/translate.ts';
import { readText } from './read-text.ts';

/** `./my-policy.ts`, `./my-policy.ts:theta=0.8` */
const FILE_SPEC = /^(.+\.[cm]?[jt]s)(?::(.*))?$/s;
const POLICY_BYTES_MAX = 4 * 1024 * 1024;

export const POLICY_HELP = 'name or file.ts, with its parameters';

/** Reads `weighted:theta=0.8` or `./my-policy.ts:theta=0.8`. Throws `InputError`. */
export async function loadPolicy(spec: string): Promise<PolicyChoice> {
  const file = FILE_SPEC.exec(spec.trim());
  if (file === null) return parsePolicySpec(spec);
  const policy = await policyOfFile(file[1]!);
  return readPolicySpec(file[2] === undefined ? policy.name : `${policy.name}:${file[2]}`, () => policy);
}

/** `all`, or policies with their parameters: `fifo,weighted:theta=0.8,idle=300,./my-policy.ts`. A piece `key=value` goes with the policy before it. */
export async function loadPolicies(text: string): Promise<PolicyChoice[]> {
  if (text.trim() === 'all') return policies.map((policy) => parsePolicySpec(policy.name));
  const specs: string[] = [], choices: PolicyChoice[] = [];
  for (const piece of text.split(',').map((part) => part.trim())) {
    if (/^[^:]*=/.test(piece) && specs.length > 0) specs.push(`${specs.pop()!},${piece}`);
    else specs.push(piece);
  }
  for (const spec of specs) choices.push(await loadPolicy(spec));
  return choices;
}

/** Whether a path is that of a policy's text, by its ending. */
export const isPolicyFile = (path: string): boolean => FILE_SPEC.exec(path)?.[2] === undefined && FILE_SPEC.test(path);

/** A policy by name, or in a file. */
export async function policyOrFile(name: string): Promise<Policy> {
  return isPolicyFile(name) ? policyOfFile(name) : policyNamed(name);
}

/** The policy of a text. `fileName`: what faults call it. Throws `InputError` with their lines. */
export async function policyOfText(text: string, fileName: string): Promise<TextPolicy> {
  const { default: ts } = await import('typescript');
  return textPolicy(translatePolicy(ts, text, fileName));
}

async function policyOfFile(path: string): Promise<TextPolicy> {
  const text = await readText(path, POLICY_BYTES_MAX).catch((error: unknown) => {
    throw error instanceof InputError ? inputError(error.code, '', error.faults[0]!.message, { hint: 'a policy is a name, or a file that ends in .ts' }) : error;
  });
  return policyOfText(text, path.replace(/^\.\//, ''));
}
