// The answer for one budget: which weights, and what they were measured to give on seeds that had no part in the choice.
import type { ComparedRun } from '../../engine/experiment/compare.ts';
import { pairedComparison } from '../../engine/experiment/paired-comparison.ts';
import type { PairedComparison } from '../../engine/experiment/paired-comparison.ts';
import { quantile, summarize, wilson } from '../../engine/experiment/statistics.ts';
import type { Summary } from '../../engine/experiment/statistics.ts';
import type { MetricKey } from '../../engine/metrics/metrics.ts';
import type { Weights } from '../../engine/model/policy.ts';
import type { Sweep } from '../sweep/sweep.ts';
import { bestWithin, notShownSlower } from './choice.ts';
import type { Candidate } from './choice.ts';

export interface Study {
  /** What was chosen on. */
  readonly survey: Sweep;
  readonly candidates: readonly Candidate[];
  readonly front: readonly Candidate[];
  /** The settings of the front, in its order, and last the default weights, all on other seeds. */
  readonly fresh: Sweep;
}

export interface Answer {
  /** Micro-dollars. */
  readonly budget: number;
  readonly weights: Weights;
  /** On the fresh seeds at which both these weights and the default ones finished. */
  readonly makespanMs: Summary;
  readonly costMicroUsd: Summary;
  /** Less those of the default weights, seed by seed. */
  readonly makespanGainMs: PairedComparison;
  readonly costGainMicroUsd: PairedComparison;
  /** Micro-dollars that nine of ten fresh runs kept within. */
  readonly costNineOfTen: number;
  /** Share of the fresh runs that cost more than the budget, with its 95 % interval. */
  readonly over: { readonly share: number; readonly low: number; readonly high: number };
  /** Other settings within the budget that the survey does not show to be slower. */
  readonly alike: readonly Candidate[];
}

/** Undefined for a budget that covers no setting. */
export function answerFor(budget: number, { survey, candidates, front, fresh }: Study): Answer | undefined {
  const best = bestWithin(front, budget);
  if (best === undefined) return undefined;
  const own = fresh.runs[front.indexOf(best)]!, standard = fresh.runs.at(-1)!, both = [...own.keys()].filter((k) => own[k]!.failure === '' && standard[k]!.failure === '');
  const values = (runs: readonly ComparedRun[], key: MetricKey): number[] => both.map((k) => runs[k]!.metrics[key]);
  const makespans = values(own, 'makespanMs'), costs = values(own, 'costMicroUsd');
  return {
    budget, weights: best.weights, makespanMs: summarize(makespans), costMicroUsd: summarize(costs), costNineOfTen: quantile(costs, 0.9),
    makespanGainMs: pairedComparison(makespans, values(standard, 'makespanMs')), costGainMicroUsd: pairedComparison(costs, values(standard, 'costMicroUsd')),
    over: wilson(costs.filter((cost) => cost > budget).length, costs.length),
    alike: notShownSlower(survey, candidates, best, budget).filter((candidate) => candidate !== best),
  };
}
