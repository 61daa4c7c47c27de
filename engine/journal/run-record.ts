// A finished run as data: what metrics, audits, tables and pictures are folded from.
import type { Problem } from '../model/problem.ts';
import type { ParameterValues, Weights } from '../model/policy.ts';
import type { RecordLog } from './log.ts';
import type { DecisionLog } from './decision-log.ts';

/** How a run ended. Everything but `finished` is a failure with a name; `open`: it has not ended, it is a live run that goes on. */
export const END_CAUSES = ['finished', 'horizon', 'budget-exhausted', 'stuck', 'task-failed', 'event-limit', 'open'] as const;
export type EndCause = (typeof END_CAUSES)[number];

export interface RunRecord {
  readonly problem: Problem;
  readonly policy: string;
  readonly parameters: ParameterValues;
  readonly weights: Weights;
  readonly seed: number;
  readonly log: RecordLog;
  /** Empty when the run was made without reasons (inner simulations). */
  readonly decisions: DecisionLog;
  readonly cause: EndCause;
  /** One line for people about a cause that is not `finished`. */
  readonly explanation: string;
  /** ms since the epoch of the last event. */
  readonly endedAt: number;
  /** 32 hexadecimal digits over the scenario hash, the policy with its parameters and weights, and every row of the log. */
  readonly hash: string;
  /** A live run: busy times were measured where the work was done, and need not fill the time between the rows that tell of it. */
  readonly measured?: boolean;
  /** Wall-clock ms of each decision, outside the hash; empty when not measured. */
  readonly decisionMs: Float64Array;
}
