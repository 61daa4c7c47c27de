// The tables that every metric reads: one row per attempt, per VM life, per change of state, as flat typed columns.
// Rows are in the order in which things began in the log. Columns keep their memory between runs; only rows below
// `count` mean anything. An instant that never came is NaN.

/**
 * How an attempt ended. `interrupted`: it ran and the market took its VM, or it was saved and stopped after a notice.
 * `rate-limited`, `refused`: an API answered 429 or 503 at the start. `waiting`, `running` (the last two): the run ended first.
 */
export const OUTCOMES = ['completed', 'failed', 'interrupted', 'revoked', 'declined', 'rate-limited', 'refused', 'cancelled', 'waiting', 'running'] as const;
export const OUTCOME_COMPLETED = 0, OUTCOME_FAILED = 1, OUTCOME_INTERRUPTED = 2, OUTCOME_REVOKED = 3, OUTCOME_DECLINED = 4, OUTCOME_RATE_LIMITED = 5,
  OUTCOME_REFUSED = 6, OUTCOME_CANCELLED = 7, OUTCOME_WAITING = 8, OUTCOME_RUNNING = 9;

/** One attempt of a task: from its placement to its end. Times in ms since the epoch, durations in ms, money in micro-dollars. */
export class AttemptColumns {
  count = 0;
  task = new Int32Array(0);
  /** Number of the attempt, from 1. */
  attempt = new Int32Array(0);
  unit = new Int32Array(0);
  /** Row in the table of VM lives, -1 when the unit is not a VM. */
  life = new Int32Array(0);
  /** Index into MARKETS, -1 when the unit is not a VM. */
  market = new Int8Array(0);
  /** Index into OUTCOMES. */
  outcome = new Uint8Array(0);
  /** Since when the task could have been placed. */
  readyAt = new Float64Array(0);
  placedAt = new Float64Array(0);
  /** When its inputs were there, as told by the placement. */
  dataReadyAt = new Float64Array(0);
  startedAt = new Float64Array(0);
  endedAt = new Float64Array(0);
  /** Set-up it was placed with, and what it really spent on it. */
  setupPlannedMs = new Float64Array(0);
  setupMs = new Float64Array(0);
  /** Time worked, without pauses of a calendar. `busy = setup + overhead + kept + lost` in every row. */
  busyMs = new Float64Array(0);
  /** Time spent writing checkpoints. */
  overheadMs = new Float64Array(0);
  /** Work whose result survives the attempt. */
  keptMs = new Float64Array(0);
  /** Work that must be done again. */
  lostMs = new Float64Array(0);
  /** Checkpointed progress of the task at placement and at the end, parts per million. */
  ppmStart = new Int32Array(0);
  ppmEnd = new Int32Array(0);
  checkpoints = new Int32Array(0);
  /** Instant of the last checkpoint. */
  savedAt = new Float64Array(0);
  /** Micro-dollars attributed to the attempt. */
  cost = new Float64Array(0);
  /** The attempt placed before this one in the same life of the unit (or busy period of a local machine), -1 for none. */
  previous = new Int32Array(0);

  /** Empties the table and makes room for `rows`. */
  reset(rows: number): void {
    this.count = 0;
    if (rows <= this.task.length) return;
    this.task = new Int32Array(rows); this.attempt = new Int32Array(rows); this.unit = new Int32Array(rows); this.life = new Int32Array(rows);
    this.market = new Int8Array(rows); this.outcome = new Uint8Array(rows);
    this.readyAt = new Float64Array(rows); this.placedAt = new Float64Array(rows); this.dataReadyAt = new Float64Array(rows);
    this.startedAt = new Float64Array(rows); this.endedAt = new Float64Array(rows);
    this.setupPlannedMs = new Float64Array(rows); this.setupMs = new Float64Array(rows); this.busyMs = new Float64Array(rows);
    this.overheadMs = new Float64Array(rows); this.keptMs = new Float64Array(rows); this.lostMs = new Float64Array(rows);
    this.ppmStart = new Int32Array(rows); this.ppmEnd = new Int32Array(rows); this.checkpoints = new Int32Array(rows); this.savedAt = new Float64Array(rows);
    this.cost = new Float64Array(rows); this.previous = new Int32Array(rows);
  }

