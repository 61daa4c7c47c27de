// Carries out a static plan: a task's first placement is on its planned unit, in the planned order of that unit, market on
// demand. A task whose turn has not come may overtake only when its planned start has passed while those before it are not
// yet eligible: on time, the plan is followed to the letter; late, no unit waits for a task that may never come.
//
// A planned VM becomes a real one at its first use, and another when that was lost or released. A task that comes back
// (interrupted, failed, VM refused), or whose unit cannot take it for another reason than room, goes to the open unit on
// which it is expected to end first. What happened to whom is in `view.memory`, so that views can be forked.
import { NO_ROOM, OK } from '../../engine/model/policy.ts';
import type { ParameterValues, PolicyView, PreparedPolicy } from '../../engine/model/policy.ts';
import type { Problem } from '../../engine/model/problem.ts';
import { CLOUD, ON_DEMAND, VM_DRAINING, VM_OFF } from '../../engine/model/states.ts';
import { IDLE_PARAMETER, IdleRelease } from './idle-release.ts';
import { placeRow } from './list-dispatch.ts';
import { earliestFinish } from './rows.ts';
import type { StaticPlan } from './static-plan.ts';

/** States of a task in `view.memory`. From PLACED on its turn on the planned unit is over. */
const UNSEEN = 0, DUE = 1, PLACED = 2, RETURNED = 3, PASSED = 4;
/** How following a unit's plan has ended: it is to be followed; nothing; a task waits; a wake was asked for, or is while any task is eligible. */
const UNSETTLED = 0, IDLE = 1, WAITS = 2, WOKEN = 3, WOKEN_IF_ANY = 4;
/** Late tasks that are looked over for one that can go; a plan that is later than that loses the turn of its first task. */
const WINDOW = 64;
/** Tasks that came back go before all planned ones. */
const RETURNED_FIRST = -1e15;

export class PlanExecution implements PreparedPolicy {
  readonly memory: number;
  private readonly problem: Problem;
  private readonly plan: StaticPlan;
  private readonly idle: IdleRelease;
  /** Where in `view.memory`: by unit, the next turn; by planned VM, its real one + 1; by unit, how many of its planned tasks are DUE. */
  private readonly turnAt: number;
  private readonly realAt: number;
  private readonly dueAt: number;
  /** By unit, how following it has ended (`settle`): in which way, with which task or instant, and until when that holds. */
  private readonly settledAt: number;
  private readonly waitingAt: number;
  private readonly quietUntil: number;
  private readonly neededAt = (view: PolicyView, unit: number): number => this.nextStart(view, unit);

  constructor(problem: Problem, parameters: ParameterValues, plan: StaticPlan) {
    this.problem = problem;
    this.plan = plan;
    this.turnAt = problem.taskCount;
    this.realAt = this.turnAt + problem.unitCount;
    this.dueAt = this.realAt + problem.unitCount;
    this.settledAt = this.dueAt + problem.unitCount;
    this.waitingAt = this.settledAt + problem.unitCount;
    this.quietUntil = this.waitingAt + problem.unitCount;
    this.idle = new IdleRelease(problem, parameters['idle'] ?? IDLE_PARAMETER.default, this.quietUntil + problem.unitCount);
    this.memory = this.quietUntil + problem.unitCount + this.idle.memory;
  }

  /** Also how the execution learns that a task has become eligible: the kernel asks once each time. */
  order(view: PolicyView, task: number): number {
    const state = view.memory[task]!, planned = this.plan.unit[task]! >= 0;
    const next = planned && (state === UNSEEN || state === DUE) ? DUE : RETURNED;
    this.mark(view, task, next);
    return next === DUE ? this.plan.start[task]! : RETURNED_FIRST + (planned ? this.plan.start[task]! : 0);
  }

  private mark({ memory }: PolicyView, task: number, state: number): void {
    const due = (state === DUE ? 1 : 0) - (memory[task] === DUE ? 1 : 0);
    if (due !== 0) memory[this.dueAt + this.plan.unit[task]!]! += due;
    if (this.plan.unit[task]! >= 0) memory[this.settledAt + this.plan.unit[task]!] = UNSETTLED;
    memory[task] = state;
  }

  decide(view: PolicyView): void {
    for (let task = view.next(); task >= 0; task = view.next()) {
      if (view.memory[task] !== RETURNED || !view.mayFit(task) || !this.placeAnywhere(view, task, view.openings(task))) view.closeGroup(task);
    }
    for (let unit = 0; unit < this.problem.unitCount; unit++) if (!this.isSettled(view, unit)) this.follow(view, unit);
    this.idle.release(view, this.neededAt);
  }

  /** Forgets how following has ended: the plan of every unit is followed in the next decision. It then decides the same. */
  followAll({ memory }: PolicyView): void { memory.fill(UNSETTLED, this.settledAt, this.settledAt + this.problem.unitCount); }

  /**
   * Whether following the unit's plan would do what it did last, that is nothing: no task of it has come, gone or been placed
   * since, what would come next is not due, and the task that waits for room still does. It is woken as it was then.
   */
  private isSettled(view: PolicyView, unit: number): boolean {
    const { memory } = view, settled = memory[this.settledAt + unit]!;
    if (settled === UNSETTLED || view.now >= memory[this.quietUntil + unit]!) return false;
    if (settled === WAITS) {
      const task = memory[this.waitingAt + unit]!, real = this.realOf(view, unit);
      return real >= 0 && view.isEligible(task) && !view.hasRoom(real, task);
    }
    if (settled === WOKEN || (settled === WOKEN_IF_ANY && view.eligibleCount() > 0)) view.wakeAt(memory[this.waitingAt + unit]!);
    return true;
  }

