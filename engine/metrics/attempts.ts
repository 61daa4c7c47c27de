// One pass over a run's log: the tables of attempts, VM lives, changes of state and charges that all metrics are folded
// from. It believes the log (whether the log obeys the laws is audit.ts's question) and shares no code with the kernel.
// One row of `attempts` per placement, in log order; what still lives when the run ends is closed at `run.endedAt`.
import * as R from '../journal/records.ts';
import type { RunRecord } from '../journal/run-record.ts';
import { REFUSALS } from '../model/policy.ts';
import { assert } from '../model/errors.ts';
import { sameCounts, type Problem } from '../model/problem.ts';
import { API, CLOUD, HUMAN, LOCAL, SPOT } from '../model/states.ts';
import {
  ATTEMPT_ENDED, ATTEMPT_PLACED, ATTEMPT_STARTED, AttemptColumns, ChangeColumns, ELIGIBLE_GONE, JOB_IN, LIFE_OPEN, LifeColumns, OUTCOME_CANCELLED,
  OUTCOME_COMPLETED, OUTCOME_DECLINED, OUTCOME_FAILED, OUTCOME_INTERRUPTED, OUTCOME_RATE_LIMITED, OUTCOME_REFUSED, OUTCOME_REVOKED, OUTCOME_RUNNING, OUTCOME_WAITING,
  QUEUED_GONE, TASK_READY, VM_DOWN, VM_DRAIN, VM_UP,
} from './columns.ts';
import type { StrandedTracker } from './fragmentation.ts';
import { HOUR_MS, Ledger } from './ledger.ts';
import { workingMs } from './working-time.ts';

/** How a job stands when the run ends. `cancelled`: by a person; `failed`: a task of it spent its attempts, or waited for one that did. */
export const JOB_OUTCOMES = ['not-submitted', 'open', 'completed', 'failed', 'cancelled'] as const;
export const JOB_NOT_SUBMITTED = 0, JOB_OPEN = 1, JOB_COMPLETED = 2, JOB_FAILED = 3, JOB_CANCELLED = 4;

const TASK_OPEN = 0, TASK_DONE = 1, TASK_FAILED_FOR_GOOD = 2, TASK_DROPPED = 3;

/** The tables of one run. Valid until the next `fold` of the same object. */
export class RunFold {
  problem: Problem;
  readonly attempts = new AttemptColumns();
  readonly lives = new LifeColumns();
  readonly changes = new ChangeColumns();
  readonly ledger: Ledger;
  /** NaN when it did not complete. */
  readonly taskCompletedAt: Float64Array;
  /** NaN when it never came in, or did not complete. */
  readonly jobSubmittedAt: Float64Array;
  readonly jobCompletedAt: Float64Array;
  /** Index into JOB_OUTCOMES. */
  readonly jobOutcome: Uint8Array;
  /** Published working time in which a person was away after all, per unit, ms. */
  readonly awayMs: Float64Array;
  /** Refused decisions by index into REFUSALS. */
  readonly refusals = new Int32Array(REFUSALS.length);
  completedTasks = 0;
  ticks = 0;
  /** In force when the run ended; Infinity for none. */
  budget = Infinity;
  /** From the first submission to the end of the run. */
  startedAt = 0;
  endedAt = 0;
  /** What `strandedShare` works in, once it has been asked for. */
  stranded: StrandedTracker | undefined = undefined;

  private readonly taskEnd: Uint8Array;
  private readonly openPredecessors: Int32Array;
  /** Row of the live attempt, -1 without one. */
  private readonly live: Int32Array;
  /** Row of the last attempt, -1 without one. */
  private readonly lastRow: Int32Array;
  private readonly readySince: Float64Array;
  private readonly failures: Int32Array;
  private readonly ppm: Int32Array;
  private readonly jobOpen: Int32Array;
  private readonly jobCompleted: Int32Array;
  private readonly lifeOf: Int32Array;
  private readonly chain: Int32Array;
  private readonly running: Int32Array;
  private readonly busySince: Float64Array;
  private readonly coveredMs: Float64Array;
  private readonly spotPrice: Float64Array;
  private readonly awaySince: Float64Array;

