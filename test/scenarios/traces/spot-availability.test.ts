// Recorded availability: sequences by hand, conservation laws, and the figures published or derived for the real traces.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../engine/model/errors.ts';
import { readCountLog, readCountTable, readNodeEvents, readTicks } from '../../../scenarios/traces/spot-availability.ts';
import { killTimes, stepsFrom } from '../../../scenarios/traces/steps.ts';
import { sharedData } from '../../support/shared-data.ts';

const faultsOf = (run: () => unknown): string[] => {
  try { run(); } catch (error) { if (error instanceof InputError) return error.faults.map((f) => `${f.code} ${f.path}`); throw error; }
  throw new Error('nothing was thrown');
};

describe('node events', () => {
  it('gives each node the lowest free VM and each removal to its VM', () => {
    // vm 0: a 0..60   c 60..
    // vm 1: b 0...........120
    const trace = readNodeEvents('0,add,a\n0,add,b\n60,remove,a\n60,add,c\n120,remove,b\n');
    expect(trace.times).toEqual([[60], [120]]);
    expect(trace.availability).toEqual([[0, 2], [120, 1]]);
    expect(trace.report).toEqual({ most: 2, kills: 2, lengthMs: 120, notes: [] });
  });
  it('refuses with line numbers', () => {
    expect(faultsOf(() => readNodeEvents('0,add,a\n5,add,a\n4,remove,b\n9,remove,z\n9,jump,a\n9.5,add,q\n'))).toEqual([2, 3, 4, 5, 6].map((line) => `bad-node-trace line ${line}`));
    expect(faultsOf(() => readNodeEvents(''))).toEqual(['bad-node-trace ']);
  });
});

describe('counts', () => {
  it('reads step tables in either unit', () => {
    expect(readCountTable('10,0\n10,4\n20,4\n20,3\n', { unit: 'seconds' }).availability).toEqual([[0, 4], [10_000, 3]]);
    expect(readCountTable('0,2\n0.5,0\n', { unit: 'hours' })).toMatchObject({ availability: [[0, 2], [1_800_000, 0]], times: [[1_800_000], [1_800_000]] });
    expect(faultsOf(() => readCountTable('0,2\n1,1.5\nx,1\n', { unit: 'hours' }))).toEqual(['bad-count-trace line 2', 'bad-count-trace line 3']);
  });
  it('sorts logs that jump back, and says so', () => {
    const log = readCountLog('2021-12-10, 13:07:00, 3\n2021-12-10, 13:09:00, 3\n2021-12-10, 13:08:00, 1\n');
    expect(log.availability).toEqual([[0, 3], [60_000, 1], [120_000, 3]]);
    expect(log.report.notes).toContain('1 rows jump back in time: sorted');
  });
  it('reads ticks with prices, and another gap when told', () => {
    const json = JSON.stringify({ metadata: { gap_seconds: 30 }, data: [1, 1, 0, 1], prices: [2, 2, 2, 3] });
    expect(readTicks(json)).toEqual({ availability: [[0, 1], [60_000, 0], [90_000, 1]], times: [[60_000]], price: { steps: [[0, 2], [90_000, 3]] }, report: { most: 1, kills: 1, lengthMs: 120_000, notes: [] } });
    expect(readTicks(json, { gapSeconds: 60 }).availability[1]).toEqual([120_000, 0]);
    expect(faultsOf(() => readTicks('{"metadata":{"gap_seconds":30},"data":[1,-1]}'))).toEqual(['bad-tick-trace data[1]']);
    expect(faultsOf(() => readTicks('{"data":[1]}'))).toEqual(['bad-tick-trace metadata.gap_seconds']);
  });
  it('kills as many as the counts fall, the highest VM first', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 30 }), (counts) => {
      const steps = stepsFrom(counts.map((n, i) => [i * 10, n]), 0), times = killTimes(steps);
      const falls = counts.reduce((sum, n, i) => sum + Math.max(0, (counts[i - 1] ?? 0) - n), 0);
      expect(times.flat()).toHaveLength(falls);
      times.forEach((list, k) => list.forEach((at) => {
        expect(counts[at / 10]).toBeLessThanOrEqual(k);
        expect(counts[at / 10 - 1]).toBeGreaterThan(k);
      }));
    }), { seed: 21, numRuns: 200 });
  });
});

const folder = sharedData('spot');
describe.skipIf(folder === undefined)('recorded availability (shared data: spot)', () => {
  const read = (path: string): string => readFileSync(`${folder}/${path}`, 'utf8');

  it('Bamboo p3: 177 nodes added, 167 removed, at most 32 at once, 11.4 hours', () => {
    const { report, times } = readNodeEvents(read('bamboo/p3-trace.csv'));
    expect(report).toMatchObject({ most: 32, kills: 167 });
    expect(report.lengthMs / 3_600_000).toBeCloseTo(11.4, 1);
    expect(times).toHaveLength(32);
  });
  it('Bamboo counts', () => {
    const g4dn = readCountTable(read('bamboo/aws-spot-instances-g4dn-xlarge-us-east-1c-2020-11-20-1930-to-2020-11-21-2200.csv'), { unit: 'seconds' });
    const p2 = readCountTable(read('bamboo/aws-spot-instances-p2-xlarge-2020-11-20-to-2020-11-23.csv'), { unit: 'hours' });
    expect([g4dn.report.most, p2.report.most, Math.round(p2.report.lengthMs / 86_400_000)]).toEqual([12, 16, 4]);
    expect(readCountLog(read('bamboo/v100x1-east1c.txt')).report.most).toBe(80);
  });
  it('agrees with the summary of the SkyPilot traces', () => {
    for (const line of read('skypilot/summary.csv').trim().split('\n').slice(1)) {
      const [file, , ticks, days, most, any, fraction, decreases, priced] = line.split(',') as [string, ...string[]];
      const trace = readTicks(read(file)), { availability, report } = trace;
      const share = (value: (n: number) => number): number => availability.reduce((sum, [at, n], i) => sum + value(n) * ((availability[i + 1]?.[0] ?? report.lengthMs) - at), 0) / report.lengthMs;
      expect(report.lengthMs / 86_400_000, file).toBeCloseTo(Number(days), 2);
      expect(report.most, file).toBe(Number(most));
      expect(share((n) => (n > 0 ? 1 : 0)), file).toBeCloseTo(Number(any), 3);
      expect(share((n) => n / report.most), file).toBeCloseTo(Number(fraction), 3);
      expect(availability.filter(([, n], i) => i > 0 && n < availability[i - 1]![1]), file).toHaveLength(Number(decreases));
      expect([trace.price !== undefined, Number(ticks) > 0], file).toEqual([priced === 'True', true]);
    }
  });
});
