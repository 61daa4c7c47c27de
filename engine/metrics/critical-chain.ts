// What determined the makespan: walked backwards from the end of a run, from each instant to whatever came last of all that
// had to come before it. A step is one attempt of a task with the stretch of time it accounts for, split by cause; steps
// abut, so that their parts add up to the makespan to the millisecond. This is the critical path as it really was: through
// precedence, and also through a unit that another task held, a VM requested for another, data on its way.
//
// An attempt starts when the last of these has come: its place (decision), its VM (boot), its data; the rest is the limit of
// an API, the answer of a person. It is placed at the first decision after the last of: its readiness, the end of what kept
// its unit full, the end of a limit or an absence. Later than that, it was held back: by the policy, a budget, a pause. Where
// two came at the same instant the one that began earlier is left out (boot is named before data, a unit before readiness).
import type { RunRecord } from '../journal/run-record.ts';
import { API, CLOUD, HUMAN } from '../model/states.ts';
import type { RunFold } from './attempts.ts';
import { CHAIN_BOOT, CHAIN_CAUSES, CHAIN_CHECKPOINT, CHAIN_DATA, CHAIN_EXIT, CHAIN_HELD, CHAIN_LOST, CHAIN_OFF_HOURS, CHAIN_PERSON, CHAIN_RATE_LIMIT, CHAIN_SETUP, CHAIN_START, CHAIN_SUBMISSION, CHAIN_TICK, CHAIN_UNFINISHED, CHAIN_UNIT, CHAIN_WORK } from './cause-names.ts';
import type { ChainLink } from './cause-names.ts';
import { closedTimes } from './closed-times.ts';
import type { ClosedTime } from './closed-times.ts';
import { OUTCOME_COMPLETED } from './columns.ts';
import { makespanMetrics } from './makespan.ts';
import { lastRelease, rowsByUnit, unitRoom, vmRoom } from './room-release.ts';
import { workingMs } from './working-time.ts';

export interface ChainStep {
  /** Row of the attempt. */
  readonly row: number;
  /** What released it last, and the row of the step before this one: -1 for none. */
  readonly link: ChainLink;
  readonly releasedBy: number;
  /** ms since the epoch: the stretch of the run that this step accounts for. */
  readonly from: number;
  readonly to: number;
  /** ms by index into CHAIN_CAUSES; they sum to `to - from`. */
  readonly ms: Float64Array;
}

export interface CriticalChain {
  /** ms since the epoch; `to - from` is the makespan. */
  readonly from: number;
  readonly to: number;
  /** In order of time, abutting. Empty when nothing was ever placed. */
  readonly steps: readonly ChainStep[];
  /** ms by index into CHAIN_CAUSES; they sum to the makespan. */
  readonly ms: Float64Array;
}

/** The chain of a run, from its tables. O(rows + steps x attempts of a unit). */
export function criticalChain(run: RunRecord, fold: RunFold): CriticalChain {
  return new Walk(run, fold).run();
}

interface OpenStep { readonly row: number; readonly to: number; readonly ms: Float64Array }

class Walk {
  private readonly fold: RunFold;
  private readonly rows: readonly (readonly number[])[];
  private readonly closed: ReadonlyMap<number, readonly ClosedTime[]>;
  /** Row of the attempt that completed each task, and of the attempt before each one of the same task; -1 for none. */
  private readonly completion: Int32Array;
  private readonly earlier: Int32Array;
  private readonly steps: ChainStep[] = [];
  private readonly total = new Float64Array(CHAIN_CAUSES.length);
  private step: OpenStep | undefined;
  /** Everything from here to the end is accounted for. */
  private at: number;

  constructor(run: RunRecord, fold: RunFold) {
    this.fold = fold;
    this.rows = rowsByUnit(fold);
    this.closed = closedTimes(run, fold);
    const { attempts: a } = fold, last = new Int32Array(fold.problem.taskCount).fill(-1);
    this.completion = new Int32Array(fold.problem.taskCount).fill(-1);
    this.earlier = new Int32Array(a.count);
    for (let k = 0; k < a.count; k++) {
      const task = a.task[k]!;
      this.earlier[k] = last[task]!;
      last[task] = k;
      if (a.outcome[k] === OUTCOME_COMPLETED) this.completion[task] = k;
    }
    this.at = fold.startedAt + makespanMetrics(fold).makespanMs;
  }

