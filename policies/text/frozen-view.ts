// The view as a policy's text sees it: the members of the port and nothing behind them. Numbers that name tasks, units and
// pools are checked; the problem is a copy, the rows of `candidate` are copies of which only the filter and the terms go
// back, `weights` and `parameters` are frozen. So nothing a text does reaches the kernel but through an act it may refuse.
//
// What a text makes the engine do is counted in steps, too: about as many as a loop could turn in the time.
import { CandidateColumns } from '../../engine/model/candidate-columns.ts';
import { InvariantError } from '../../engine/model/errors.ts';
import { OK } from '../../engine/model/policy.ts';
import type { Candidates, ParameterValues, PolicyView, Weights } from '../../engine/model/policy.ts';
import type { Problem } from '../../engine/model/problem.ts';

/** What the view reports to whoever carries the text out. */
export interface ViewWatch {
  /** Steps that are left in this decision. */
  readonly steps: { left: number };
  /** Raised for a number that names nothing. Never returns. */
  wrongArgument(message: string): never;
  /** Told of an act that the kernel refused. */
  refused(act: string, refusal: number): void;
}

const STEPS_OF_CANDIDATES = 100, STEPS_OF_ROW = 10, STEPS_OF_ACT = 500;

/** Rows of the kernel's view, copied. */
class CopiedRows extends CandidateColumns implements Candidates {
  #count = 0;
  #leftOut = 0;

  constructor(rows: number) {
    super(rows);
    Object.freeze(this);
  }

