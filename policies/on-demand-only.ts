// Critical-path order with VMs on demand only. A task whose pools are sold on spot alone runs there. Rows of the other
// market are shown as `market-not-sold`: not sold to this policy.
import type { Policy } from '../engine/model/policy.ts';
import { ON_DEMAND } from '../engine/model/states.ts';
import { IDLE_PARAMETER } from './shared/idle-release.ts';
import { ListDispatch } from './shared/list-dispatch.ts';
import { oneMarket } from './shared/market.ts';
import { criticalPathKeys } from './shared/ranks.ts';

export const onDemandOnly: Policy = {
  name: 'on-demand-only',
  summary: 'Critical-path list with VMs on demand.',
  parameters: { idle: IDLE_PARAMETER },
  prepare: (problem, parameters) => new ListDispatch(problem, parameters, { order: criticalPathKeys(problem), choose: oneMarket(problem, ON_DEMAND), openOnly: true }),
};