  run(): CriticalChain {
    const { fold } = this, to = this.at;
    let row = lastRow(fold, to);
    if (row >= 0) this.open(row);
    this.spend(row < 0 ? fold.startedAt : Math.min(to, fold.attempts.endedAt[row]!), CHAIN_UNFINISHED);
    while (row >= 0) row = this.walkBack(row);
    return { from: fold.startedAt, to, steps: this.steps.reverse(), ms: this.total };
  }

  /** Accounts for an attempt from its end backwards; returns the row that released it, with `at` where that one takes over. */
  private walkBack(row: number): number {
    const { attempts: a } = this.fold, started = a.startedAt[row]!;
    if (started === started) this.spendRun(row);
    return this.beforeStart(row);
  }

  /** From the start of an attempt (or its end, if it never started) to its decision. */
  private beforeStart(row: number): number {
    const { fold: { problem, attempts: a, lives } } = this, unit = a.unit[row]!, kind = problem.unitKind[unit]!, placed = a.placedAt[row]!, life = a.life[row]!;
    const ready = kind === CLOUD && life >= 0 ? lives.readyAt[life]! : placed, data = Math.max(placed, a.dataReadyAt[row]!);
    // What never came is still waited for when the attempt ends.
    const booted = ready === ready ? Math.min(this.at, Math.max(placed, ready)) : this.at, last = Math.min(this.at, Math.max(booted, data));
    if (kind === HUMAN) this.spendOnPerson(unit, last); else this.spend(last, kind === API ? CHAIN_RATE_LIMIT : CHAIN_START);
    if (this.at > booted) {
      const producer = this.producerOf(row);
      if (producer >= 0) { this.spend(a.endedAt[producer]!, CHAIN_DATA); return this.next(producer, 'data'); }
      this.spend(booted, CHAIN_DATA);
    }
    const requester = this.requesterOf(row);
    if (requester >= 0) {
      this.spend(a.placedAt[requester]!, CHAIN_BOOT);
      this.close('vm', requester);
      this.open(requester);
      return this.beforePlace(requester);
    }
    this.spend(placed, CHAIN_BOOT);
    return this.beforePlace(row);
  }

  /** From the decision of an attempt to what allowed it. */
  private beforePlace(row: number): number {
    const { fold: { problem, attempts: a, lives } } = this, unit = a.unit[row]!, ready = a.readyAt[row]!, life = a.life[row]!;
    while (this.at > ready) {
      const fresh = life >= 0 && lives.requestedAt[life] === a.placedAt[row]!, room = fresh ? vmRoom(this.fold, life) : unitRoom(this.fold, this.rows[unit]!, row);
      const release = lastRelease(room, ready, this.at), opening = this.lastOpening(unit, ready);
      if (release === undefined && opening === undefined) { this.spendDecision(ready); break; }
      if (opening !== undefined && (release === undefined || opening.to >= release.at)) {
        this.spendDecision(opening.to);
        this.spend(Math.max(ready, opening.from), problem.unitKind[unit] === HUMAN ? CHAIN_PERSON : CHAIN_RATE_LIMIT);
        continue;
      }
      this.spendDecision(release!.at);
      const holder = fresh ? this.lastOfLife(release!.holder, row) : release!.holder;
      // A VM that was kept or wound down after its last task held the slot by itself.
      const until = holder < 0 ? ready : Math.max(ready, a.endedAt[holder]!);
      this.spend(until, CHAIN_UNIT);
      if (this.at > ready) return this.next(holder, 'unit');
    }
    return this.beforeReady(row);
  }

  /** What made the task of an attempt ready: an earlier attempt, its job, or its last predecessor. */
  private beforeReady(row: number): number {
    const { fold: { problem, attempts: a, jobSubmittedAt, taskCompletedAt, startedAt } } = this, task = a.task[row]!, ready = this.at;
    if (this.earlier[row]! >= 0) return this.next(this.earlier[row]!, 'attempt');
    for (let e = problem.predecessorFirst[task]!; e < problem.predecessorFirst[task + 1]!; e++) {
      const p = problem.predecessors[e]!;
      if (taskCompletedAt[p] === ready) return this.next(this.completion[p]!, 'predecessor');
    }
    const submitted = jobSubmittedAt[problem.taskJob[task]!]! > startedAt;
    this.spend(startedAt, CHAIN_SUBMISSION);
    this.close(submitted ? 'submission' : 'start of the run', -1);
    return -1;
  }

  // --- accounts ---

  private open(row: number): void { this.step = { row, to: this.at, ms: new Float64Array(CHAIN_CAUSES.length) }; }

