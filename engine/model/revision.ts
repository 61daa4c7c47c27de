// What may change in a run while it lives: jobs come in, the fleet or the policy is another one. A change is data, kept in
// the journal where it happened; the scenario after it is a pure function of the scenario before it.
import { canonicalJson, Hash128 } from './hash.ts';
import type { ParameterValues } from './policy.ts';
import type { FleetFile, JobFile, ScenarioFile } from './scenario.ts';

export interface PolicyChoice {
  readonly name: string;
  /** All of them, in the order the policy declares them. */
  readonly parameters: ParameterValues;
  /** Source of a policy that is not one of the registry's. */
  readonly text?: string;
}

export interface Change {
  /** Jobs to add; releases and deadlines count from the epoch. */
  readonly jobs?: readonly JobFile[];
  /** Batch keys to add. */
  readonly batches?: ScenarioFile['batches'];
  /** The whole new fleet. */
  readonly fleet?: FleetFile;
  readonly policy?: PolicyChoice;
}

/** The scenario after the change. It has not been validated. */
export function revisedScenario(file: ScenarioFile, change: Change): ScenarioFile {
  return {
    ...file,
    ...(change.batches === undefined ? {} : { batches: { ...file.batches, ...change.batches } }),
    ...(change.fleet === undefined ? {} : { fleet: change.fleet }),
    ...(change.jobs === undefined ? {} : { jobs: [...file.jobs, ...change.jobs] }),
  };
}

/** What a revision came to, as three numbers that fit a row: 128 bits over the hash of the scenario and the policy after it. */
export function revisionMarks(scenarioHash: string, policy: PolicyChoice): readonly [number, number, number] {
  const hash = new Hash128();
  hash.addText(scenarioHash);
  hash.addText(canonicalJson(policy));
  const digits = hash.digest();
  return [parseInt(digits.slice(0, 11), 16), parseInt(digits.slice(11, 22), 16), parseInt(digits.slice(22), 16)];
}
