// The policy port: all that a policy may see and do. A view never shows true durations, future kills or prices to come.
// Decisions are checked by the kernel as they are made; a refused one changes nothing and is counted by reason.
//
// Contract of repetition: with the same view a policy makes the same decisions, whatever it did before. State that must
// outlive a decision goes into `view.memory`, never into the policy's own fields, because views are forked.
import type { Problem } from './problem.ts';

export interface ParameterSpec {
  readonly description: string;
  readonly default: number;
  readonly min: number;
  readonly max: number;
}
export type ParameterValues = Readonly<Record<string, number>>;

/** Objective weights, each in [0, 1], summing to 1. */
export interface Weights {
  readonly latency: number;
  readonly cost: number;
  readonly fragmentation: number;
}
export const DEFAULT_WEIGHTS: Weights = { latency: 0.6, cost: 0.3, fragmentation: 0.1 };

/** Why a candidate was not considered, or a decision refused. Index = code; 0 means it was not. */
export const REFUSALS = [
  'none', 'not-eligible', 'wrong-class', 'no-room', 'not-ready', 'draining', 'market-not-sold', 'not-interruptible',
  'no-vm-slot', 'recently-refused', 'budget', 'job-budget', 'away', 'rate-limited', 'unknown-task', 'unknown-unit', 'not-idle', 'not-scheduled', 'spot-too-urgent',
] as const;
export const OK = 0, NOT_ELIGIBLE = 1, WRONG_CLASS = 2, NO_ROOM = 3, NOT_READY = 4, DRAINING = 5, MARKET_NOT_SOLD = 6, NOT_INTERRUPTIBLE = 7,
  NO_VM_SLOT = 8, RECENTLY_REFUSED = 9, OVER_BUDGET = 10, OVER_JOB_BUDGET = 11, AWAY = 12, RATE_LIMITED = 13, UNKNOWN_TASK = 14, UNKNOWN_UNIT = 15,
  NOT_IDLE = 16, NOT_SCHEDULED = 17, SPOT_TOO_URGENT = 18;

/**
 * Where the task in question could go, one row each, valid until the next call of `view.candidates`. A row is a unit
 * (workstation, VM that is up or coming, API, person), or the next VM to be requested of a pool in a market. Rows are
 * in ascending order of pool, then market, then unit.
 */
export interface Candidates {
  count: number;
  /** Units that have no row since another's is better, or since they can never take the task (`queued` of `PolicyView.candidates`). */
  readonly leftOut: number;
  readonly unit: Int32Array;
  readonly pool: Int32Array;
  readonly market: Uint8Array;
  /** 1: a VM that would have to be requested. */
  readonly fresh: Uint8Array;
  /** 0, or why the row cannot be placed on now. A policy may set it to take a row out; the reason is shown. */
  readonly filter: Uint8Array;
  /** Expected instant of the start: spin-up, data, room, tokens, response and calendar included. For a row without room: when room is expected. */
  readonly start: Float64Array;
  /** Expected ms from start to end: set-up, work, checkpoints, pauses of the calendar. */
  readonly duration: Float64Array;
  /** Expected ms added by interruptions (spot): lost work, and the wait for another VM. */
  readonly rework: Float64Array;
  /** Expected marginal micro-dollars: billed time with spin-up, set-up and rework; calls and tokens; paid work. */
  readonly cost: Float64Array;
  /** Share in [0, 1] of the unit's free capacity that the placement would leave unusable for the tasks to come. */
  readonly waste: Float64Array;
  /** Set-up ms this placement would pay (0 when the unit is warm for the task's batch key). */
  readonly setup: Float64Array;
  /** Terms and score of the policy, written by it before `place`, kept with the decision: latency, cost, fragmentation, total. */
  readonly termLatency: Float64Array;
  readonly termCost: Float64Array;
  readonly termFragmentation: Float64Array;
  readonly score: Float64Array;
}

export interface PolicyView {
  readonly problem: Problem;
  /** ms since the epoch. */
  readonly now: number;
  readonly weights: Weights;
  readonly parameters: ParameterValues;
  /** Numbers the policy keeps from decision to decision (`PreparedPolicy.memory` of them, zero at first). */
  readonly memory: Float64Array;
  readonly candidate: Candidates;
  /**
   * Decisions are kept with the rows they were made on: whoever places a task asks for all of them before. Where they are not, as in inner
   * simulations, any rows will do that hold the one placed on. What is decided must not depend on it.
   */
  readonly keepsReasons: boolean;

