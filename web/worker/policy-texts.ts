// Policies of the user, compiled from their texts. Compiled ones are kept by the hash of the text, so that an edited policy
// is another policy. In a study they go by the name under which the page keeps them (`mine/name`), with parameters after a
// colon as usual; in journals by the name that the text itself gives.
import { InputError, inputError, nearestName } from '../../engine/model/errors.ts';
import type { Policy } from '../../engine/model/policy.ts';
import { policyNamed, readPolicySpec } from '../../policies/registry.ts';
import type { PolicyChoice } from '../../policies/registry.ts';
import { Kept } from './kept.ts';
import type { TextSource } from './protocol.ts';

const MINE = 'mine/';

/** `fileName`: what faults in the text are said to be in. */
export type CompilePolicy = (text: string, fileName: string) => Policy;

/** Of a worker that has no compiler at hand. */
export const refuseTexts: CompilePolicy = () => { throw inputError('no-compiler', '', 'policies in texts are not run here'); };

export class PolicyTexts {
  private readonly compiled = new Kept<Policy>(32);
  private readonly compile: CompilePolicy;

  constructor(compile: CompilePolicy) {
    this.compile = compile;
  }

  /** The policy of a text with its parameters: `weighted:theta=0.8`, `mine/greedy:idle=60`. Throws `InputError`. */
  choice(spec: string, texts: readonly TextSource[] = []): PolicyChoice {
    return readPolicySpec(spec, (name) => (name.startsWith(MINE) || texts.some((text) => text.name === name) ? this.own(name, texts) : policyNamed(name)));
  }

  private own(name: string, texts: readonly TextSource[]): Policy {
    const found = texts.find((text) => text.name === name);
    if (found !== undefined) return this.compiled.of(`${found.hash} ${name}`, () => this.compileNamed(found));
    const near = nearestName(name, texts.map((text) => text.name));
    throw inputError('unknown-policy', '', 'the question does not bring the text of this policy', { value: name, ...(near === undefined ? {} : { hint: `did you mean "${near}"?` }) });
  }

  private compileNamed({ name, text }: TextSource): Policy {
    try {
      return this.compile(text, fileNameOf(name));
    } catch (error) {
      throw error instanceof InputError ? error.from(name) : error;
    }
  }
}

/** What faults call the text: `mine/greedy` is in `greedy.ts`. */
export const fileNameOf = (name: string): string => `${name.startsWith(MINE) ? name.slice(MINE.length) : name}.ts`;

/** Hash of the text of a policy, empty for those that are built in: what keeps runs of an edited policy apart. */
export function policyVersion(spec: string, texts: readonly TextSource[] = []): string {
  return texts.find(({ name }) => name === spec.split(':')[0])?.hash ?? '';
}