  constructor(problem: Problem) {
    const { taskCount: n, jobCount: j, unitCount: u } = problem;
    this.problem = problem;
    this.ledger = new Ledger(problem);
    this.taskCompletedAt = new Float64Array(n); this.taskEnd = new Uint8Array(n); this.openPredecessors = new Int32Array(n);
    this.live = new Int32Array(n); this.lastRow = new Int32Array(n);
    this.readySince = new Float64Array(n); this.failures = new Int32Array(n); this.ppm = new Int32Array(n);
    this.jobSubmittedAt = new Float64Array(j); this.jobCompletedAt = new Float64Array(j); this.jobOutcome = new Uint8Array(j);
    this.jobOpen = new Int32Array(j); this.jobCompleted = new Int32Array(j);
    this.lifeOf = new Int32Array(u); this.chain = new Int32Array(u); this.running = new Int32Array(u);
    this.busySince = new Float64Array(u); this.coveredMs = new Float64Array(u);
    this.spotPrice = new Float64Array(problem.poolCount); this.awayMs = new Float64Array(u); this.awaySince = new Float64Array(u);
  }

  /** Takes up another problem with as many tasks, jobs, units and pools, in the same memory. */
  adopt(problem: Problem): void {
    assert(sameCounts(problem, this.problem), 'the tables were made for a problem of another size');
    this.problem = problem;
    this.ledger.problem = problem;
  }

  /** Whether the attempt in this row is the one with which its task failed for good. */
  isFinalFailure(row: number): boolean {
    const { attempts } = this, task = attempts.task[row]!;
    return this.taskEnd[task] === TASK_FAILED_FOR_GOOD && this.lastRow[task] === row;
  }

  private reset(rows: Float64Array, length: number): void {
    const { problem: { predecessorFirst, jobFirst, taskCount, jobCount } } = this;
    let placements = 0, requests = 0;
    for (let at = 0; at < length; at += R.STRIDE) {
      const code = rows[at];
      if (code === R.PLACE || code === R.OFFER) placements++;
      else if (code === R.REQUEST_VM) requests++;
    }
    this.attempts.reset(placements);
    this.lives.reset(requests);
    this.changes.reset(jobCount + 2 * taskCount + 4 * placements + 3 * requests);
    this.ledger.reset();
    this.taskCompletedAt.fill(NaN); this.taskEnd.fill(0); this.live.fill(-1); this.readySince.fill(NaN); this.failures.fill(0); this.ppm.fill(0);
    this.jobSubmittedAt.fill(NaN); this.jobCompletedAt.fill(NaN); this.jobOutcome.fill(0); this.jobCompleted.fill(0);
    this.lifeOf.fill(-1); this.chain.fill(-1); this.running.fill(0); this.coveredMs.fill(0); this.awayMs.fill(0); this.awaySince.fill(NaN);
    this.spotPrice.set(this.problem.poolSpotPrice);
    this.refusals.fill(0);
    for (let t = 0; t < taskCount; t++) this.openPredecessors[t] = predecessorFirst[t + 1]! - predecessorFirst[t]!;
    for (let j = 0; j < jobCount; j++) this.jobOpen[j] = jobFirst[j + 1]! - jobFirst[j]!;
    this.completedTasks = 0; this.ticks = 0; this.budget = this.problem.budget; this.startedAt = NaN; this.endedAt = 0;
  }

  /** Reads the run, which must be of this object's problem. O(rows + tasks + units). */
  fold(run: RunRecord): this {
    const { rows, length } = run.log;
    this.reset(rows, length);
    let now = 0;
    for (let at = 0; at < length; at += R.STRIDE) {
      const code = rows[at]! | 0; // codes and numbers of things are integers: the compiler is told so once
      if (code < R.PLACE) { now = rows[at + 1]!; this.event(rows, at, code, now); } else this.command(rows, at, code, now);
    }
    this.close(run.endedAt);
    return this;
  }

