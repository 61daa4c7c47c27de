// What the audit (audit.ts) remembers between two rows of a log: where every task, job and unit stands by its own reading, and
// which laws were broken. A row of numbers for each task instead of a column for each fact: the log's rows about a task are far
// apart in a large run, and each of them then waits for one line of memory. `reset` writes all that is read before it is written.
//
// Laws are asked for with the place of the row, not with its numbers: V8 puts a float on the heap to pass it to a function.
import { STRIDE } from '../journal/records.ts';
import type { RunRecord } from '../journal/run-record.ts';
import { assert } from '../model/errors.ts';
import { sameCounts, type Problem } from '../model/problem.ts';
import { API, HUMAN, LOCAL, VM_OFF } from '../model/states.ts';
import { AuditAccounts } from './audit-accounts.ts';
import { BROKEN_MAX } from './audit-laws.ts';
import type { BrokenLaw, Law } from './audit-laws.ts';

/** A task's row of 64 bytes, a line of cache: `taskF` sees it as 2^TASK_F floats, `taskI` as 2^TASK_I integers (why so: kernel/state.ts). */
export const TASK_F = 3, TASK_I = 4;
/** Floats. AT: running: since when; completed: since when. SETUP, DATA_AT: what its placement says. */
export const AT = 0, SETUP = 1, DATA_AT = 2;
/**
 * Integers, behind the floats. UNIT: of the present or last attempt, -1 before. CHECKPOINTS: of the present attempt. NEXT, PREVIOUS:
 * neighbours among the tasks on one VM, -1 at the ends. PROFILE, JOB, and SUCCESSORS up to SUCCESSORS_END: those of the problem.
 */
export const ATTEMPT = 6, UNIT = 7, STATE = 8, CHECKPOINTS = 9, NEXT = 10, PREVIOUS = 11, PROFILE = 12, JOB = 13, SUCCESSORS = 14, SUCCESSORS_END = 15;

/** The bits that the number of a task, unit or profile has: `& INDEX` tells V8 that a row found from it is neither negative nor past what integers hold. */
export const INDEX = 0x3ffffff;

/** States of a task. Not placed; placed; running; and the three ends. */
export const OPEN = 0, PLACED = 1, RUNNING = 2, COMPLETED = 3, FAILED = 4, CANCELLED = 5;
export const STATE_NAMES = ['open', 'placed', 'running', 'completed', 'failed', 'cancelled'] as const;

/**
 * Integers of a unit, 2^UNIT_I of them. LOAD: tasks on it; FIRST: one of those on a VM, -1 for none. WARM: batch key, -1 for none. LIFE, MARKET: of the
 * present or last VM. POOL, KIND, SLOTS: those of the problem. PAID: 0 when its starts and ends cost
 * nothing (a VM's do not, its life does). POOL_BIT: that of its pool in `options`.
 */
export const UNIT_F = 4, UNIT_I = 4;
export const LOAD = 0, FIRST = 1, WARM = 2, VM_STATE = 3, LIFE = 4, MARKET = 5, POOL = 6, KIND = 7, SLOTS = 8, PAID = 9, POOL_BIT = 10;
/**
 * Floats of a unit, 2^UNIT_F of them. Of an API: what is left in its buckets of REQUESTS and TOKENS since FILLED_AT, what flows in a ms, how much
 * they hold, and until when it asked to wait. Of a person: working time lost to absences so far; since when away, NaN when not.
 */
export const REQUESTS = 0, TOKENS = 1, FILLED_AT = 2, REQUEST_RATE = 3, TOKEN_RATE = 4, REQUEST_BURST = 5, TOKEN_BURST = 6, LIMITED_UNTIL = 7, AWAY_MS = 8, AWAY_SINCE = 9;

export class AuditState {
  problem: Problem;
  readonly accounts: AuditAccounts;
  broken: BrokenLaw[] = [];
  /** The log; where its present row begins, -1 behind the last; where the last one ends that is to be read; and the time of the last event. */
  rows: Float64Array = new Float64Array(0);
  at = 0;
  end = 0;
  now = 0;
  /** When the run ended: nothing is told of later. A float from the beginning, for V8. */
  last = NaN;
  /** A live run: times are measured, not computed. What a command or a person really took, or began a moment after they were said to be gone, breaks no law. */
  measured = false;
  /** Attempts that a cancellation cut off and no REVOKE has told of. */
  owing = 0;
  /** Something of what the columns of few tasks hold has been written. */
  unusual = false;
  /** Jobs that are not submitted. */
  unsubmitted = 0;
  /** Of the problem: its batches, and edges that say how much data they carry. Numbers, for V8 does not know what a boolean field holds. */
  batchCount = 0;
  dataCount = 0;

