// A compiled scenario: flat arrays with numbers for ids. `Problem` holds what a scheduler may know; `Truth` what only
// the simulated world may know. Both are shared by every run and fork of the scenario and never written after compile.
//
// Times are ms since the epoch, money micro-dollars, rates micro-dollars per hour, memory MiB, cores milli-cores.
// Order is canonical: jobs by id, tasks by job then id (digit runs compare as numbers), so the order in the file and
// the labels of other entries never change a run. Tasks of a job are contiguous.
import type { Distribution } from './distribution.ts';

export interface Problem {
  readonly name: string;
  readonly epochMs: number;
  readonly tickMs: number;
  /** Decide at every change instead of on the tick grid. */
  readonly eventDriven: boolean;
  readonly horizonMs: number;
  /** Infinity when the scenario has none. */
  readonly budget: number;

  readonly taskCount: number;
  readonly jobCount: number;
  readonly poolCount: number;
  readonly unitCount: number;
  readonly profileCount: number;
  readonly groupCount: number;
  readonly dimensionCount: number;

  // --- tasks ---
  readonly taskIds: readonly string[];
  readonly taskKinds: readonly string[];
  readonly taskJob: Int32Array;
  /** What it needs and where it may run: an index into the profile columns. */
  readonly taskProfile: Int32Array;
  /** Estimated ms on the reference option; times `optionScale` gives the estimate for a pool. */
  readonly taskWork: Float64Array;
  /** User priority, higher first. */
  readonly taskPriority: Int32Array;
  /** Longest path of mean estimates from the start of the task to the end of its job graph, ms (upward rank, no transfers). */
  readonly taskRank: Float64Array;
  /** CSR successors and predecessors, ascending. `predecessorBytes` is empty when no edge carries data. */
  readonly successorFirst: Int32Array;
  readonly successors: Int32Array;
  readonly predecessorFirst: Int32Array;
  readonly predecessors: Int32Array;
  readonly predecessorBytes: Float64Array;

  // --- jobs ---
  readonly jobIds: readonly string[];
  /** Tasks of job j are `jobFirst[j] .. jobFirst[j + 1] - 1`. */
  readonly jobFirst: Int32Array;
  readonly jobRelease: Float64Array;
  /** Infinity when it has none. */
  readonly jobDeadline: Float64Array;
  readonly jobBudget: Float64Array;
  readonly jobWeight: Float64Array;
  /** Deadline, or else release + the job's longest path of mean estimates times `REFERENCE_STRETCH`. */
  readonly jobReference: Float64Array;

  // --- profiles: tasks with the same needs share one ---
  /** Options of profile s: `optionFirst[s] .. optionFirst[s + 1] - 1`, ascending by pool. */
  readonly optionFirst: Int32Array;
  readonly optionPool: Int32Array;
  /** Estimated duration on the pool = round(taskWork x optionScale). */
  readonly optionScale: Float64Array;
  /** Profiles with one set of pools, demand, skills and batch key form a group: what fits one fits all. */
  readonly profileGroup: Int32Array;
  /** Where the segment of each group starts in an array of all tasks, and where the last one ends: a group has as many places as tasks. */
  readonly groupFirst: Int32Array;
  /** Row-major, `profileCount x dimensionCount`. */
  readonly demand: Int32Array;
  readonly profileRequests: Int32Array;
  readonly profileTokens: Int32Array;
  readonly profileAttempts: Int32Array;
  /** -1 without a batch key. */
  readonly profileBatch: Int32Array;
  /** Work between checkpoints, 0 without; and what writing one costs. */
  readonly profileCheckpointInterval: Float64Array;
  readonly profileCheckpointCost: Float64Array;
  /** 1 when the task may run on spot. */
  readonly profileInterruptible: Uint8Array;

  // --- batches ---
  readonly batchKeys: readonly string[];
  readonly batchSetup: Float64Array;

