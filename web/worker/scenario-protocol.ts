// What the scenario view asks the workers, and what they answer: files read as the command line reads them, drafts checked,
// and what a scenario comes to. Plain data.
import type { Bounds } from '../../engine/bounds/bounds.ts';
import type { ImportReport } from '../../scenarios/formats/imported.ts';
import type { Generator } from '../../scenarios/generators/index.ts';

/** A scenario as text, with how it came about. */
export interface ScenarioDraft {
  readonly name: string;
  /** JSON of a `scenario/1` file. */
  readonly text: string;
  /** Undefined for what was not read from a file. */
  readonly report: ImportReport | undefined;
}

export interface ScenarioQuestions {
  /** A scenario of the catalogue as it is written, with its calendars by rules. */
  readonly catalogue: { readonly ask: { readonly name: string }; readonly answer: ScenarioDraft };
  /** A file in any format that can be read. `fleet`: the text of a file with one. */
  readonly open: {
    readonly ask: { readonly text: string; readonly fileName: string; readonly fleet?: { readonly text: string; readonly fileName: string }; readonly processors?: number };
    readonly answer: ScenarioDraft;
  };
  readonly generators: { readonly ask: object; readonly answer: readonly Generator[] };
  /** Values as people type them. */
  readonly generate: { readonly ask: { readonly generator: string; readonly values: Readonly<Record<string, string>> }; readonly answer: ScenarioDraft };
  /** A trace of spot prices or availability in the place of a pool's own. */
  readonly trace: { readonly ask: { readonly text: string; readonly trace: 'prices' | 'trace'; readonly option: string; readonly content: string }; readonly answer: ScenarioDraft };
  /** Refused with every fault, or what it comes to. */
  readonly check: { readonly ask: { readonly text: string }; readonly answer: ScenarioSummary };
}

/** What a sound scenario comes to. */
export interface ScenarioSummary {
  readonly name: string;
  readonly hash: string;
  readonly counts: { readonly tasks: number; readonly edges: number; readonly jobs: number; readonly units: number; readonly pools: number };
  readonly shape: GraphShape;
  /** Most frequent first. */
  readonly kinds: readonly { readonly kind: string; readonly tasks: number }[];
  /** ms since the epoch, micro-dollars; Infinity for none. The first `JOBS_LISTED` of them. */
  readonly jobs: readonly { readonly id: string; readonly tasks: number; readonly release: number; readonly deadline: number; readonly budget: number }[];
  /** On estimates. */
  readonly bounds: Bounds;
  readonly weeks: readonly PersonWeek[];
  readonly assumptions: readonly string[];
}

export const JOBS_LISTED = 200;

/** Levels: the longest chain of tasks; width: the most tasks of one level. */
export interface GraphShape {
  readonly levels: number;
  readonly width: number;
  /** Tasks that wait for none, and for which none waits. */
  readonly sources: number;
  readonly sinks: number;
}

/** Half hours of a week, from Monday 00:00 UTC. */
export const WEEK_CELLS = 336;

/** When a person works: the share of each half hour of the week, over the first eight weeks. */
export interface PersonWeek {
  readonly id: string;
  readonly always: boolean;
  readonly share: Float32Array;
  readonly hoursPerWeek: number;
  /** How an iCalendar was read. */
  readonly notes: readonly string[];
}
