// What the command line changed in a scenario, kept in the scenario's own account of how it came about.
import type { ScenarioFile } from '../../model/scenario.ts';

/** The scenario with one more line among its assumptions. */
export function noted(file: ScenarioFile, line: string): ScenarioFile {
  return { ...file, assumptions: [...file.assumptions ?? [], `given: ${line}`] };
}
