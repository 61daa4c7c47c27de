// Lives of instances out of polling logs: by hand, and the figures derived for the published logs.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../engine/model/errors.ts';
import { readInstanceLog } from '../../../scenarios/traces/instance-log.ts';
import { sharedData } from '../../support/shared-data.ts';

const at = (time: string, message: string): string => `[2020-03-15T${time}:00.000Z] ${message}`;
const HOUR = 3_600_000;

describe('readInstanceLog', () => {
  it('follows lives, losses, failures and names used again', () => {
    const log = readInstanceLog([
      at('10:00', 'Created instance i-1 with 1 GPU(s) of type v100 in zone z'), at('10:00', 'Instance with 8 GPU(s) of type k80 creation failed'),
      at('10:00', 'Instance i-9 creation failed'), at('10:30', 'Instance i-9 not running in zone z'), at('11:00', 'Instance i-1 running in zone z'),
      at('12:00', 'Instance i-1 not running in zone z'), at('12:00', 'Successfully deleted instance i-1'), at('13:00', 'Created instance i-1 with 4 GPU(s) of type k80 in zone y'),
      at('15:00', 'Instance i-1 running in zone y'), '',
    ].join('\n'));
    expect(log.lives).toEqual([
      { instance: 'i-1', type: 'v100', gpus: 1, zone: 'z', start: 0, end: 2 * HOUR, lost: true },
      { instance: 'i-1', type: 'k80', gpus: 4, zone: 'y', start: 3 * HOUR, end: 5 * HOUR, lost: false },
    ]);
    // One loss in four hours of life.
    expect(log).toMatchObject({ failures: 2, hazardPerHour: 0.25, lengthMs: 5 * HOUR });
  });
  it('refuses other lines by number', () => {
    const bad = [at('10:00', 'Instance a running in zone z'), 'hello', at('09:00', 'Instance a running in zone z'), at('10:00', 'Rebooted a')].join('\n');
    try {
      readInstanceLog(bad);
      expect.unreachable();
    } catch (error) {
      expect((error as InputError).faults.map((f) => f.path)).toEqual(['line 2', 'line 3', 'line 4']);
    }
  });
});

const folder = sharedData('spot/training-on-a-dime/availability');
describe.skipIf(folder === undefined)('published logs (shared data: spot/training-on-a-dime)', () => {
  it.each([
    ['aws_persistent_2020-03-15.out', { created: 39, lost: 32, median: 0.6, mean: 3.2, failures: 290 }],
    ['gcp_persistent_2020-03-01.out', { created: 423, lost: 417, median: 0.2, mean: 0.95, failures: 513 }],
  ])('%s', (name, expected) => {
    const log = readInstanceLog(readFileSync(`${folder}/${name}`, 'utf8'));
    const hours = log.lives.filter((life) => life.lost).map((life) => (life.end - life.start) / HOUR).sort((a, b) => a - b);
    expect({ created: log.lives.length, lost: hours.length, failures: log.failures }).toEqual({ created: expected.created, lost: expected.lost, failures: expected.failures });
    expect((hours[Math.floor((hours.length - 1) / 2)]! + hours[Math.floor(hours.length / 2)]!) / 2).toBeCloseTo(expected.median, 1);
    expect(hours.reduce((a, b) => a + b, 0) / hours.length).toBeCloseTo(expected.mean, 1);
  });
});
