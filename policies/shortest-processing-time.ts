// Shortest processing time first: by the smallest estimate of the task on any pool, checkpointed progress taken off.
// Optimal for the mean flow time of independent tasks on one machine: W. E. Smith, "Various optimizers for single-stage
// production", Naval Research Logistics Quarterly 3, 1956. User priority breaks ties.
import type { Policy } from '../engine/model/policy.ts';
import { IDLE_PARAMETER } from './shared/idle-release.ts';
import { ListDispatch } from './shared/list-dispatch.ts';
import { priorityFractions } from './shared/ranks.ts';

export const shortestProcessingTime: Policy = {
  name: 'shortest-processing-time',
  summary: 'The task with the least estimated work first (Smith 1956).',
  parameters: { idle: IDLE_PARAMETER },
  prepare(problem, parameters) {
    const tie = priorityFractions(problem), { taskProfile, optionFirst, optionPool } = problem;
    return new ListDispatch(problem, parameters, {
      order(view, task) {
        const profile = taskProfile[task]!;
        let least = Infinity;
        for (let k = optionFirst[profile]!, end = optionFirst[profile + 1]!; k < end; k++) least = Math.min(least, view.estimate(task, optionPool[k]!));
        return least + tie[task]!;
      },
    });
  },
};