  add(
    task: number, attempt: number, unit: number, life: number, market: number, readyAt: number, placedAt: number, setupMs: number, dataReadyAt: number,
    ppm: number, previous: number,
  ): number {
    const k = this.count++;
    this.task[k] = task; this.attempt[k] = attempt; this.unit[k] = unit; this.life[k] = life; this.market[k] = market; this.outcome[k] = OUTCOME_WAITING;
    this.readyAt[k] = readyAt; this.placedAt[k] = placedAt; this.dataReadyAt[k] = dataReadyAt; this.startedAt[k] = NaN; this.endedAt[k] = NaN;
    this.setupPlannedMs[k] = setupMs; this.setupMs[k] = 0; this.busyMs[k] = 0; this.overheadMs[k] = 0; this.keptMs[k] = 0; this.lostMs[k] = 0;
    this.ppmStart[k] = ppm; this.ppmEnd[k] = ppm; this.checkpoints[k] = 0; this.savedAt[k] = NaN; this.cost[k] = 0; this.previous[k] = previous;
    return k;
  }
}

/** One life of a VM slot, from its request to its end. */
export class LifeColumns {
  count = 0;
  unit = new Int32Array(0);
  /** Number of the life of this slot, from 1. */
  life = new Int32Array(0);
  market = new Uint8Array(0);
  /** Index into CAUSES, or LIFE_OPEN when the run ended first. */
  cause = new Uint8Array(0);
  requestedAt = new Float64Array(0);
  /** From here on it is paid for. */
  startedAt = new Float64Array(0);
  readyAt = new Float64Array(0);
  /** A notice came, or it was released: no more placements. */
  drainingAt = new Float64Array(0);
  endedAt = new Float64Array(0);
  /** Time billed, rounding included. 0 when the life was free. */
  billedMs = new Float64Array(0);
  cost = new Float64Array(0);

  reset(rows: number): void {
    this.count = 0;
    if (rows <= this.unit.length) return;
    this.unit = new Int32Array(rows); this.life = new Int32Array(rows); this.market = new Uint8Array(rows); this.cause = new Uint8Array(rows);
    this.requestedAt = new Float64Array(rows); this.startedAt = new Float64Array(rows); this.readyAt = new Float64Array(rows);
    this.drainingAt = new Float64Array(rows); this.endedAt = new Float64Array(rows); this.billedMs = new Float64Array(rows); this.cost = new Float64Array(rows);
  }

  add(unit: number, life: number, market: number, requestedAt: number): number {
    const k = this.count++;
    this.unit[k] = unit; this.life[k] = life; this.market[k] = market; this.cause[k] = LIFE_OPEN; this.requestedAt[k] = requestedAt;
    this.startedAt[k] = NaN; this.readyAt[k] = NaN; this.drainingAt[k] = NaN; this.endedAt[k] = NaN; this.billedMs[k] = 0; this.cost[k] = 0;
    return k;
  }
}

/** `LifeColumns.cause` of a VM that was still up when the run ended. */
export const LIFE_OPEN = 255;

// Kinds of change, with what `index` is.
/** A job came in (job). A task may be placed, first or again (task). */
export const JOB_IN = 0, TASK_READY = 1;
/** An attempt was placed, started, ended (attempt row). */
export const ATTEMPT_PLACED = 2, ATTEMPT_STARTED = 3, ATTEMPT_ENDED = 4;
/** A task will never be placed (again): it was eligible, or it was still queued (task). */
export const ELIGIBLE_GONE = 5, QUEUED_GONE = 6;
/** A VM can take work; takes no more; is gone (life row). */
export const VM_UP = 7, VM_DRAIN = 8, VM_DOWN = 9;

/** The states in which tasks are counted over time (state-counts.ts), the last to be reached first. */
export const COUNTED_STATES = ['completed', 'running', 'scheduled', 'eligible', 'queued', 'failed or cancelled'] as const;

/** What changed when, in log order: the common clock of all time-weighted metrics. */
export class ChangeColumns {
  count = 0;
  time = new Float64Array(0);
  kind = new Uint8Array(0);
  index = new Int32Array(0);

  reset(rows: number): void {
    this.count = 0;
    if (rows <= this.time.length) return;
    this.time = new Float64Array(rows); this.kind = new Uint8Array(rows); this.index = new Int32Array(rows);
  }

  add(time: number, kind: number, index: number): void {
    const k = this.count++;
    this.time[k] = time; this.kind[k] = kind; this.index[k] = index;
  }
}
