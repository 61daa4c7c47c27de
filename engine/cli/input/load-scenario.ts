// A scenario from wherever the command line names it: the catalogue, a file in any format that can be read, or standard
// input; with a fleet, a clock or spot traces in the place of its own. What comes out is validated as a whole, its calendars
// resolved, its changes written down among its assumptions, so that the journal of a run says what was really run.
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { compileScenario } from '../../model/compile.ts';
import { InputError, inputError } from '../../model/errors.ts';
import type { Instance } from '../../model/problem.ts';
import type { FleetFile, ScenarioFile } from '../../model/scenario.ts';
import { validateScenario } from '../../model/validate.ts';
import { catalogNames, loadCatalog } from '../../../scenarios/catalog/index.ts';
import { resolveCalendars } from '../../../scenarios/formats/calendars.ts';
import { detectFormat, readScenarioText } from '../../../scenarios/formats/detect.ts';
import type { ImportReport } from '../../../scenarios/formats/imported.ts';
import { parseJsonText } from './load-faults.ts';
import { noted } from './noted.ts';
import { SCENARIO_BYTES_MAX, SMALL_FILE_BYTES_MAX, STDIN, readText } from './read-text.ts';
import { withSpotTraces } from './spot-traces.ts';
import { unknownName } from './unknown-name.ts';

/** As commander hands them over; see `addScenarioOptions`. */
export interface ScenarioOptions {
  readonly fleet?: string;
  readonly processors?: number;
  readonly event?: boolean;
  readonly tick?: string;
  readonly spotPrices?: readonly string[];
  readonly spotTrace?: readonly string[];
}

export interface LoadedScenario {
  /** Resolved: its calendars are intervals, it compiles. */
  readonly file: ScenarioFile;
  readonly instance: Instance;
  /** How it was read; undefined for the catalogue. */
  readonly report: ImportReport | undefined;
}

/** Reads, changes, validates and compiles. Throws `InputError` with the source and every fault found. */
export async function loadScenario(source: string, options: ScenarioOptions = {}): Promise<LoadedScenario> {
  const { file: read, report } = await readSource(source, options);
  const changed = await withSpotTraces(withClock(await withFleet(read, report, options), options), options.spotPrices ?? [], options.spotTrace ?? []);
  try {
    const isChecked = changed === read && (report === undefined || report.format === read.twinclock), checked = isChecked ? changed : validateScenario(changed);
    const resolved = resolveCalendars(checked), file = resolved === checked ? checked : validateScenario(resolved); // only then it is known whether somebody ever works
    return { file, instance: compileScenario(file), report };
  } catch (error) {
    throw error instanceof InputError ? error.from(source) : error;
  }
}

interface ReadScenario { readonly file: ScenarioFile; readonly report: ImportReport | undefined }

async function readSource(source: string, options: ScenarioOptions): Promise<ReadScenario> {
  if (source !== STDIN && catalogNames().includes(source)) {
    if (options.processors !== undefined) {
      throw inputError('unused-option', '--processors', 'a scenario of the catalogue says itself what it runs on', { hint: 'it is for task graphs without resources: STG, DOT' });
    }
    return { file: loadCatalog(source), report: undefined };
  }
  if (source !== STDIN && !(await stat(source).then(() => true, () => false))) throw unknownScenario(source);
  const text = await readText(source, SCENARIO_BYTES_MAX).catch((error: unknown) => { throw error instanceof InputError ? error.from(source) : error; });
  const name = source === STDIN ? 'stdin' : basename(source), { processors } = options;
  try {
    const fleet = options.fleet === undefined || isNative(text, name) ? undefined : await readFleet(options.fleet);
    const { scenario, report } = readScenarioText(text, name, { ...(fleet === undefined ? {} : { fleet }), ...(processors === undefined ? {} : { processors }) });
    return { file: scenario, report };
  } catch (error) {
    throw error instanceof InputError && (error.source === undefined || error.source === name) ? error.from(source) : error;
  }
}

function unknownScenario(source: string): InputError {
  if (/[\\/.]/.test(source)) return inputError('no-such-file', '', `there is no file ${source}`);
  return unknownName('unknown-scenario', '', 'neither a scenario of the catalogue nor a file', source, catalogNames(), `the catalogue has ${catalogNames().join(', ')}`);
}

const isNative = (text: string, name: string) => detectFormat(text.replace(/^\ufeff/, ''), name) === 'twinclock';

/** Scenarios of ours may run on another fleet too; foreign graphs were given it when they were read. */
async function withFleet(file: ScenarioFile, report: ImportReport | undefined, { fleet }: ScenarioOptions): Promise<ScenarioFile> {
  if (fleet === undefined || (report !== undefined && report.format !== file.twinclock)) return file;
  return noted({ ...file, fleet: await readFleet(fleet) }, `fleet from ${basename(fleet)}`);
}

/** A fleet, bare or as that of a scenario. Its meaning is checked with the scenario. */
async function readFleet(path: string): Promise<FleetFile> {
  const value = await readText(path, SMALL_FILE_BYTES_MAX).then(parseJsonText).catch((error: unknown) => { throw error instanceof InputError ? error.from(path) : error; });
  const object = typeof value === 'object' && value !== null ? value as Readonly<Record<string, unknown>> : {};
  const fleet = 'twinclock' in object ? object['fleet'] : value;
  if (typeof fleet !== 'object' || fleet === null || Array.isArray(fleet)) {
    throw inputError('bad-fleet', '', 'not a fleet', { value, hint: '{"local": [...], "cloud": [...], "api": [...], "human": [...]}' }).from(path);
  }
  return fleet as FleetFile;
}

function withClock(file: ScenarioFile, { event, tick }: ScenarioOptions): ScenarioFile {
  if (event === true && tick !== undefined) throw inputError('conflicting-options', '--event', 'decides at every change, --tick on a grid', { hint: 'give one of them' });
  if (event === true) return file.mode === 'event' ? file : noted({ ...file, mode: 'event' }, 'decisions at every change');
  return tick === undefined ? file : noted({ ...file, mode: 'tick', tick }, `decisions every ${tick}`);
}
