// What a policy sees of the kernel, and how it acts on it: the implementation of model/policy.ts. Every act is checked
// against the model before it becomes a command; a refused one is written to the log with its reason and changes nothing.
// Some are closures: why, kernel.ts says.
import {
  AWAY, DRAINING, NO_ROOM, NO_VM_SLOT, NOT_ELIGIBLE, NOT_IDLE, NOT_INTERRUPTIBLE, NOT_READY, NOT_SCHEDULED, MARKET_NOT_SOLD, OK, OVER_BUDGET, OVER_JOB_BUDGET,
  RATE_LIMITED, RECENTLY_REFUSED, UNKNOWN_TASK, UNKNOWN_UNIT, WRONG_CLASS,
} from '../model/policy.ts';
import type { ParameterValues, PolicyView, Weights } from '../model/policy.ts';
import { groupOf } from '../model/problem.ts';
import type { Problem } from '../model/problem.ts';
import {
  API, CLOUD, COMPLETED, ELIGIBLE, HUMAN, ON_DEMAND, SCHEDULED, SPOT, VM_DRAINING, VM_OFF, VM_READY, VM_REQUESTED, VM_STARTING,
} from '../model/states.ts';
import { CandidateRows } from './candidate-rows.ts';
import { dataReadyAt, dataToCome, durationOn, fits, hasRoom, marginalCost, optionIn, optionOf, roomAt, setupOf, tokenWait, workLeft } from './estimates.ts';
import type { Kernel } from './kernel.ts';
import { ProblemTables } from './problem-tables.ts';
import { requestLevelAt, tokenLevelAt } from './rate-limits.ts';
import { Spending } from './spending.ts';