  private event(rows: Float64Array, at: number, code: number, now: number): void {
    const a = rows[at + 2]! | 0; // the task, job, pool or unit
    switch (code) {
      case R.TICK: this.ticks++; return;
      case R.JOB_SUBMITTED: this.jobSubmitted(a, now); return;
      case R.TASK_STARTED: this.started(a, now); return;
      case R.TASK_CHECKPOINTED: this.checkpointed(a, now, rows[at + 4]! | 0); return;
      case R.TASK_COMPLETED: this.completed(a, now, rows[at + 4]!); return;
      case R.TASK_FAILED: this.failed(a, now, rows[at + 4]! | 0, rows[at + 5]!); return;
      case R.HUMAN_DECLINED: this.backToEligible(a, now, OUTCOME_DECLINED, 0); return;
      case R.HUMAN_AWAY: if (this.awaySince[a] !== this.awaySince[a]) this.awaySince[a] = now; return;
      case R.HUMAN_AVAILABLE: this.back(a, now); return;
      case R.VM_STARTED: this.vmStarted(a, now); return;
      case R.VM_IS_READY: this.vmReady(a, now); return;
      case R.VM_NOTICE: this.vmDraining(a, now); return;
      case R.VM_REFUSED: this.vmEnded(a, now, R.CAUSE_REFUSED); return;
      case R.VM_TERMINATED: this.vmEnded(a, now, rows[at + 4]! | 0); return;
      case R.PRICE_CHANGED: this.priceChanged(a, now, rows[at + 3]! | 0, rows[at + 4]!); return;
      case R.BUDGET_CHANGED: this.budget = rows[at + 2]!; return;
      case R.TASK_CANCELLED: this.drop(a, now, true); return;
      case R.JOB_CANCELLED: for (let t = this.problem.jobFirst[a]!, end = this.problem.jobFirst[a + 1]!; t < end; t++) this.drop(t, now, true); return;
    }
  }

  private command(rows: Float64Array, at: number, code: number, now: number): void {
    const a = rows[at + 1]! | 0, b = rows[at + 2]! | 0, c = rows[at + 3]! | 0;
    switch (code) {
      case R.PLACE: case R.OFFER: this.placed(a, b, c, now, rows[at + 4]!, rows[at + 5]!); return;
      case R.REVOKE: this.revoked(a, now); return;
      case R.REQUEST_VM: this.lifeOf[a] = this.lives.add(a, b, c, now); this.chain[a] = -1; this.coveredMs[a] = 0; return;
      case R.RELEASE_VM: this.vmDraining(a, now); return;
      case R.REFUSED: this.refusals[a]!++; return;
    }
  }

  // --- tasks ---

  private jobSubmitted(job: number, now: number): void {
    if (this.startedAt !== this.startedAt) this.startedAt = now;
    this.jobSubmittedAt[job] = now;
    if (this.jobOutcome[job] === JOB_NOT_SUBMITTED) this.jobOutcome[job] = JOB_OPEN;
    this.changes.add(now, JOB_IN, job);
    for (let t = this.problem.jobFirst[job]!, end = this.problem.jobFirst[job + 1]!; t < end; t++) {
      if (this.openPredecessors[t] === 0 && this.taskEnd[t] === TASK_OPEN) this.becomeReady(t, now);
    }
  }

  private isSubmitted(job: number): boolean {
    return this.jobSubmittedAt[job] === this.jobSubmittedAt[job]; // NaN is not
  }

  private becomeReady(task: number, now: number): void {
    this.readySince[task] = now;
    this.changes.add(now, TASK_READY, task);
  }

  private placed(task: number, attempt: number, unit: number, now: number, setupMs: number, dataReadyAt: number): void {
    const isVm = this.problem.poolKind[this.problem.unitPool[unit]!] === CLOUD, life = isVm ? this.lifeOf[unit]! : -1;
    const market = isVm ? this.lives.market[life]! : -1, previous = isVm ? this.chain[unit]! : -1;
    const row = this.attempts.add(task, attempt, unit, life, market, this.readySince[task]!, now, setupMs, dataReadyAt, this.ppm[task]!, previous);
    if (isVm) this.chain[unit] = row;
    this.live[task] = row; this.lastRow[task] = row;
    this.changes.add(now, ATTEMPT_PLACED, row);
  }

  private started(task: number, now: number): void {
    const row = this.live[task]!, { attempts } = this, unit = attempts.unit[row]!;
    attempts.startedAt[row] = now;
    attempts.outcome[row] = OUTCOME_RUNNING;
    if (this.running[unit]!++ === 0) this.busySince[unit] = now;
    if (this.problem.poolKind[this.problem.unitPool[unit]!] === LOCAL) { attempts.previous[row] = this.chain[unit]!; this.chain[unit] = row; }
    this.changes.add(now, ATTEMPT_STARTED, row);
  }

