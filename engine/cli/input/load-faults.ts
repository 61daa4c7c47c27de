// A fault plan by name or from a file, checked against the scenario it is to strike.
import { stat } from 'node:fs/promises';
import { InputError } from '../../model/errors.ts';
import type { FaultPlanFile } from '../../model/fault-plan.ts';
import type { ScenarioFile } from '../../model/scenario.ts';
import { SMALL_FILE_BYTES_MAX, parseJsonText } from '../../model/file-text.ts';
import { validateFaultPlan } from '../../model/validate.ts';
import { faultNames, loadFaults } from '../../../scenarios/faults/index.ts';
import { readText } from './read-text.ts';
import { unknownName } from './unknown-name.ts';

/** The plan of that name, or the file at that path. With a scenario its names are checked too. Throws `InputError` with the source. */
export async function loadFaultPlan(source: string, scenario?: ScenarioFile): Promise<FaultPlanFile> {
  try {
    return validateFaultPlan(faultNames().includes(source) ? loadFaults(source) : await readPlan(source), scenario);
  } catch (error) {
    throw error instanceof InputError ? error.from(source) : error;
  }
}

async function readPlan(source: string): Promise<unknown> {
  if (!(await stat(source).then(() => true, () => false))) {
    throw unknownName('unknown-faults', '', 'neither a fault plan by name nor a file', source, faultNames());
  }
  return parseJsonText(await readText(source, SMALL_FILE_BYTES_MAX));
}