  get count(): number { return this.#count; }
  get leftOut(): number { return this.#leftOut; }

  /** Static, as is all that a text must not call. */
  static take(to: CopiedRows, rows: Candidates, count: number): void {
    to.#count = count;
    to.#leftOut = rows.leftOut;
    for (let k = 0; k < count; k++) {
      to.unit[k] = rows.unit[k]!; to.pool[k] = rows.pool[k]!; to.market[k] = rows.market[k]!; to.fresh[k] = rows.fresh[k]!; to.filter[k] = rows.filter[k]!;
      to.start[k] = rows.start[k]!; to.duration[k] = rows.duration[k]!; to.rework[k] = rows.rework[k]!; to.cost[k] = rows.cost[k]!; to.waste[k] = rows.waste[k]!;
      to.setup[k] = rows.setup[k]!;
      to.termLatency[k] = 0; to.termCost[k] = 0; to.termFragmentation[k] = 0; to.score[k] = 0;
    }
  }

  /** What a policy may write. */
  static giveBack(from: CopiedRows, rows: Candidates): void {
    for (let k = 0; k < from.#count; k++) {
      rows.filter[k] = from.filter[k]!;
      rows.termLatency[k] = from.termLatency[k]!; rows.termCost[k] = from.termCost[k]!; rows.termFragmentation[k] = from.termFragmentation[k]!; rows.score[k] = from.score[k]!;
    }
  }
}

export class FrozenView implements PolicyView {
  readonly problem: Problem;
  readonly parameters: ParameterValues;
  readonly #rows: CopiedRows;
  readonly #watch: ViewWatch;
  readonly #memorySize: number;
  #inner: PolicyView | undefined = undefined;
  #memory: Float64Array = new Float64Array(0);
  #memoryOf: Float64Array | undefined = undefined;
  #weights: Weights | undefined = undefined;
  #weightsOf: Weights | undefined = undefined;

  /** `problem`: the text's own copy. `memorySize`: how many of the first numbers of the memory are the text's. */
  constructor(problem: Problem, parameters: ParameterValues, memorySize: number, watch: ViewWatch) {
    this.problem = problem;
    this.parameters = parameters;
    this.#rows = new CopiedRows(problem.unitCount + 2 * problem.poolCount);
    this.#watch = watch;
    this.#memorySize = memorySize;
    Object.freeze(this);
  }

  /** Looks at this view from now on. */
  static lookAt(frozen: FrozenView, inner: PolicyView): void { frozen.#inner = inner; }

  get #view(): PolicyView {
    if (this.#inner === undefined) throw new InvariantError('a policy looked at its view before it was given one');
    return this.#inner;
  }

  get candidate(): Candidates { return this.#rows; }
  get now(): number { return this.#view.now; }
  get changed(): boolean { return this.#view.changed; }
  get weights(): Weights {
    const weights = this.#view.weights;
    if (weights !== this.#weightsOf) { this.#weightsOf = weights; this.#weights = Object.freeze({ ...weights }); }
    return this.#weights!;
  }
  get memory(): Float64Array {
    const memory = this.#view.memory;
    if (memory !== this.#memoryOf) { this.#memoryOf = memory; this.#memory = memory.subarray(0, this.#memorySize); }
    return this.#memory;
  }

  // --- eligible tasks ---

  eligibleCount(): number { return this.#view.eligibleCount(); }
  isEligible(task: number): boolean { return this.#view.isEligible(this.#task(task, 'isEligible')); }
  next(): number { return this.#view.next(); }
  closeGroup(task: number): void { this.#view.closeGroup(this.#task(task, 'closeGroup')); }
  alike(task: number): number { return this.#view.alike(this.#task(task, 'alike')); }
  forEachEligible(visit: (task: number) => void): void { this.#view.forEachEligible(visit); }

  candidates(task: number, queued?: Float64Array): number {
    if (queued !== undefined && !(queued instanceof Float64Array)) this.#watch.wrongArgument('view.candidates: what is queued is a Float64Array, one number a unit');
    const view = this.#view, count = view.candidates(this.#task(task, 'candidates'), queued);
    this.#watch.steps.left -= STEPS_OF_CANDIDATES + STEPS_OF_ROW * count;
    CopiedRows.take(this.#rows, view.candidate, count);
    return count;
  }

  // A text is shown all rows whether or not somebody asks for reasons: it could decide by it, and its steps would differ.
  get keepsReasons(): boolean { return true; }
  openings(task: number): number { return this.candidates(this.#task(task, 'openings')); }

  dataToCome(task: number): boolean { return this.#view.dataToCome(this.#task(task, 'dataToCome')); }
  mayFit(task: number): boolean { return this.#view.mayFit(this.#task(task, 'mayFit')); }

  // --- acts ---

  place(task: number, k: number): number {
    const view = this.#view;
    if (!Number.isInteger(k)) this.#watch.wrongArgument(`view.place: no row ${String(k)} (rows are numbers from 0)`);
    CopiedRows.giveBack(this.#rows, view.candidate);
    return this.#told('place', view.place(this.#task(task, 'place'), k));
  }
  placeOn(task: number, unit: number, market: number): number { return this.#told('placeOn', this.#view.placeOn(this.#task(task, 'placeOn'), this.#unit(unit, 'placeOn'), market)); }
  requestVm(pool: number, market: number): number {
    this.#watch.steps.left -= STEPS_OF_ACT;
    return this.#view.requestVm(this.#pool(pool, 'requestVm'), market);
  }
  releaseVm(unit: number): number { return this.#told('releaseVm', this.#view.releaseVm(this.#unit(unit, 'releaseVm'))); }
  revoke(task: number): number { return this.#told('revoke', this.#view.revoke(this.#task(task, 'revoke'))); }
  wakeAt(at: number): void {
    if (!(at >= 0)) this.#watch.wrongArgument(`view.wakeAt(${String(at)}): not an instant in ms since the epoch`);
    this.#view.wakeAt(at);
  }

  // --- questions ---

  firstRoom(pool: number, task: number): number { return this.#view.firstRoom(this.#pool(pool, 'firstRoom'), this.#task(task, 'firstRoom')); }
  hasRoom(unit: number, task: number): boolean { return this.#view.hasRoom(this.#unit(unit, 'hasRoom'), this.#task(task, 'hasRoom')); }
  personStart(unit: number, task: number): number { return this.#view.personStart(this.#unit(unit, 'personStart'), this.#task(task, 'personStart')); }
  budgetLeft(task: number): number { return this.#view.budgetLeft(this.#task(task, 'budgetLeft')); }
  estimate(task: number, pool: number): number { return this.#view.estimate(this.#task(task, 'estimate'), this.#pool(pool, 'estimate')); }
  interruptions(task: number): number { return this.#view.interruptions(this.#task(task, 'interruptions')); }
  remainingPath(task: number): number { return this.#view.remainingPath(this.#task(task, 'remainingPath')); }
  urgency(task: number): number { return this.#view.urgency(this.#task(task, 'urgency')); }
  isCritical(task: number): boolean { return this.#view.isCritical(this.#task(task, 'isCritical')); }
  vmCount(): number { return this.#view.vmCount(); }
  idleVmCount(): number { return this.#view.idleVmCount(); }
  vmAt(index: number): number { return this.#view.vmAt(this.#index(index, this.#view.vmCount(), 'vmAt', 'VM')); }
  vmState(unit: number): number { return this.#view.vmState(this.#unit(unit, 'vmState')); }
  vmMarket(unit: number): number { return this.#view.vmMarket(this.#unit(unit, 'vmMarket')); }
  idleSince(unit: number): number { return this.#view.idleSince(this.#unit(unit, 'idleSince')); }
  load(unit: number): number { return this.#view.load(this.#unit(unit, 'load')); }
  free(unit: number, dimension: number): number {
    return this.#view.free(this.#unit(unit, 'free'), this.#index(dimension, this.problem.dimensionCount, 'free', 'dimension'));
  }
  price(pool: number, market: number): number { return this.#view.price(this.#pool(pool, 'price'), market); }
  refusedUntil(pool: number): number { return this.#view.refusedUntil(this.#pool(pool, 'refusedUntil')); }
  requestsLeft(unit: number): number { return this.#view.requestsLeft(this.#unit(unit, 'requestsLeft')); }
  tokensLeft(unit: number): number { return this.#view.tokensLeft(this.#unit(unit, 'tokensLeft')); }
  spent(): number { return this.#view.spent(); }
  expectedFreeAt(unit: number): number { return this.#view.expectedFreeAt(this.#unit(unit, 'expectedFreeAt')); }
  random(a: number, b: number): number { return this.#view.random(Number(a), Number(b)); }

  // --- what is checked ---

  #task(task: number, asked: string): number { return this.#index(task, this.problem.taskCount, asked, 'task'); }
  #unit(unit: number, asked: string): number { return this.#index(unit, this.problem.unitCount, asked, 'unit'); }
  #pool(pool: number, asked: string): number { return this.#index(pool, this.problem.poolCount, asked, 'pool'); }

  #index(value: number, count: number, asked: string, what: string): number {
    if (!(value >= 0 && value < count && Number.isInteger(value))) {
      this.#watch.wrongArgument(`view.${asked}: no ${what} ${String(value)} (${count === 0 ? 'there are none' : `they are 0 to ${count - 1}`})`);
    }
    return value;
  }

  #told(act: string, refusal: number): number {
    this.#watch.steps.left -= STEPS_OF_ACT;
    if (refusal !== OK) this.#watch.refused(act, refusal);
    return refusal;
  }
}