  private checkpointed(task: number, now: number, ppm: number): void {
    const row = this.live[task]!, { attempts } = this;
    this.ppm[task] = ppm;
    attempts.ppmEnd[row] = ppm;
    attempts.checkpoints[row]!++;
    attempts.savedAt[row] = now;
  }

  private completed(task: number, now: number, busyMs: number): void {
    const { problem } = this, job = problem.taskJob[task]!;
    this.attempts.ppmEnd[this.live[task]!] = 1_000_000;
    this.end(task, now, OUTCOME_COMPLETED, busyMs);
    this.taskEnd[task] = TASK_DONE;
    this.taskCompletedAt[task] = now;
    this.completedTasks++;
    this.jobCompleted[job]!++;
    for (let k = problem.successorFirst[task]!, end = problem.successorFirst[task + 1]!; k < end; k++) {
      const next = problem.successors[k]!;
      if (--this.openPredecessors[next]! === 0 && this.taskEnd[next] === TASK_OPEN && this.isSubmitted(problem.taskJob[next]!)) this.becomeReady(next, now);
    }
    this.closeTask(task, now, JOB_COMPLETED);
  }

  private failed(task: number, now: number, cause: number, busyMs: number): void {
    const { problem } = this;
    if (cause === R.CAUSE_RATE_LIMITED || cause === R.CAUSE_REFUSED) {
      this.backToEligible(task, now, cause === R.CAUSE_REFUSED ? OUTCOME_REFUSED : OUTCOME_RATE_LIMITED, busyMs);
      return;
    }
    const counts = cause === R.CAUSE_TASK_ERROR || cause === R.CAUSE_API_ERROR || cause === R.CAUSE_TIMEOUT;
    if (!counts || ++this.failures[task]! < problem.profileAttempts[problem.taskProfile[task]!]!) {
      this.backToEligible(task, now, OUTCOME_FAILED, busyMs);
      return;
    }
    this.end(task, now, OUTCOME_FAILED, busyMs);
    this.taskEnd[task] = TASK_FAILED_FOR_GOOD;
    this.closeTask(task, now, JOB_FAILED);
    this.dropSuccessors(task, now, JOB_FAILED);
  }

  private backToEligible(task: number, now: number, outcome: number, busyMs: number): void {
    this.end(task, now, outcome, busyMs);
    this.becomeReady(task, now);
  }

  private revoked(task: number, now: number): void {
    const row = this.live[task]!;
    if (row < 0) return; // the world is told of an attempt that a cancellation has ended
    const ran = this.attempts.outcome[row] === OUTCOME_RUNNING;
    this.backToEligible(task, now, ran ? OUTCOME_INTERRUPTED : OUTCOME_REVOKED, ran ? now - this.attempts.startedAt[row]! : 0);
  }

  /** Cancels a task that has not ended, and all that waits for it. */
  private drop(task: number, now: number, byPerson: boolean): void {
    if (this.taskEnd[task] !== TASK_OPEN) return;
    const outcome = byPerson ? JOB_CANCELLED : JOB_FAILED, row = this.live[task]!;
    if (row >= 0) this.end(task, now, OUTCOME_CANCELLED, this.busyUntil(row, now));
    else this.changes.add(now, this.openPredecessors[task] === 0 && this.isSubmitted(this.problem.taskJob[task]!) ? ELIGIBLE_GONE : QUEUED_GONE, task);
    this.taskEnd[task] = TASK_DROPPED;
    this.closeTask(task, now, outcome);
    this.dropSuccessors(task, now, outcome);
  }

  private dropSuccessors(task: number, now: number, outcome: number): void {
    const { successorFirst, successors } = this.problem, stack = [task];
    while (stack.length > 0) {
      const t = stack.pop()!;
      for (let k = successorFirst[t]!, end = successorFirst[t + 1]!; k < end; k++) {
        const next = successors[k]!;
        if (this.taskEnd[next] !== TASK_OPEN) continue;
        this.changes.add(now, QUEUED_GONE, next);
        this.taskEnd[next] = TASK_DROPPED;
        this.closeTask(next, now, outcome);
        stack.push(next);
      }
    }
  }

