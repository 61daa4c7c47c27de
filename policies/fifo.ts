// First in, first out: tasks in the order in which they became eligible; a task that comes back goes to the end. User
// priority breaks ties at one instant. The baseline against which everything else should show a gain.
import type { Policy } from '../engine/model/policy.ts';
import { IDLE_PARAMETER } from './shared/idle-release.ts';
import { ListDispatch } from './shared/list-dispatch.ts';
import { priorityFractions } from './shared/ranks.ts';

export const fifo: Policy = {
  name: 'fifo',
  summary: 'Tasks in the order in which they became eligible, each where it is expected to end first.',
  parameters: { idle: IDLE_PARAMETER },
  prepare(problem, parameters) {
    const tie = priorityFractions(problem);
    return new ListDispatch(problem, parameters, { order: (view, task) => view.now + tie[task]! });
  },
};
