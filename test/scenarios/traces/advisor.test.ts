// The spot advisor's classes as hazards. A month at λ per hour loses 1 - exp(-730 λ).
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../engine/model/errors.ts';
import { hourly, readSpotAdvisor } from '../../../scenarios/traces/advisor.ts';
import { sharedData } from '../../support/shared-data.ts';

const table = JSON.stringify({
  ranges: [], instance_types: { 'm5.large': { cores: 2, ram_gb: 8 } },
  spot_advisor: { 'us-east-1': { Linux: { 'm5.large': { s: 54, r: 1 } }, Windows: { 'm5.large': { s: 30, r: 4 } } } },
});

describe('readSpotAdvisor', () => {
  it('reads class and saving', () => {
    const advice = readSpotAdvisor(table, { region: 'us-east-1', type: 'm5.large' });
    expect(advice).toMatchObject({ saving: 0.54, cores: 2, memoryGiB: 8 });
    expect(1 - Math.exp(-730 * advice.hazardPerHour)).toBeCloseTo(0.075, 3);
    expect(advice.hazardRange.map((h) => 1 - Math.exp(-730 * h))).toEqual([expect.closeTo(0.05, 3), expect.closeTo(0.1, 3)]);
    expect(readSpotAdvisor(table, { region: 'us-east-1', type: 'm5.large', system: 'Windows' }).hazardPerHour).toBe(hourly(0.3));
  });
  it('refuses what is not there', () => {
    for (const [json, options] of [[table, { region: 'us-east-2', type: 'm5.large' }], [table, { region: 'us-east-1', type: 'm5.xlarge' }], ['{}', { region: 'a', type: 'b' }], [table.replace('"r":1', '"r":7'), { region: 'us-east-1', type: 'm5.large' }]] as const) {
      expect(() => readSpotAdvisor(json, options)).toThrow(InputError);
    }
    expect(() => readSpotAdvisor(table, { region: 'us-east-2', type: 'm5.large' })).toThrow('did you mean "us-east-1"?');
  });
});

const file = sharedData('spot/aws-spot-advisor/spot-advisor-data-2025-06-28.json');
it.skipIf(file === undefined)('reads the published table (shared data: spot/aws-spot-advisor)', () => {
  const json = readFileSync(file!, 'utf8');
  expect(readSpotAdvisor(json, { region: 'us-east-1', type: 'm5.2xlarge' })).toEqual({ hazardPerHour: 0.000183, hazardRange: [0.000144, 0.000223], saving: 0.54, cores: 8, memoryGiB: 32 });
  expect(readSpotAdvisor(json, { region: 'us-east-1', type: 'p3.2xlarge' })).toMatchObject({ saving: 0.8, cores: 8, memoryGiB: 61, hazardRange: [hourly(0.2), hourly(0.4)] });
});
