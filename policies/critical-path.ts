// Critical-path list: the task with the longest mean path to the end of the graph first, transfers and calendars included
// (upward rank). T. C. Hu, "Parallel sequencing and assembly line problems", Operations Research 9(6), 1961 for the rule;
// the rank as in Topcuoglu et al. 2002. User priority breaks ties.
import type { Policy } from '../engine/model/policy.ts';
import { IDLE_PARAMETER } from './shared/idle-release.ts';
import { ListDispatch } from './shared/list-dispatch.ts';
import { criticalPathKeys } from './shared/ranks.ts';

export const criticalPath: Policy = {
  name: 'critical-path',
  summary: 'The task with the longest remaining path first, each where it is expected to end first (Hu 1961).',
  parameters: { idle: IDLE_PARAMETER },
  prepare(problem, parameters) {
    return new ListDispatch(problem, parameters, { order: criticalPathKeys(problem) });
  },
};