  private close(link: ChainLink, releasedBy: number): void {
    const { row, to, ms } = this.step!;
    this.steps.push({ row, link, releasedBy, from: this.at, to, ms });
  }

  private next(row: number, link: ChainLink): number {
    this.close(link, row);
    this.open(row);
    return row;
  }

  private add(cause: number, ms: number): void {
    if (this.step !== undefined) this.step.ms[cause]! += ms;
    this.total[cause]! += ms;
  }

  /** Back to `from`, all of it for one cause. */
  private spend(from: number, cause: number): void {
    if (from >= this.at) return;
    this.add(cause, this.at - from);
    this.at = from;
  }

  private spendRun(row: number): void {
    const { problem, attempts: a } = this.fold, from = a.startedAt[row]!, setup = a.setupMs[row]!, overhead = a.overheadMs[row]!, lost = a.lostMs[row]!, kept = a.keptMs[row]!;
    this.add(CHAIN_SETUP, setup); this.add(CHAIN_CHECKPOINT, overhead); this.add(CHAIN_LOST, lost); this.add(CHAIN_WORK, kept);
    this.add(problem.unitKind[a.unit[row]!] === HUMAN ? CHAIN_OFF_HOURS : CHAIN_EXIT, this.at - from - setup - overhead - lost - kept);
    this.at = from;
  }

  private spendOnPerson(unit: number, from: number): void {
    if (from >= this.at) return;
    const inHours = workingMs(this.fold.problem, unit, from, this.at);
    this.add(CHAIN_PERSON, inHours);
    this.add(CHAIN_OFF_HOURS, this.at - from - inHours);
    this.at = from;
  }

  /** To the tick that could have decided first, the grid's doing; after it, somebody's choice. */
  private spendDecision(from: number): void {
    const { tickMs, eventDriven } = this.fold.problem, tick = eventDriven ? from : Math.ceil(from / tickMs) * tickMs;
    this.spend(Math.max(from, tick), CHAIN_HELD);
    this.spend(from, CHAIN_TICK);
  }

  // --- who ---

  /** The attempt that made what came last, when its end and the way it had explain the instant; -1 otherwise. */
  private producerOf(row: number): number {
    const { problem, attempts: a, taskCompletedAt } = this.fold, task = a.task[row]!;
    for (let e = problem.predecessorFirst[task]!; e < problem.predecessorFirst[task + 1]!; e++) {
      const p = problem.predecessors[e]!, bytes = problem.predecessorBytes[e]!, done = this.completion[p]!;
      if (bytes > 0 && done >= 0 && a.unit[done] !== a.unit[row] && taskCompletedAt[p]! + Math.round(problem.networkLatency + bytes / problem.networkBandwidth) === this.at) return done;
    }
    return -1;
  }

  /** The attempt for which the VM of this one was requested earlier; -1 when it was its own, or nobody's. */
  private requesterOf(row: number): number {
    const { attempts: a, lives } = this.fold, life = a.life[row]!;
    if (life < 0 || lives.readyAt[life] !== this.at || lives.requestedAt[life]! >= a.placedAt[row]!) return -1;
    return this.rows[a.unit[row]!]!.find((k) => a.life[k] === life && a.placedAt[k] === lives.requestedAt[life] && k < row) ?? -1;
  }

  private lastOfLife(life: number, before: number): number {
    const { attempts: a, lives } = this.fold;
    let last = -1;
    for (const k of this.rows[lives.unit[life]!]!) if (k < before && a.life[k] === life && (last < 0 || a.endedAt[k]! >= a.endedAt[last]!)) last = k;
    return last;
  }

  /** The last time, after `ready` and by now, at which the unit could be used again. */
  private lastOpening(unit: number, ready: number): ClosedTime | undefined {
    return this.closed.get(unit)?.findLast(({ from, to }) => to > ready && to <= this.at && from < this.at);
  }
}

/** The attempt with which the run ends: the last to complete its task, or, in a run that was cut off, the last to end. */
function lastRow({ attempts: a, taskCompletedAt }: RunFold, to: number): number {
  let last = -1;
  for (let k = 0; k < a.count; k++) {
    if (a.outcome[k] === OUTCOME_COMPLETED && taskCompletedAt[a.task[k]!] === to) return k;
    if (a.endedAt[k]! <= to && (last < 0 || a.endedAt[k]! > a.endedAt[last]!)) last = k;
  }
  return last;
}
