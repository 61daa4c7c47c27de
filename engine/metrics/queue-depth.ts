// How many tasks were ELIGIBLE, that is could have been placed and were not, over the time from the first submission to
// the end of the run. A depth that lasts no time does not count for the maximum.
import { ATTEMPT_PLACED, ELIGIBLE_GONE, TASK_READY } from './columns.ts';
import type { RunFold } from './attempts.ts';

export interface QueueDepthMetrics {
  /** Time-weighted average number of eligible tasks. */
  readonly queueDepthMean: number;
  readonly queueDepthMax: number;
}

/** Mean and maximum of the queue. O(changes). */
export function queueDepthMetrics(fold: RunFold): QueueDepthMetrics {
  let area = 0, max = 0;
  forEachDepth(fold, (from, to, depth) => {
    area += depth * (to - from);
    if (depth > max) max = depth;
  });
  const span = fold.endedAt - fold.startedAt;
  return { queueDepthMean: span > 0 ? area / span : 0, queueDepthMax: max };
}

/** Calls `visit` for each interval `[from, to)` of positive length on which the number of eligible tasks is constant, in order of time. */
export function forEachDepth(fold: RunFold, visit: (from: number, to: number, depth: number) => void): void {
  const { changes } = fold;
  let last = fold.startedAt, depth = 0;
  for (let k = 0; k < changes.count; k++) {
    const kind = changes.kind[k]!;
    const step = kind === TASK_READY ? 1 : kind === ATTEMPT_PLACED || kind === ELIGIBLE_GONE ? -1 : 0;
    if (step === 0) continue;
    const now = changes.time[k]!;
    if (now > last) { visit(last, now, depth); last = now; }
    depth += step;
  }
  if (fold.endedAt > last) visit(last, fold.endedAt, depth);
}