export class View implements PolicyView {
  problem: Problem;
  candidate: CandidateRows;
  readonly spending: Spending;
  changed = true;
  private readonly kernel: Kernel;
  private readonly tables = new WeakMap<Problem, ProblemTables>();
  private table: ProblemTables;
  /** The task whose candidates are in the rows, -1 when they are stale. */
  private rowsOf = -1;
  /** Per group: how often room had grown in all of its pools when none of it was found; -1 after a reset. */
  private shutAt: Float64Array;
  /** Per job: how many of the first of its tasks by rank have ended (for isCritical). */
  private jobHead: Int32Array;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    this.problem = kernel.problem;
    this.table = this.tableOf(this.problem);
    this.spending = new Spending(kernel);
    this.candidate = new CandidateRows(kernel, this.problem, this.table, this.spending);
    this.jobHead = new Int32Array(kernel.problem.jobCount);
    this.shutAt = new Float64Array(kernel.problem.groupCount);
  }

  /** Takes up another problem. */
  adopt(problem: Problem): void {
    this.problem = problem;
    this.table = this.tableOf(problem);
    if (this.candidate.holds(problem)) this.candidate.adopt(problem, this.table);
    else this.candidate = new CandidateRows(this.kernel, problem, this.table, this.spending);
    if (problem.groupCount > this.shutAt.length) this.shutAt = new Float64Array(problem.groupCount);
    if (problem.jobCount > this.jobHead.length) this.jobHead = new Int32Array(problem.jobCount);
  }

  private tableOf(problem: Problem): ProblemTables {
    let table = this.tables.get(problem);
    if (table === undefined) { table = new ProblemTables(problem); this.tables.set(problem, table); }
    return table;
  }

  reset(): void { this.rowsOf = -1; this.jobHead.fill(0); this.shutAt.fill(-1); this.candidate.reset(); this.spending.reset(); }
  beginRound(changed: boolean): void { this.rowsOf = -1; this.changed = changed; this.spending.beginRound(); }
  endRound(): void { this.spending.endRound(); }

  get now(): number { return this.kernel.now; }
  get keepsReasons(): boolean { return this.kernel.reasons; }
  get weights(): Weights { return this.kernel.weights; }
  get parameters(): ParameterValues { return this.kernel.parameters; }
  get memory(): Float64Array { return this.kernel.state.memory; }

  eligibleCount(): number { return this.kernel.ready.eligible; }
  isEligible(task: number): boolean { return this.kernel.state.taskState[task] === ELIGIBLE; }
  next(): number { return this.kernel.ready.head(); }
  closeGroup(task: number): void { this.kernel.ready.closeGroup(task); }
  alike(task: number): number { return this.kernel.state.queueSize[groupOf(this.problem, task)]!; }
  forEachEligible(visit: (task: number) => void): void { this.kernel.ready.forEach(visit); }

  // --- candidates ---

  readonly candidates = (task: number, queued?: Float64Array): number => {
    this.rowsOf = task;
    return this.candidate.fill(task, queued);
  };

  readonly openings = (task: number): number => {
    this.rowsOf = task;
    return this.candidate.fill(task, undefined, !this.kernel.reasons);
  };

  mayFit(task: number): boolean {
    const { problem, shutAt } = this, { roomGrown } = this.kernel.state, { optionFirst, optionPool } = problem, profile = problem.taskProfile[task]!, group = problem.profileGroup[profile]!;
    let grown = 0;
    for (let option = optionFirst[profile]!, end = optionFirst[profile + 1]!; option < end; option++) grown += roomGrown[optionPool[option]!]!;
    if (shutAt[group] === grown) return false; // there was no room when it was last looked for, and none has come since
    if (this.findsRoom(task, profile)) return true;
    shutAt[group] = grown;
    return false;
  }

  private findsRoom(task: number, profile: number): boolean {
    const { kernel, problem } = this, s = kernel.state;
    for (let option = problem.optionFirst[profile]!, end = problem.optionFirst[profile + 1]!; option < end; option++) {
      const pool = problem.optionPool[option]!, kind = problem.poolKind[pool]!;
      if (kind === CLOUD) {
        if (s.offCount[pool]! > 0) return true; // what the loop would find too, only later: a unit that is OFF has room
        for (let unit = problem.poolFirst[pool]!, last = problem.poolFirst[pool + 1]!; unit < last; unit++) if (s.vmState[unit] !== VM_DRAINING && hasRoom(kernel, profile, unit)) return true;
      } else if (this.firstRoom(pool, task) >= 0) return true;
      else if (kind === API && s.limitedUntil[problem.poolFirst[pool]!]! > kernel.now) return true; // `candidates` asks for a decision when the limit ends
    }
    return false;
  }

  dataToCome(task: number): boolean { return dataToCome(this.kernel, task); }

  // --- acts ---

  readonly place = (task: number, k: number): number => {
    const { kernel, problem } = this, rows = this.candidate;
    if (!(task >= 0 && task < problem.taskCount)) return kernel.refuse(UNKNOWN_TASK, -1, -1);
    if (kernel.state.taskState[task] !== ELIGIBLE || this.rowsOf !== task) return kernel.refuse(NOT_ELIGIBLE, task, -1);
    if (!(k >= 0 && k < rows.count)) return kernel.refuse(UNKNOWN_UNIT, task, -1);
    if (rows.filter[k] !== OK || rows.found[k] !== OK) return kernel.refuse(rows.filter[k]! || rows.found[k]!, task, rows.unit[k]!);
    const start = rows.start[k]!, finish = start + rows.duration[k]!, cost = rows.cost[k]!;
    const unit = rows.fresh[k] === 1 ? kernel.requestVm(rows.pool[k]!, rows.market[k]!) : rows.unit[k]!;
    kernel.place(task, unit, start, finish, cost, rows.setup[k]!);
    this.spending.placed(cost);
    if (kernel.reasons) this.record(task, k);
    this.rowsOf = -1;
    return OK;
  };

  readonly placeOn = (task: number, unit: number, market: number): number => {
    const { kernel, problem } = this, s = kernel.state;
    if (!(task >= 0 && task < problem.taskCount)) return kernel.refuse(UNKNOWN_TASK, -1, -1);
    if (s.taskState[task] !== ELIGIBLE) return kernel.refuse(NOT_ELIGIBLE, task, unit);
    if (!(unit >= 0 && unit < problem.unitCount)) return kernel.refuse(UNKNOWN_UNIT, task, -1);
    const pool = problem.unitPool[unit]!, kind = problem.poolKind[pool]!, profile = problem.taskProfile[task]!, option = optionIn(problem, profile, pool);
    if (option < 0) return kernel.refuse(WRONG_CLASS, task, unit);
    if (!hasRoom(kernel, profile, unit)) return kernel.refuse(NO_ROOM, task, unit);
    const fresh = kind === CLOUD && s.vmState[unit] === VM_OFF;
    let start = kernel.now;
    if (kind === CLOUD) {
      if (s.vmState[unit] === VM_DRAINING) return kernel.refuse(DRAINING, task, unit);
      const at = fresh ? market : s.market[unit]!;
      if (at === SPOT && problem.profileInterruptible[profile] === 0) return kernel.refuse(NOT_INTERRUPTIBLE, task, unit);
      if (fresh) {
        const refusal = this.mayRequest(pool, market);
        if (refusal !== OK) return kernel.refuse(refusal, task, unit);
        if (s.offHeap[problem.poolFirst[pool]!] !== unit) return kernel.refuse(NO_VM_SLOT, task, unit);
        start += Math.round(problem.poolSpinUp[pool]!);
      } else if (s.vmState[unit] !== VM_READY) start = Math.max(start, s.readyAt[unit]!);
      market = at;
    } else if (kind === API) {
      if (s.limitedUntil[unit]! > kernel.now) { kernel.wakeAt(s.limitedUntil[unit]!); return kernel.refuse(RATE_LIMITED, task, unit); }
      start += tokenWait(kernel, unit, problem.profileRequests[profile]!, problem.profileTokens[profile]!);
      market = ON_DEMAND;
    } else {
      if (kind === HUMAN) {
        start = this.candidate.personStart(unit, start);
        if (start === Infinity) return kernel.refuse(AWAY, task, unit);
      }
      market = ON_DEMAND;
    }
    const data = dataReadyAt(kernel, task, unit);
    if (data > start) start = data;
    const setup = setupOf(kernel, task, unit), work = workLeft(kernel, task, option);
    const finish = start + durationOn(kernel, unit, market, profile, start, setup, work);
    if (finish === Infinity) return kernel.refuse(AWAY, task, unit);
    let cost = 0;
    if (!kernel.unbudgeted) {
      const job = problem.taskJob[task]!;
      cost = marginalCost(kernel, pool, unit, market, fresh, finish, profile, work + setup);
      if (!this.spending.allows(cost)) return kernel.refuse(OVER_BUDGET, task, unit);
      if (s.jobCommitted[job]! + cost > problem.jobBudget[job]!) return kernel.refuse(OVER_JOB_BUDGET, task, unit);
    }
    if (fresh) kernel.requestVm(pool, market);
    kernel.place(task, unit, start, finish, cost, setup);
    this.spending.placed(cost);
    if (kernel.reasons) kernel.decisions.addDecision(kernel.now, task, s.attemptOf(task), 0, -1);
    this.rowsOf = -1;
    return OK;
  };

  requestVm(pool: number, market: number): number {
    const { kernel, problem } = this;
    if (!(pool >= 0 && pool < problem.poolCount) || problem.poolKind[pool] !== CLOUD) { kernel.refuse(UNKNOWN_UNIT, -1, -1); return -1; }
    const refusal = this.mayRequest(pool, market);
    if (refusal !== OK) { kernel.refuse(refusal, -1, problem.poolFirst[pool]!); return -1; }
    if (!this.spending.allows(Math.round(kernel.priceOf(pool, market) * kernel.billedMs(pool, 1) / 3_600_000))) {
      kernel.refuse(OVER_BUDGET, -1, problem.poolFirst[pool]!);
      return -1;
    }
    this.rowsOf = -1;
    return kernel.requestVm(pool, market);
  }

  private mayRequest(pool: number, market: number): number {
    const s = this.kernel.state;
    if (market !== ON_DEMAND && market !== SPOT) return MARKET_NOT_SOLD;
    if (this.kernel.priceOf(pool, market) < 0) return MARKET_NOT_SOLD;
    if (s.offCount[pool] === 0) return NO_VM_SLOT;
    return market === SPOT && s.refusedUntil[pool]! > this.kernel.now ? RECENTLY_REFUSED : OK;
  }

  releaseVm(unit: number): number {
    const { kernel, problem } = this, s = kernel.state;
    if (!(unit >= 0 && unit < problem.unitCount) || problem.unitKind[unit] !== CLOUD) return kernel.refuse(UNKNOWN_UNIT, -1, -1);
    if (s.load[unit]! > 0) return kernel.refuse(NOT_IDLE, -1, unit);
    if (s.vmState[unit] !== VM_READY && s.vmState[unit] !== VM_STARTING) return kernel.refuse(NOT_READY, -1, unit);
    kernel.releaseVm(unit);
    this.rowsOf = -1;
    return OK;
  }

  revoke(task: number): number {
    const { kernel, problem } = this;
    if (!(task >= 0 && task < problem.taskCount)) return kernel.refuse(UNKNOWN_TASK, -1, -1);
    if (kernel.state.taskState[task] !== SCHEDULED) return kernel.refuse(NOT_SCHEDULED, task, kernel.state.unitOf(task));
    kernel.revoke(task);
    this.rowsOf = -1;
    return OK;
  }

  wakeAt(at: number): void { this.kernel.wakeAt(at); }

  // --- questions ---

  firstRoom(pool: number, task: number): number {
    const { problem } = this, from = this.kernel.state.roomFrom[pool]!, end = problem.poolFirst[pool + 1]!;
    return from < end ? this.roomFrom(from, end, pool, problem.taskProfile[task]!) : -1;
  }

  private roomFrom(from: number, end: number, pool: number, profile: number): number {
    const { kernel, problem } = this, s = kernel.state, { vmState, load, roomFrom } = s, cloud = problem.poolKind[pool] === CLOUD, slots = problem.poolSlots[pool]!;
    let u = from, passing = true;
    for (; u < end; u++) {
      if ((cloud && vmState[u] !== VM_READY) || load[u]! >= slots) continue;
      if (fits(kernel, profile, u)) break;
      if (!passing || this.isFull(u, pool)) continue;
      passing = false;
      roomFrom[pool] = u;
    }
    if (passing && u !== from) roomFrom[pool] = u; // found out while looking: no answer differs for it
    return u < end ? u : -1;
  }

  /** No task at all would fit on the unit beside what is there. */
  private isFull(unit: number, pool: number): boolean {
    const { dimensionCount: dims } = this.problem, { leastDemand: least } = this.table, { free } = this.kernel.state, need = Math.imul(pool, dims), have = Math.imul(unit, dims);
    if (free[have]! < least[need]!) return true;
    for (let d = 1; d < dims; d++) if (free[have + d]! < least[need + d]!) return true;
    return false;
  }

  hasRoom(unit: number, task: number): boolean { return hasRoom(this.kernel, this.problem.taskProfile[task]!, unit); }

  personStart(unit: number, task: number): number {
    const { kernel } = this, profile = this.problem.taskProfile[task]!;
    return this.candidate.personStart(unit, hasRoom(kernel, profile, unit) ? kernel.now : roomAt(kernel, profile, unit));
  }

  budgetLeft(task: number): number { return Math.min(this.spending.left(), this.candidate.jobBudgetLeft(this.problem.taskJob[task]!)); }

  estimate(task: number, pool: number): number {
    const option = optionOf(this.problem, task, pool);
    return option < 0 ? -1 : workLeft(this.kernel, task, option);
  }

  interruptions(task: number): number { return this.kernel.state.interruptions[task]!; }

  remainingPath(task: number): number {
    const ppm = this.kernel.state.ppmOf(task), rank = this.problem.taskRank[task]!;
    if (ppm === 0) return rank;
    const { optionFirst, optionScale, taskProfile, taskWork } = this.problem, profile = taskProfile[task]!;
    let own = 0;
    for (let k = optionFirst[profile]!; k < optionFirst[profile + 1]!; k++) own += taskWork[task]! * optionScale[k]!;
    return Math.max(0, rank - Math.round(own / (optionFirst[profile + 1]! - optionFirst[profile]!) * ppm / 1_000_000));
  }

  urgency(task: number): number {
    const left = this.problem.jobReference[this.problem.taskJob[task]!]! - this.kernel.now;
    return left <= 0 ? Infinity : this.remainingPath(task) / left;
  }

  isCritical(task: number): boolean {
    const { problem, jobHead } = this, state = this.kernel.state.taskState, job = problem.taskJob[task]!, { byRank } = this.table;
    const first = problem.jobFirst[job]!, end = problem.jobFirst[job + 1]!;
    let at = first + jobHead[job]!;
    while (at < end - 1 && state[byRank[at]!]! >= COMPLETED) at++;
    jobHead[job] = at - first;
    return this.remainingPath(task) >= problem.taskRank[byRank[at]!]! - problem.tickMs;
  }

  vmCount(): number { return this.kernel.vmCount; }
  idleVmCount(): number { return this.kernel.idleVms; }
  vmAt(index: number): number { return this.kernel.state.vms[index]!; }
  vmState(unit: number): number { return this.kernel.state.vmState[unit]!; }
  vmMarket(unit: number): number { return this.kernel.state.market[unit]!; }
  idleSince(unit: number): number { return this.kernel.state.idleSince[unit]!; }
  load(unit: number): number { return this.kernel.state.load[unit]!; }
  free(unit: number, dimension: number): number { return this.kernel.state.free[unit * this.problem.dimensionCount + dimension]!; }
  price(pool: number, market: number): number { return this.kernel.priceOf(pool, market); }
  refusedUntil(pool: number): number { return this.kernel.state.refusedUntil[pool]!; }
  requestsLeft(unit: number): number { return requestLevelAt(this.kernel, unit, this.kernel.now) - this.kernel.state.requestsHeld[unit]!; }
  tokensLeft(unit: number): number { return tokenLevelAt(this.kernel, unit, this.kernel.now) - this.kernel.state.tokensHeld[unit]!; }
  spent(): number { return this.kernel.spent(); }
  expectedFreeAt(unit: number): number {
    const s = this.kernel.state, at = Math.max(this.kernel.now, s.freeAt[unit]!);
    return s.vmState[unit] === VM_REQUESTED || s.vmState[unit] === VM_STARTING ? Math.max(at, s.readyAt[unit]!) : at;
  }
  random(a: number, b: number): number { return this.kernel.random(a, b); }

  /** Keeps the candidates and terms of a decision, as they were decided on. */
  private record(task: number, chosen: number): void {
    const rows = this.candidate, { decisions } = this.kernel, placedOn = this.kernel.state.unitOf(task), { unit, pool, market, fresh, filter, start, duration, rework, cost, waste, termLatency, termCost, termFragmentation, score } = rows;
    for (let k = 0, end = rows.count; k < end; k++) {
      const at = decisions.reserveCandidate(), out = decisions.candidates;
      out[at] = k === chosen ? placedOn : unit[k]!; out[at + 1] = pool[k]!; out[at + 2] = market[k]! + 2 * fresh[k]!;
      out[at + 3] = filter[k]!; out[at + 4] = start[k]!; out[at + 5] = duration[k]!; out[at + 6] = rework[k]!;
      out[at + 7] = cost[k]!; out[at + 8] = waste[k]!; out[at + 9] = termLatency[k]!; out[at + 10] = termCost[k]!;
      out[at + 11] = termFragmentation[k]!; out[at + 12] = score[k]!;
    }
    decisions.addDecision(this.kernel.now, task, this.kernel.state.attemptOf(task), rows.count, chosen);
  }
}
