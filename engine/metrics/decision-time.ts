// Wall-clock time of the policy's decisions. Measured outside the run's hash, on whatever machine it ran: never to be
// mixed with simulated figures.
import type { RunRecord } from '../journal/run-record.ts';
import { quantile } from './quantile.ts';

export interface DecisionTimeMetrics {
  /** Median, 99th percentile and longest decision, ms; NaN when the run did not measure them. */
  readonly decisionMsP50: number;
  readonly decisionMsP99: number;
  readonly decisionMsMax: number;
}

/** Order statistics of the decision times. O(n log n). */
export function decisionTimeMetrics(run: RunRecord): DecisionTimeMetrics {
  if (run.decisionMs.length === 0) return { decisionMsP50: NaN, decisionMsP99: NaN, decisionMsMax: NaN };
  const sorted = run.decisionMs.slice().sort();
  return { decisionMsP50: quantile(sorted, 0.5), decisionMsP99: quantile(sorted, 0.99), decisionMsMax: sorted[sorted.length - 1]! };
}
