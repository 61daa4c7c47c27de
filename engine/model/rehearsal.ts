// The rehearsal file: what is rehearsed, and what is held to be true of it. Scenario and faults are named, or lie in the file
// itself; the same file is read by the command line and by the page.
import type { FaultPlanFile } from './fault-plan.ts';
import type { Weights } from './policy.ts';
import type { ScenarioFile } from './scenario.ts';

export const REHEARSAL_VERSION = 'rehearsal/1';

export interface RehearsalFile {
  readonly twinclock: typeof REHEARSAL_VERSION;
  readonly name: string;
  readonly description?: string;
  /** A name of the catalogue, a file beside this one, or the scenario itself. */
  readonly scenario: string | ScenarioFile;
  /** With its parameters: `weighted:theta=0.8`. */
  readonly policy: string;
  /** Default 0.6, 0.3, 0.1. */
  readonly weights?: Weights;
  /** A plan by name, a file beside this one, or the plan itself. */
  readonly faults: string | FaultPlanFile;
  /** How many storms: the same plan under as many seeds. Default 50. */
  readonly storms?: number;
  /** Default 1. */
  readonly firstSeed?: number;
  /** Like `makespan <= 4h`, `recovery p95 <= 30m in 95%`. */
  readonly hypotheses?: readonly string[];
}

export const DEFAULT_STORMS = 50;
export const STORMS_MAX = 100_000;
