// How long each task takes at least under each of its options, as one flat table that all bounds read.
import type { Problem } from '../model/problem.ts';

/** ms of pure work of a task under an option (an index into `Problem.optionPool`): an estimate, or a seed's true duration. Asked task by task. */
export type Durations = (task: number, option: number) => number;

/** `ms[first[t] + k]` is the duration of task t under its k-th option, `shortest[t]` the least of them; as `fill` left them last. */
export class DurationTable {
  readonly first: Int32Array;
  readonly ms: Float64Array;
  readonly shortest: Float64Array;
  private readonly problem: Problem;

  constructor(problem: Problem) {
    const { taskCount, taskProfile, optionFirst } = problem, first = new Int32Array(taskCount + 1);
    for (let t = 0; t < taskCount; t++) first[t + 1] = first[t]! + optionFirst[taskProfile[t]! + 1]! - optionFirst[taskProfile[t]!]!;
    this.problem = problem;
    this.first = first;
    this.ms = new Float64Array(first[taskCount]!);
    this.shortest = new Float64Array(taskCount);
  }

  /** Tabulates durations. O(tasks x options). */
  fill(durations: Durations): void {
    const { problem: { taskCount, taskProfile, optionFirst }, ms, shortest } = this;
    for (let t = 0, at = 0; t < taskCount; t++) {
      let least = Infinity;
      for (let o = optionFirst[taskProfile[t]!]!, end = optionFirst[taskProfile[t]! + 1]!; o < end; o++) {
        const d = durations(t, o);
        ms[at++] = d;
        if (d < least) least = d;
      }
      shortest[t] = least;
    }
  }
}

/** The estimates a scheduler is told. */
export function estimatedDurations(problem: Problem): Durations {
  const { taskWork, optionScale } = problem;
  return (task, option) => Math.round(taskWork[task]! * optionScale[option]!);
}
