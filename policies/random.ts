// A random list: each task gets a random key from the policy's own stream when it becomes eligible, another one each time
// it comes back from an interruption. The yardstick of how much the order of tasks matters at all.
import type { Policy } from '../engine/model/policy.ts';
import { IDLE_PARAMETER } from './shared/idle-release.ts';
import { ListDispatch } from './shared/list-dispatch.ts';

export const random: Policy = {
  name: 'random',
  summary: 'Tasks in random order, each where it is expected to end first.',
  parameters: { idle: IDLE_PARAMETER },
  prepare(problem, parameters) {
    return new ListDispatch(problem, parameters, { order: (view, task) => view.random(task, view.interruptions(task)) });
  },
};