  // --- pools: one per fleet entry; people with the same skills and cost share one ---
  readonly poolIds: readonly string[];
  readonly poolKind: Uint8Array;
  readonly poolSpeed: Float64Array;
  /** Units of pool p: `poolFirst[p] .. poolFirst[p + 1] - 1`. */
  readonly poolFirst: Int32Array;
  /** Row-major, `poolCount x dimensionCount`. */
  readonly capacity: Int32Array;
  /** Tasks at once on one unit (concurrency of an API, of a person). */
  readonly poolSlots: Int32Array;
  /** Cloud on demand; local energy while busy; human per hour of work. -1: not sold. */
  readonly poolPrice: Float64Array;
  /** Initial spot price, -1: no spot market. */
  readonly poolSpotPrice: Float64Array;
  readonly poolSpinUp: Float64Array;
  /** Kills per hour the scheduler is told to expect on spot. */
  readonly poolHazard: Float64Array;
  readonly poolRefusal: Float64Array;
  readonly poolNotice: Float64Array;
  readonly poolBillingGranularity: Float64Array;
  readonly poolBillingMinimum: Float64Array;
  readonly poolFreeIfInterruptedWithin: Float64Array;
  /** APIs: per minute, and bucket size. Infinity when unlimited. */
  readonly poolRequestRate: Float64Array;
  readonly poolRequestBurst: Float64Array;
  readonly poolTokenRate: Float64Array;
  readonly poolTokenBurst: Float64Array;
  /** Micro-dollars, may have a fraction; a call costs round(price x amount). */
  readonly poolCallPrice: Float64Array;
  readonly poolTokenPrice: Float64Array;
  /** People: mean working time from offer to acceptance. */
  readonly poolResponse: Float64Array;
  readonly poolDecline: Float64Array;

  // --- units: one workstation, one VM slot, one API, one person ---
  readonly unitIds: readonly string[];
  readonly unitPool: Int32Array;
  /** poolKind of its pool. */
  readonly unitKind: Uint8Array;
  /** Published working intervals of unit u: `calendarFirst[u] .. calendarFirst[u + 1] - 1`; `unitAlways` units have none. */
  readonly unitAlways: Uint8Array;
  readonly calendarFirst: Int32Array;
  readonly calendarStart: Float64Array;
  readonly calendarEnd: Float64Array;
  /** Working ms of the unit before each interval. */
  readonly calendarBefore: Float64Array;

  readonly dimensionNames: readonly string[];
  /** Bytes per ms between resources, and ms; bandwidth Infinity when data is free to move. */
  readonly networkBandwidth: number;
  readonly networkLatency: number;
}

/** What only the world knows: true durations, interruptions, prices to come, delays. Same indices as `Problem`. */
export interface Truth {
  /** True mean ms on the reference option. The same array as `Problem.taskWork` when nothing sets them apart. */
  readonly taskWork: Float64Array;
  /** True duration on the pool = taskWork x optionScale x draw(shapes[optionShape]). */
  readonly optionScale: Float64Array;
  readonly optionShape: Int32Array;
  /** Distributions of mean 1. Index 0 is always `fixed(1)`. */
  readonly shapes: readonly Distribution[];
  readonly profileFailureRate: Float64Array;
  /** Stream keys: a 32-bit hash of the id, so that adding or reordering entries moves no other draw. */
  readonly taskKey: Uint32Array;
  readonly unitKey: Uint32Array;
  readonly pools: readonly PoolTruth[];
}

export interface PoolTruth {
  readonly spinUp: Distribution;
  readonly priceSteps: readonly (readonly [number, number])[];
  /** Kills per hour for each hour of the UTC day (length 24), or empty. */
  readonly hazardByHour: readonly number[];
  readonly killTimes: readonly (readonly number[])[];
  readonly refusal: number;
  readonly availability: readonly (readonly [number, number])[];
  readonly errorRate: number;
  readonly actualShare: number;
  readonly retryAfter: number;
  readonly outages: readonly { readonly at: number; readonly until: number }[];
  readonly response: Distribution;
  readonly decline: number;
}

/** A compiled scenario: what may be known, and what is true. */
export interface Instance {
  readonly problem: Problem;
  readonly truth: Truth;
  /** 32 hexadecimal digits over the canonical JSON of the resolved scenario file. */
  readonly hash: string;
}

/** As many tasks, jobs, units, pools and dimensions: arrays made for one problem fit the other. */
export function sameCounts(a: Problem, b: Problem): boolean {
  return a.taskCount === b.taskCount && a.jobCount === b.jobCount && a.unitCount === b.unitCount && a.poolCount === b.poolCount && a.dimensionCount === b.dimensionCount;
}

/** The group of a task: its ready queue. */
export const groupOf = ({ profileGroup, taskProfile }: Problem, task: number): number => profileGroup[taskProfile[task]!]!;

/** Whether some job has a budget of its own. */
export function hasJobBudget({ jobCount, jobBudget }: Problem): boolean {
  for (let j = 0; j < jobCount; j++) if (jobBudget[j]! < Infinity) return true;
  return false;
}

/** A job without a deadline is due at this multiple of its longest path of mean estimates, for urgency only. */
export const REFERENCE_STRETCH = 2;
