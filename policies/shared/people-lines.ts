// Where a task that only people can do would go, without a row for each of a hundred people: those who surely end it later
// than another of their pool are left out. The rows are those of `view.candidates` otherwise, number by number, so that a
// policy finds the same least in them; to place the task it asks for rows of the view.
//
// Who is left out: people of one pool cost the same and waste nothing. Of two who work by the same calendar, and are both
// free or both busy, the one who comes to the task sooner in working time ends it sooner, whatever else waits for both.
// Of two who come to it at one instant, the lower-numbered is the first in every comparison.
//
// What is known of people is found out once a decision, and again where something is placed on them.
import { CandidateColumns, SURELY_LATER_MS } from '../../engine/model/candidate-columns.ts';
import { UNLIMITED } from '../../engine/model/fleet-pools.ts';
import { AWAY, NO_ROOM, OK, OVER_BUDGET } from '../../engine/model/policy.ts';
import type { Candidates, PolicyView } from '../../engine/model/policy.ts';
import type { Problem } from '../../engine/model/problem.ts';
import { HUMAN } from '../../engine/model/states.ts';
import { intervalNear, sameCalendar, workedBeforeIn, workingFrom } from '../../engine/model/working-time.ts';

/** What a person is to a task: free and next in line, busy, free but waited for by others, or away for good. */
const FREE = 0, BUSY = 1, WAITED_FOR = 2, GONE = 3;

export class PeopleLines extends CandidateColumns implements Candidates {
  count = 0;
  /** Units without a row. */
  leftOut = 0;
  /** Rows on which the task could be placed now. */
  open = 0;
  /** By row. */
  readonly finish: Float64Array;
  private readonly problem: Problem;
  private readonly backlog: Float64Array;
  /** By profile: 1 when its tasks are for people only, and one is as good as another to all of them. */
  private readonly served: Uint8Array;
  /** By unit: the first one of its pool with the same calendar. */
  private readonly sameCalendar: Int32Array;
  /** By pool: who has a row, from `poolFirst` on, how many they are, whether one of them is FREE. */
  private readonly chosen: Int32Array;
  private readonly chosenCount: Int32Array;
  private readonly anyFree: Uint8Array;
  /** The decision in hand, and by pool the one in which it was last asked about. */
  private decision = 0;
  private readonly known: Float64Array;
  /** By pool: the first start after now. */
  private readonly soonest: Float64Array;
  private readonly sorted: Uint8Array;
  /** By pool: whether somebody had a backlog when it was found out who has a row, and the decision in which one got some last. */
  private readonly chosenBehind: Uint8Array;
  private readonly waitedFor: Float64Array;
  /** By unit: when they could start, were they asked now, `intervalAt` that, the working ms before it, and before a task in line. */
  private readonly startNow: Float64Array;
  private readonly startsIn: Int32Array;
  private readonly workedThen: Float64Array;
  private readonly line: Float64Array;
  private readonly standing: Uint8Array;
  /** By first unit of a calendar, for those who are FREE and BUSY: the least of `line`, and who has a row. */
  private readonly least: readonly Float64Array[];
  private readonly shown: readonly Int32Array[];

  /** `backlog`: by unit, the working ms put before a task in this decision. Tell `waits` when it changes. */
  constructor(problem: Problem, backlog: Float64Array) {
    const units = problem.unitCount, pools = problem.poolCount;
    super(units);
    this.finish = new Float64Array(units);
    this.problem = problem; this.backlog = backlog;
    this.served = Uint8Array.from({ length: problem.profileCount }, (_, profile) => (isForPeople(problem, profile) ? 1 : 0));
    this.sameCalendar = sameCalendar(problem);
    this.chosen = new Int32Array(units); this.chosenCount = new Int32Array(pools); this.anyFree = new Uint8Array(pools);
    this.known = new Float64Array(pools); this.soonest = new Float64Array(pools).fill(Infinity); this.sorted = new Uint8Array(pools);
    this.chosenBehind = new Uint8Array(pools).fill(1); this.waitedFor = new Float64Array(pools);
    this.startNow = new Float64Array(units).fill(NaN); this.startsIn = new Int32Array(units); this.workedThen = new Float64Array(units);
    this.line = new Float64Array(units); this.standing = new Uint8Array(units);
    this.least = [new Float64Array(units), new Float64Array(units)];
    this.shown = [new Int32Array(units), new Int32Array(units)];
  }

