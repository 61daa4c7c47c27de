// Earliest finish whatever it costs: critical-path order, each task on the open row on which it is expected to end first, a
// VM to be requested on a par with what is up. One end of the trade-off between time and money.
import type { Policy } from '../engine/model/policy.ts';
import { IDLE_PARAMETER } from './shared/idle-release.ts';
import { ListDispatch } from './shared/list-dispatch.ts';
import { criticalPathKeys } from './shared/ranks.ts';
import { earliestFinish } from './shared/rows.ts';

export const fastest: Policy = {
  name: 'fastest',
  summary: 'Critical-path order; each task where it is expected to end first, at any price.',
  parameters: { idle: IDLE_PARAMETER },
  prepare: (problem, parameters) => new ListDispatch(problem, parameters, { order: criticalPathKeys(problem), choose: earliestFinish, openOnly: true }),
};
