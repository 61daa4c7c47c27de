// A whole schedule on estimates, made before the run: tasks in descending rank among those whose predecessors are planned,
// each on the unit where it ends first, in the earliest gap that holds it (insertion). Without `optimistic` and with upward
// ranks this is HEFT (Topcuoglu et al. 2002); with the optimistic cost table and its ranks it is PEFT (Arabnejad, Barbosa 2014).
//
// What the papers leave open: a VM slot is a unit that begins with a spin-up at its first use, on demand where that is sold;
// people answer and work by their calendars; an API is a unit with as many slots as calls at once, rates not considered;
// the set-up of a batch key is always paid. Ties go to the lower unit, then the lower task. O(tasks x units), see timeline.ts.
import type { Problem } from '../../engine/model/problem.ts';
import { API, CLOUD, HUMAN } from '../../engine/model/states.ts';
import { isMachine, transferTime } from './mean-costs.ts';
import { TaskHeap } from './task-heap.ts';
import { Timeline } from './timeline.ts';
import { workingUntil } from '../../engine/model/working-time.ts';

export interface StaticPlan {
  /** By task: its unit, planned start and end in ms since the epoch. Unit -1, Infinity, Infinity: no unit can ever end it. */
  readonly unit: Int32Array;
  readonly start: Float64Array;
  readonly end: Float64Array;
  /** Tasks of unit u in the order of their planned starts: `unitTasks[unitFirst[u] .. unitFirst[u + 1] - 1]`. */
  readonly unitFirst: Int32Array;
  readonly unitTasks: Int32Array;
  /** Latest end, ms since the epoch. */
  readonly makespan: number;
}

/** Plans all tasks by descending `rank`. `optimistic`, row-major tasks x pools, is added to the finish when units are compared. */
export function planByInsertion(problem: Problem, rank: Float64Array, optimistic?: Float64Array): StaticPlan {
  const planner = new Planner(problem, optimistic), { taskCount, predecessorFirst, successorFirst, successors } = problem;
  const ready = new TaskHeap(rank), waiting = new Int32Array(taskCount);
  for (let task = 0; task < taskCount; task++) {
    waiting[task] = predecessorFirst[task + 1]! - predecessorFirst[task]!;
    if (waiting[task] === 0) ready.push(task);
  }
  while (ready.size > 0) {
    const task = ready.pop();
    planner.plan(task);
    for (let k = successorFirst[task]!, end = successorFirst[task + 1]!; k < end; k++) if (--waiting[successors[k]!]! === 0) ready.push(successors[k]!);
  }
  return planner.result();
}

class Planner {
  private readonly problem: Problem;
  private readonly optimistic: Float64Array | undefined;
  private readonly unit: Int32Array;
  private readonly start: Float64Array;
  private readonly end: Float64Array;
  private readonly timelines: (Timeline | undefined)[] = [];
  /** Units of the pool in use; of those never used, only the first needs to be looked at when all are alike. */
  private readonly used: Int32Array;
  private readonly alike: Uint8Array;
  private readonly demand: Int32Array;
  /** Where the data of the task in hand comes from: the last arrival from elsewhere, and the unit it comes from. */
  private arrival = 0;
  private arrivalUnit = -1;
  /** When its last predecessor ends: people and APIs need no transfer. */
  private released = 0;
  private work = 0;
  private candidate = -1;
  private readonly endOfWork = (start: number): number => workingUntil(this.problem, this.candidate, start, this.work);

  constructor(problem: Problem, optimistic: Float64Array | undefined) {
    this.problem = problem;
    this.optimistic = optimistic;
    this.unit = new Int32Array(problem.taskCount).fill(-1);
    this.start = new Float64Array(problem.taskCount).fill(Infinity);
    this.end = new Float64Array(problem.taskCount).fill(Infinity);
    this.demand = new Int32Array(problem.dimensionCount + 1);
    this.used = new Int32Array(problem.poolCount);
    this.alike = Uint8Array.from({ length: problem.poolCount }, (_, pool) => (isMachine(problem, pool) ? 1 : 0));
  }

  plan(task: number): void {
    const { problem, optimistic } = this, profile = problem.taskProfile[task]!, release = problem.jobRelease[problem.taskJob[task]!]!;
    this.findArrival(task, release);
    this.fillDemand(profile);
    let bestUnit = -1, bestStart = Infinity, bestEnd = Infinity, bestValue = Infinity;
    for (let option = problem.optionFirst[profile]!, last = problem.optionFirst[profile + 1]!; option < last; option++) {
      const pool = problem.optionPool[option]!;
      if (!this.mayUse(profile, pool)) continue;
      this.work = this.workOn(task, option);
      for (let unit = problem.poolFirst[pool]!, end = this.unitsToTry(pool); unit < end; unit++) {
        const start = this.earliestStart(task, unit, release), done = this.endOfWork(start);
        const value = optimistic === undefined ? done : done + optimistic[task * problem.poolCount + pool]!;
        if (value >= bestValue) continue;
        bestValue = value; bestUnit = unit; bestStart = start; bestEnd = done;
      }
    }
    if (bestUnit >= 0) this.take(task, bestUnit, bestStart, bestEnd);
  }

