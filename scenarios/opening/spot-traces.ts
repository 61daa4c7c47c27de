// Recorded prices and availability in the place of a pool's own: `pool=file`, or `pool=file:zone` where a file has several
// zones, VM sizes or units. The format is told by the text; times in a trace count from its first record, the scenario's epoch.
//
// Where a trace says which node went when, VM k of the pool is lost when node k was; counts say only how many could be had:
// those above the count are lost. Either way the scheduler is told the mean rate of losses of the trace and nothing else.
import { InputError, inputError } from '../../engine/model/errors.ts';
import type { CloudFile, ScenarioFile } from '../../engine/model/scenario.ts';
import { suggestion } from '../../engine/model/suggestion.ts';
import { readInstanceLog } from '../traces/instance-log.ts';
import { readCountLog, readCountTable, readNodeEvents, readTicks } from '../traces/spot-availability.ts';
import { readAwsSpotPrices, readAzureSpotPrices } from '../traces/spot-price.ts';
import type { AvailabilityReport } from '../traces/spot-availability.ts';
import type { Steps } from '../traces/steps.ts';
import { noted } from './noted.ts';

type SpotFile = NonNullable<CloudFile['spot']>;
type SpotPatch = Partial<SpotFile>;

/** Which pool a trace is for, where it comes from, and which part of it. */
export interface TraceChoice {
  readonly pool: string;
  readonly path: string;
  /** What follows the last colon; undefined without. */
  readonly part: string | undefined;
}

/** `prices`: what a spot VM costs; `trace`: whether it is to be had. */
export type TraceKind = 'prices' | 'trace';

/** Reads `pool=file` or `pool=file:zone`, given as the option `name`. Throws `InputError`: bad-option, unknown-pool. */
export function parseTraceChoice(option: string, name: string, file: ScenarioFile): TraceChoice {
  const match = /^([^=]+)=(.+)$/.exec(option);
  if (match === null) throw inputError('bad-option', name, 'a trace is given as pool=file or pool=file:zone', { value: option });
  const pool = match[1]!, pools = (file.fleet.cloud ?? []).map(({ id }) => id), rest = match[2]!, colon = rest.lastIndexOf(':');
  if (!pools.includes(pool)) throw inputError('unknown-pool', name, 'the scenario has no such cloud pool', { value: pool, hint: suggestion(pool, pools) });
  const hasPart = colon > 1 && !/[\\/.]/.test(rest.slice(colon + 1)); // not the colon of a drive, nor one in a file's name
  return { pool, path: hasPart ? rest.slice(0, colon) : rest, part: hasPart ? rest.slice(colon + 1) : undefined };
}

/** The scenario with the trace in the place of the pool's own market. Throws `InputError` with the trace's path as its source. */
export function withSpotTrace(file: ScenarioFile, kind: TraceKind, choice: TraceChoice, text: string): ScenarioFile {
  const { pool, path } = choice;
  try {
    const { patch, lines } = kind === 'prices' ? readPrices(text, choice) : readTrace(text, choice);
    const cloud = file.fleet.cloud!.map((entry) => (entry.id === pool ? { ...entry, spot: { ...entry.spot, ...patch } as SpotFile } : entry));
    return lines.reduce<ScenarioFile>((changed, line) => noted(changed, `${pool}, ${path.split(/[\\/]/).pop()!}: ${line}`), { ...file, fleet: { ...file.fleet, cloud } });
  } catch (error) {
    throw error instanceof InputError ? error.from(path) : error;
  }
}

/** Throws `InputError` `no-spot-price` for a pool that has a market but no price in it. */
export function checkSpotPrices(file: ScenarioFile): void {
  const free = (file.fleet.cloud ?? []).find((pool) => pool.spot !== undefined && pool.spot.price === undefined);
  if (free !== undefined) throw inputError('no-spot-price', '--spot-trace', 'the pool is not sold on a spot market', { value: free.id, hint: `give --spot-prices ${free.id}=<file> too` });
}

/** What a trace changes of a pool's spot market, and what to say about it. */
interface ReadTrace {
  readonly patch: SpotPatch;
  readonly lines: readonly string[];
}

function readPrices(text: string, { part }: TraceChoice): ReadTrace {
  const isJson = /^\s*\{/.test(text);
  if (!isJson && part === undefined) {
    throw inputError('no-size', '--spot-prices', 'this price table has a column for each VM size', { value: text.slice(0, 60), hint: 'name one: pool=file:NC6' });
  }
  const { price, report } = isJson ? readAwsSpotPrices(text, part === undefined ? {} : { zone: part }) : readAzureSpotPrices(text, { size: part! });
  const chosen = `spot prices of ${report.chosen}${report.choices.length > 1 ? ` of ${report.choices.length}` : ''}, ${report.records} records`;
  return { patch: { price }, lines: [chosen, ...report.notes] };
}

function readTrace(text: string, { part }: TraceChoice): ReadTrace {
  const first = text.split('\n', 1)[0]!.trim();
  if (first.startsWith('[')) {
    const { lives, hazardPerHour } = readInstanceLog(text);
    return { patch: { interruptions: { hazardPerHour } }, lines: [`interrupted ${hazardPerHour} times an hour, as ${lives.length} instance lives`] };
  }
  if (first.startsWith('{')) {
    const { availability, price, report } = readTicks(text);
    return counted({ availability, ...(price === undefined ? {} : { price }) }, availability, report);
  }
  if (/^[^,]*,\s*(add|remove)\b/.test(first)) {
    const { availability, times, report } = readNodeEvents(text);
    return counted({ availability, interruptions: { times } }, availability, report);
  }
  if (/^\d{4}-\d{2}-\d{2}\s*,/.test(first)) {
    const { availability, report } = readCountLog(text);
    return counted({ availability }, availability, report);
  }
  if (part !== undefined && part !== 'seconds' && part !== 'hours') throw inputError('bad-unit', '--spot-trace', 'the times of a table of counts are in seconds or hours', { value: part });
  const { availability, report } = readCountTable(text, { unit: part ?? 'seconds' });
  return counted({ availability }, availability, report);
}

/** With losses all told by the trace, a pool's own hazard would come on top: it is taken out. */
function counted(patch: SpotPatch, availability: Steps, report: AvailabilityReport): ReadTrace {
  const hours = nodeHours(availability, report.lengthMs), hazard = hours > 0 ? Math.round(report.kills / hours * 1e6) / 1e6 : 0;
  return {
    patch: { interruptions: { hazardPerHour: 0 }, ...patch, estimatedHazardPerHour: hazard },
    lines: [
      `spot availability over ${Math.round(report.lengthMs / 3_600_000)} h, at most ${report.most} VMs, ${report.kills} lost; what is left at its end stays`,
      `${hazard} losses per VM hour are announced`, ...report.notes,
    ],
  };
}

function nodeHours(steps: Steps, lengthMs: number): number {
  return steps.reduce((sum, [at, n], k) => sum + n * (Math.max(at, steps[k + 1]?.[0] ?? lengthMs) - at), 0) / 3_600_000;
}
