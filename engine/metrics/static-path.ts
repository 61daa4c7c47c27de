// The critical path as it was planned: by mean estimates, releases and precedence alone, with room for everything at once
// (CPM; Kelley and Walker 1959). What a run really did is critical-chain.ts's question.
import type { Problem } from '../model/problem.ts';

export interface StaticPath {
  /** ms from the first release to the last estimated end. */
  readonly lengthMs: number;
  /** Task numbers from first to last; of several paths the one with the lowest numbers. */
  readonly tasks: readonly number[];
  /** Latest less earliest start of each task, ms, 0 on a critical path. */
  readonly slackMs: Float64Array;
}

/** Forward by `Problem.taskRank`, the longest way to the end. O(tasks + edges). */
export function staticPath(problem: Problem): StaticPath {
  const { taskCount, taskJob, taskRank, jobRelease, predecessorFirst, successorFirst, successors } = problem;
  const head = Float64Array.from(taskJob, (job) => jobRelease[job]!), open = new Int32Array(taskCount), order: number[] = [];
  let end = 0, origin = Infinity;
  for (let t = 0; t < taskCount; t++) {
    origin = Math.min(origin, head[t]!);
    open[t] = predecessorFirst[t + 1]! - predecessorFirst[t]!;
    if (open[t] === 0) order.push(t);
  }
  for (let k = 0; k < order.length; k++) {
    const t = order[k]!, done = head[t]! + ownMs(problem, t);
    end = Math.max(end, head[t]! + taskRank[t]!);
    for (let e = successorFirst[t]!; e < successorFirst[t + 1]!; e++) {
      const next = successors[e]!;
      head[next] = Math.max(head[next]!, done);
      if (--open[next]! === 0) order.push(next);
    }
  }
  const slackMs = Float64Array.from(head, (at, t) => end - at - taskRank[t]!), tasks: number[] = [];
  for (let t = firstCritical(slackMs, head); t >= 0; t = nextCritical(problem, slackMs, head, t)) tasks.push(t);
  return { lengthMs: taskCount === 0 ? 0 : end - origin, tasks, slackMs };
}

/** The mean estimate of a task: its rank less the longest rank behind it. */
function ownMs({ taskRank, successorFirst, successors }: Problem, task: number): number {
  let after = 0;
  for (let e = successorFirst[task]!; e < successorFirst[task + 1]!; e++) after = Math.max(after, taskRank[successors[e]!]!);
  return taskRank[task]! - after;
}

function firstCritical(slackMs: Float64Array, head: Float64Array): number {
  let first = -1;
  for (let t = 0; t < head.length; t++) if (isCritical(slackMs[t]!) && (first < 0 || head[t]! < head[first]!)) first = t;
  return first;
}

function nextCritical(problem: Problem, slackMs: Float64Array, head: Float64Array, task: number): number {
  const done = head[task]! + ownMs(problem, task);
  for (let e = problem.successorFirst[task]!; e < problem.successorFirst[task + 1]!; e++) {
    const next = problem.successors[e]!;
    if (isCritical(slackMs[next]!) && Math.abs(head[next]! - done) < ROUNDING_MS) return next;
  }
  return -1;
}

/** Mean estimates are fractions of a millisecond, and their sums depend on the order. */
const ROUNDING_MS = 1e-3;
const isCritical = (slack: number): boolean => slack < ROUNDING_MS;