  result(): StaticPlan {
    this.numberVmsByFirstUse();
    const { problem, unit, start, end } = this, { taskCount, unitCount } = problem;
    const unitFirst = new Int32Array(unitCount + 1), planned: number[] = [];
    let makespan = 0;
    for (let task = 0; task < taskCount; task++) {
      if (unit[task]! < 0) continue;
      planned.push(task);
      unitFirst[unit[task]! + 1]!++;
      makespan = Math.max(makespan, end[task]!);
    }
    for (let u = 0; u < unitCount; u++) unitFirst[u + 1]! += unitFirst[u]!;
    planned.sort((a, b) => unit[a]! - unit[b]! || start[a]! - start[b]! || a - b);
    return { unit, start, end, unitFirst, unitTasks: Int32Array.from(planned), makespan };
  }

  /** VMs of a pool are alike: the one used first gets the lowest number, as it will be when they are requested. */
  private numberVmsByFirstUse(): void {
    const { problem, unit, start } = this, firstUse = new Float64Array(problem.unitCount).fill(Infinity);
    for (let task = 0; task < problem.taskCount; task++) if (unit[task]! >= 0) firstUse[unit[task]!] = Math.min(firstUse[unit[task]!]!, start[task]!);
    const renamed = Int32Array.from({ length: problem.unitCount }, (_, u) => u);
    for (let pool = 0; pool < problem.poolCount; pool++) {
      if (problem.poolKind[pool] !== CLOUD) continue;
      const first = problem.poolFirst[pool]!, used = Array.from({ length: this.used[pool]! }, (_, k) => first + k);
      used.sort((a, b) => firstUse[a]! - firstUse[b]! || a - b).forEach((u, k) => { renamed[u] = first + k; });
    }
    for (let task = 0; task < problem.taskCount; task++) if (unit[task]! >= 0) unit[task] = renamed[unit[task]!]!;
  }

  /** Data of different producers arrives at different times; only the unit of the last arrival can be reached sooner than that. */
  private findArrival(task: number, release: number): void {
    const { problem, end } = this;
    this.arrival = this.released = release; this.arrivalUnit = -1;
    for (let edge = problem.predecessorFirst[task]!, last = problem.predecessorFirst[task + 1]!; edge < last; edge++) {
      const before = problem.predecessors[edge]!, at = end[before]! + transferTime(problem, edge);
      this.released = Math.max(this.released, end[before]!);
      if (at > this.arrival) { this.arrival = at; this.arrivalUnit = this.unit[before]!; }
    }
  }

  /** When the task's data is on the unit. */
  private readyOn(task: number, unit: number, release: number): number {
    const { problem } = this;
    if (!isMachine(problem, problem.unitPool[unit]!)) return this.released;
    if (unit !== this.arrivalUnit) return this.arrival;
    let at = release;
    for (let edge = problem.predecessorFirst[task]!, last = problem.predecessorFirst[task + 1]!; edge < last; edge++) {
      const before = problem.predecessors[edge]!;
      at = Math.max(at, this.unit[before] === unit ? this.end[before]! : this.end[before]! + transferTime(problem, edge));
    }
    return at;
  }

  private earliestStart(task: number, unit: number, release: number): number {
    const { problem } = this, pool = problem.unitPool[unit]!, timeline = this.timelines[unit];
    this.candidate = unit;
    let ready = this.readyOn(task, unit, release);
    if (timeline === undefined && problem.poolKind[pool] === CLOUD) return ready + problem.poolSpinUp[pool]!;
    if (problem.poolKind[pool] === HUMAN) ready = workingUntil(problem, unit, workingUntil(problem, unit, ready, problem.poolResponse[pool]!), 0);
    return timeline === undefined || ready === Infinity ? ready : workingUntil(problem, unit, timeline.earliest(ready, this.demand, this.endOfWork), 0);
  }

  private take(task: number, unit: number, start: number, end: number): void {
    const { problem } = this, pool = problem.unitPool[unit]!;
    this.unit[task] = unit; this.start[task] = start; this.end[task] = end;
    let timeline = this.timelines[unit];
    if (timeline === undefined) {
      // Nothing fits before the first task of a VM: until then it is not there.
      timeline = this.timelines[unit] = new Timeline(this.capacityOf(pool), problem.poolKind[pool] === CLOUD ? start : 0);
      this.used[pool]!++;
    }
    timeline.take(start, end, this.demand);
  }

  private unitsToTry(pool: number): number {
    const first = this.problem.poolFirst[pool]!, end = this.problem.poolFirst[pool + 1]!;
    return this.alike[pool] === 1 ? Math.min(end, first + this.used[pool]! + 1) : end;
  }

  private mayUse(profile: number, pool: number): boolean {
    const { problem } = this;
    return problem.poolKind[pool] !== CLOUD || problem.poolPrice[pool]! >= 0 || problem.profileInterruptible[profile] === 1;
  }

  private workOn(task: number, option: number): number {
    const { problem } = this, batch = problem.profileBatch[problem.taskProfile[task]!]!;
    const setup = batch < 0 || problem.poolKind[problem.optionPool[option]!] === API ? 0 : problem.batchSetup[batch]!;
    return setup + Math.round(problem.taskWork[task]! * problem.optionScale[option]!);
  }

  private fillDemand(profile: number): void {
    const dims = this.problem.dimensionCount;
    for (let d = 0; d < dims; d++) this.demand[d] = this.problem.demand[profile * dims + d]!;
    this.demand[dims] = 1;
  }

  private capacityOf(pool: number): Int32Array {
    const dims = this.problem.dimensionCount, capacity = new Int32Array(dims + 1);
    for (let d = 0; d < dims; d++) capacity[d] = this.problem.capacity[pool * dims + d]!;
    capacity[dims] = this.problem.poolSlots[pool]!;
    return capacity;
  }
}
