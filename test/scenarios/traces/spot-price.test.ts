// Recorded prices to steps: by hand, faults with their place, and the figures of the recorded histories.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../engine/model/errors.ts';
import { readAwsSpotPrices, readAzureSpotPrices } from '../../../scenarios/traces/spot-price.ts';
import { sharedData } from '../../support/shared-data.ts';

const record = (zone: string, time: string, price: string): object => ({ AvailabilityZone: zone, InstanceType: 'p3.2xlarge', ProductDescription: 'Linux/UNIX', SpotPrice: price, Timestamp: time });
// Newest first, as AWS answers.
const history = JSON.stringify({
  NextToken: '', SpotPriceHistory: [
    record('a', '2020-02-01T03:00:00.000Z', '1.2'), record('b', '2020-02-01T02:30:00.000Z', '9'), record('a', '2020-02-01T02:00:00.000Z', '1.1'),
    record('a', '2020-02-01T01:00:00.000Z', '1.1'), record('a', '2020-02-01T00:00:00.000Z', '1.0'),
  ],
});
const HOUR = 3_600_000;
const faultsOf = (run: () => unknown): string[] => {
  try { run(); } catch (error) { if (error instanceof InputError) return error.faults.map((f) => `${f.code} ${f.path}`); throw error; }
  throw new Error('nothing was thrown');
};

describe('AWS price history', () => {
  it('takes the zone with most records, oldest first, without steps that change nothing', () => {
    const { price, report } = readAwsSpotPrices(history);
    expect(price.steps).toEqual([[0, 1.0], [HOUR, 1.1], [3 * HOUR, 1.2]]);
    expect(report).toMatchObject({ chosen: 'a', choices: ['a', 'b'], records: 4, notes: [] });
  });
  it('starts where it is told: the price then in force holds', () => {
    expect(readAwsSpotPrices(history, { zone: 'a', from: '2020-02-01T01:30:00Z' }).price.steps).toEqual([[0, 1.1], [1.5 * HOUR, 1.2]]);
    expect(readAwsSpotPrices(history, { zone: 'a', from: '2020-01-31T23:00:00Z' })).toMatchObject({
      price: { steps: [[0, 1.0], [2 * HOUR, 1.1], [4 * HOUR, 1.2]] }, report: { notes: ['the start lies before the first record: its price holds from the start'] },
    });
  });
  it('says when the history was cut', () => {
    expect(readAwsSpotPrices(history.replace('"NextToken":""', '"NextToken":"more"')).report.notes).toEqual(['NextToken is set: the history was cut at its old end']);
  });
  it('refuses with the place of every fault', () => {
    expect(faultsOf(() => readAwsSpotPrices(history.replace('"1.2"', '1.2').replace('2020-02-01T00:00:00.000Z', 'once')))).toEqual(['bad-price-trace SpotPriceHistory[0].SpotPrice', 'bad-price-trace SpotPriceHistory[4].Timestamp']);
    expect(faultsOf(() => readAwsSpotPrices('{'))).toEqual(['bad-json ']);
    expect(faultsOf(() => readAwsSpotPrices('[]'))).toEqual(['bad-price-trace SpotPriceHistory']);
    expect(faultsOf(() => readAwsSpotPrices('{"SpotPriceHistory":[]}'))).toEqual(['bad-price-trace SpotPriceHistory']);
    expect(faultsOf(() => readAwsSpotPrices(history, { zone: 'us-east-1a' }))).toEqual(['unknown-zone zone']);
    expect(faultsOf(() => readAwsSpotPrices(history, { from: 'yesterday' }))).toEqual(['bad-instant from']);
  });
});

describe('Azure price table', () => {
  const table = 'Date,NC6,NC6s v3\r\n2/24/2020,$0.10,$0.60\r\n2/25/2020,$0.10,$0.70\r\n2/26/2020,$0.20,$0.70\r\n';
  it('reads one column by the day', () => {
    expect(readAzureSpotPrices(table, { size: 'NC6' }).price.steps).toEqual([[0, 0.1], [48 * HOUR, 0.2]]);
    expect(readAzureSpotPrices(table, { size: 'NC6s v3' }).price.steps).toEqual([[0, 0.6], [24 * HOUR, 0.7]]);
  });
  it('refuses with line numbers', () => {
    expect(faultsOf(() => readAzureSpotPrices(table.replace('$0.70', 'free').replace('2/26/2020', '26.2.2020'), { size: 'NC6s v3' }))).toEqual(['bad-price-trace line 3', 'bad-price-trace line 4']);
    expect(faultsOf(() => readAzureSpotPrices(table, { size: 'NC7' }))).toEqual(['unknown-size size']);
  });
});

const folder = sharedData('spot/training-on-a-dime');
describe.skipIf(folder === undefined)('recorded prices (shared data: spot/training-on-a-dime)', () => {
  const aws = (path: string) => readAwsSpotPrices(readFileSync(`${folder}/aws-price/${path}`, 'utf8'));
  it('reads 60 days of p3.2xlarge', () => {
    const { price, report } = aws('us-east-1/p3.2xlarge.json');
    expect(report).toMatchObject({ chosen: 'us-east-1b', records: 249, notes: [] });
    expect(Math.max(...price.steps.map(([, p]) => p))).toBe(1.1564);
  });
  it('notes that us-east-1 p2.xlarge is cut, and so starts on 3 January', () => {
    const { report } = aws('us-east-1/p2.xlarge.json');
    expect(report.notes).toEqual(['NextToken is set: the history was cut at its old end']);
    expect(new Date(report.firstMs).toISOString().slice(0, 10)).toBe('2020-01-03');
  });
  it('reads the Azure table', () => {
    const { report } = readAzureSpotPrices(readFileSync(`${folder}/azure-price/us_east.csv`, 'utf8'), { size: 'NC6s v2' });
    expect(report).toMatchObject({ records: 29 });
    expect(report.choices).toHaveLength(12);
  });
});
