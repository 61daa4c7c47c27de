// What the run cost, in micro-dollars, by kind of resource and against the budget in force when it ended. Sums of the
// ledger's charges (ledger.ts), so the parts add up to the total to the micro-dollar.
import { API, CLOUD, HUMAN, LOCAL } from '../model/states.ts';
import type { RunFold } from './attempts.ts';
import { HOUR_MS } from './ledger.ts';

export interface CostMetrics {
  readonly costMicroUsd: number;
  readonly costLocalMicroUsd: number;
  readonly costCloudMicroUsd: number;
  readonly costApiMicroUsd: number;
  readonly costHumanMicroUsd: number;
  /** Paid for machines while nothing ran on them: boot, idle time, rounding up. */
  readonly costIdleMicroUsd: number;
  /** Cost per hour of makespan. 0 for an empty run. */
  readonly costPerHourMicroUsd: number;
  /** Cost over budget; NaN without a budget. */
  readonly budgetShare: number;
}

/** Cost by kind of resource. `makespanMs` is what `costPerHour` is taken over. O(units). */
export function costMetrics(fold: RunFold, makespanMs: number): CostMetrics {
  const { ledger, problem, budget } = fold, byKind = [0, 0, 0, 0];
  for (let u = 0; u < problem.unitCount; u++) byKind[problem.poolKind[problem.unitPool[u]!]!]! += ledger.unitCost[u]!;
  return {
    costMicroUsd: ledger.total,
    costLocalMicroUsd: byKind[LOCAL]!, costCloudMicroUsd: byKind[CLOUD]!, costApiMicroUsd: byKind[API]!, costHumanMicroUsd: byKind[HUMAN]!,
    costIdleMicroUsd: ledger.unattributed,
    costPerHourMicroUsd: makespanMs > 0 ? ledger.total * HOUR_MS / makespanMs : 0,
    budgetShare: budget === Infinity ? NaN : ledger.total / budget,
  };
}
