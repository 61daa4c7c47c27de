// The live configuration: every fault at once, with a hint that leads on.
import { describe, expect, it } from 'vitest';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { checkPools, isLoopback, validateLive } from '../../../engine/live/config.ts';
import { liveSchema } from '../../../engine/live/config-schema.ts';
import type { DriverKind } from '../../../engine/live/driver.ts';
import { DRIVER_KINDS } from '../../../engine/live/drivers/registry.ts';
import { LIVE_EXAMPLES } from '../../../engine/live/examples/index.ts';
import EC2_EXAMPLE from '../../../engine/live/examples/ec2.json' with { type: 'json' };
import { compileScenario } from '../../../engine/model/compile.ts';
import { InputError } from '../../../engine/model/errors.ts';
import type { ScenarioFile } from '../../../engine/model/scenario.ts';
import { validateScenario } from '../../../engine/model/validate.ts';

const kind = (name: string, serves: DriverKind['serves'], more: Partial<DriverKind> = {}): DriverKind => ({ name, summary: name, serves, options: {}, load: async () => { throw new Error(); }, ...more });
const KINDS = [
  kind('process', ['local'], { options: { grace: { $ref: '#/$defs/duration' }, memory: { enum: ['kill', 'report'] } } }), kind('people', ['human']),
  kind('http', ['api'], { options: { base: { type: 'string', minLength: 1, description: 'Base address.' } }, required: ['base'] }),
];
const GOOD = { twinclock: 'live/1', name: 'team-1', scenario: 'feature-12', pools: { ws: { driver: 'process', grace: '5s' }, llm: { driver: 'http', base: 'http://127.0.0.1:9/' } } };

function faults(act: () => unknown): string[] {
  try { act(); return []; } catch (error) { return (error as InputError).faults.map(({ code, path, hint }) => `${code} ${path}${hint === undefined ? '' : `: ${hint}`}`); }
}

describe('validateLive', () => {
  it('takes what is right', () => expect(validateLive(GOOD, KINDS)).toBe(GOOD));

  it('tells every fault of shape at once', () => {
    expect(faults(() => validateLive({ ...GOOD, name: 'a b', polcy: 'heft', pools: { ws: { driver: 'proces' }, llm: { driver: 'http' }, x: { driver: 'process', grase: '5s', memory: 'keep' } } }, KINDS))).toEqual([
      'unknown-key polcy: did you mean "policy"?', expect.stringMatching(/^bad-value name/), 'unknown-driver pools.ws.driver: did you mean "process"?', 'missing-key pools.llm.base: Base address.',
      'unknown-key pools.x.grase: did you mean "grace"?', 'bad-choice pools.x.memory: one of "kill", "report"',
    ]);
  });

  it.each([
    [{ ...GOOD, twinclock: 'scenario/1' }, 'unsupported-version twinclock: a live configuration begins with "twinclock": "live/1"'], [null, 'unsupported-version twinclock: a live configuration begins with "twinclock": "live/1"'],
    [{ ...GOOD, listen: { address: '0.0.0.0' } }, 'token-needed listen.tokenFile: others can reach 0.0.0.0: name a file for the bearer token, or listen on 127.0.0.1'],
    [{ ...GOOD, lostAfter: '0s' }, 'bad-duration lostAfter: it must be at least 1ms'], [{ ...GOOD, store: 'mysql://x' }, expect.stringMatching(/^bad-value store/)],
  ])('refuses %j', (value, expected) => expect(faults(() => validateLive(value, KINDS))).toEqual([expected]));

  it('knows what is loopback', () => {
    expect(['127.0.0.1', '127.8.9.1', '::1', 'localhost'].every(isLoopback)).toBe(true);
    expect(['0.0.0.0', '10.0.0.1', '::', '127.0.0.1.example.org', ''].some(isLoopback)).toBe(false);
  });
});

it('every entry of a fleet has a driver that can serve it, and none too many', () => {
  const fleet = { local: [{ id: 'ws' }], human: [{ id: 'ada' }], api: [{ id: 'llm' }] };
  expect(faults(() => checkPools({ ws: { driver: 'people' }, llm: { driver: 'http' }, lmm: { driver: 'http' } }, fleet, KINDS))).toEqual([
    'wrong-driver pools.ws.driver: one of process', 'unknown-entry pools.lmm: did you mean "llm"?', 'no-driver pools: add "ada": {"driver": "people"}',
  ]);
  expect(faults(() => checkPools({ ws: { driver: 'process' }, ada: { driver: 'people' }, llm: { driver: 'http' }, old: { driver: 'http' } }, fleet, KINDS, { spare: true }))).toEqual([]);
});

it('the published schema compiles, and knows every driver there is', () => {
  const validate = new Ajv2020({ allowUnionTypes: true }).compile(liveSchema(DRIVER_KINDS));
  expect(validate({ ...GOOD, pools: { ws: { driver: 'process' } } })).toBe(true);
  expect(validate({ ...GOOD, pools: { ws: { driver: 'no-such-driver' } } })).toBe(false);
  expect(DRIVER_KINDS.map(({ name }) => name)).toContain('process');
});

it.each(Object.entries({ ...LIVE_EXAMPLES, ec2: EC2_EXAMPLE }))('the example %s is right, and named as it is called', (name, example) => {
  const { name: own, scenario, pools } = validateLive(example), { fleet } = scenario as ScenarioFile;
  checkPools(pools, fleet);
  expect(own).toBe(name);
  expect(compileScenario(validateScenario(scenario)).problem.taskCount).toBeGreaterThan(2);
});