  /** Keeps how following the unit has ended: what it waits for (a task, or an instant), and until when that cannot change by itself. */
  private settle({ memory }: PolicyView, unit: number, how: number, waitsFor: number, quietUntil: number): void {
    memory[this.settledAt + unit] = how;
    memory[this.waitingAt + unit] = waitsFor;
    memory[this.quietUntil + unit] = quietUntil;
  }

  /** Places the tasks of one planned unit whose turn it is. */
  private follow(view: PolicyView, unit: number): void {
    const { unitTasks, unitFirst, start } = this.plan, end = unitFirst[unit + 1]!, memory = view.memory;
    let turn = unitFirst[unit]! + memory[this.turnAt + unit]!, missing = 0;
    this.settle(view, unit, IDLE, 0, Infinity);
    while (turn < end && memory[unitTasks[turn]!]! >= PLACED) turn++;
    for (let k = turn; k < end && missing < WINDOW; k++) {
      const task = unitTasks[k]!, state = memory[task]!;
      if (state >= PLACED) continue;
      if (k > turn && start[task]! > view.now) { this.wakeToOvertake(view, unit, k, end); break; }
      if (state === UNSEEN) { missing++; continue; }
      if (!view.isEligible(task)) this.mark(view, task, PASSED); // cancelled since
      else if (!this.placeAsPlanned(view, task, unit)) { this.settle(view, unit, WAITS, task, Infinity); break; }
      while (turn < end && memory[unitTasks[turn]!]! >= PLACED) turn++;
    }
    if (missing === WINDOW) { this.mark(view, unitTasks[turn++]!, PASSED); this.settle(view, unit, UNSETTLED, 0, 0); }
    memory[this.turnAt + unit] = turn - unitFirst[unit]!;
  }

  /**
   * Asks to be woken when the next eligible task from turn k on may overtake. Those before it may never come: when a task
   * fails for good, its successors are cancelled, and nothing else might happen any more.
   */
  private wakeToOvertake(view: PolicyView, unit: number, k: number, end: number): void {
    const { unitTasks, start } = this.plan, last = Math.min(end, k + WINDOW), anyDue = view.memory[this.dueAt + unit]! > 0, stop = start[unitTasks[k]!]!;
    for (let i = k; anyDue && i < last; i++) {
      if (view.memory[unitTasks[i]!] !== DUE) continue;
      this.settle(view, unit, WOKEN, start[unitTasks[i]!]!, stop);
      view.wakeAt(start[unitTasks[i]!]!);
      return;
    }
    this.settle(view, unit, last < end ? WOKEN_IF_ANY : IDLE, stop, stop);
    if (last < end && view.eligibleCount() > 0) view.wakeAt(stop);
  }

  /** False when the task has to wait: for room on its unit, or for anything at all to take it. */
  private placeAsPlanned(view: PolicyView, task: number, unit: number): boolean {
    const c = view.candidate, pool = this.problem.unitPool[unit]!, real = this.realOf(view, unit);
    if (real >= 0 && !view.hasRoom(real, task)) return false;
    const rows = view.openings(task);
    let row = -1, upRow = false;
    for (let k = 0; k < rows && !upRow; k++) {
      if (real >= 0 ? c.unit[k] === real && c.fresh[k] === 0 : c.pool[k] === pool && c.fresh[k] === 1 && (row < 0 || c.market[k] === ON_DEMAND)) {
        row = k;
        upRow = real >= 0;
      }
    }
    // An idle VM that a like one stands for has no row of its own.
    if (row < 0 && real >= 0 && view.placeOn(task, real, ON_DEMAND) === OK) { this.mark(view, task, PLACED); return true; }
    if (row < 0 || c.filter[row] !== OK) return (row < 0 || c.filter[row] !== NO_ROOM) && this.placeAnywhere(view, task, rows);
    const chosen = c.unit[row]!, fresh = c.fresh[row] === 1;
    if (placeRow(view, task, row, this.idle) !== OK) return false;
    if (fresh) this.bind(view, pool, unit, chosen);
    this.mark(view, task, PLACED);
    return true;
  }

  private placeAnywhere(view: PolicyView, task: number, rows: number): boolean {
    const k = earliestFinish(view, task, rows);
    if (k < 0 || placeRow(view, task, k, this.idle) !== OK) return false;
    this.mark(view, task, PLACED);
    return true;
  }

  /** The unit itself, or the VM that stands for the planned one and is up or coming, or -1. */
  private realOf(view: PolicyView, planned: number): number {
    if (this.problem.unitKind[planned] !== CLOUD) return planned;
    const real = view.memory[this.realAt + planned]! - 1;
    return real < 0 || view.vmState(real) === VM_OFF || view.vmState(real) === VM_DRAINING ? -1 : real;
  }

  private bind(view: PolicyView, pool: number, planned: number, real: number): void {
    for (let unit = this.problem.poolFirst[pool]!, end = this.problem.poolFirst[pool + 1]!; unit < end; unit++) {
      if (view.memory[this.realAt + unit] === real + 1) view.memory[this.realAt + unit] = 0;
    }
    view.memory[this.realAt + planned] = real + 1;
  }

  /** Planned start of the next task of the planned VM that this one stands for; Infinity without one. */
  private nextStart(view: PolicyView, real: number): number {
    const { unitFirst, unitTasks, start } = this.plan, pool = this.problem.unitPool[real]!;
    for (let unit = this.problem.poolFirst[pool]!, end = this.problem.poolFirst[pool + 1]!; unit < end; unit++) {
      if (view.memory[this.realAt + unit] !== real + 1) continue;
      const turn = unitFirst[unit]! + view.memory[this.turnAt + unit]!;
      return turn < unitFirst[unit + 1]! ? start[unitTasks[turn]!]! : Infinity;
    }
    return Infinity;
  }
}