  readonly taskCount: number;
  readonly unitCount: number;
  readonly dimensionCount: number;

  readonly taskF: Float64Array;
  readonly taskI: Int32Array;
  /** Predecessors that have not completed: asked of tasks that no row tells of, and more of them fit into a line than rows would. */
  readonly waits: Int32Array;
  /** 1 when a cancellation cut the task's attempt off, which a REVOKE must tell the world. */
  readonly owed: Uint8Array;
  // Of few tasks, and so in columns. `savedAt`: the last checkpoint of the attempt. `awayBefore`: how long its person had been away when it started.
  readonly failures: Int32Array;
  readonly ppm: Int32Array;
  readonly savedAt: Float64Array;
  readonly awayBefore: Float64Array;

  readonly jobOpen: Int32Array;
  readonly jobSubmitted: Uint8Array;
  readonly jobArchived: Uint8Array;

  /** What profiles need, row-major, and the pools that they may use: bit p for pool p, the sign bit for any from 31 on. */
  readonly needs: Int32Array;
  readonly options: Int32Array;

  readonly unitI: Int32Array;
  /** What is left of each unit, row-major, `unitCount x dimensionCount`. */
  readonly room: Int32Array;
  readonly unitF: Float64Array;

  constructor(problem: Problem) {
    const { taskCount, unitCount, jobCount, profileCount, dimensionCount } = problem;
    const n = atLeast(taskCount), u = atLeast(unitCount), j = atLeast(jobCount), s = Math.max(n, profileCount);
    this.taskCount = taskCount; this.unitCount = unitCount; this.dimensionCount = dimensionCount;
    this.accounts = new AuditAccounts(problem);
    this.taskF = new Float64Array(n << TASK_F);
    this.taskI = new Int32Array(this.taskF.buffer);
    this.waits = new Int32Array(n); this.owed = new Uint8Array(n);
    this.failures = new Int32Array(n); this.ppm = new Int32Array(n); this.savedAt = new Float64Array(n); this.awayBefore = new Float64Array(n);
    this.jobOpen = new Int32Array(j); this.jobSubmitted = new Uint8Array(j); this.jobArchived = new Uint8Array(j);
    this.needs = new Int32Array(s * dimensionCount); this.options = new Int32Array(s);
    this.unitI = new Int32Array(u << UNIT_I); this.room = new Int32Array(u * dimensionCount);
    this.unitF = new Float64Array(u << UNIT_F);
    this.problem = problem;
    this.adopt(problem);
  }

  /** Takes over what the problem says, which does not change with a run. */
  adopt(problem: Problem): void {
    const { profileCount, optionFirst, optionPool, demand } = problem, { options } = this;
    assert(sameCounts(problem, this.problem) && profileCount <= options.length, 'the auditor was made for a problem of another size');
    this.problem = problem;
    this.batchCount = problem.batchSetup.length; this.dataCount = problem.predecessorBytes.length;
    for (let profile = 0, o = 0; profile < profileCount; profile++) {
      let bits = 0;
      for (const end = optionFirst[profile + 1]!; o < end; o++) bits |= bitOf(optionPool[o]!);
      options[profile] = bits;
    }
    this.needs.set(demand);
    this.adoptUnits(problem);
  }

  private adoptUnits({ unitCount, unitPool, unitKind, poolSlots, poolPrice, poolCallPrice, poolTokenPrice }: Problem): void {
    const { unitI } = this;
    for (let u = 0, row = 0; u < unitCount; u++, row += 1 << UNIT_I) {
      const pool = unitPool[u]!, kind = unitKind[u]!;
      unitI[row + POOL] = pool; unitI[row + KIND] = kind; unitI[row + SLOTS] = poolSlots[pool]!; unitI[row + POOL_BIT] = bitOf(pool);
      unitI[row + PAID] = kind === HUMAN || (kind === LOCAL && poolPrice[pool]! > 0) || (kind === API && (poolCallPrice[pool] !== 0 || poolTokenPrice[pool] !== 0)) ? 1 : 0;
    }
  }

