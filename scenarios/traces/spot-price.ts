// Recorded spot prices to price steps of a scenario. AWS: the JSON of `aws ec2 describe-spot-price-history`, newest first,
// one record per change and zone, prices as text in USD per hour. Azure: a table of days with one column per VM size, as
// published with D. Narayanan et al., "Analysis and exploitation of dynamic pricing in the public cloud for ML training", DISPA 2020.
import { fault, InputError, inputError, type Fault } from '../../engine/model/errors.ts';
import { parseInstant } from '../../engine/model/instant.ts';
import { unknownName } from '../unknown-name.ts';
import { isRecord, parseTraceJson, readRows, rowsOf } from './rows.ts';
import { stepsFrom, type Steps } from './steps.ts';

export interface SpotPrices {
  /** Goes into `spot.price` of a cloud pool: ms since the start, dollars per hour. */
  readonly price: { readonly steps: Steps };
  readonly report: SpotPriceReport;
}

export interface SpotPriceReport {
  /** The zone or VM size that was read, and all there are. */
  readonly chosen: string;
  readonly choices: readonly string[];
  readonly records: number;
  /** ms since 1970 of the first and last record read, and of the instant that became 0. */
  readonly firstMs: number;
  readonly lastMs: number;
  readonly startMs: number;
  readonly notes: readonly string[];
}

interface PriceRecord {
  readonly zone: string;
  readonly type: string;
  readonly ms: number;
  readonly price: number;
}

/**
 * Price steps of one availability zone. `zone`: default the one with most records (first by name among equals). `from`:
 * the instant of the trace that becomes the scenario's epoch, default the first record. Throws `InputError` with every bad record.
 */
export function readAwsSpotPrices(json: string, options: { zone?: string; from?: string } = {}): SpotPrices {
  const parsed = parseTraceJson(json);
  const history = isRecord(parsed) ? parsed['SpotPriceHistory'] : undefined;
  if (!Array.isArray(history)) {
    const hint = 'give the output of aws ec2 describe-spot-price-history';
    throw inputError('bad-price-trace', 'SpotPriceHistory', 'not a list of price records', { value: history, hint });
  }
  const records = readRecords(history);
  const types = [...new Set(records.map((record) => record.type))];
  if (types.length > 1) throw inputError('bad-price-trace', 'SpotPriceHistory', 'records of several instance types', { value: types.join(', ') });
  const zones = [...new Set(records.map((record) => record.zone))].sort();
  const inZone = (zone: string): PriceRecord[] => records.filter((record) => record.zone === zone);
  const fullest = zones.reduce((best, candidate) => (inZone(candidate).length > inZone(best).length ? candidate : best));
  const zone = choose(options.zone ?? fullest, zones, 'zone');
  const notes = (parsed as Readonly<Record<string, unknown>>)['NextToken'] ? ['NextToken is set: the history was cut at its old end'] : [];
  return prices(inZone(zone).map(({ ms, price }) => [ms, price]), options.from, zone, zones, notes);
}

function readRecords(history: readonly unknown[]): PriceRecord[] {
  const faults: Fault[] = [], records: PriceRecord[] = [];
  history.forEach((value, i) => {
    const at = `SpotPriceHistory[${i}]`, record = isRecord(value) ? value : {};
    const zone = record['AvailabilityZone'], type = record['InstanceType'], price = Number(record['SpotPrice']);
    if (typeof zone !== 'string') faults.push(fault('bad-price-trace', `${at}.AvailabilityZone`, 'no availability zone', { value: zone }));
    if (typeof record['SpotPrice'] !== 'string' || !(price >= 0 && price < Infinity)) {
      faults.push(fault('bad-price-trace', `${at}.SpotPrice`, 'not a price in dollars', { value: record['SpotPrice'] }));
    }
    try {
      records.push({ zone: String(zone), type: String(type), price, ms: parseInstant(String(record['Timestamp'])) });
    } catch (error) {
      faults.push(fault('bad-price-trace', `${at}.Timestamp`, (error as Error).message, { value: record['Timestamp'] }));
    }
  });
  if (faults.length > 0) throw new InputError(faults);
  if (records.length === 0) throw inputError('bad-price-trace', 'SpotPriceHistory', 'no records');
  return records;
}

/** Price steps of one VM size of a table `Date,NC6,...` with days as `2/24/2020` (UTC) and prices as `$0.12276`. `from` as above. */
export function readAzureSpotPrices(csv: string, options: { size: string; from?: string }): SpotPrices {
  const [header, ...rows] = rowsOf(csv);
  const sizes = header?.cells.slice(1) ?? [];
  const size = choose(options.size, sizes, 'size'), column = sizes.indexOf(size) + 1;
  const samples = readRows(rows, 'bad-price-trace', ({ cells }) => {
    const match = /^\$?(\d+(?:\.\d+)?)$/.exec(cells[column] ?? '');
    if (match === null) throw new Error(`not a price in dollars in column ${size}`);
    return [dayMs(cells[0]!), Number(match[1])] as const;
  });
  return prices(samples, options.from, size, sizes, []);
}

function dayMs(text: string): number {
  const match = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text);
  if (match === null) throw new Error('not a day like 2/24/2020');
  return parseInstant(`${match[3]}-${match[1]!.padStart(2, '0')}-${match[2]!.padStart(2, '0')}T00:00:00Z`);
}

function choose(name: string, known: readonly string[], what: string): string {
  if (!known.includes(name)) throw unknownName(`unknown-${what}`, what, `the trace has no such ${what}`, name, known);
  return name;
}

function prices(samples: Steps, from: string | undefined, chosen: string, choices: readonly string[], cut: readonly string[]): SpotPrices {
  const firstMs = Math.min(...samples.map(([ms]) => ms)), lastMs = Math.max(...samples.map(([ms]) => ms));
  const startMs = from === undefined ? firstMs : startOf(from);
  const notes = [
    ...cut,
    ...(startMs < firstMs ? ['the start lies before the first record: its price holds from the start'] : []),
    ...(startMs > lastMs ? ['the start lies after the last record: one price for all time'] : []),
  ];
  return { price: { steps: stepsFrom(samples, startMs) }, report: { chosen, choices, records: samples.length, firstMs, lastMs, startMs, notes } };
}

function startOf(from: string): number {
  try {
    return parseInstant(from);
  } catch (error) {
    throw inputError('bad-instant', 'from', (error as Error).message, { value: from });
  }
}
