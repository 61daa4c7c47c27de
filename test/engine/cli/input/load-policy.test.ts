// Policies as the command line names them: built in, or files, in one list.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPolicies, loadPolicy } from '../../../../engine/cli/input/load-policy.ts';
import { InputError } from '../../../../engine/model/errors.ts';
import { formatPolicySpec, policies } from '../../../../policies/registry.ts';
import { workFolder } from '../../../support/built-cli.ts';
import { builtInText, smallPolicy } from '../../../support/policy-text.ts';

const home = workFolder(), path = join(home, 'mine.ts');
writeFileSync(path, builtInText('fifo'));
const refusal = (load: Promise<unknown>): Promise<string> => load.then(() => 'nothing', (error: unknown) => { if (error instanceof InputError) return error.message; throw error; });

describe('a list of policies', () => {
  it('gives parameters to the policy before them', async () => {
    expect((await loadPolicies('fifo, weighted:theta=0.8,idle=60,cheapest')).map(formatPolicySpec)).toEqual(['fifo', 'weighted:theta=0.8,idle=60', 'cheapest']);
    expect((await loadPolicies('all')).map(({ policy }) => policy)).toEqual(policies);
  });

  it('takes files among names', async () => {
    const specs = (await loadPolicies(`fifo,${path}:idle=60,heft,${path}`)).map(formatPolicySpec), own = specs[3]!;
    expect(own).toMatch(/^fifo@[0-9a-f]{8}$/);
    expect(specs).toEqual(['fifo', `${own}:idle=60`, 'heft', own]);
  });

  it('refuses what is no policy', async () => {
    for (const text of ['fifo,,heft', 'idle=60,fifo']) expect(await refusal(loadPolicies(text))).toContain('[unknown-policy]');
    expect(await refusal(loadPolicies('fifo:idle=60,thteta=1'))).toContain('[unknown-parameter]');
    expect(await refusal(loadPolicy(`${path}:idel=1`))).toContain('did you mean "idle"?');
    expect(await refusal(loadPolicy(join(home, 'none.ts')))).toContain('[no-such-file]');
    writeFileSync(join(home, 'wrong.ts'), smallPolicy({ decide: 'Date.now();' }));
    expect(await refusal(loadPolicy(join(home, 'wrong.ts')))).toContain('wrong.ts:8:7: Date is not there in a policy [no-clock]; the time is view.now');
  });
});