  /**
   * Something has happened since the last decision, or a wake that was asked for is due. False only at a tick of the grid
   * given without need: a policy whose choices drift with the clock must not decide then (see the law of left-out ticks).
   */
  readonly changed: boolean;
  /** Eligible tasks in all. */
  eligibleCount(): number;
  /** Whether the task may be placed now. One that was may be no more: it can be cancelled. */
  isEligible(task: number): boolean;
  /** The eligible task that is first in the policy's order, among groups not closed in this round; -1 when none is left. */
  next(): number;
  /** No task of this task's group is offered again in this round. Ends the loop `while ((t = view.next()) >= 0)`. */
  closeGroup(task: number): void;
  /** Eligible tasks of this task's group, itself included. */
  alike(task: number): number;
  /** Calls `visit` for each eligible task, in ascending order of task number. For policies that need to see all. */
  forEachEligible(visit: (task: number) => void): void;
  /**
   * Fills `candidate` with every place the task could go, filtered ones too, and returns the number of rows.
   *
   * With `queued`, by unit the ms of work put there before this task, machines without room may be left out that surely end
   * it later than another of their pool that costs no more: none of them has the least of any sum of finish and cost. So may
   * those that can take it neither now nor later: VMs that drain or that it may not run on, and requests that cannot be made.
   */
  candidates(task: number, queued?: Float64Array): number;
  /**
   * The same for a policy that chooses among open rows alone: units that want nothing but room, and VMs to be requested where all of
   * the pool are in use, have no row unless reasons are kept. Rows closed by a rule of the task's own stay, so that it can be asked about.
   */
  openings(task: number): number;
  /** False when no row of `candidates` can be open, for want of room anywhere: cheaper than to fill the rows. True promises nothing. */
  mayFit(task: number): boolean;
  /** Whether some input of the task may have still to travel, to whatever unit: false promises that none has. */
  dataToCome(task: number): boolean;
  /** Places the task on row k of `candidate` (requests the VM if it is fresh). Returns 0, or the refusal. */
  place(task: number, k: number): number;
  /** Places the task on a unit by number (a VM that is OFF is requested in `market`). Returns 0, or the refusal. */
  placeOn(task: number, unit: number, market: number): number;
  /** The lowest-numbered unit of the pool that is up (READY or always there) and has room for the task now, or -1. */
  firstRoom(pool: number, task: number): number;
  /** Whether the unit has room for the task beside what is placed there, be it up or not. */
  hasRoom(unit: number, task: number): boolean;
  /** Expected start of the task by a person, were they asked when they have room for it: response and calendar included. Infinity when they are gone for good. */
  personStart(unit: number, task: number): number;
  /** Micro-dollars that may still be committed for the task, by the run's budget and its job's. Infinity without any. */
  budgetLeft(task: number): number;
  /** Requests a VM without a task for it. Returns the unit, or -1 when refused. */
  requestVm(pool: number, market: number): number;
  /** Releases a VM on which nothing is placed. Returns 0, or the refusal. */
  releaseVm(unit: number): number;
  /** Takes a SCHEDULED task back to ELIGIBLE. Returns 0, or the refusal. */
  revoke(task: number): number;
  /** Asks to be called again at the first tick at or after `at`, even if nothing changes before. */
  wakeAt(at: number): void;

  /** Estimated ms of work of the task on the pool, less checkpointed progress; -1 when it cannot run there. */
  estimate(task: number, pool: number): number;
  /** Times the task was interrupted so far. */
  interruptions(task: number): number;
  /** Longest remaining path through the task (checkpointed progress taken off), ms. */
  remainingPath(task: number): number;
  /** remainingPath / time left to the job's due instant; Infinity when that has passed. */
  urgency(task: number): number;
  /** The task lies on its job's longest remaining path (within one tick). */
  isCritical(task: number): boolean;
  /** VMs that are not OFF. */
  vmCount(): number;
  /** READY VMs on which nothing is placed. */
  idleVmCount(): number;
  vmAt(index: number): number;
  vmState(unit: number): number;
  vmMarket(unit: number): number;
  /** Since when nothing has been placed on it; Infinity while something is, or it is not READY. */
  idleSince(unit: number): number;
  /** Tasks placed on the unit now. */
  load(unit: number): number;
  free(unit: number, dimension: number): number;
  /** Micro-dollars per hour now. -1 when not sold. */
  price(pool: number, market: number): number;
  /** A request of this pool for spot was refused so recently that another is pointless before this instant. */
  refusedUntil(pool: number): number;
  /** Tokens or requests in an API's bucket now. */
  requestsLeft(unit: number): number;
  tokensLeft(unit: number): number;
  /** Micro-dollars spent and committed so far. */
  spent(): number;
  /** Estimated instant at which the unit's present load ends. */
  expectedFreeAt(unit: number): number;
  /** Uniform in [0, 1) from the policy's own stream. Keyed by the two numbers, not by the order of calls. */
  random(a: number, b: number): number;
}

export interface PreparedPolicy {
  /** Place in the ready order: lower goes first, ties to the lower task number. Asked once, when the task becomes eligible. */
  order(view: PolicyView, task: number): number;
  /**
   * The keys of all tasks, for a policy whose order never changes: one a task, none of them NaN, not written again. `order`, which is asked
   * all the same, tells these and no others; whoever replaces it leaves them out. Eligible tasks then need no sorting, which large projects gain by.
   */
  readonly keys?: Float64Array;
  decide(view: PolicyView): void;
  /** Numbers kept in `view.memory`. Default 0. */
  readonly memory?: number;
  /** Call at every tick while tasks are eligible, not only when something changed or at `wakeAt`. Default false. */
  readonly everyTick?: boolean;
}

export interface Policy {
  readonly name: string;
  /** One line: what it does, and its source when it is published. */
  readonly summary: string;
  readonly parameters: Readonly<Record<string, ParameterSpec>>;
  /** Its source, when it is not built in: journals keep it, so that their runs can be made again. */
  readonly text?: string;
  /** Static tables for one problem. Pure. */
  prepare(problem: Problem, parameters: ParameterValues, weights: Weights): PreparedPolicy;
}
