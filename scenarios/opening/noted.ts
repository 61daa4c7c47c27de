// What was changed in a scenario after it was read, kept in the scenario's own account of how it came about.
import type { ScenarioFile } from '../../engine/model/scenario.ts';

/** The scenario with one more line among its assumptions. */
export function noted(file: ScenarioFile, line: string): ScenarioFile {
  return { ...file, assumptions: [...file.assumptions ?? [], `given: ${line}`] };
}
