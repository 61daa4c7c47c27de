// What a run was begun with, as the store keeps it: all that is needed to make its decisions again, together with the rows.
import type { Weights } from '../model/policy.ts';
import type { PolicyChoice } from '../model/revision.ts';
import type { ScenarioFile } from '../model/scenario.ts';

export const LIVE_RUN_VERSION = 'live-run/1';

export interface LiveHeader {
  readonly twinclock: typeof LIVE_RUN_VERSION;
  /** Version of the engine that began it. */
  readonly engine: string;
  readonly run: string;
  /** Resolved; its epoch is the instant the run was begun. */
  readonly scenario: ScenarioFile;
  readonly scenarioHash: string;
  readonly policy: PolicyChoice;
  readonly weights: Weights;
  readonly seed: number;
}
