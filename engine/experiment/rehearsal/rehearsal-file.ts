// Rehearsal files as they come in: shape by JSON Schema, then what only the whole can tell. All faults are reported together,
// those of a scenario or fault plan that lies in the file under its key. Names are looked up by whoever has the shelves.
import { InputError, fault } from '../../model/errors.ts';
import type { Fault } from '../../model/errors.ts';
import { REHEARSAL_VERSION } from '../../model/rehearsal.ts';
import type { RehearsalFile } from '../../model/rehearsal.ts';
import type { ScenarioFile } from '../../model/scenario.ts';
import { REHEARSAL_SCHEMA } from '../../model/schema.ts';
import { ShapeChecker } from '../../model/shape-faults.ts';
import { refuseOtherVersion, validateFaultPlan, validateScenario } from '../../model/validate.ts';
import { parseHypothesis } from './hypothesis.ts';
import type { Hypothesis } from './hypothesis.ts';

const shape = new ShapeChecker(REHEARSAL_SCHEMA);

/** The value itself, as a rehearsal. Throws one `InputError` with every fault found. */
export function validateRehearsal(value: unknown): RehearsalFile {
  refuseOtherVersion(value, REHEARSAL_VERSION);
  const faults: Fault[] = shape.check(value).map(({ severe: _, ...rest }) => rest), file = value as RehearsalFile;
  const isSound = (path: string): boolean => !faults.some((f) => f.path === path || f.path.startsWith(`${path}.`) || f.path.startsWith(`${path}[`));
  if (isSound('scenario') && typeof file.scenario === 'object') faults.push(...faultsWithin('scenario', () => validateScenario(file.scenario)));
  const scenario = isSound('scenario') && typeof file.scenario === 'object' ? file.scenario as ScenarioFile : undefined;
  if (isSound('faults') && typeof file.faults === 'object') faults.push(...faultsWithin('faults', () => validateFaultPlan(file.faults, scenario)));
  if (isSound('weights') && file.weights !== undefined) faults.push(...weightFaults(file.weights));
  if (isSound('hypotheses')) for (const [k, text] of (file.hypotheses ?? []).entries()) { const read = parseHypothesis(text, `hypotheses[${k}]`); if ('code' in read) faults.push(read); }
  if (faults.length > 0) throw new InputError(faults);
  return file;
}

/** The hypotheses of a list of texts. Throws one `InputError` with every fault. */
export function parseHypotheses(texts: readonly string[], path: (k: number) => string = () => '--expect'): Hypothesis[] {
  const read = texts.map((text, k) => parseHypothesis(text, path(k))), wrong = read.filter((entry) => 'code' in entry);
  if (wrong.length > 0) throw new InputError(wrong);
  return read as Hypothesis[];
}

function faultsWithin(path: string, check: () => unknown): Fault[] {
  try {
    check();
    return [];
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.faults.map((f) => ({ ...f, path: f.path === '' ? path : `${path}.${f.path}` }));
  }
}

function weightFaults({ latency, cost, fragmentation }: NonNullable<RehearsalFile['weights']>): Fault[] {
  const sum = latency + cost + fragmentation;
  return Math.abs(sum - 1) <= 1e-6 ? [] : [fault('bad-weights', 'weights', 'weights sum to 1', { value: sum, hint: 'for example 0.6, 0.3 and 0.1' })];
}
