// The registry and the one-line text of a policy: names, defaults, every fault at once, and the way back.
import { describe, expect, test } from 'vitest';
import { InputError } from '../../engine/model/errors.ts';
import { formatPolicySpec, parsePolicySpec, policies, policyNamed } from '../../policies/registry.ts';

const faultsOf = (act: () => unknown) => {
  try { act(); } catch (error) {
    if (error instanceof InputError) return error.faults.map(({ code, path, value, hint }) => ({ code, path, value, hint }));
    throw error;
  }
  throw new Error('nothing was thrown');
};

test('every policy is there once, with sound parameters', () => {
  expect(policies.map((policy) => policy.name)).toEqual([
    'weighted', 'cheapest', 'critical-path', 'earliest-due-date', 'fastest', 'fifo', 'heft', 'max-min', 'min-min', 'on-demand-only', 'peft', 'random', 'shortest-processing-time', 'spot-only',
  ]);
  for (const policy of policies) {
    expect(policyNamed(policy.name)).toBe(policy);
    for (const [name, spec] of Object.entries(policy.parameters)) expect([name, spec.min <= spec.default && spec.default <= spec.max]).toEqual([name, true]);
  }
});

test('an unknown name is refused with the nearest one', () => {
  expect(faultsOf(() => policyNamed('critical-pat'))).toEqual([{ code: 'unknown-policy', path: '', value: '"critical-pat"', hint: 'did you mean "critical-path"?' }]);
  expect(faultsOf(() => policyNamed('zzzzzzzzzzzz'))[0]!.hint).toMatch(/^one of weighted, cheapest, /);
});

describe('the text of a policy', () => {
  test('parameters that are left out take their defaults', () => {
    const { policy, parameters } = parsePolicySpec('weighted:theta=0.8,idle=120');
    expect(policy.name).toBe('weighted');
    expect(parameters).toEqual({ theta: 0.8, hysteresis: 0.05, idle: 120, batching: 1, maxWait: 86_400 });
    expect(parsePolicySpec('fifo').parameters).toEqual({ idle: 300 });
    expect(parsePolicySpec(' weighted : theta = 0.8 , idle=120 ')).toEqual({ policy, parameters });
  });

  test('all faults at once', () => {
    expect(faultsOf(() => parsePolicySpec('weighted:tetha=0.8,idle=soon,batching=2,maxWait=,idle=1,idle=2'))).toEqual([
      { code: 'unknown-parameter', path: 'weighted', value: '"tetha"', hint: 'did you mean "theta"?' },
      { code: 'bad-parameter', path: 'weighted.idle', value: '"soon"', hint: 'from 0 to 86400, for example idle=300' },
      { code: 'bad-parameter', path: 'weighted.batching', value: '"2"', hint: 'from 0 to 1, for example batching=1' },
      { code: 'bad-parameter', path: 'weighted.maxWait', value: '""', hint: 'from 0 to 31536000, for example maxWait=86400' },
      { code: 'repeated-parameter', path: 'weighted.idle', value: '"2"', hint: 'give it once' },
    ]);
  });

  test('names of built-in object members are no parameters', () => {
    expect(faultsOf(() => parsePolicySpec('fifo:toString=1'))[0]!.code).toBe('unknown-parameter');
  });

  test('the canonical text names what differs from the defaults, and reads back', () => {
    expect(formatPolicySpec(parsePolicySpec('weighted:idle=120,theta=0.8,batching=1'))).toBe('weighted:theta=0.8,idle=120');
    expect(formatPolicySpec(parsePolicySpec('heft'))).toBe('heft');
    for (const policy of policies) expect(parsePolicySpec(formatPolicySpec({ policy, parameters: { idle: 60 } })).parameters.idle).toBe(60);
  });
});