  /**
   * The first instant after now at which one of the pool could start the task, were nobody else to wait for them; Infinity when there is none.
   * -Infinity when it cannot be asked about here.
   */
  nextStart(view: PolicyView, task: number, pool: number): number {
    if (!this.serves(task)) return -Infinity;
    this.lineUp(view, task, pool);
    return this.soonest[pool]!;
  }

  /** Whether the task can be asked about here: only people can do it, and one is as good as another to it. */
  serves(task: number): boolean { return this.served[this.problem.taskProfile[task]!] === 1; }

  /** A new decision: nothing is known. */
  begin(): void { this.decision++; }

  /** Something has been placed on one of the pool. */
  placed(pool: number): void { this.known[pool] = 0; }

  /** The backlog of one of the pool has changed. */
  waits(pool: number): void { this.sorted[pool] = 0; this.waitedFor[pool] = this.decision; }

  /**
   * Fills the rows for the task, in the order of `view.candidates`, and their expected finish behind the backlog; Infinity where nobody can wait.
   * `others`: like tasks that share the units with it. Returns the number of rows.
   */
  fill(view: PolicyView, task: number, others = 0): number {
    const { problem, chosen, chosenCount } = this, profile = problem.taskProfile[task]!, first = problem.optionFirst[profile]!, end = problem.optionFirst[profile + 1]!;
    let anyFree = false, left = NaN, rows = 0, units = 0;
    for (let option = first; option < end; option++) {
      const pool = problem.optionPool[option]!;
      if (this.lineUp(view, task, pool)) anyFree = true;
      rows += chosenCount[pool]!;
      units += problem.poolFirst[pool + 1]! - problem.poolFirst[pool]!;
    }
    if (anyFree) left = view.budgetLeft(task);
    const ahead = others / Math.max(1, units);
    this.count = 0; this.open = 0; this.leftOut = units - rows;
    for (let option = first; option < end; option++) {
      const pool = problem.optionPool[option]!, work = view.estimate(task, pool), from = problem.poolFirst[pool]!;
      const cost = Math.round(problem.poolPrice[pool]! * work / 3_600_000);
      for (let k = from; k < from + chosenCount[pool]!; k++) this.addRow(pool, chosen[k]!, work, cost, left, anyFree, ahead);
    }
    return rows;
  }

  private addRow(pool: number, unit: number, work: number, cost: number, left: number, anyFree: boolean, ahead: number): void {
    const k = this.count++, start = this.startNow[unit]!, busy = this.standing[unit] === BUSY, behind = this.backlog[unit]!, wait = behind + ahead * work;
    // Of someone who is busy, with others in line, only a policy that may place elsewhere at once asks how long it takes.
    const duration = busy && !anyFree && behind > 0 ? 0 : workingFrom(this.problem, unit, this.startsIn[unit]!, start, work) - start;
    const filter = busy ? NO_ROOM : duration === Infinity ? AWAY : cost > left ? OVER_BUDGET : OK;
    this.unit[k] = unit; this.pool[k] = pool; this.cost[k] = cost; this.start[k] = start; this.duration[k] = duration; this.filter[k] = filter;
    if (filter === OK) this.open++;
    this.finish[k] = !busy && filter !== OK ? Infinity : wait === 0 || (!busy && behind === 0) ? start + duration : this.finishBehind(unit, start, wait, work);
  }

  /** Someone takes one thing after the other, in working time: `wait` ms of it come before the `work`. */
  private finishBehind(unit: number, start: number, wait: number, work: number): number {
    const { problem } = this, interval = this.startsIn[unit]!, from = workingFrom(problem, unit, interval, start, wait);
    return from === Infinity ? Infinity : workingFrom(problem, unit, intervalNear(problem, unit, from, interval), from, work);
  }

  /** Brings what is known of a pool up to date; whether one of it is FREE. */
  private lineUp(view: PolicyView, task: number, pool: number): boolean {
    if (this.known[pool] !== this.decision) {
      const same = this.ask(view, task, pool);
      this.known[pool] = this.decision;
      this.sorted[pool] = same && this.chosenBehind[pool] === 0 && this.waitedFor[pool] !== this.decision ? 1 : 0;
    }
    if (this.sorted[pool] === 0) { this.choose(pool); this.sorted[pool] = 1; }
    return this.anyFree[pool] === 1;
  }

