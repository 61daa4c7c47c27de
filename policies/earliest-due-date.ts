// Earliest due date: tasks of the job that is due first go first; a job without a deadline is due at its reference instant.
// Within a job the longest remaining path goes first. J. R. Jackson, "Scheduling a production line to minimize maximum
// tardiness", UCLA Management Science Research Report 43, 1955.
import type { Policy } from '../engine/model/policy.ts';
import { IDLE_PARAMETER } from './shared/idle-release.ts';
import { ListDispatch } from './shared/list-dispatch.ts';
import { upwardRanks } from './shared/ranks.ts';

export const earliestDueDate: Policy = {
  name: 'earliest-due-date',
  summary: 'Tasks of the job that is due first go first (Jackson 1955).',
  parameters: { idle: IDLE_PARAMETER },
  prepare(problem, parameters) {
    const rank = upwardRanks(problem), longest = rank.reduce((a, b) => Math.max(a, b), 1);
    // Due instants are whole ms; the rank is a fraction of one.
    return new ListDispatch(problem, parameters, { order: rank.map((left, task) => problem.jobReference[problem.taskJob[task]!]! - left / (2 * longest)) });
  },
};
