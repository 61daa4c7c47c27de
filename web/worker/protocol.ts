// What crosses between the page and its workers: one tagged question, one reply, plain data both ways. Errors are values
// (comlink would keep only message, name and stack). Figures of many runs travel as typed columns, transferred, not copied.
// Times are ms since the scenario's epoch, money micro-dollars, NaN where there is nothing.
import type { ComparisonRow } from '../../engine/experiment/compare.ts';
import type { TaskExplanation } from '../../engine/experiment/explain-task.ts';
import type { CountedRefusal } from '../../engine/experiment/policy-trial.ts';
import type { RehearsalCard } from '../../engine/experiment/rehearsal/card.ts';
import type { StormFigures } from '../../engine/experiment/rehearsal/figures.ts';
import type { FaultAlone } from '../../engine/experiment/rehearsal/rehearse.ts';
import type { WhatIf } from '../../engine/experiment/what-if.ts';
import type { Bounds } from '../../engine/bounds/bounds.ts';
import type { MetricKey, Metrics } from '../../engine/metrics/metrics.ts';
import type { JobRow, ResourceRow } from '../../engine/metrics/resources.ts';
import type { StateCounts } from '../../engine/metrics/state-counts.ts';
import type { Fault } from '../../engine/model/errors.ts';
import type { FaultFile, FaultPlanFile } from '../../engine/model/fault-plan.ts';
import type { ParameterSpec, Weights } from '../../engine/model/policy.ts';
import type { ScenarioFile } from '../../engine/model/scenario.ts';
import type { ScenarioQuestions } from './scenario-protocol.ts';
import type { ShareQuestions } from './share-protocol.ts';
import type { RehearsalAnswer } from './rehearse.ts';

/** A text of the user's; `hash` is that of the text, and stands for it wherever results are kept. */
export interface TextSource {
  readonly from: 'text';
  /** As the address has it: `mine/name`. */
  readonly name: string;
  readonly hash: string;
  readonly text: string;
}

/** A scenario by its name in the catalogue, as a file with a key of the sender's (one key, one content), or as JSON text. */
export type ScenarioSource = { readonly from: 'catalog'; readonly name: string } | { readonly from: 'file'; readonly key: string; readonly file: ScenarioFile } | TextSource;

/** A fault plan by its name in the catalogue, or as JSON text. */
export type FaultSource = { readonly from: 'catalog'; readonly name: string } | TextSource;

/** What all runs of a comparison have in common. */
export interface Study {
  readonly scenario: ScenarioSource;
  readonly weights: Weights;
  /** What is made to go wrong. Default: nothing. */
  readonly faults?: FaultSource;
  /** The texts of those policies that are named `mine/...`. */
  readonly texts?: readonly TextSource[];
}

/** Each kind of question with what it asks and what is answered. */
export interface Questions extends ScenarioQuestions, ShareQuestions {
  /** What there is to choose from. */
  readonly about: { readonly ask: object; readonly answer: About };
  readonly scenario: { readonly ask: { readonly scenario: ScenarioSource }; readonly answer: ScenarioFacts };
  /** Every policy on every seed; rows in order of policy, then seed. */
  readonly runs: { readonly ask: { readonly study: Study; readonly policies: readonly string[]; readonly seeds: readonly number[] }; readonly answer: RunColumns };
  /** The same at each of many weights, whatever those of the study are: one answer a setting, in the order given. */
  readonly map: { readonly ask: Questions['runs']['ask'] & { readonly weights: readonly Weights[] }; readonly answer: readonly RunColumns[] };
  /** A journal by its text: what it is of, and whether its replay is identical. */
  readonly recording: { readonly ask: { readonly text: string }; readonly answer: RecordingFacts };
  /** With `whatIf` and its journal. */
  readonly 'what-if': { readonly ask: RunRequest; readonly answer: WhatIfFacts };
  readonly judge: { readonly ask: JudgeRequest; readonly answer: Judgement };
  readonly run: { readonly ask: RunRequest; readonly answer: RunPicture };
  /** Wall-clock times of the decisions of one run. */
  readonly timing: { readonly ask: RunRequest; readonly answer: DecisionTiming };
  readonly explain: { readonly ask: RunRequest & { readonly task: string }; readonly answer: TaskExplanation };
  /** One run of a policy's text, to see what it does wrong. */
  readonly trial: { readonly ask: RunRequest; readonly answer: PolicyTrial };
  /** The run of a seed without the faults of the study and with them. */
  readonly rehearse: { readonly ask: RunRequest; readonly answer: RehearsalAnswer };
  /** Each fault of the plan by itself, under one seed. */
  readonly alone: { readonly ask: RunRequest; readonly answer: readonly FaultAlone[] };
  readonly storms: { readonly ask: { readonly study: Study; readonly policy: string; readonly seeds: readonly number[] }; readonly answer: readonly StormFigures[] };
  /** Hypotheses against storms that were made before. */
  readonly card: { readonly ask: { readonly expect: readonly string[]; readonly storms: readonly StormFigures[] }; readonly answer: RehearsalCard };
}