  private closeTask(task: number, now: number, outcome: number): void {
    const job = this.problem.taskJob[task]!;
    if (outcome !== JOB_COMPLETED && this.jobOutcome[job] !== JOB_FAILED) this.jobOutcome[job] = outcome;
    if (--this.jobOpen[job]! > 0 || this.jobCompleted[job] !== this.problem.jobFirst[job + 1]! - this.problem.jobFirst[job]!) return;
    this.jobOutcome[job] = JOB_COMPLETED;
    this.jobCompletedAt[job] = now;
  }

  /** Working time of a running attempt until `now`, for an end that does not tell it. */
  private busyUntil(row: number, now: number): number {
    const { attempts } = this;
    return attempts.outcome[row] === OUTCOME_RUNNING ? workingMs(this.problem, attempts.unit[row]!, attempts.startedAt[row]!, now) : 0;
  }

  /** Ends the live attempt of a task and splits its time. */
  private end(task: number, now: number, outcome: number, busyMs: number): void {
    const row = this.live[task]!, { attempts, problem } = this, unit = attempts.unit[row]!, ran = attempts.outcome[row] === OUTCOME_RUNNING;
    this.live[task] = -1;
    attempts.endedAt[row] = now;
    attempts.outcome[row] = outcome;
    if (ran) {
      const profile = problem.taskProfile[task]!, checkpoints = attempts.checkpoints[row]!;
      const setup = Math.min(attempts.setupPlannedMs[row]!, busyMs), overhead = checkpoints * problem.profileCheckpointCost[profile]!;
      const allSafe = outcome === OUTCOME_COMPLETED || outcome === OUTCOME_RUNNING;
      const safe = allSafe ? busyMs : checkpoints > 0 ? attempts.savedAt[row]! - attempts.startedAt[row]! : setup;
      attempts.setupMs[row] = setup;
      attempts.busyMs[row] = busyMs;
      attempts.overheadMs[row] = overhead;
      attempts.keptMs[row] = safe - setup - overhead;
      attempts.lostMs[row] = busyMs - safe;
      this.payForWork(row, unit, problem.taskJob[task]!, now, busyMs, outcome);
      if (--this.running[unit]! === 0) this.unitIdle(unit, now);
    }
    this.changes.add(now, ATTEMPT_ENDED, row);
  }

  /** A person is back, or the run ends: working time since they left was lost. */
  private back(unit: number, now: number): void {
    const since = this.awaySince[unit]!;
    if (since === since) this.awayMs[unit]! += workingMs(this.problem, unit, since, now);
    this.awaySince[unit] = NaN;
  }

  // --- money ---

  /** Calls and people are paid when the work ends, well, badly or because its task was cancelled; a call that was turned away and work taken back in mid-air are not. */
  private payForWork(row: number, unit: number, job: number, now: number, busyMs: number, outcome: number): void {
    const { problem, attempts } = this, pool = problem.unitPool[unit]!, kind = problem.poolKind[pool]!;
    if ((kind !== API && kind !== HUMAN) || (outcome !== OUTCOME_COMPLETED && outcome !== OUTCOME_FAILED && outcome !== OUTCOME_CANCELLED)) return;
    const profile = problem.taskProfile[attempts.task[row]!]!;
    const amount = kind === HUMAN ? Math.round(problem.poolPrice[pool]! * busyMs / HOUR_MS)
      : Math.round(problem.poolCallPrice[pool]! * problem.profileRequests[profile]! + problem.poolTokenPrice[pool]! * problem.profileTokens[profile]!);
    if (amount === 0) return;
    attempts.cost[row] = amount;
    this.ledger.charge(unit, job, attempts.startedAt[row]!, now, amount);
  }

  /** The last running task of a unit ended. A local machine's busy period is one charge. */
  private unitIdle(unit: number, now: number): void {
    const { problem, ledger } = this, pool = problem.unitPool[unit]!, kind = problem.poolKind[pool]!, since = this.busySince[unit]!;
    if (kind === CLOUD) { this.coveredMs[unit]! += now - since; return; }
    if (kind !== LOCAL) return;
    const amount = problem.poolPrice[pool]! > 0 ? Math.round(problem.poolPrice[pool]! * (now - since) / HOUR_MS) : 0;
    if (amount > 0) {
      ledger.charge(unit, -1, since, now, amount);
      ledger.attribute(this.attempts, this.chain[unit]!, amount, now - since, now - since);
    }
    this.chain[unit] = -1;
  }

