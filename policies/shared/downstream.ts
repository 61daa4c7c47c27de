import type { Problem } from '../../engine/model/problem.ts';
import { API, CLOUD, HUMAN } from '../../engine/model/states.ts';
import { isMachine, mayNeedTransfer, transferTime } from './mean-costs.ts';
import { topologicalOrder } from './ranks.ts';
import { latestBegin, workedUntil } from './working-time.ts';

const TARGETS = 48;

export class Downstream {
  readonly end: number;
  readonly begin: number;
  private readonly step: number;
  private readonly latest: Float64Array;
  readonly problem: Problem;

  constructor(problem: Problem, stretch: number) {
    this.problem = problem;
    const order = topologicalOrder(problem);
    this.begin = problem.jobRelease.reduce((a, b) => Math.min(a, b), Infinity);
    this.end = this.forward(order);
    this.step = Math.max(1, (this.end - this.begin) * stretch / TARGETS);
    this.latest = new Float64Array(problem.taskCount * TARGETS);
    for (let i = 0; i < TARGETS; i++) this.backward(order, i);
  }

  target(i: number): number { return this.end + i * this.step; }

  private forward(order: Int32Array): number {
    const { problem } = this, finish = new Float64Array(problem.taskCount);
    let end = 0;
    for (const t of order) {
      let ready = problem.jobRelease[problem.taskJob[t]!]!;
      const moves = mayNeedTransfer(problem, t);
      for (let e = problem.predecessorFirst[t]!; e < problem.predecessorFirst[t + 1]!; e++) ready = Math.max(ready, finish[problem.predecessors[e]!]! + (moves ? transferTime(problem, e) : 0));
      const p = problem.taskProfile[t]!;
      let best = Infinity;
      for (let o = problem.optionFirst[p]!; o < problem.optionFirst[p + 1]!; o++) {
        const pool = problem.optionPool[o]!, work = Math.round(problem.taskWork[t]! * problem.optionScale[o]!);
        if (problem.poolKind[pool] === HUMAN) for (let u = problem.poolFirst[pool]!; u < problem.poolFirst[pool + 1]!; u++) best = Math.min(best, workedUntil(problem, u, ready, work + problem.poolResponse[pool]!));
        else best = Math.min(best, ready + work);
      }
      finish[t] = best === Infinity ? ready : best;
      end = Math.max(end, finish[t]!);
    }
    return end;
  }

  private backward(order: Int32Array, i: number): void {
    const { problem, latest } = this, target = this.target(i);
    for (let t = 0; t < problem.taskCount; t++) latest[t * TARGETS + i] = target;
    for (let at = order.length - 1; at >= 0; at--) {
      const t = order[at]!, p = problem.taskProfile[t]!, by = latest[t * TARGETS + i]!;
      let begin = -Infinity;
      for (let o = problem.optionFirst[p]!; o < problem.optionFirst[p + 1]!; o++) {
        const pool = problem.optionPool[o]!, work = Math.round(problem.taskWork[t]! * problem.optionScale[o]!);
        if (problem.poolKind[pool] === HUMAN) for (let u = problem.poolFirst[pool]!; u < problem.poolFirst[pool + 1]!; u++) begin = Math.max(begin, latestBegin(problem, u, by, work + problem.poolResponse[pool]!));
        else begin = Math.max(begin, by - work);
      }
      const moves = mayNeedTransfer(problem, t);
      for (let e = problem.predecessorFirst[t]!; e < problem.predecessorFirst[t + 1]!; e++) {
        const k = problem.predecessors[e]! * TARGETS + i;
        latest[k] = Math.min(latest[k]!, begin - (moves ? transferTime(problem, e) : 0));
      }
    }
  }

  /** latest finish of t for the run's contention-free end */
  latestFinish(t: number): number { return this.latest[t * TARGETS]!; }

  /** Expected end of everything after t if t ends at x and nothing waits for anything. */
  endAfter(t: number, x: number): number {
    const { latest } = this, row = t * TARGETS;
    if (x <= latest[row]!) return this.end - (latest[row]! - x);
    let low = 0, high = TARGETS - 1;
    if (x > latest[row + high]!) return this.target(high) + Math.min(1e12, x - latest[row + high]!);
    while (high - low > 1) { const m = (low + high) >> 1; if (latest[row + m]! < x) low = m; else high = m; }
    const a = latest[row + low]!, b = latest[row + high]!;
    return this.target(low) + (b > a && a > -Infinity ? (x - a) / (b - a) : 1) * this.step;
  }
}
void API; void CLOUD; void isMachine;