/** A journal that was read and replayed. */
export interface RecordingFacts {
  /** What the journal says that it is of. */
  readonly study: Study;
  /** In force one after the other; the first is that of the study. */
  readonly policies: readonly string[];
  readonly seed: number;
  /** Version of the engine that wrote it. */
  readonly engine: string;
  /** The replay made the same rows; of a journal that was cut off, those that are there. */
  readonly identical: boolean;
  readonly records: number;
  readonly hash: string;
  readonly cutOff: boolean;
  /** Changes of scenario or policy while it ran. */
  readonly revisions: number;
  /** Of real resources. */
  readonly live: boolean;
  /** Everything that went wrong, in words, in order. */
  readonly faults: readonly string[];
  /** The first row that differs, with what led to it. */
  readonly where: string;
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
  /** The text or file the faults are of, when known. */
  readonly source?: string;
}

export interface About {
  readonly scenarios: readonly string[];
  readonly faults: readonly { readonly name: string; readonly description: string }[];
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
  /** The same of the journal's rows alone (`scheduleHash`); only in answers to `map`. */
  readonly schedule?: Uint32Array;
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
  /** A journal whose rows are shown, instead of a run made here. */
  readonly journal?: TextSource;
  /** With a journal: its run again in the world it showed, with this changed. */
  readonly whatIf?: WhatIfChange;
}

/** What is changed of a recorded run. */
export interface WhatIfChange {
  /** Empty for its own. */
  readonly policy: string;
  readonly weights: Weights | undefined;
  /** Numbers, from 1, of what went wrong and does not. */
  readonly without: readonly number[];
}

/** The record, the model's run of it, and the changed one; and what that stands on. */
export interface WhatIfFacts extends Pick<WhatIf, 'recorded' | 'provenance'> {
  readonly modelled: Metrics;
  readonly changed: Metrics;
}

export interface PolicyTrial {
  /** Acts of the policy that the kernel refused, with their lines. */
  readonly refused: readonly CountedRefusal[];
}

/** Wall-clock ms of a policy's decisions in one run. */
export interface DecisionTiming {
  readonly decisions: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Times the run was made; the last one was timed. */
  readonly runs: number;
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
  /** What was made to go wrong; undefined when nothing was. */
  readonly faults: FaultPlanFile | undefined;
  readonly records: number;
  readonly epochMs: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly budget: number;
  readonly metrics: Metrics;
  readonly bounds: Bounds;
  readonly resources: readonly (ResourceRow & WaitFigures)[];
  readonly jobs: readonly (JobRow & WaitFigures & { readonly tasks: number; readonly deadline: number })[];
  readonly units: UnitFacts;
  readonly tasks: TaskFacts;
  readonly attempts: AttemptTable;
  readonly lives: LifeTable;
  readonly notices: { readonly unit: Int32Array; readonly at: Float64Array; readonly killAt: Float64Array };
  readonly utilisation: Series;
  readonly queue: Series;
  /** Cumulative; straight between the points. */
  readonly cost: Series;
  /** In force; Infinity while there is none. */
  readonly budgets: Series;
  /** Tasks by state, one list of counts for each of COUNTED_STATES. */
  readonly states: StateCounts;
  readonly prices: readonly SpotPrice[];
  readonly closed: ClosedTable;
  readonly faultMarks: readonly FaultMark[];
  readonly graph: TaskGraph;
  readonly chain: ChainTable;
  /** The critical path by estimates alone: task numbers, its length, and the slack of every task, ms. */
  readonly planned: { readonly tasks: Int32Array; readonly lengthMs: number; readonly slackMs: Float64Array };
}

/** What the attempts of a resource or a job waited for, ms by index into WAIT_CAUSES, and what was cut off. */
export interface WaitFigures {
  readonly waitMs: readonly number[];
  readonly interruptions: number;
  readonly lostMs: number;
}

export interface TaskFacts {
  readonly ids: readonly string[];
  readonly kinds: readonly string[];
  readonly job: Int32Array;
  /** When it could first be placed, and when it was dropped or failed for good: NaN if never. */
  readonly eligibleAt: Float64Array;
  readonly goneAt: Float64Array;
}

/** Micro-dollars an hour on the spot market of a pool, and the instants at which a request there was turned down. */
export interface SpotPrice {
  readonly pool: string;
  readonly price: Series;
  readonly refusedAt: Float64Array;
}

/** Times in which a unit took nothing although it was there: limits of an API, absences. By unit, then by time. */
export interface ClosedTable {
  readonly unit: Int32Array;
  readonly from: Float64Array;
  readonly to: Float64Array;
}

/** A fault of the plan from when it was injected. `to` is `from` for one that only takes an instant. */
export interface FaultMark {
  readonly from: number;
  readonly to: number;
  /** Position in the plan; in a live run the number by which its journal calls it. */
  readonly fault: number;
  readonly kind: FaultFile['kind'];
  readonly text: string;
}

/** Middles of the tasks' boxes, in rows of the drawing, y downwards; edges by task numbers; upper left corners of the jobs. */
export interface TaskGraph {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly jobLeft: Float32Array;
  readonly jobTop: Float32Array;
  readonly width: number;
  readonly height: number;
}

/** As `CriticalChain`, a row a step. */
export interface ChainTable {
  readonly count: number;
  /** Rows of attempts; -1 for no step before. */
  readonly row: Int32Array;
  readonly releasedBy: Int32Array;
  /** Index into CHAIN_LINKS. */
  readonly link: Uint8Array;
  readonly from: Float64Array;
  readonly to: Float64Array;
  /** ms of step s for cause c at `s x causes + c`; and sums over all steps. */
  readonly ms: Float64Array;
  readonly total: Float64Array;
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
