// From the text of a file, in any format that can be read, to a scenario that compiles: read, changed as asked (fleet, clock),
// validated as a whole, its calendars resolved. What was changed stands among its assumptions, so that the journal of a
// run says what was really run. The command line and the workbench open files here and nowhere else.
import { inputError } from '../../engine/model/errors.ts';
import type { FleetFile, ScenarioFile } from '../../engine/model/scenario.ts';
import { validateScenario } from '../../engine/model/validate.ts';
import { resolveCalendars } from '../formats/calendars.ts';
import { detectFormat, readScenarioText } from '../formats/detect.ts';
import type { ImportedScenario } from '../formats/imported.ts';
import { noted } from './noted.ts';

/** A fleet to run on, with the name of where it came from. */
export interface GivenFleet {
  readonly fleet: FleetFile;
  readonly name: string;
}

export interface ReadingOptions {
  /** Instead of the file's own, or of the default fleet. */
  readonly fleet?: GivenFleet | undefined;
  /** For task graphs without resources. */
  readonly processors?: number | undefined;
  /** It may have no jobs, as that of a live run that waits for them. */
  readonly jobless?: boolean | undefined;
}

/** The clock by which decisions are made, instead of the file's own. */
export interface ClockOptions {
  /** At every change. */
  readonly event?: boolean | undefined;
  /** On a grid of this period. */
  readonly tick?: string | undefined;
}

/** Whether the file is a scenario of ours. Throws what `detectFormat` throws. */
export function isNative(text: string, fileName: string): boolean {
  return detectFormat(text.replace(/^\ufeff/, ''), fileName) === 'twinclock';
}

/** Reads a file of any format onto the fleet asked for. Throws `InputError` with `fileName` as its source. */
export function readOnto(text: string, fileName: string, { fleet, processors, jobless = false }: ReadingOptions = {}): ImportedScenario {
  const own = fleet !== undefined && isNative(text, fileName);
  const read = readScenarioText(text, fileName, { ...(fleet === undefined || own ? {} : { fleet: fleet.fleet }), ...(processors === undefined ? {} : { processors }), jobless });
  return own ? { ...read, scenario: withFleet(read.scenario, fleet) } : read;
}

/** A scenario of ours on another fleet; the meaning of that is checked with the scenario. */
export function withFleet(file: ScenarioFile, { fleet, name }: GivenFleet): ScenarioFile {
  return noted({ ...file, fleet }, `fleet from ${name}`);
}

/** A fleet, bare or as that of a scenario. Throws `InputError` `bad-fleet`. */
export function fleetOf(value: unknown): FleetFile {
  const object = typeof value === 'object' && value !== null ? value as Readonly<Record<string, unknown>> : {}, fleet = 'twinclock' in object ? object['fleet'] : value;
  if (typeof fleet !== 'object' || fleet === null || Array.isArray(fleet)) {
    throw inputError('bad-fleet', '', 'not a fleet', { value, hint: '{"local": [...], "cloud": [...], "api": [...], "human": [...]}' });
  }
  return fleet as FleetFile;
}

/** Throws `InputError` `conflicting-options`. */
export function withClock(file: ScenarioFile, { event, tick }: ClockOptions): ScenarioFile {
  if (event === true && tick !== undefined) throw inputError('conflicting-options', '--event', 'decides at every change, --tick on a grid', { hint: 'give one of them' });
  if (event === true) return file.mode === 'event' ? file : noted({ ...file, mode: 'event' }, 'decisions at every change');
  return tick === undefined ? file : noted({ ...file, mode: 'tick', tick }, `decisions every ${tick}`);
}

/** Self-contained and valid. `isChecked`: it has been validated as it stands. */
export function resolvedScenario(file: ScenarioFile, { isChecked = false, jobless = false }: { readonly isChecked?: boolean; readonly jobless?: boolean } = {}): ScenarioFile {
  const checked = isChecked ? file : validateScenario(file, { jobless }), resolved = resolveCalendars(checked);
  return resolved === checked ? checked : validateScenario(resolved, { jobless }); // only then it is known whether somebody ever works
}
