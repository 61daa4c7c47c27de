// Where tasks waited, and what batching saved: for a decision, for people, for rate limits, for set-ups. Sums over
// attempts, in ms; an attempt that still waits when the run ends waits until then.
import { API, HUMAN } from '../model/states.ts';
import { OUTCOME_RATE_LIMITED } from './columns.ts';
import type { RunFold } from './attempts.ts';

export interface WaitingMetrics {
  /** Mean time from eligible to placed, over all placements. */
  readonly queueWaitMeanMs: number;
  /** From the offer of a task to a person until they start it, decline it, or it is taken back. */
  readonly humanWaitMs: number;
  /** Calls placed on an API and waiting for room in its limits, once their inputs were there; and, after a 429, until the task is placed again. */
  readonly rateLimitWaitMs: number;
  /** Set-up really done. */
  readonly setupPaidMs: number;
  /** Set-up that warm starts did not have to do. */
  readonly setupSavedMs: number;
  /** Attempts with a batch key that started on a resource warm for it. */
  readonly warmStarts: number;
  /** What those warm starts had waited between eligible and placed: the price of batching, at most. */
  readonly batchWaitMs: number;
}

/** Waiting by cause and the batch account. O(attempts + tasks). */
export function waitingMetrics(fold: RunFold): WaitingMetrics {
  const { problem, attempts } = fold, { poolKind, unitPool, profileBatch, taskProfile, batchSetup } = problem;
  const limitedAt = new Float64Array(problem.taskCount).fill(NaN);
  let queue = 0, human = 0, limit = 0, paid = 0, saved = 0, warm = 0, batchWait = 0;
  for (let k = 0; k < attempts.count; k++) {
    const task = attempts.task[k]!, kind = poolKind[unitPool[attempts.unit[k]!]!]!, placed = attempts.placedAt[k]!, started = attempts.startedAt[k]!;
    const ran = started === started, waited = (ran ? started : attempts.endedAt[k]!) - placed;
    queue += placed - attempts.readyAt[k]!;
    if (limitedAt[task] === limitedAt[task]) { limit += placed - limitedAt[task]!; limitedAt[task] = NaN; }
    if (kind === HUMAN) human += waited;
    else if (kind === API) {
      limit += Math.max(0, waited - Math.max(0, attempts.dataReadyAt[k]! - placed));
      if (attempts.outcome[k] === OUTCOME_RATE_LIMITED) limitedAt[task] = attempts.endedAt[k]!;
    }
    if (!ran) continue;
    paid += attempts.setupMs[k]!;
    const batch = profileBatch[taskProfile[task]!]!;
    if (batch < 0 || kind === API || attempts.setupPlannedMs[k]! > 0 || batchSetup[batch] === 0) continue;
    warm++;
    saved += batchSetup[batch]!;
    batchWait += placed - attempts.readyAt[k]!;
  }
  for (let t = 0; t < limitedAt.length; t++) if (limitedAt[t] === limitedAt[t]) limit += fold.endedAt - limitedAt[t]!;
  return {
    queueWaitMeanMs: attempts.count > 0 ? queue / attempts.count : 0, humanWaitMs: human, rateLimitWaitMs: limit,
    setupPaidMs: paid, setupSavedMs: saved, warmStarts: warm, batchWaitMs: batchWait,
  };
}
