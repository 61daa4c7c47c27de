// The published JSON Schemas: valid in their draft, closed, and fitting random scenarios in a validator set up here.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { FAULT_PLAN_SCHEMA, SCENARIO_SCHEMA, type JsonSchema } from '../../../engine/model/schema.ts';
import { arbitraryScenario } from '../../support/random-scenario.ts';

const typesText = readFileSync(new URL('../../../engine/model/scenario.ts', import.meta.url), 'utf8');

/** Keys of an interface as written in scenario.ts, and those of them without a question mark. */
function keysOf(name: string): { keys: string[]; required: string[] } {
  const body = new RegExp(`export interface ${name} \\{\\n([\\s\\S]*?)\\n\\}`).exec(typesText)![1]!;
  const found = [...body.matchAll(/^ {2}readonly (\w+)(\??):/gm)];
  return { keys: found.map((m) => m[1]!).sort(), required: found.filter((m) => m[2] === '').map((m) => m[1]!).sort() };
}

const properties = SCENARIO_SCHEMA.properties!, defs = SCENARIO_SCHEMA.$defs!;

test.each<[string, JsonSchema]>([
  ['ScenarioFile', SCENARIO_SCHEMA], ['FleetFile', properties['fleet']!], ['JobFile', defs['job']!], ['TaskFile', defs['task']!],
  ['LocalFile', defs['local']!], ['CloudFile', defs['cloud']!], ['ApiFile', defs['api']!], ['HumanFile', defs['human']!],
])('%s: the schema has the keys of the type, no others, and asks for the same', (name, schema) => {
  expect({ keys: Object.keys(schema.properties!).sort(), required: [...schema.required!].sort() }).toEqual(keysOf(name));
  expect(schema['additionalProperties']).toBe(false);
});

describe.each([['scenario', SCENARIO_SCHEMA], ['fault plan', FAULT_PLAN_SCHEMA]] as const)('the schema of the %s', (_, schema) => {
  test('is plain JSON and a valid schema of its draft', () => {
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
    const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
    expect(ajv.validateSchema(schema), ajv.errorsText()).toBe(true);
    expect(() => ajv.compile(schema)).not.toThrow();
  });

  test('closes every object whose keys are known, and refers to nothing that is not there', () => {
    const names = Object.keys(schema.$defs!), open: string[] = [], dangling: string[] = [];
    const walk = (value: unknown, path: string) => {
      if (typeof value !== 'object' || value === null) return;
      const node = value as Record<string, unknown>;
      if (typeof node['properties'] === 'object' && node['type'] === 'object' && node['additionalProperties'] !== false) open.push(path);
      if (typeof node['$ref'] === 'string' && !names.includes(node['$ref'].slice('#/$defs/'.length))) dangling.push(path);
      for (const [key, child] of Object.entries(node)) walk(child, `${path}/${key}`);
    };
    walk(schema, '#');
    expect({ open, dangling }).toEqual({ open: [], dangling: [] });
  });
});

test('random scenarios fit the schema, read by a validator of its own', () => {
  const validate = new Ajv2020({ allowUnionTypes: true }).compile(SCENARIO_SCHEMA);
  fc.assert(fc.property(arbitraryScenario(), (file) => {
    expect(validate(JSON.parse(JSON.stringify(file))), JSON.stringify(validate.errors)).toBe(true);
  }), { seed: 20260105, numRuns: 100 });
});
