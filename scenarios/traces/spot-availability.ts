// Recorded availability and loss of spot capacity, as counts over time and as instants of kill. Formats: node events of
// the Bamboo artefact (J. Thorpe et al., NSDI 2023), count tables beside it, and the ticks of the SkyPilot traces (Z. Wu
// et al., "Can't Be Late", NSDI 2024). Counts say how many were there; a count table cannot say which node went.
import { inputError } from '../../engine/model/errors.ts';
import { parseInstant } from '../../engine/model/instant.ts';
import { amount, isRecord, parseTraceJson, readRows, rowsOf } from './rows.ts';
import { killTimes, stepsFrom, type Steps } from './steps.ts';

export interface SpotAvailability {
  /** Goes into `spot.availability`: ms since the start, VMs that can be had. */
  readonly availability: Steps;
  /** Goes into `spot.interruptions.times`: instants of kill of the k-th VM. */
  readonly times: readonly (readonly number[])[];
  readonly report: AvailabilityReport;
}

export interface AvailabilityReport {
  /** Most at once, and how many were lost in all. */
  readonly most: number;
  readonly kills: number;
  readonly lengthMs: number;
  readonly notes: readonly string[];
}

const report = (availability: Steps, times: readonly (readonly number[])[], lengthMs: number, notes: readonly string[] = []): SpotAvailability => ({
  availability, times,
  report: { most: Math.max(...availability.map(([, n]) => n)), kills: times.reduce((sum, list) => sum + list.length, 0), lengthMs, notes },
});

/**
 * `ms,add|remove,node` (Bamboo `p3-trace.csv`): the exact sequence. A node takes the lowest VM number that is free, so list
 * k of `times` has the kills of VM k; events at one instant keep the order of the file.
 */
export function readNodeEvents(csv: string): SpotAvailability {
  const slotOf = new Map<string, number>(), taken: boolean[] = [], times: number[][] = [];
  const samples: [number, number][] = [];
  let previous = 0;
  readRows(rowsOf(csv), 'bad-node-trace', ({ cells: [time, what, node] }) => {
    const at = amount(time);
    if (at < previous) throw new Error('earlier than the event before it');
    if (!Number.isInteger(at)) throw new Error('not a whole number of milliseconds');
    if (node === undefined || node === '') throw new Error('no node');
    previous = at;
    if (what === 'add') {
      if (slotOf.has(node)) throw new Error('adds a node that is there already');
      const free = taken.indexOf(false), slot = free < 0 ? taken.length : free;
      taken[slot] = true;
      times[slot] ??= [];
      slotOf.set(node, slot);
    } else if (what === 'remove') {
      const slot = slotOf.get(node);
      if (slot === undefined) throw new Error('removes a node that is not there');
      times[slot]!.push(at);
      taken[slot] = false;
      slotOf.delete(node);
    } else throw new Error('neither add nor remove');
    samples.push([at, slotOf.size]);
  });
  return report(stepsFrom(samples, 0), times, previous);
}

/** `time,count` as a step plot (two rows per change: the old value, the new). The unit of column 1 is not in the file. */
export function readCountTable(csv: string, options: { unit: 'seconds' | 'hours' }): SpotAvailability {
  const scale = options.unit === 'hours' ? 3_600_000 : 1000;
  const samples = readRows(rowsOf(csv), 'bad-count-trace', ({ cells: [time, count] }) => [Math.round(amount(time) * scale), whole(count)] as const);
  return counted(samples, samples[0]![0]);
}

/** `YYYY-MM-DD, HH:MM:SS, count`, without a zone: read as UTC. Rows that jump back in time are sorted in, and noted. */
export function readCountLog(csv: string): SpotAvailability {
  const samples = readRows(rowsOf(csv), 'bad-count-trace', ({ cells: [day, time, count] }) => [parseInstant(`${day}T${time}Z`), whole(count)] as const);
  const back = samples.filter(([ms], i) => i > 0 && ms < samples[i - 1]![0]).length;
  const notes = ['no time zone in the trace: read as UTC', ...(back > 0 ? [`${back} rows jump back in time: sorted`] : [])];
  return counted(samples, Math.min(...samples.map(([ms]) => ms)), notes);
}

function counted(samples: readonly (readonly [number, number])[], fromMs: number, notes: readonly string[] = []): SpotAvailability {
  const availability = stepsFrom(samples, fromMs);
  return report(availability, killTimes(availability), Math.max(...samples.map(([ms]) => ms)) - fromMs, notes);
}

function whole(cell: string | undefined): number {
  const value = amount(cell);
  if (!Number.isInteger(value)) throw new Error('not a whole number of instances');
  return value;
}

export interface TickTrace extends SpotAvailability {
  /** When the trace has prices. Goes into `spot.price`. */
  readonly price?: { readonly steps: Steps };
}

/**
 * `{metadata: {gap_seconds}, data: [n, ...], prices?: [usd, ...]}` (SkyPilot): n instances at each tick. In the source's
 * `availability` traces n says what a request would have got, in its `preemption` traces what was alive. `gapSeconds`
 * overrides the file's, which is doubtful in some.
 */
export function readTicks(json: string, options: { gapSeconds?: number } = {}): TickTrace {
  const parsed = parseTraceJson(json), trace = isRecord(parsed) ? parsed : {};
  const metadata = isRecord(trace['metadata']) ? trace['metadata'] : {};
  const gap = options.gapSeconds ?? metadata['gap_seconds'];
  if (typeof gap !== 'number' || !(gap > 0 && gap < Infinity)) {
    throw inputError('bad-tick-trace', 'metadata.gap_seconds', 'not a positive number of seconds', { value: gap });
  }
  const counts = numbers(trace['data'], 'data', Number.isInteger), gapMs = Math.round(gap * 1000);
  const at = (values: readonly number[]): Steps => stepsFrom(values.map((value, i) => [i * gapMs, value]), 0);
  const availability = at(counts);
  const notes = options.gapSeconds === undefined ? [] : [`gap of ${gap} s given, file says ${String(metadata['gap_seconds'])}`];
  const base = report(availability, killTimes(availability), counts.length * gapMs, notes);
  return trace['prices'] === undefined ? base : { ...base, price: { steps: at(numbers(trace['prices'], 'prices', () => true)) } };
}

function numbers(value: unknown, path: string, accept: (value: number) => boolean): readonly number[] {
  if (!Array.isArray(value) || value.length === 0) throw inputError('bad-tick-trace', path, 'not a list of numbers', { value });
  const bad = value.findIndex((entry) => typeof entry !== 'number' || !(entry >= 0 && entry < Infinity) || !accept(entry));
  if (bad >= 0) throw inputError('bad-tick-trace', `${path}[${bad}]`, 'not a number of zero or more, or not a whole one', { value: value[bad] });
  return value as readonly number[];
}
