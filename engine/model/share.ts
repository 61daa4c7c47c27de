// The share file: a comparison, or one run, that others can make again and check. It carries what goes in (scenario,
// policies, weights, faults, seeds) and what is said to come out: the hash of every run, headline figures, the verdict.
import type { FaultPlanFile } from './fault-plan.ts';
import type { Weights } from './policy.ts';
import type { ScenarioFile } from './scenario.ts';

export const SHARE_VERSION = 'share/1';

/** Figures of which a share file states the means over its seeds. */
export const SHARED_FIGURES = ['objective', 'makespanMs', 'costMicroUsd'] as const;
export type SharedFigure = (typeof SHARED_FIGURES)[number];

export interface SharedMean {
  readonly mean: number;
  /** 95 %; null with a single run. */
  readonly halfWidth95: number | null;
}

export interface SharedPolicy {
  /** With its parameters: `weighted:theta=0.8`, `mine/greedy`. */
  readonly policy: string;
  /** Its source, when it is not built in. */
  readonly text?: string;
  /** Of the journal at each seed, in the order of the seeds. */
  readonly hashes: readonly string[];
  /** Means over the runs that succeeded; null when none did. */
  readonly figures: Readonly<Record<SharedFigure, SharedMean | null>>;
}

/** What the publisher looked at. */
export interface ShareView {
  readonly view: 'compare' | 'run';
  readonly metric?: string;
  readonly baseline?: string;
  /** The task that was picked in a run. */
  readonly task?: string;
}

export interface ShareFile {
  readonly twinclock: typeof SHARE_VERSION;
  /** Version of the engine that made the runs. */
  readonly engine: string;
  /** Without `file`: of the catalogue. `hash`: of the compiled scenario. */
  readonly scenario: { readonly name: string; readonly hash: string; readonly file?: ScenarioFile };
  readonly weights: Weights;
  /** Without `plan`: of the catalogue. `hash`: of the plan's canonical JSON. */
  readonly faults?: { readonly name: string; readonly hash: string; readonly plan?: FaultPlanFile };
  readonly seeds: readonly number[];
  readonly policies: readonly SharedPolicy[];
  /** The verdict in one sentence. */
  readonly statement?: string;
  readonly view?: ShareView;
  /** Journals of some of the runs, line by line: with them it can be said where a run that differs parts from the published one. */
  readonly journals?: readonly { readonly policy: string; readonly seed: number; readonly lines: readonly string[] }[];
}