  /** Asks about all of a pool. Whether nothing is new since it was asked about last, in whichever run. */
  private ask(view: PolicyView, task: number, pool: number): boolean {
    const { problem, standing, startNow, startsIn, workedThen } = this;
    let soonest = Infinity, same = true;
    for (let u = problem.poolFirst[pool]!, end = problem.poolFirst[pool + 1]!; u < end; u++) {
      const start = view.personStart(u, task);
      if (start > view.now && start < soonest) soonest = start;
      const is = start === Infinity ? GONE : view.load(u) < problem.poolSlots[pool]! ? FREE : BUSY; // nothing else limits them: see `isForPeople`
      if (standing[u] !== is) { standing[u] = is; same = false; }
      if (startNow[u] === start) continue;
      same = false;
      startNow[u] = start;
      startsIn[u] = intervalNear(problem, u, start, startsIn[u]!);
      workedThen[u] = start === Infinity ? Infinity : workedBeforeIn(problem, u, startsIn[u]!, start);
    }
    this.soonest[pool] = soonest;
    return same;
  }

  /** Finds who has a row. */
  private choose(pool: number): void {
    const { problem, backlog, line, standing, workedThen, sameCalendar, least, shown, chosen } = this, first = problem.poolFirst[pool]!, end = problem.poolFirst[pool + 1]!;
    let anyFree = 0, count = 0, behind = 0;
    if (end === first + 1) { this.chooseOnly(pool, first); return; }
    for (let u = first; u < end; u++) {
      const calendar = sameCalendar[u]!;
      if (calendar === u) for (const is of [FREE, BUSY]) { least[is]![u] = Infinity; shown[is]![u] = -1; }
      line[u] = workedThen[u]! + backlog[u]!;
      if (backlog[u]! > 0) behind = 1;
      if (standing[u] === WAITED_FOR) standing[u] = FREE;
      if (standing[u] === FREE) { anyFree = 1; if (backlog[u]! > 0) standing[u] = WAITED_FOR; }
      const is = standing[u]!;
      if (is <= BUSY && line[u]! < least[is]![calendar]!) least[is]![calendar] = line[u]!;
    }
    for (let u = first; u < end; u++) if (this.isShown(u)) chosen[first + count++] = u;
    this.chosenCount[pool] = count;
    this.chosenBehind[pool] = behind;
    this.anyFree[pool] = anyFree;
  }

  /** The same where there is one of the pool. */
  private chooseOnly(pool: number, u: number): void {
    const { standing } = this, is = standing[u]!, free = is === FREE || is === WAITED_FOR;
    if (free) standing[u] = this.backlog[u]! > 0 ? WAITED_FOR : FREE;
    this.anyFree[pool] = free ? 1 : 0;
    this.chosenBehind[pool] = this.backlog[u]! > 0 ? 1 : 0;
    this.chosen[u] = u;
    this.chosenCount[pool] = is === GONE ? 0 : 1;
  }

  private isShown(u: number): boolean {
    const is = this.standing[u]!, calendar = this.sameCalendar[u]!;
    if (is > BUSY) return is !== GONE;
    const other = this.shown[is]![calendar]!;
    if (this.line[u]! >= this.least[is]![calendar]! + SURELY_LATER_MS) return false;
    if (other >= 0 && this.startNow[other] === this.startNow[u] && this.backlog[other] === this.backlog[u]) return false;
    this.shown[is]![calendar] = u;
    return true;
  }
}

/** Only people can do it, no set-up sets them apart, and nothing but their number of tasks at once limits them. */
function isForPeople(problem: Problem, profile: number): boolean {
  const { dimensionCount: dims, demand, capacity } = problem;
  if (problem.profileBatch[profile]! >= 0) return false;
  for (let option = problem.optionFirst[profile]!, end = problem.optionFirst[profile + 1]!; option < end; option++) {
    const pool = problem.optionPool[option]!;
    if (problem.poolKind[pool] !== HUMAN) return false;
    for (let d = 0; d < dims; d++) if (demand[profile * dims + d]! > 0 || (capacity[pool * dims + d]! > 0 && capacity[pool * dims + d]! < UNLIMITED)) return false;
  }
  return true;
}
