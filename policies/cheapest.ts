// Least money whatever it takes: critical-path order, each task on the row with the least expected marginal cost, equal
// costs by earliest finish. A unit without room competes: if it is the cheapest, the task waits for it. The other end of
// the trade-off between time and money.
import type { Policy, PolicyView } from '../engine/model/policy.ts';
import { NO_ROOM, OK } from '../engine/model/policy.ts';
import { IDLE_PARAMETER } from './shared/idle-release.ts';
import { ListDispatch } from './shared/list-dispatch.ts';
import { criticalPathKeys } from './shared/ranks.ts';
import { finishOf } from './shared/rows.ts';

export const cheapest: Policy = {
  name: 'cheapest',
  summary: 'Critical-path order; each task where it costs least, waiting for room there if need be.',
  parameters: { idle: IDLE_PARAMETER },
  prepare: (problem, parameters) => new ListDispatch(problem, parameters, { order: criticalPathKeys(problem), choose: leastCost }),
};

function leastCost(view: PolicyView, _task: number, rows: number): number {
  const c = view.candidate;
  let best = -1;
  for (let k = 0; k < rows; k++) {
    if ((c.filter[k] !== OK && c.filter[k] !== NO_ROOM) || finishOf(c, k) === Infinity) continue;
    if (best < 0 || c.cost[k]! < c.cost[best]! || (c.cost[k] === c.cost[best] && finishOf(c, k) < finishOf(c, best))) best = k;
  }
  return best >= 0 && c.filter[best] === OK ? best : -1;
}
