// What crosses between the page and its workers: one tagged question, one reply, plain data both ways. Errors are values
// (comlink would keep only message, name and stack). Figures of many runs travel as typed columns, transferred, not copied.
// Times are ms since the scenario's epoch, money micro-dollars, NaN where there is nothing.
import type { ComparisonRow } from '../../engine/experiment/compare.ts';
import type { TaskExplanation } from '../../engine/experiment/explain-task.ts';
import type { Bounds } from '../../engine/bounds/bounds.ts';
import type { MetricKey, Metrics } from '../../engine/metrics/metrics.ts';
import type { JobRow, ResourceRow } from '../../engine/metrics/resources.ts';
import type { Fault } from '../../engine/model/errors.ts';
import type { ParameterSpec, Weights } from '../../engine/model/policy.ts';
import type { ScenarioFile } from '../../engine/model/scenario.ts';

/** A scenario by its name in the catalogue, or as a file with a key of the sender's: one key, one content. */
export type ScenarioSource = { readonly from: 'catalog'; readonly name: string } | { readonly from: 'file'; readonly key: string; readonly file: ScenarioFile };

/** What all runs of a comparison have in common. */
export interface Study {
  readonly scenario: ScenarioSource;
  readonly weights: Weights;
}

/** Each kind of question with what it asks and what is answered. */
export interface Questions {
  /** What there is to choose from. */
  readonly about: { readonly ask: object; readonly answer: About };
  readonly scenario: { readonly ask: { readonly scenario: ScenarioSource }; readonly answer: ScenarioFacts };
  /** Every policy on every seed; rows in order of policy, then seed. */
  readonly runs: { readonly ask: { readonly study: Study; readonly policies: readonly string[]; readonly seeds: readonly number[] }; readonly answer: RunColumns };
  readonly judge: { readonly ask: JudgeRequest; readonly answer: Judgement };
  readonly run: { readonly ask: RunRequest; readonly answer: RunPicture };
  readonly explain: { readonly ask: RunRequest & { readonly task: string }; readonly answer: TaskExplanation };
}

export type QuestionKind = keyof Questions;
export type Question<K extends QuestionKind = QuestionKind> = { [P in K]: { readonly kind: P } & Questions[P]['ask'] }[K];
export type Answer<K extends QuestionKind> = Questions[K]['answer'];

export type Reply<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ErrorData };

/** An error as data: `code` is stable, `faults` are those of bad input. */
export interface ErrorData {
  readonly code: string;
  readonly message: string;
  readonly faults: readonly Fault[];
}

export interface About {
  readonly scenarios: readonly string[];
  readonly policies: readonly { readonly name: string; readonly summary: string; readonly parameters: Readonly<Record<string, ParameterSpec>> }[];
}

export interface ScenarioFacts {
  readonly name: string;
  readonly description: string;
  readonly hash: string;
  readonly tasks: number;
  readonly jobs: number;
  readonly units: number;
  readonly assumptions: readonly string[];
}

/** Runs as columns. Row r is of `policies[floor(r / seeds.length)]` at `seeds[r % seeds.length]`. */
export interface RunColumns {
  readonly policies: readonly string[];
  readonly seeds: readonly number[];
  /** One column a metric, in the order of METRICS, `rows` numbers each. */
  readonly metrics: Float64Array;
  /** Index into END_CAUSES. */
  readonly cause: Float64Array;
  /** Four words of 32 bits a row: the journal's hash. */
  readonly hash: Uint32Array;
  /** Only of runs that failed. */
  readonly failures: readonly { readonly row: number; readonly audit: string; readonly failure: string }[];
}

export interface JudgeRequest {
  readonly study: Study;
  readonly columns: RunColumns;
  readonly metric: MetricKey;
  /** A policy of the columns. */
  readonly baseline: string;
}

/** Who is better, as `compare` says it. */
export interface Judgement {
  readonly metric: MetricKey;
  readonly baseline: string;
  readonly seeds: readonly number[];
  readonly rows: readonly ComparisonRow[];
  readonly winner: string | null;
  readonly statement: string;
}

export interface RunRequest {
  readonly study: Study;
  readonly policy: string;
  readonly seed: number;
}

/** A quantity over time: value k holds from time k to time k + 1; the last time is the end. */
export interface Series {
  readonly times: Float64Array;
  readonly values: Float64Array;
}

/** One run with all that its pictures and tables need. */
export interface RunPicture {
  readonly scenario: string;
  readonly policy: string;
  readonly seed: number;
  readonly hash: string;
  readonly cause: string;
  readonly explanation: string;
  /** `clean`, or the law that was broken. */
  readonly audit: string;
  readonly records: number;
  readonly epochMs: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly budget: number;
  readonly metrics: Metrics;
  readonly bounds: Bounds;
  readonly resources: readonly ResourceRow[];
  readonly jobs: readonly (JobRow & { readonly tasks: number; readonly deadline: number })[];
  readonly units: UnitFacts;
  readonly tasks: { readonly ids: readonly string[]; readonly kinds: readonly string[]; readonly job: Int32Array };
  readonly attempts: AttemptTable;
  readonly lives: LifeTable;
  readonly notices: { readonly unit: Int32Array; readonly at: Float64Array; readonly killAt: Float64Array };
  readonly utilisation: Series;
  readonly queue: Series;
  /** Cumulative; straight between the points. */
  readonly cost: Series;
}

export interface UnitFacts {
  readonly ids: readonly string[];
  readonly pool: Int32Array;
  readonly poolIds: readonly string[];
  /** Index into RESOURCE_KINDS. */
  readonly poolKind: Uint8Array;
  /** Published working time of unit u: intervals `calendarFirst[u] .. calendarFirst[u + 1] - 1`; of units with `always` none. */
  readonly always: Uint8Array;
  readonly calendarFirst: Int32Array;
  readonly calendarStart: Float64Array;
  readonly calendarEnd: Float64Array;
}

/** As `AttemptColumns`, in the same order. */
export interface AttemptTable {
  readonly count: number;
  readonly task: Int32Array;
  readonly attempt: Int32Array;
  readonly unit: Int32Array;
  readonly life: Int32Array;
  readonly market: Int8Array;
  readonly outcome: Uint8Array;
  readonly readyAt: Float64Array;
  readonly placedAt: Float64Array;
  readonly startedAt: Float64Array;
  readonly endedAt: Float64Array;
  readonly setupMs: Float64Array;
  readonly busyMs: Float64Array;
  readonly lostMs: Float64Array;
  readonly cost: Float64Array;
}

/** As `LifeColumns`, in the same order. */
export interface LifeTable {
  readonly count: number;
  readonly unit: Int32Array;
  readonly life: Int32Array;
  readonly market: Uint8Array;
  readonly cause: Uint8Array;
  readonly requestedAt: Float64Array;
  readonly startedAt: Float64Array;
  readonly readyAt: Float64Array;
  readonly drainingAt: Float64Array;
  readonly endedAt: Float64Array;
  readonly cost: Float64Array;
}