  report(law: Law, detail: string): void {
    if (this.broken.length < BROKEN_MAX) this.broken.push({ law, detail, row: this.at < 0 ? -1 : this.at / STRIDE });
    if (this.broken.length === BROKEN_MAX) this.end = 0;
  }

  /** A task is placed or running. */
  anyLoad(): boolean {
    const { unitI, problem: { unitCount } } = this;
    for (let row = 0, end = unitCount << UNIT_I; row < end; row += 1 << UNIT_I) if (unitI[row + LOAD] !== 0) return true;
    return false;
  }

  /** Before the first row of a run. */
  reset({ log, measured, endedAt }: RunRecord): void {
    const { problem, problem: { jobFirst, jobCount }, jobOpen, jobSubmitted, jobArchived } = this;
    this.accounts.reset(problem);
    this.rows = log.rows; this.measured = measured === true; this.broken = []; this.at = 0; this.end = log.length; this.now = 0; this.last = endedAt;
    for (let j = 0; j < jobCount; j++) { jobOpen[j] = jobFirst[j + 1]! - jobFirst[j]!; jobSubmitted[j] = 0; jobArchived[j] = 0; }
    this.unsubmitted = jobCount;
    if (this.unusual) { this.owed.fill(0); this.failures.fill(0); this.ppm.fill(0); this.awayBefore.fill(0); this.unusual = false; }
    this.owing = 0;
    this.resetTasks(problem);
    this.resetUnits(problem);
  }

  /** What the problem says of tasks too: adopted by itself, it would take their rows through the cache once more. */
  private resetTasks({ taskCount, taskProfile, taskJob, predecessorFirst, successorFirst }: Problem): void {
    const { taskF, taskI, waits } = this;
    for (let t = 0, row = 0, floats = 0, predecessor = 0, successor = 0; t < taskCount; t++, row += 1 << TASK_I, floats += 1 << TASK_F) {
      const before = predecessor;
      predecessor = predecessorFirst[t + 1]!;
      waits[t] = predecessor - before;
      taskF[floats + AT] = 0; taskI[row + ATTEMPT] = 0; taskI[row + UNIT] = -1; taskI[row + STATE] = OPEN;
      taskI[row + PROFILE] = taskProfile[t]!; taskI[row + JOB] = taskJob[t]!;
      taskI[row + SUCCESSORS] = successor;
      successor = successorFirst[t + 1]!;
      taskI[row + SUCCESSORS_END] = successor;
    }
  }

  private resetUnits({ unitCount, dimensionCount: dims, capacity, unitPool, poolRequestBurst, poolTokenBurst, poolRequestRate, poolTokenRate }: Problem): void {
    const { unitI, unitF, room } = this;
    for (let u = 0, row = 0, floats = 0; u < unitCount; u++, row += 1 << UNIT_I, floats += 1 << UNIT_F) {
      const pool = unitPool[u]!;
      unitI[row + LOAD] = 0; unitI[row + FIRST] = -1; unitI[row + WARM] = -1; unitI[row + VM_STATE] = VM_OFF; unitI[row + LIFE] = 0; unitI[row + MARKET] = 0;
      for (let d = 0; d < dims; d++) room[u * dims + d] = capacity[pool * dims + d]!;
      unitF[floats + FILLED_AT] = 0; unitF[floats + LIMITED_UNTIL] = 0; unitF[floats + AWAY_MS] = 0; unitF[floats + AWAY_SINCE] = NaN;
      if (unitI[row + KIND] !== API) continue;
      unitF[floats + REQUESTS] = unitF[floats + REQUEST_BURST] = poolRequestBurst[pool]!; unitF[floats + TOKENS] = unitF[floats + TOKEN_BURST] = poolTokenBurst[pool]!;
      unitF[floats + REQUEST_RATE] = poolRequestRate[pool]! / 60_000; unitF[floats + TOKEN_RATE] = poolTokenRate[pool]! / 60_000;
    }
  }
}

const bitOf = (pool: number): number => 1 << Math.min(pool, 31);

/** As many, or a few more: of an array of 64 bytes or less V8 does not know where it is, for it may move. */
const atLeast = (count: number): number => Math.max(65, count);
