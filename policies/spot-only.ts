// Critical-path order with VMs from the spot market only. A task that may not be interrupted, or whose pools have no spot
// market, runs on demand. While spot is refused, tasks wait for it or for another kind of unit. Rows of the other market
// are shown as `market-not-sold`: not sold to this policy.
import type { Policy } from '../engine/model/policy.ts';
import { SPOT } from '../engine/model/states.ts';
import { IDLE_PARAMETER } from './shared/idle-release.ts';
import { ListDispatch } from './shared/list-dispatch.ts';
import { oneMarket } from './shared/market.ts';
import { criticalPathKeys } from './shared/ranks.ts';

export const spotOnly: Policy = {
  name: 'spot-only',
  summary: 'Critical-path list with VMs on spot wherever a task may run there.',
  parameters: { idle: IDLE_PARAMETER },
  prepare: (problem, parameters) => new ListDispatch(problem, parameters, { order: criticalPathKeys(problem), choose: oneMarket(problem, SPOT), openOnly: true }),
};
