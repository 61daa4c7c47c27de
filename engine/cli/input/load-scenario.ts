// A scenario from wherever the command line names it: the catalogue, a file in any format that can be read, or standard
// input; with a fleet, a clock or spot traces in the place of its own. What comes out is validated as a whole, its calendars
// resolved, its changes written down among its assumptions, so that the journal of a run says what was really run.
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { compileScenario } from '../../model/compile.ts';
import { InputError, inputError } from '../../model/errors.ts';
import { SCENARIO_BYTES_MAX, SMALL_FILE_BYTES_MAX, TRACE_BYTES_MAX, parseJsonText } from '../../model/file-text.ts';
import type { Instance } from '../../model/problem.ts';
import type { ScenarioFile } from '../../model/scenario.ts';
import { catalogNames, loadCatalog } from '../../../scenarios/catalog/index.ts';
import type { ImportReport } from '../../../scenarios/formats/imported.ts';
import { fleetOf, readOnto, resolvedScenario, withClock, withFleet } from '../../../scenarios/opening/open-scenario.ts';
import type { GivenFleet } from '../../../scenarios/opening/open-scenario.ts';
import { checkSpotPrices, parseTraceChoice, withSpotTrace } from '../../../scenarios/opening/spot-traces.ts';
import type { TraceKind } from '../../../scenarios/opening/spot-traces.ts';
import { STDIN, readText } from './read-text.ts';
import { unknownName } from './unknown-name.ts';

/** As commander hands them over; see `addScenarioOptions`. */
export interface ScenarioOptions {
  readonly fleet?: string;
  readonly processors?: number;
  readonly event?: boolean;
  readonly tick?: string;
  readonly spotPrices?: readonly string[];
  readonly spotTrace?: readonly string[];
  /** It may have no jobs, as that of a live run that waits for them. */
  readonly jobless?: boolean;
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
  const { file: read, report, isChecked } = await readSource(source, options);
  const changed = await withTraces(withClock(read, options), options);
  try {
    const file = resolvedScenario(changed, { isChecked: isChecked && changed === read, ...(options.jobless === undefined ? {} : { jobless: options.jobless }) });
    return { file, instance: compileScenario(file), report };
  } catch (error) {
    throw error instanceof InputError ? error.from(source) : error;
  }
}

interface ReadScenario {
  readonly file: ScenarioFile;
  readonly report: ImportReport | undefined;
  /** Known to be valid as it stands. */
  readonly isChecked: boolean;
}

async function readSource(source: string, options: ScenarioOptions): Promise<ReadScenario> {
  if (source !== STDIN && catalogNames().includes(source)) {
    if (options.processors !== undefined) {
      throw inputError('unused-option', '--processors', 'a scenario of the catalogue says itself what it runs on', { hint: 'it is for task graphs without resources: STG, DOT' });
    }
    const file = loadCatalog(source);
    return options.fleet === undefined ? { file, report: undefined, isChecked: true } : { file: withFleet(file, await readFleet(options.fleet)), report: undefined, isChecked: false };
  }
  if (source !== STDIN && !(await stat(source).then(() => true, () => false))) throw unknownScenario(source);
  const text = await readText(source, SCENARIO_BYTES_MAX).catch((error: unknown) => { throw error instanceof InputError ? error.from(source) : error; });
  const name = source === STDIN ? 'stdin' : basename(source), { processors } = options;
  const fleet = options.fleet === undefined ? undefined : await readFleet(options.fleet);
  try {
    const { scenario, report } = readOnto(text, name, { fleet, processors, jobless: options.jobless });
    return { file: scenario, report, isChecked: fleet === undefined && report.format === scenario.twinclock };
  } catch (error) {
    throw error instanceof InputError && (error.source === undefined || error.source === name) ? error.from(source) : error;
  }
}

function unknownScenario(source: string): InputError {
  if (/[\\/.]/.test(source)) return inputError('no-such-file', '', `there is no file ${source}`);
  return unknownName('unknown-scenario', '', 'neither a scenario of the catalogue nor a file', source, catalogNames(), `the catalogue has ${catalogNames().join(', ')}`);
}

async function readFleet(path: string): Promise<GivenFleet> {
  try {
    return { fleet: fleetOf(parseJsonText(await readText(path, SMALL_FILE_BYTES_MAX))), name: basename(path) };
  } catch (error) {
    throw error instanceof InputError ? error.from(path) : error;
  }
}

async function withTraces(file: ScenarioFile, { spotPrices = [], spotTrace = [] }: ScenarioOptions): Promise<ScenarioFile> {
  let changed = file;
  const apply = async (options: readonly string[], name: string, kind: TraceKind): Promise<void> => {
    for (const option of options) {
      const choice = parseTraceChoice(option, name, file), text = await readText(choice.path, TRACE_BYTES_MAX).catch((error: unknown) => { throw error instanceof InputError ? error.from(choice.path) : error; });
      changed = withSpotTrace(changed, kind, choice, text);
    }
  };
  await apply(spotPrices, '--spot-prices', 'prices');
  await apply(spotTrace, '--spot-trace', 'trace');
  checkSpotPrices(changed);
  return changed;
}
