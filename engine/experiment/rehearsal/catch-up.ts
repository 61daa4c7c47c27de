// How far the run with faults fell behind the run without, and for how long. The curve is the work completed by each
// instant (estimated ms of the tasks that are done), its target the same curve of the run without faults: a productivity
// measure with the undisturbed run as its target (Poulin & Kane, Reliability Engineering & System Safety 216, 2021). To
// catch up is to match up with the undisturbed schedule (Bean et al., Operations Research 39, 1991). A fault early on can
// leave the two out of step by seconds until the end, so single shortfalls are told, not the last one.
import type { RunFold } from '../../metrics/attempts.ts';

export interface CatchUp {
  /** The longest time from falling behind until it had caught up, ms. 0: it never fell behind. Infinity: it never caught up. */
  readonly catchUpMs: number;
  /** Time in all in which it was behind, ms, until the later of the two ends. */
  readonly behindMs: number;
  /** The most it was behind: work, in ms of estimates, and tasks. */
  readonly peakWorkMs: number;
  readonly peakTasks: number;
  /** Where it was behind: half-open intervals in ms since the epoch, in order. The last may have no end (Infinity). */
  readonly intervals: readonly (readonly [from: number, to: number])[];
}

/** Both runs must be of the same problem. O(tasks log tasks). */
export function catchUp(baseline: RunFold, faulted: RunFold): CatchUp {
  const steps = [...stepsOf(baseline, -1), ...stepsOf(faulted, 1)].sort((a, b) => a.at - b.at), end = Math.max(baseline.endedAt, faulted.endedAt);
  const intervals: [number, number][] = [];
  let work = 0, tasks = 0, peakWorkMs = 0, peakTasks = 0, since = NaN;
  for (let k = 0; k < steps.length; k++) {
    const { at, byWork, byTasks } = steps[k]!;
    work += byWork;
    tasks += byTasks;
    if (steps[k + 1]?.at === at) continue;
    peakWorkMs = Math.max(peakWorkMs, -work);
    peakTasks = Math.max(peakTasks, -tasks);
    if (work < 0 && Number.isNaN(since)) since = at;
    if (work >= 0 && !Number.isNaN(since)) { intervals.push([since, at]); since = NaN; }
  }
  if (!Number.isNaN(since)) intervals.push([since, Infinity]);
  return {
    catchUpMs: intervals.reduce((longest, [from, to]) => Math.max(longest, to - from), 0),
    behindMs: intervals.reduce((sum, [from, to]) => sum + Math.min(to, Math.max(end, from)) - from, 0), peakWorkMs, peakTasks, intervals,
  };
}

function stepsOf({ problem, taskCompletedAt }: RunFold, sign: 1 | -1): { readonly at: number; readonly byWork: number; readonly byTasks: number }[] {
  const steps = [];
  for (let t = 0; t < problem.taskCount; t++) {
    if (!Number.isNaN(taskCompletedAt[t]!)) steps.push({ at: taskCompletedAt[t]!, byWork: sign * Math.round(problem.taskWork[t]!), byTasks: sign });
  }
  return steps;
}