  // --- VMs ---

  private vmStarted(unit: number, now: number): void {
    const life = this.lifeOf[unit]!, pool = this.problem.unitPool[unit]!;
    this.lives.startedAt[life] = now;
    this.ledger.vmStarted(unit, now, this.lives.market[life] === SPOT ? this.spotPrice[pool]! : this.problem.poolPrice[pool]!);
  }

  private vmReady(unit: number, now: number): void {
    const life = this.lifeOf[unit]!;
    this.lives.readyAt[life] = now;
    if (this.lives.drainingAt[life] !== this.lives.drainingAt[life]) this.changes.add(now, VM_UP, life);
  }

  private vmDraining(unit: number, now: number): void {
    const life = this.lifeOf[unit]!;
    if (life < 0 || this.lives.drainingAt[life] === this.lives.drainingAt[life]) return;
    this.lives.drainingAt[life] = now;
    this.changes.add(now, VM_DRAIN, life);
  }

  private vmEnded(unit: number, now: number, cause: number): void {
    const life = this.lifeOf[unit]!, { lives, attempts } = this;
    for (let row = this.chain[unit]!; row >= 0; row = attempts.previous[row]!) {
      if (attempts.endedAt[row] === attempts.endedAt[row]) continue;
      const ran = attempts.outcome[row] === OUTCOME_RUNNING, task = attempts.task[row]!;
      this.backToEligible(task, now, ran ? OUTCOME_INTERRUPTED : OUTCOME_REVOKED, ran ? now - attempts.startedAt[row]! : 0);
    }
    this.billLife(life, unit, now, cause);
    this.changes.add(now, VM_DOWN, life);
    this.lifeOf[unit] = -1;
    this.chain[unit] = -1;
    lives.endedAt[life] = now;
    lives.cause[life] = cause;
  }

  private billLife(life: number, unit: number, now: number, cause: number): void {
    const { lives, ledger } = this;
    if (lives.startedAt[life] !== lives.startedAt[life]) return;
    lives.billedMs[life] = ledger.vmEnded(unit, now, lives.market[life]!, cause === R.CAUSE_INTERRUPTED);
    lives.cost[life] = ledger.costOfLife(unit);
    ledger.attribute(this.attempts, this.chain[unit]!, lives.cost[life]!, this.coveredMs[unit]!, lives.billedMs[life]!);
  }

  private priceChanged(pool: number, now: number, market: number, price: number): void {
    if (market !== SPOT) return;
    this.spotPrice[pool] = price;
    for (let u = this.problem.poolFirst[pool]!, end = this.problem.poolFirst[pool + 1]!; u < end; u++) {
      const life = this.lifeOf[u]!;
      if (life >= 0 && this.lives.market[life] === SPOT) this.ledger.priceChanged(u, now, price);
    }
  }

  /** Whatever still lives ends with the run: attempts are cut off, VMs are billed as if they ended now. */
  private close(endedAt: number): void {
    const { problem, attempts, lives } = this;
    this.endedAt = endedAt;
    if (this.startedAt !== this.startedAt) this.startedAt = 0;
    for (let t = 0; t < problem.taskCount; t++) {
      const row = this.live[t]!;
      if (row < 0) continue;
      const outcome = attempts.outcome[row]!;
      this.end(t, endedAt, outcome === OUTCOME_RUNNING ? OUTCOME_RUNNING : OUTCOME_WAITING, this.busyUntil(row, endedAt));
    }
    for (let u = 0; u < problem.unitCount; u++) {
      this.back(u, endedAt);
      const life = this.lifeOf[u]!;
      if (life < 0) continue;
      this.billLife(life, u, endedAt, LIFE_OPEN);
      lives.endedAt[life] = endedAt;
      this.changes.add(endedAt, VM_DOWN, life);
    }
  }
}

/** The tables of a run. Give the `RunFold` of an earlier run of the same problem as `into` to use its memory again. */
export function foldRun(run: RunRecord, into?: RunFold): RunFold {
  return (into !== undefined && into.problem === run.problem ? into : new RunFold(run.problem)).fold(run);
}
