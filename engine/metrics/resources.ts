// The run per resource and per job, as rows for tables: what each unit offered, did and cost, and what each job cost.
import { RESOURCE_KINDS } from '../model/states.ts';
import { JOB_OUTCOMES } from './attempts.ts';
import type { RunFold } from './attempts.ts';
import { HOUR_MS } from './ledger.ts';
import { resourceUse } from './utilisation.ts';

/** One unit over the whole run. Definitions of offered, busy and work: utilisation.ts. */
export interface ResourceRow {
  readonly unit: string;
  readonly pool: string;
  readonly kind: (typeof RESOURCE_KINDS)[number];
  readonly attempts: number;
  readonly offeredMs: number;
  readonly busyMs: number;
  readonly idleMs: number;
  /** Work over offered time. 0 when nothing was offered. */
  readonly utilisation: number;
  readonly costMicroUsd: number;
  /** Cost per offered hour. 0 when nothing was offered. */
  readonly costPerHourMicroUsd: number;
}

export interface JobRow {
  readonly job: string;
  readonly outcome: (typeof JOB_OUTCOMES)[number];
  /** NaN when it never came in, or did not complete. */
  readonly submittedAt: number;
  readonly completedAt: number;
  /** Its calls and people, and its share of machines while its tasks ran. */
  readonly costMicroUsd: number;
}

/** One row for each unit, in order of unit number. */
export function resourceRows(fold: RunFold): ResourceRow[] {
  const { problem, attempts, ledger } = fold, use = resourceUse(fold), count = new Int32Array(problem.unitCount);
  for (let k = 0; k < attempts.count; k++) count[attempts.unit[k]!]!++;
  return problem.unitIds.map((unit, u) => {
    const pool = problem.unitPool[u]!, offeredMs = use.offeredMs[u]!, busyMs = use.busyMs[u]!, cost = ledger.unitCost[u]!;
    return {
      unit, pool: problem.poolIds[pool]!, kind: RESOURCE_KINDS[problem.poolKind[pool]!]!, attempts: count[u]!, offeredMs, busyMs, idleMs: Math.max(0, offeredMs - busyMs),
      utilisation: offeredMs > 0 ? use.workMs[u]! / offeredMs : 0, costMicroUsd: cost, costPerHourMicroUsd: offeredMs > 0 ? cost * HOUR_MS / offeredMs : 0,
    };
  });
}

/** One row for each job, in order of job number. */
export function jobRows(fold: RunFold): JobRow[] {
  return fold.problem.jobIds.map((job, j) => ({
    job, outcome: JOB_OUTCOMES[fold.jobOutcome[j]!]!, submittedAt: fold.jobSubmittedAt[j]!, completedAt: fold.jobCompletedAt[j]!, costMicroUsd: fold.ledger.jobCost[j]!,
  }));
}
