// What a policy decides does not depend on how it came: its text, translated and run behind a frozen view, gives the rows of
// the built-in one on any scenario, also when it is made to forget everything but `view.memory`.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileScenario } from '../../engine/model/compile.ts';
import { Simulation } from '../../engine/sim/run.ts';
import { policies } from '../../policies/registry.ts';
import { textPolicy } from '../../policies/text/run-program.ts';
import { builtInText, compileText } from '../support/policy-text.ts';
import { arbitraryScenario } from '../support/random-scenario.ts';

const SEED = Number(process.env.TWINCLOCK_LAW_SEED ?? 20261123), RUNS = Number(process.env.TWINCLOCK_LAW_RUNS ?? 12);

describe('the text of a policy gives its rows on any scenario', () => {
  it.each(policies.map((policy) => [policy.name, policy] as const))('%s', (name, policy) => {
    const text = compileText(builtInText(name)), forgetful = textPolicy(text.program, { forget: true });
    fc.assert(fc.property(arbitraryScenario(), fc.nat(1000), (scenario, seed) => {
      const instance = compileScenario(scenario);
      const [expected, ...others] = [policy, text, forgetful].map((one) => { const { log } = new Simulation(instance, { policy: one }).run(seed); return log.rows.slice(0, log.length); });
      for (const rows of others) expect(rows).toEqual(expected);
    }), { seed: SEED, numRuns: RUNS });
  });
});
